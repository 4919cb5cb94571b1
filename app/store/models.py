"""The tables: values to filter, list, sum or number have columns, all others are in `extra`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import (
    SQL,
    AutoField,
    BlobField,
    Check,
    CompositeKey,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
    fn,
)

from app.domain import amounts
from app.domain.cards import AccountMain, StockMain
from app.domain.codes import NOT_PLAIN, SEVERAL_BLANKS
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members
from app.store.database import database


class AmountColumn(Field):
    """A Decimal stored as canonical text; peewee's DecimalField would store a float."""

    field_type = "TEXT"

    def db_value(self, value: Decimal | str | None) -> str | None:
        """Return canonical text; a text is assumed to be canonical already."""
        return amounts.spell(value) if isinstance(value, Decimal) else value

    def python_value(self, value: str | None) -> Decimal | None:
        """Parse the exact amount."""
        return None if value is None else Decimal(value)


class DayField(Field):
    """A date stored as `2024-03-15`, so that the order of texts is that of days."""

    field_type = "TEXT"

    def db_value(self, value: date | str | None) -> str | None:
        """Return ISO text."""
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        """Parse the day."""
        return None if value is None else date.fromisoformat(value)


def limits(member: Member) -> list[Any]:
    """Return the CHECK that enforces a member's limits, if it has any."""
    column = f'"{member.attribute}"'
    if member.kind is str and member.max_length:
        return [Check(f"length({column}) BETWEEN {member.min_length} AND {member.max_length}")]
    if member.kind is int and (member.low or member.high):
        return [Check(f"{column} BETWEEN {member.low} AND {member.high}")]
    return []


_HEADER = {member.attribute: member for member in members(InvoiceHeader)}
_LINE = {member.attribute: member for member in members(InvoiceLine)}
_ACCOUNT = {member.attribute: member for member in members(AccountMain)}
_STOCK = {member.attribute: member for member in members(StockMain)}
_FIELD_OF_KIND = {"str": TextField, "int": IntegerField, "Decimal": AmountColumn, "date": DayField}


def _column(member: Member) -> Any:
    """Return the column of a document's member, with its limits."""
    kind = _FIELD_OF_KIND[member.kind.__name__]
    return kind(null=not member.required, constraints=limits(member))


def _code_limits(member: Member) -> list[Any]:
    """Return the limits of a code, for the column in the table of cards."""
    return limits(replace(member, attribute="code"))


class Table(Model):
    """The base of all tables, with their database and strict column types."""

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False


class Account(Table):
    """Cari: a customer or supplier."""

    code = TextField(primary_key=True, constraints=_code_limits(_HEADER["account_code"]))
    name = TextField()
    sort_key = TextField()
    search_key = TextField()
    unique_key = TextField(null=True)
    side = _column(_ACCOUNT["side"])
    tax_number = _column(_ACCOUNT["tax_number"])
    tax_office = _column(_ACCOUNT["tax_office"])
    city = _column(_ACCOUNT["city"])
    main_extra = TextField(null=True)
    """The other members of CariTemelBilgi."""
    extra = TextField(null=True)
    """The members beside CariTemelBilgi."""

    class Meta:
        without_rowid = True


class StockItem(Table):
    """Stok: a stock card; codes that begin with HIZ are services."""

    code = TextField(primary_key=True, constraints=_code_limits(_LINE["stock_code"]))
    name = TextField()
    search_key = TextField()
    unique_key = TextField(null=True)
    vat_rate = _column(_STOCK["vat_rate"])
    unit = _column(_STOCK["unit"])
    group_code = _column(_STOCK["group_code"])
    main_extra = TextField(null=True)
    """The other members of StokTemelBilgi."""
    extra = TextField(null=True)
    """The members beside StokTemelBilgi."""

    class Meta:
        without_rowid = True


class Series(Table):
    """The last number given per branch, document type and prefix (domain §4)."""

    branch = IntegerField()
    document_type = IntegerField(constraints=[Check("document_type IN (0, 1)")])
    prefix = TextField()
    last_number = IntegerField(constraints=[Check("last_number >= 0")])

    class Meta:
        primary_key = CompositeKey("document_type", "prefix", "branch")
        without_rowid = True


