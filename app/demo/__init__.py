"""Generate a plausible company from a seed: accounts, stock cards, series and invoices."""

from app.demo.cards import DemoAccount, DemoStockItem
from app.demo.company import Company
from app.demo.samples import sample_files

__all__ = ["Company", "DemoAccount", "DemoStockItem", "sample_files"]
