"""Open the books on a server: an existing schema, a new one, or an older one to migrate."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

from app.errors import CommitUncertain, DatabaseMissing, DatabaseRefused
from app.store.database import commit, refusals, use
from app.store.engine import postgres_address

if TYPE_CHECKING:
    from app.store.engine.postgres import PostgresDatabase
    from app.store.engine.postgres_roles import Standing

NO_DRIVER = "PostgreSQL sürücüsü kurulu değil; kurun: pip install 'toplu-fatura[sunucu]'"


def open_server(target: str, version: int, *, make: bool) -> tuple[str, str]:
    """Open or create the schema at a server's address; return its name and full address.

    Without `make` it has to exist. Raises DatabaseMissing; DatabaseRefused if there is no driver,
    server or permission, or the schema is not ours, has a newer version, or an older one that this
    role cannot migrate because it is not the owner.
    """
    server = _server(target)
    use(server)
    try:
        with refusals():
            _connect(server)
            _bring_to_date(server, version, make=make)
            server.version.opened(version)
    except BaseException:
        server.close_file()
        raise
    return server.address.schema, server.address.name


def refuse_backup(target: str) -> NoReturn:
    """Explain how the server's own tools back up the books. Raises DatabaseRefused."""
    address = postgres_address.parse(target)
    dump = ("pg_dump", "-d", address.url, "-n", f'"{address.schema}"', "-Fc", "-f", "FIRMA.dump")
    raise DatabaseRefused(
        f"Veritabanı sunucuda, yedeğini sunucunun araçları alır: {shlex.join(dump)} ya da WAL "
        "arşivi (point-in-time recovery). SQLite dosyasına kopyası: toplu-fatura tasi "
        f"{shlex.quote(target)} KOPYA.db. Yedek alınmadı"
    )


def refuse_restore(target: str) -> NoReturn:
    """Explain how the server's own tools restore the books. Raises DatabaseRefused."""
    address = postgres_address.parse(target)
    drop = f'ALTER SCHEMA "{address.schema}" RENAME TO "{address.schema}-eski"'
    restore = ("pg_restore", "-d", address.url, "FIRMA.dump")
    raise DatabaseRefused(
        f"Veritabanı sunucuda, yedekten sunucunun araçları döner: önce {drop}, sonra "
        f"{shlex.join(restore)}; ya da point-in-time recovery. Bir SQLite dosyasından: "
        f"toplu-fatura tasi YEDEK.db {shlex.quote(target)}. Hiçbir şey değişmedi"
    )


@contextmanager
def receiving(target: str, version: int) -> Iterator[PostgresDatabase]:
    """Open a schema to fill it with whole books, beside the open database; all or nothing.

    The schema is new, or one of ours that is empty; no other process writes to it. Raises
    DatabaseRefused, CommitUncertain.
    """
    server = _server(target)
    try:
        with refusals(engine=server):
            _connect(server)
            with ExitStack() as transaction:
                transaction.enter_context(server.alone())
                _make_or_hold(server, version)
                yield server
                try:
                    commit(transaction, server)
                except CommitUncertain as doubt:
                    _settle(server, doubt)
    finally:
        server.close_file()


def _settle(server: PostgresDatabase, doubt: CommitUncertain) -> None:
    """Return if the rows were committed. Raises DatabaseRefused if not, or `doubt` itself."""
    server.close_file()
    try:
        with refusals(engine=server):
            server.connect()
            with server.alone():  # waits until the server has ended the uncertain transaction
                is_filled = _standing(server).is_ours and _is_filled(server)
    except DatabaseRefused:
        raise doubt from None
    if not is_filled:
        raise DatabaseRefused(f"{doubt.refusal}; hiçbir şey taşınmadı") from doubt


def _server(target: str) -> PostgresDatabase:
    address = postgres_address.parse(target)
    try:
        from app.store.engine.postgres import PostgresDatabase
    except ImportError:
        raise DatabaseRefused(NO_DRIVER) from None
    return PostgresDatabase(address)


def _connect(server: PostgresDatabase) -> None:
    server.connect()
    if server.encoding != "UTF8":  # texts would be lost, and sort order and keys differ
        raise DatabaseRefused(
            f"Sunucudaki veritabanının kodlaması {server.encoding}; UTF8 olmalı: "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )


def _standing(server: PostgresDatabase) -> Standing:
    from app.store.engine.postgres_roles import standing  # needs the driver

    return standing(server)


def _bring_to_date(server: PostgresDatabase, version: int, *, make: bool) -> None:
    """Create the schema (only if `make`) or migrate it, after checking owner and version."""
    found, schema = _standing(server), server.address.schema
    if not found.is_ours:
        _refuse_strange(schema, found)
        if not make:
            raise DatabaseMissing(f"Şema {'boş' if found.exists else 'yok'}: {schema}")
        with server.alone():  # if two processes create it at once, the second one finds it there
            _make(server, version)
    elif not found.may_read:
        raise DatabaseRefused(
            f"{schema} şemasını okuma yetkiniz yok; şemanın sahibinden isteyin (GRANT)"
        )
    if server.schema_version != version:
        _migrate(server, version)


def _refuse_strange(schema: str, found: Standing) -> None:
    if found.exists and not found.is_empty:
        raise DatabaseRefused(f"{schema} şeması bir Toplu Fatura veritabanı değil; dokunulmadı")


def _make(server: PostgresDatabase, version: int) -> None:
    """Create the tables, unless another process was faster. Use inside `alone()`."""
    found, schema = _standing(server), server.address.schema
    if found.is_ours:
        return
    _refuse_strange(schema, found)
    if not found.may_make:
        raise DatabaseRefused(
            f"{schema} şemasını kurma yetkiniz yok; sahibi --olustur ile bir kez açsın"
        )
    from app.store.engine.postgres_schema import new_schema
    from app.store.migrations import schema_statements  # rarely needed, slow to load

    made = new_schema(server.schema, schema_statements(server), version, is_new=not found.exists)
    server.run_plain(made)


def _migrate(server: PostgresDatabase, version: int) -> None:
    with server.alone():
        found = server.schema_version
        if found > version:
            raise DatabaseRefused(
                f"Veritabanı bu programdan yeni (sürüm {found}, bilinen {version}); programı "
                "güncelleyin"
            )
        if found < version and not _standing(server).is_owner:
            raise DatabaseRefused(
                f"Veritabanı eski bir sürümden (sürüm {found}, gereken {version}); şemanın "
                "sahibi bir kez açsın, sonra yeniden deneyin"
            )
        if found < version:
            from app.store.migrations import migrate_server  # rarely needed, slow to load

            server.hold_schema()
            migrate_server(server, version)


def _make_or_hold(server: PostgresDatabase, version: int) -> None:
    """Create the tables, or lock existing empty ones. Use inside `alone()`."""
    _make(server, version)
    schema = server.address.schema
    if server.schema_version != version:
        raise DatabaseRefused(f"{schema} şeması başka bir sürümden; önce onu açın")
    server.hold_schema()
    if _is_filled(server):
        raise DatabaseRefused(f"{schema} şemasında kayıt var; üzerine taşınmadı")


def _is_filled(server: PostgresDatabase) -> bool:
    """Return whether any table has a row."""
    from app.store.models import TABLES

    names = (table._meta.table_name for table in TABLES)
    return any(server.execute_sql(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in names)
