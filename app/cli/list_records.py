"""listele --json: documents as records, with KDV and matrah (base of VAT) by rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli.output import amount_word
from app.cli.summing import currency_word
from app.domain.invoice import InvoiceKind
from app.domain.overview import Entry
from app.store import queries, settings, summing
from app.store.damaged import damaged_words
from app.store.database import reading


def records(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return a record for each document; amounts of returns are positive, as stated."""
    with reading():
        names = settings.read().currencies
        rows, entries = queries.rows(ids), summing.entries(ids)
    found: list[dict[str, Any]] = []
    for row, entry in zip(rows, entries, strict=True):
        if isinstance(row, queries.DamagedRow) or not isinstance(entry, Entry):
            found.append({"belgeNo": row.number, "hata": damaged_words()})
            continue
        sign = -1 if entry.is_return else 1
        found.append(
            {
                "belgeNo": row.number,
                "tip": row.document_type.word,
                "tarih": row.document_date.isoformat(),
                "cari": row.account_code,
                "toplam": amount_word(row.grand_total),
                "tur": None if row.kind is None else InvoiceKind(row.kind).word,
                "doviz": currency_word(entry.currency, names),
                "kdv": amount_word(sign * entry.vat),
                "matrah": amount_word(sign * entry.base),
            }
        )
    return found
