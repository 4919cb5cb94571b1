"""Columns that several sheets share, so that the same data looks the same in each."""

from __future__ import annotations

from typing import Final

from app.sheets.table import Column, Kind

POSITION: Final = Column("Sıra", Kind.INTEGER, 7)
NUMBER: Final = Column("Fatura No", width=17)
NEW_NUMBER: Final = Column("Netsis Belge No", width=17)
DAY: Final = Column("Tarih", Kind.DAY, 11)
TYPE: Final = Column("Belge Tipi", width=10)
KIND: Final = Column("Tipi", width=12)
ACCOUNT: Final = Column("Cari Kodu", width=16)
ACCOUNT_NAME: Final = Column("Cari Adı", width=36)
BASE: Final = Column("Matrah", Kind.AMOUNT, 18)
VAT: Final = Column("KDV", Kind.AMOUNT, 16)
TOTAL: Final = Column("Genel Toplam", Kind.AMOUNT, 18)
CURRENCY: Final = Column("Döviz", width=8)
FOREIGN: Final = Column("Döviz Tutarı", Kind.AMOUNT, 16)
