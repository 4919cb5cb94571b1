"""The tables' names in Turkish."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    "account": "cari kartları",
    "stock_item": "stok kartları",
    "series": "sayaçlar",
    "transfer": "aktarımlar",
    "invoice": "belgeler",
    "line": "kalemler",
    "transfer_item": "aktarımların günlüğü",
    "counter_start": "sayaçların aktarımdan önceki değerleri",
    "undo": "geri almalar",
    "deleted_invoice": "Silinen Belgeler",
    "setting": "ayarlar",
    "currency": "döviz adları",
}


def table_words(table: str) -> str:
    """Return what a table holds; the name itself if it is none of ours."""
    return _WORDS.get(table, table)
