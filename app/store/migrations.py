"""Create the current schema from the models, and migrate older databases to it.

Only the models define the schema: a new database is created from them, and a step that adds a
column takes its definition from the model. Loaded only when there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from peewee import DatabaseProxy, Field, SchemaManager, fn

from app.domain.codes import stored_key
from app.domain.numbers import unique_gib_number
from app.domain.text import fold
from app.store.checksums import checksums
from app.store.database import database
from app.store.engine.operations import Engine
from app.store.engine.sqlite import SqliteDatabase
from app.store.models import (
    CODE_KEY,
    INDEXES,
    NUMBER_KEY,
    SCOPE,
    TABLES,
    Account,
    CounterStart,
    Currency,
    DeletedInvoice,
    InvoiceRow,
    Setting,
    StockItem,
    Table,
    Transfer,
    TransferItem,
    Undo,
    not_plain,
)

if TYPE_CHECKING:
    from app.store.engine.postgres import PostgresDatabase


def _exported_documents() -> None:
    """Store the document's id in the journal rows of exported documents.

    Older rows only have its number; they are left if several documents have that number.
    """
    _add_column(TransferItem.invoice_id)
    document = (
        InvoiceRow.select(fn.MAX(InvoiceRow.id))
        .where(
            InvoiceRow.document_type.in_((0, 1)), InvoiceRow.number == TransferItem.source_number
        )
        .having(fn.COUNT(InvoiceRow.id) == 1)
    )
    exports = Transfer.select(Transfer.id).where(Transfer.direction == "disari")
    TransferItem.update(invoice_id=document).where(TransferItem.transfer.in_(exports)).execute()


def _checksums() -> None:
    """Store a checksum of each document's present content; a damaged one gets none."""
    _add_column(InvoiceRow.checksum)
    for some in checksums():
        database.run_many(
            "UPDATE invoice SET checksum = ? WHERE id = ?", [(one.computed, one.id) for one in some]
        )


def _unique_keys() -> None:
    """Make codes and numbers unique across all their spellings (domain §8)."""
    database.register_function(stored_key, "stored_key", 1)
    for keyed in _KEYED:
        _add_column(keyed.key)
        _write_keys(keyed)


def _renewed_keys() -> None:
    """Recompute the keys of codes and numbers, whose rule has changed.

    Since version 7, all dashes are one and runs of blanks one blank; since version 10, I, ı, İ, i
    are one.

    Most databases have no affected key, which two scans find out.
    """
    database.register_function(stored_key, "stored_key", 1)
    for keyed in _KEYED:
        table, key = keyed.table, keyed.key.column_name
        (changes,) = database.execute_sql(
            f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {not_plain(keyed.code)}"
            f" AND stored_key({keyed.code}) IS NOT {key})"
        ).fetchone()
        if changes:
            _write_keys(keyed)


class _Keyed(NamedTuple):
    """A column of keys, and what it is derived from."""

    key: Field
    code: str
    own: str
    """The column that is unique up to case."""
    group: str
    """The SQL of what has to be unique."""
    unique_index: str

    @property
    def table(self) -> str:
        return str(self.key.model._meta.table_name)


_NUMBERS: Final = f"document_type, {NUMBER_KEY}, {SCOPE}"
_KEYED: Final = (
    _Keyed(Account.unique_key, "code", "code", CODE_KEY, "account_key"),
    _Keyed(StockItem.unique_key, "code", "code", CODE_KEY, "stock_item_key"),
    _Keyed(InvoiceRow.number_key, "number", "id", _NUMBERS, "invoice_number"),
)


def _write_keys(keyed: _Keyed) -> None:
    """Write the keys and recreate their index.

    If there are several spellings already, the first gets the key and each other one a key of its
    own; denetle reports them.
    """
    table, column, code, own = keyed.table, keyed.key.column_name, keyed.code, keyed.own
    database.execute_sql(f"DROP INDEX IF EXISTS {keyed.unique_index}")
    database.execute_sql(
        f"UPDATE {table} SET {column} = stored_key({code}) WHERE {not_plain(code)}"
    )
    database.execute_sql(
        f"""
        UPDATE {table} SET {column} = coalesce({column}, {code}) || ' #' || {own}
        WHERE {own} NOT IN (SELECT min({own}) FROM {table} GROUP BY {keyed.group})
        """
    )
    _make_index(keyed.unique_index)


# Skips text that is not JSON, which denetle reports.
_HAS_GIB: Final = "json_valid(header_extra) AND header_extra ->> '$.GIB_FATIRS_NO' <> ''"


def _gib_numbers() -> None:
    """Make GİB numbers unique (domain §8): of several documents, only the first is indexed."""
    _add_column(InvoiceRow.gib_number)
    database.register_function(unique_gib_number, "unique_gib_number", 1)
    database.execute_sql(
        "UPDATE invoice SET gib_number = unique_gib_number(header_extra ->> '$.GIB_FATIRS_NO')"
        f" WHERE {_HAS_GIB}"
    )
    database.execute_sql(
        "UPDATE invoice SET gib_number = NULL WHERE gib_number IS NOT NULL AND id NOT IN"
        f" (SELECT min(id) FROM invoice GROUP BY gib_number, document_type, {SCOPE})"
    )
    _make_index("invoice_gib_number")


