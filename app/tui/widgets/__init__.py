"""Widgets: lists, fields, choices, buttons, bars."""
