"""The books: models, connection, queries, numbering, migrations; on SQLite or PostgreSQL."""

from __future__ import annotations

import sys
from typing import Final

_DRIVERS: Final = ("psycopg", "psycopg2", "psycopg2cffi")


def _load_peewee() -> None:
    """Load peewee without the PostgreSQL drivers that it would also load if installed.

    psycopg takes as long to load as all of `listele`, and only books on a server need it.
    """
    hidden: list[str] = [driver for driver in _DRIVERS if driver not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: cannot be imported
    try:
        import peewee  # noqa: F401  # it stays loaded
    finally:
        for driver in hidden:
            del sys.modules[driver]


_load_peewee()
