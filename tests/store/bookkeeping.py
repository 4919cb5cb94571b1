"""Helpers for tests that keep books: open a database, make documents, look at what is stored."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path

from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.record import to_record
from app.domain.totals import Sums
from app.paths import is_address
from app.store import cards, checks, queries
from app.store.database import database, is_file, reading, writing
from app.store.engine import postgres_address
from app.store.models import TABLES
from app.store.numbering import Numbering, number_request, taken, write_counters
from app.store.opening import (
    APPLICATION_ID,
    close_database,
    in_own_folder,
    open_database,
)
from app.store.writer import NewInvoice, next_invoice_id, save
from tests.store.server import Server

RESTORE = "yedekten dönün: toplu-fatura geri-yukle YEDEK"
"""The beginning of the advice to go back to a backup; where it stands, the database is named."""
BEFORE_HISTORY = """
    DROP INDEX invoice_origin; DROP INDEX transfer_item_invoice;
    DROP TABLE deleted_invoice; DROP TABLE undo; DROP TABLE counter_start;
    ALTER TABLE transfer DROP COLUMN token;
    ALTER TABLE transfer DROP COLUMN user; ALTER TABLE transfer DROP COLUMN documents;
    ALTER TABLE transfer DROP COLUMN saved; ALTER TABLE transfer DROP COLUMN failed;
    ALTER TABLE transfer DROP COLUMN skipped; ALTER TABLE transfer DROP COLUMN warned;
    ALTER TABLE transfer DROP COLUMN sales_total; ALTER TABLE transfer DROP COLUMN purchase_total;
    ALTER TABLE account DROP COLUMN side; ALTER TABLE account DROP COLUMN tax_number;
    ALTER TABLE account DROP COLUMN tax_office; ALTER TABLE account DROP COLUMN city;
    ALTER TABLE account DROP COLUMN main_extra; ALTER TABLE account DROP COLUMN extra;
    ALTER TABLE stock_item DROP COLUMN vat_rate; ALTER TABLE stock_item DROP COLUMN unit;
    ALTER TABLE stock_item DROP COLUMN group_code; ALTER TABLE stock_item DROP COLUMN main_extra;
    ALTER TABLE stock_item DROP COLUMN extra;
"""
"""Takes a database back to version 7."""

SALES, PURCHASE = DocumentType.SALES, DocumentType.PURCHASE
ACCOUNT, STOCK = "120-001", "150-01"
MARCH = date(2024, 3, 15)


_engine: list[Server] = []
"""The server that has the books of the tests; none where they are files."""
_LARGE = 1 << 20  # bytes of a table; what is left of deleted rows slows down the tests behind
_addresses: dict[Path, str] = {}
"""Where the books are that a test calls by a path, if they are on a server."""


@contextmanager
def kept_on(server: Server) -> Iterator[None]:
    """Keep all books that a test makes on a server: each database is a schema of its own."""
    _engine.append(server)
    try:
        yield
    finally:
        _engine.pop()
        _addresses.clear()


def typed(argument: object) -> str:
    """An argument of a command: a path of books that are on a server is their address."""
    return address_of(argument) if isinstance(argument, Path) else str(argument)


def are_on_server() -> bool:
    """Whether the books of the tests are on a server."""
    return bool(_engine)


def address_of(path: Path | str) -> str:
    """What to open for the books that a test calls by this path."""
    return _addresses.get(Path(path), str(path))


def open_books(path: Path) -> str:
    """Open the database at `path`, or a schema in its stead, at first empty; return its address."""
    if _engine and path not in _addresses:
        _addresses[path] = _empty_schema(_engine[-1])
    target = _addresses[path] if _engine else in_own_folder(path)
    open_database(target)
    return target


def _empty_schema(server: Server) -> str:
    return server.emptied.pop() if server.emptied else server.url()


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The database at `path`, made as needed, open; at the end denetle must find nothing."""
    target = open_books(path)
    try:
        yield path
        assert failures(target, harmful=True) == []
    finally:
        close_database()


@contextmanager
def new_books() -> Iterator[Path]:
    """An empty database in a folder of its own, as `opened`; for properties."""
    with tempfile.TemporaryDirectory() as folder:
        target = open_books(path := Path(folder) / "defter.db")
        try:
            yield path
            assert failures(target, harmful=True) == []
            _empty_schemas(Path(folder))
        finally:
            close_database()


def assert_well_kept(folder: Path) -> None:
    """denetle finds nothing in any database of ours in this folder, and those below it.

    But for cards that a test has renamed with a tool of its own, and tables beside ours.
    """
    for path in folder.rglob("*.db"):
        if path.is_file() and _is_ours(path) and not _is_known_sound(path):
            assert failures(path, harmful=True) == [], path
            close_database()
            if digest := _digest(path):
                _sound.add(digest)
    for path in _within(folder):
        assert failures(path, harmful=True) == [], path
    _empty_schemas(folder)


_sound = set[bytes]()
"""Digests of files in which denetle has found nothing: most tests change no copy of theirs."""


def _is_known_sound(path: Path) -> bool:
    return _digest(path) in _sound


def _digest(path: Path) -> bytes | None:
    """Of the whole database; None where some of it lies in a log beside it."""
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        return None
    return blake2b(path.read_bytes()).digest()


def forget_books(folder: Path) -> None:
    """Give no other test the schemas that stand for databases in this folder."""
    for path in _within(folder):
        del _addresses[path]