class Transfer(Table):
    """One run of an export or import.

    Its figures are written when it is closed; they are null while it runs, if it was interrupted,
    or if an older version ran it. A run is undone while it has an Undo that was not restored.
    """

    id = AutoField()
    direction = TextField(constraints=[Check("direction IN ('disari', 'iceri')")])
    file = TextField()
    started_at = TextField()
    finished_at = TextField(null=True)
    status = TextField(constraints=[Check("status IN ('suruyor', 'tamam', 'durduruldu', 'hata')")])
    user = TextField(null=True)
    documents = IntegerField(null=True)
    """The number of the run's journal rows."""
    saved = IntegerField(null=True)
    failed = IntegerField(null=True)
    skipped = IntegerField(null=True)
    warned = IntegerField(null=True)
    sales_total = AmountColumn(null=True)
    purchase_total = AmountColumn(null=True)
    token = IntegerField(null=True)
    """A random number by which its process finds the run after losing the connection. Negative for
    an import of chosen documents that leaves others of the file out."""


class TransferItem(Table):
    """One document of a run.

    For a saved document it has the fingerprint of the content (null if the document is in the
    recycle bin), and the warnings as message. For an exported one it has the document's id, since
    several suppliers may share a purchase number.
    """

    transfer = ForeignKeyField(Transfer, index=False)
    position = IntegerField()
    source_number = TextField()
    number = TextField(null=True)
    status = TextField(constraints=[Check("status IN ('aktarildi', 'hata', 'atlandi')")])
    message = TextField(null=True)
    fingerprint = BlobField(null=True)
    invoice_id = IntegerField(null=True, constraints=[SQL('REFERENCES "invoice" ("id")')])

    class Meta:
        primary_key = CompositeKey("transfer", "position")
        without_rowid = True


class InvoiceRow(Table):
    """One document, without its lines."""

    id = AutoField()
    document_type = IntegerField(constraints=[Check("document_type IN (0, 1)")])
    series = TextField(null=True)
    prefix = TextField()
    tail = IntegerField(null=True)
    branch = _column(_HEADER["branch"])
    number = _column(_HEADER["number"])
    account = ForeignKeyField(
        Account, column_name="account_code", object_id_name="account_code", index=False
    )
    document_date = _column(_HEADER["document_date"])
    kind = _column(_HEADER["kind"])
    gross_total = _column(_HEADER["gross_total"])
    vat_total = _column(_HEADER["vat_total"])
    grand_total = _column(_HEADER["grand_total"])
    currency = _column(_HEADER["currency"])
    salesman = _column(_HEADER["salesman"])
    project = _column(_HEADER["project"])
    line_count = IntegerField(constraints=[Check("line_count > 0")])
    entered_on = DayField()
    transfer = ForeignKeyField(Transfer, null=True, index=False)
    transfer_position = IntegerField(null=True)
    extra = TextField(null=True)
    header_extra = TextField(null=True)
    checksum = IntegerField(null=True)
    number_key = TextField(null=True)
    gib_number = TextField(null=True)
    """The key of GIB_FATIRS_NO; null if there is none or another document had it first."""

    class Meta:
        table_name = "invoice"


class Line(Table):
    """One line (Kalem) of a document."""

    invoice = ForeignKeyField(InvoiceRow, index=False)
    position = IntegerField()
    order = _column(_LINE["order"])
    stock_item = ForeignKeyField(
        StockItem, column_name="stock_code", object_id_name="stock_code", index=False
    )
    quantity = _column(_LINE["quantity"])
    unit = _column(_LINE["unit"])
    gross_price = _column(_LINE["gross_price"])
    net_price = _column(_LINE["net_price"])
    vat_rate = _column(_LINE["vat_rate"])
    extra = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("invoice", "position")
        without_rowid = True


class CounterStart(Table):
    """The value of a counter before a run moved it, to which an undo may step back.

    Null if the counter did not exist.
    """

    transfer = ForeignKeyField(Transfer, index=False)
    document_type = IntegerField(constraints=[Check("document_type IN (0, 1)")])
    prefix = TextField()
    branch = IntegerField()
    last_number = IntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("transfer", "document_type", "prefix", "branch")
        without_rowid = True


