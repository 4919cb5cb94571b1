"""All that books hold, on whichever engine; and another session on a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from app.store.database import reading
from app.store.engine.postgres_address import parse
from app.store.models import TABLES
from app.store.opening import close_database, open_database


def content(target: object) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the books at `target`, by table."""
    open_database(str(target), make=False)
    with reading():
        found = {
            table._meta.table_name: list(table.select().order_by(*_key(table)).tuples())
            for table in TABLES
        }
    close_database()
    return found


def _key(table: Any) -> list[Any]:
    return list(table._meta.get_primary_keys())


@contextmanager
def other_session(url: str) -> Iterator[psycopg.Connection]:
    """Another session on the server, which commits each statement."""
    address = parse(url)
    with psycopg.connect(address.url, autocommit=True) as session:
        session.execute(f'SET search_path TO "{address.schema}"')
        yield session
