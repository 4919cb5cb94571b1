"""Spreadsheets for people: rows under a header, written as .xlsx or .csv."""
