"""Open the books on a server: an existing schema, or a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import DatabaseMissing, DatabaseRefused
from app.store.database import refusals, use
from app.store.engine import postgres_address

if TYPE_CHECKING:
    from app.store.engine.postgres import PostgresDatabase

NO_DRIVER = "PostgreSQL sürücüsü kurulu değil; kurun: pip install 'toplu-fatura[sunucu]'"


def open_server(target: str, version: int, *, make: bool) -> tuple[str, str]:
    """Open the schema at a server's address, made if it is not there; return its name and place.

    Without `make` it has to be there already. Raises DatabaseMissing; DatabaseRefused: no driver,
    no server, no permission, not a schema of ours, another version.
    """
    address = postgres_address.parse(target)
    try:
        from app.store.engine.postgres import PostgresDatabase
    except ImportError:
        raise DatabaseRefused(NO_DRIVER) from None
    server = PostgresDatabase(address)
    use(server)
    try:
        with refusals():
            server.connect()
            _bring_to_date(server, version, make=make)
    except BaseException:
        server.close_file()
        raise
    return address.schema, address.name


def _bring_to_date(server: PostgresDatabase, version: int, *, make: bool) -> None:
    """Make the schema, only if `make`; check whose it is, and its version."""
    schema = server.address.schema
    if not server.has_schema() and not make:
        raise DatabaseMissing(f"Şema yok: {schema}")
    if not server.is_ours():
        _make(server, version, make=make)
    found = server.schema_version
    if found > version:
        raise DatabaseRefused(
            f"Veritabanı bu programdan yeni (sürüm {found}, bilinen {version}); programı "
            "güncelleyin"
        )


def _make(server: PostgresDatabase, version: int, *, make: bool) -> None:
    from app.store.migrations import schema_statements  # rarely needed, slow to load

    with server.alone():  # of two that make it at once, the second finds it made
        if server.is_ours():
            return
        if not make or server.has_relations():
            raise DatabaseRefused(
                f"{server.address.schema} şeması bir Toplu Fatura veritabanı değil; dokunulmadı"
            )
        server.make_schema(schema_statements(), version)
