"""Makes a database that holds another's cards and no document.

python -m tests.bench.cards FULL EMPTY
"""

from __future__ import annotations

import sys

from app.store.database import database
from app.store.opening import close_database, open_database


def main(full: str, empty: str) -> None:
    """Copies the cards."""
    open_database(empty)
    database.execute_sql("ATTACH ? AS filled", (full,))
    for table in ("account", "stock_item"):
        database.execute_sql(f"INSERT INTO {table} SELECT * FROM filled.{table}")
    close_database()


if __name__ == "__main__":
    main(*sys.argv[1:])
