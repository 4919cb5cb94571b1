"""Toplu Fatura Aktarımı: moves Netsis invoices in bulk between databases."""

__version__ = "0.1.0"
