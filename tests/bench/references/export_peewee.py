"""The export as plain peewee and json would do it: models, prefetch, one json.dump.

python -m tests.bench.references.export_peewee DATABASE FILE
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from peewee import prefetch

from app.store.models import InvoiceRow, Line
from app.store.opening import open_database


def main(database: str, file: str) -> None:
    """All documents of the database into the file."""
    open_database(database)
    invoices = InvoiceRow.select().order_by(InvoiceRow.id)
    lines = Line.select().order_by(Line.invoice, Line.position)
    documents = [document(invoice) for invoice in prefetch(invoices, lines)]
    text = json.dumps(documents, ensure_ascii=False, default=float)
    Path(file).write_text(text, encoding="utf-8")


def document(invoice: InvoiceRow) -> dict[str, Any]:
    """One invoice with its lines."""
    return {
        **known(Seri=invoice.series),
        "FaturaTip": invoice.document_type,
        "KalemAdedi": invoice.line_count,
        **rest(invoice.extra),
        "FatUst": {
            "Tip": invoice.document_type,
            "Tarih": f"{invoice.document_date} 00:00:00",
            **known(
                Sube_Kodu=invoice.branch,
                FATIRS_NO=invoice.number,
                CariKod=invoice.account_code,
                TIPI=invoice.kind,
                BRUTTUTAR=invoice.gross_total,
                KDV=invoice.vat_total,
                GENELTOPLAM=invoice.grand_total,
                DOVIZTIP=invoice.currency,
                PLA_KODU=invoice.salesman,
                Proje_Kodu=invoice.project,
            ),
            **rest(invoice.header_extra),
        },
        "Kalems": [line_of(line) for line in invoice.line_set],
    }


def line_of(line: Line) -> dict[str, Any]:
    """One line."""
    members = known(
        Sira=line.order,
        StokKodu=line.stock_code,
        STra_GCMIK=line.quantity,
        Olcubr=line.unit,
        STra_BF=line.gross_price,
        STra_NF=line.net_price,
        STra_KDV=line.vat_rate,
    )
    return {**members, **rest(line.extra)}


def known(**members: int | str | Decimal | None) -> dict[str, Any]:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def rest(extra: str | None) -> dict[str, Any]:
    """The members that have no column."""
    return json.loads(extra) if extra else {}


if __name__ == "__main__":
    main(*sys.argv[1:])
