"""The export with sqlite-utils: the documents that SQLite itself puts together, one a line.

python -m tests.bench.references.export_sqlite_utils DATABASE FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import sqlite_utils

QUERY = Path(__file__).with_name("export_join.sql")


def main(database: str, file: str) -> None:
    """All documents of the database into the file."""
    rows = sqlite_utils.Database(database).query(QUERY.read_text(encoding="utf-8"))
    with open(file, "w", encoding="utf-8") as out:
        before = "[\n"
        for row in rows:
            out.write(before + row["document"])
            before = ",\n"
        out.write("\n]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
