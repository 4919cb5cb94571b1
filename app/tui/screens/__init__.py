"""The screens: the two tabs, the document, the dialogs."""
