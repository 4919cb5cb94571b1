"""Invents a plausible company: accounts, stock cards, series and invoices, from a seed."""
