"""Screens: the two tabs, the document, the dialogs."""
