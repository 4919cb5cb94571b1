"""Columns that several sheets share, so that the same data looks the same in each."""

from __future__ import annotations

from typing import Final

from app.sheets.table import Kind, SheetColumn

POSITION: Final = SheetColumn("Sıra", Kind.INTEGER, 7)
NUMBER: Final = SheetColumn("Fatura No", width=17)
NEW_NUMBER: Final = SheetColumn("Netsis Belge No", width=17)
DAY: Final = SheetColumn("Tarih", Kind.DAY, 11)
TYPE: Final = SheetColumn("Belge Tipi", width=10)
KIND: Final = SheetColumn("Tipi", width=12)
ACCOUNT: Final = SheetColumn("Cari Kodu", width=16)
ACCOUNT_NAME: Final = SheetColumn("Cari Adı", width=36)
BASE: Final = SheetColumn("Matrah", Kind.AMOUNT, 18)
VAT: Final = SheetColumn("KDV", Kind.AMOUNT, 16)
TOTAL: Final = SheetColumn("Genel Toplam", Kind.AMOUNT, 18)
CURRENCY: Final = SheetColumn("Döviz", width=8)
FOREIGN: Final = SheetColumn("Döviz Tutarı", Kind.AMOUNT, 16)
