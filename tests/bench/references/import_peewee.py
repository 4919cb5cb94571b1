"""The import as plain peewee and json would do it: json.loads, create, insert_many.

One transaction, no document judged, no number given anew.

python -m tests.bench.references.import_peewee FILE DATABASE
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

from app.store.database import database
from app.store.models import InvoiceRow, Line
from app.store.opening import open_database
from tests.bench.references.document_rows import header_row, line_rows


def main(file: str, target: str) -> None:
    """All documents of the file into the database."""
    open_database(target)
    documents = json.loads(Path(file).read_text(encoding="utf-8"), parse_float=Decimal)
    with database.atomic():
        for document in documents:
            invoice = InvoiceRow.create(**header_row(document))
            rows = [{"invoice": invoice, **row} for row in line_rows(document)]
            Line.insert_many(rows).execute()


if __name__ == "__main__":
    main(*sys.argv[1:])
