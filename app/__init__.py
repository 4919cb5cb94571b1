"""Toplu Fatura Aktarımı: Netsis invoices moved in bulk between databases."""

__version__ = "0.1.0"