def _settings() -> None:
    """Create the tables of settings; recompute search keys with a separate dot above."""
    for table in (Setting, Currency):
        database.execute_sql(definition(table))
    database.register_function(fold, "fold", 1)
    for card in (Account, StockItem):
        database.execute_sql(
            f"UPDATE {card._meta.table_name} SET search_key = fold(code || ' ' || name)"
            " WHERE instr(search_key, char(0x307))"
        )


def _history() -> None:
    """Add the user and figures of runs, the recycle bin, and the indexes of both."""
    for field in (
        Transfer.user, Transfer.documents, Transfer.saved, Transfer.failed, Transfer.skipped,
        Transfer.warned, Transfer.sales_total, Transfer.purchase_total,
    ):  # fmt: skip
        _add_column(field)
    for table in (CounterStart, Undo, DeletedInvoice):
        database.execute_sql(definition(table))
    for name in ("invoice_origin", "transfer_item_invoice", "deleted_invoice_origin"):
        _make_index(name)


def _card_columns() -> None:
    """Add columns to the cards for the other members of card files."""
    for column in (
        Account.side, Account.tax_number, Account.tax_office, Account.city,
        Account.main_extra, Account.extra,
        StockItem.vat_rate, StockItem.unit, StockItem.group_code,
        StockItem.main_extra, StockItem.extra,
    ):  # fmt: skip
        _add_column(column)


def _sort_keys() -> None:
    """Change the separator within sort keys to one that PostgreSQL can store."""

    def renewed(key: bytes) -> bytes:
        return key.replace(b"\0", b"\1")

    database.register_function(renewed, "renewed", 1)
    database.execute_sql(
        "UPDATE account SET sort_key = CAST(renewed(CAST(sort_key AS BLOB)) AS TEXT)"
    )


def _types_of_accounts() -> None:
    """Add the document type to the index of accounts, which the Rehber searches."""
    database.execute_sql("DROP INDEX IF EXISTS invoice_account")
    _make_index("invoice_account")


def _tokens() -> None:
    """Add the tokens of imports, and the index of deleted documents by number."""
    _add_column(Transfer.token)
    _make_index("deleted_invoice_number")


def _prefixes() -> None:
    """Give all spellings of a prefix one counter: a prefix is now that of the number's key.

    Most databases have no affected prefix.
    """
    from app.store.key_prefixes import renew  # rarely needed

    renew()


_STEPS: Final[tuple[Callable[[], None], ...]] = (
    _exported_documents, _checksums, _unique_keys, _gib_numbers, _settings, _renewed_keys,
    _history, _card_columns, _renewed_keys, _sort_keys,
    _types_of_accounts, _tokens, _prefixes,
)  # fmt: skip
"""The first step migrates version 1 to version 2, and so on."""


def create_or_migrate(database: SqliteDatabase, application_id: int, version: int) -> None:
    """Create the schema or migrate it to `version`, and mark the database as ours."""
    if database.pragma("journal_mode") != "wal":
        # Lets readers work beside a writer. Set once, because the file keeps it.
        database.pragma("journal_mode", "wal")
    # if two processes open it at once, the second one finds everything done
    with database.atomic("EXCLUSIVE"):
        if database.pragma("application_id") == application_id:
            for step in _STEPS[database.schema_version - 1 :]:
                step()
        else:
            for statement in schema_statements():
                database.execute_sql(statement)
        database.schema_version = version
        database.pragma("application_id", application_id)


def migrate_server(server: PostgresDatabase, version: int) -> None:
    """Apply the same steps to a schema on a server, in the caller's transaction."""
    from app.store.engine.postgres_schema import helper_statements  # only for a server

    server.run_plain(helper_statements(renewed=True))
    for step in _STEPS[server.schema_version - 1 :]:
        step()
    server.schema_version = version


def schema_statements(engine: Engine = database) -> tuple[str, ...]:
    """Return the SQL that makes the tables and indexes of a new database on an engine."""
    kind = type(engine.obj if isinstance(engine, DatabaseProxy) else engine)
    # made once a process, since peewee takes longer for it than all other checks do
    if kind not in _statements:
        _statements[kind] = (*(definition(table, engine) for table in TABLES), *INDEXES)
    return _statements[kind]


_statements: Final[dict[type, tuple[str, ...]]] = {}


def definition(table: type[Table], engine: Engine = database) -> str:
    """Return the SQL that creates a table."""
    schema: Any = SchemaManager(table, cast(Any, engine))
    sql: str = schema._create_table(safe=False).query()[0]
    return sql


def _make_index(name: str) -> None:
    """Create an index as the models define it."""
    database.execute_sql(next(sql for sql in INDEXES if f"INDEX {name} " in sql))


def _add_column(field: Field) -> None:
    """Add the column of a model's field to its table."""
    context = field.model._schema._create_context()
    database = field.model._meta.database
    definition, values = context.sql(field.ddl(context)).query()
    table = field.model._meta.table_name
    database.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN {definition}', values)
