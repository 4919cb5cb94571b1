"""The import with sqlite-utils: its insert_all, into the tables that there are.

No document judged, no number given anew.

python -m tests.bench.references.import_sqlite_utils FILE DATABASE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlite_utils

from tests.bench.references.document_rows import header_row, line_rows


def main(file: str, target: str) -> None:
    """All documents of the file into the database."""
    documents = json.loads(Path(file).read_text(encoding="utf-8"))
    if isinstance(documents, dict):
        documents = documents["Data"]
    database = sqlite_utils.Database(target)
    (last,) = database.execute("SELECT ifnull(max(id), 0) FROM invoice").fetchone()
    numbered = list(enumerate(documents, last + 1))
    database["invoice"].insert_all({"id": key, **header_row(one)} for key, one in numbered)
    database["line"].insert_all(_lines(numbered))


def _lines(numbered: list[tuple[int, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for key, document in numbered:
        for row in line_rows(document):
            yield {"invoice_id": key, **row}


if __name__ == "__main__":
    main(*sys.argv[1:])