class Undo(Table):
    """An undo of a whole import, and when its documents were restored, if they were."""

    id = AutoField()
    transfer = ForeignKeyField(Transfer, index=False)
    user = TextField()
    undone_at = TextField()
    restored_by = TextField(null=True)
    restored_at = TextField(null=True)


class DeletedInvoice(Table):
    """Silinen Belgeler: a document removed by an undo, with all its data.

    The id is that of the invoice, and no other document gets it.
    """

    id = IntegerField(primary_key=True)
    undo = ForeignKeyField(Undo, index=False)
    transfer = ForeignKeyField(Transfer, index=False)
    transfer_position = IntegerField()
    number = TextField()
    account_code = TextField()
    fingerprint = BlobField()
    content = BlobField()
    """All columns of the document and its lines, as MessagePack."""
    checksum = IntegerField()
    """The document's own checksum."""


class Setting(Table):
    """A setting of the whole database, such as the company's name."""

    name = TextField(primary_key=True)
    text = TextField()

    class Meta:
        without_rowid = True


class Currency(Table):
    """The name of a currency code (DOVIZTIP)."""

    code = IntegerField(primary_key=True)
    name = TextField()


def next_id(table: Any) -> int:
    """Return the next id of a table with ids of its own; it holds under the write lock.

    A server's sequence would leave a gap when a transaction is rolled back.
    """
    return int(table.select(fn.MAX(table.id)).scalar() or 0) + 1


TABLES: tuple[type[Table], ...] = (
    Account, StockItem, Series, Transfer, InvoiceRow, Line, TransferItem, CounterStart, Undo,
    DeletedInvoice, Setting, Currency,
)  # fmt: skip

# Spellings that look the same are the same (domain §8). A plain code is its own key (`codes`), so
# these indexes are in the order of the codes.
NUMBER_KEY = "coalesce(number_key, number)"
CODE_KEY = "coalesce(unique_key, code)"


def not_plain(code: str) -> str:
    """Return the SQL condition that a code or number may differ from its key."""
    return f"(glob('{NOT_PLAIN}', {code}) OR glob('{SEVERAL_BLANKS}', {code}))"


# A sales number comes from our own counter, a purchase number from the supplier (domain §4). So
# only the key of purchases includes the account: `numbers.number_scope` as SQL.
SCOPE = "CASE document_type WHEN 1 THEN account_code ELSE '' END"

INDEXES = (
    f"CREATE UNIQUE INDEX account_key ON account ({CODE_KEY})",
    f"CREATE UNIQUE INDEX stock_item_key ON stock_item ({CODE_KEY})",
    f"CREATE UNIQUE INDEX invoice_number ON invoice (document_type, {NUMBER_KEY}, {SCOPE})",
    (
        f"CREATE UNIQUE INDEX invoice_gib_number ON invoice (gib_number, document_type, {SCOPE})"
        " WHERE gib_number IS NOT NULL"
    ),
    f"CREATE INDEX invoice_prefix ON invoice (document_type, prefix, {SCOPE}, tail)",
    "CREATE INDEX invoice_date ON invoice (document_type, document_date, number)",
    "CREATE INDEX invoice_account ON invoice (account_code, document_type, document_date)",
    (
        "CREATE INDEX transfer_item_fingerprint ON transfer_item (fingerprint)"
        " WHERE fingerprint IS NOT NULL"
    ),
    (
        "CREATE INDEX invoice_origin ON invoice (transfer_id, transfer_position)"
        " WHERE transfer_id IS NOT NULL"
    ),
    (
        "CREATE INDEX transfer_item_invoice ON transfer_item (invoice_id)"
        " WHERE invoice_id IS NOT NULL"
    ),
    "CREATE INDEX deleted_invoice_number ON deleted_invoice (number, transfer_id)",
    "CREATE INDEX deleted_invoice_origin ON deleted_invoice (transfer_id, transfer_position)",
)