def _within(folder: Path) -> list[Path]:
    """The databases in a folder that are on a server."""
    return [path for path in _addresses if path.is_relative_to(folder)]


def _empty_schemas(folder: Path) -> None:
    """Empty the schemas of a folder's databases; another test has them, ten times as quickly."""
    for path in _within(folder):
        _open(target := _addresses.pop(path))
        _empty()
        close_database()
        _engine[-1].emptied.append(target)


def _empty() -> None:
    """Empty the open schema."""
    names = [table._meta.table_name for table in TABLES]
    with writing():
        size = database.execute_sql("SELECT pg_table_size('line')").fetchone()[0]
        if size > _LARGE:
            database.execute_sql(f"TRUNCATE {', '.join(names)}")
        else:  # a third of the time: no new files for tables and indexes
            database.execute_sql("SET LOCAL session_replication_role = replica")
            database.execute_sql("; ".join(f"DELETE FROM {name}" for name in names))


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION_ID.to_bytes(4, "big")


def failures(path: Path | str, *, harmful: bool | None = None) -> list[tuple[str, str]]:
    """What denetle finds in the database at `path`, which is open afterwards."""
    _open(address_of(path))
    with reading():
        return checks.failures(harmful=harmful)


def _open(target: str) -> None:
    """Open a database. A schema that is open stays so: the server learns it anew for each login."""
    if is_file() or not is_address(target) or database.address != postgres_address.parse(target):
        open_database(target)


def vandalise(path: Path, sql: str) -> None:
    """What somebody does to the database with a tool of his own; it is closed afterwards."""
    close_database()
    address = address_of(path)
    if is_address(address):
        _vandalise_schema(address, sql)
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as vandal:
        vandal.executescript(sql)


def _vandalise_schema(address: str, sql: str) -> None:
    """The same on a server, as its owner, who may pass by the references."""
    import psycopg  # where it is installed
    from psycopg.sql import SQL, Identifier

    url, schema, _ = postgres_address.parse(address)
    with psycopg.connect(url) as vandal:
        vandal.execute(SQL("SET search_path TO {}").format(Identifier(schema)))
        vandal.execute("SET session_replication_role = replica")
        vandal.execute(sql)  # type: ignore[arg-type]  # made here


def document(
    number: str,
    *,
    kind: DocumentType = SALES,
    series: str | None = None,
    account: str = ACCOUNT,
    day: date = MARCH,
    total: str = "100.0",
    note: str | None = None,
    stock: str = STOCK,
    rate: str | None = None,
) -> Invoice:
    """A small invoice whose lines explain its totals: prices include VAT if there is a `rate`."""
    amount = Decimal(total)
    vat_rate = Decimal(rate) if rate else None
    line = InvoiceLine(
        stock_code=stock, quantity=Decimal("1.0"), gross_price=amount, vat_rate=vat_rate
    )
    header = InvoiceHeader(
        number=number, account_code=account, document_date=day, grand_total=amount, note1=note,
        vat_included=True if rate else None,
    )  # fmt: skip
    return Invoice(series=series, document_type=kind, header=header, lines=[line])


def purchase(number: str, supplier: str, **more: object) -> Invoice:
    """A small purchase invoice."""
    return document(number, kind=PURCHASE, account=supplier, **more)  # type: ignore[arg-type]


def make_cards(invoices: Iterable[Invoice]) -> None:
    """The cards that these documents need."""
    invoices = list(invoices)
    with writing():
        cards.add_accounts((i.header.account_code, i.header.account_code) for i in invoices)
        cards.add_stock_items(
            (line.stock_code, line.stock_code) for i in invoices for line in i.lines
        )


def sums_of(ids: Sequence[int]) -> dict[DocumentType, Sums]:
    """The sums of these documents; inside `reading()`."""
    totals = queries.totals(ids)
    return totals.sum(b"\1" * len(totals))


def enter(*invoices: Invoice, series: str | None = None) -> list[str]:
    """Save documents as if they had been entered here; the numbers that they got."""
    make_cards(invoices)
    numbering = Numbering(series)
    with writing():
        numbering.begin()
        documents = [to_record(invoice) for invoice in invoices]
        requests = [number_request(document) for document in documents]
        numbering.look_up(requests, set(taken([one.key for one in requests])))
        given = [numbering.give(wanted) for wanted in requests]
        first = next_invoice_id()
        new = zip(documents, given, strict=True)
        save((NewInvoice(first + n, *pair, None) for n, pair in enumerate(new)), date(2024, 4, 1))
        write_counters(numbering.moved())
    return [number.number for number in given]


def set_counter(prefix: str, last: int, kind: DocumentType = SALES) -> None:
    """Put a counter where it is wanted."""
    with writing():
        database.execute_sql(
            "INSERT INTO series (branch, document_type, prefix, last_number) VALUES (0, ?, ?, ?)"
            " ON CONFLICT (document_type, prefix, branch) DO UPDATE"
            " SET last_number = excluded.last_number",
            (int(kind), prefix, last),
        )


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a query finds."""
    with reading():
        return [tuple(row) for row in database.execute_sql(sql, values)]


def rows_of(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What a query finds in the database at `path`, which is open afterwards."""
    open_database(address_of(path))
    return rows(sql)


def counters() -> dict[str, int]:
    """Prefix → last number, of sales and purchases alike."""
    return dict(rows("SELECT prefix, max(last_number) FROM series GROUP BY prefix"))  # type: ignore[arg-type]
