"""The invoice and its lines, after Netsis' ItemSlips (domain §3), and a table of their members.

A struct is one JSON object of the file, and a field's encoded name is Netsis' own. A member that
the file leaves out is None. Members that we do not model stay in `extra` as they were spelled.
Fields are in the order of our files: first those with a database column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct, field

from app.domain import amounts
from app.domain.text import fold

Extra: TypeAlias = dict[str, msgspec.Raw]
"""Members that we do not model: name in the file → value as the file spells it."""

Amount: TypeAlias = Annotated[Decimal, Meta(extra={"places": amounts.PLACES})]
CurrencyPrice: TypeAlias = Annotated[Decimal, Meta(extra={"places": amounts.CURRENCY_PRICE_PLACES})]
Rate: TypeAlias = Annotated[Decimal, Meta(extra={"places": amounts.RATE_PLACES})]
Small: TypeAlias = Annotated[int, Meta(ge=-32768, le=32767)]
Text1: TypeAlias = Annotated[str, Meta(max_length=1)]
Text8: TypeAlias = Annotated[str, Meta(max_length=8)]
Text15: TypeAlias = Annotated[str, Meta(max_length=15)]
Text16: TypeAlias = Annotated[str, Meta(max_length=16)]
# Netsis' limit for these is not known; ours keeps a hostile text from filling the screen.
LongText: TypeAlias = Annotated[str, Meta(max_length=4000)]
# Free text, typed or pasted by people.
Note: TypeAlias = Annotated[str, Meta(max_length=4000, extra={"free": True})]
Note20: TypeAlias = Annotated[str, Meta(max_length=20, extra={"free": True})]
# A code is never empty and has no blanks around it.
Code15: TypeAlias = Annotated[str, Meta(min_length=1, max_length=15)]
Code35: TypeAlias = Annotated[str, Meta(min_length=1, max_length=35)]


MAX_LINES: Final = 32_767
"""The most lines of a document: Netsis numbers them in a smallint (`Sira`)."""

MOST_STATED: Final = 10**9
"""The greatest number of lines that a document may state (`KalemAdedi`)."""
GIVEN: Final = ("number", "grand_total")
"""The header attributes that an import fills in if a document lacks them."""

HEADER_COLUMNS: Final = 11
LINE_COLUMNS: Final = 7
"""The number of first fields of InvoiceLine with a column; the others are kept as JSON."""


class DocumentType(IntEnum):
    """Belge Tipi; the value is the file's code (`FaturaTip`: ftSFat, ftAFat)."""

    SALES = 0
    PURCHASE = 1

    @property
    def label(self) -> str:
        """The user's name of the type: `Satış Faturası`."""
        return f"{self.short} Faturası"

    @property
    def short(self) -> str:
        """The user's short name of the type: `Satış`."""
        return "Satış" if self is DocumentType.SALES else "Alış"

    @property
    def word(self) -> str:
        """The word on the command line: `satis`."""
        return "satis" if self is DocumentType.SALES else "alis"

    @property
    def line_code(self) -> str:
        """The code of the type on lines (`STra_FTIRSIP`)."""
        return "1" if self is DocumentType.SALES else "2"


class InvoiceKind(IntEnum):
    """Tipi (`FatUst.TIPI`). The kind carries the sign: returns keep positive figures."""

    EMPTY = 0
    CLOSED = 1
    OPEN = 2
    MIXED = 3
    RETURN = 4
    WASTE_RETURN = 5
    EXPORT = 6
    DOMESTIC = 7
    FOREIGN = 8

    @property
    def label(self) -> str:
        """The user's name of the kind: `Zayi İade`."""
        return _KIND_LABELS[self]

    @property
    def word(self) -> str:
        """The word on the command line: `zayi-iade`."""
        return fold(self.label).replace(" ", "-")


RETURNS: Final = (InvoiceKind.RETURN, InvoiceKind.WASTE_RETURN)
"""The kinds that count negative in totals (domain §8)."""

_KIND_LABELS = (
    "Boş", "Kapalı", "Açık", "Muhtelif", "İade", "Zayi İade", "İhracat", "Yurt İçi", "Yurt Dışı",
)  # fmt: skip


class InvoiceLine(Struct, kw_only=True, omit_defaults=True):
    """One invoice line (Kalem)."""

    order: Small | None = field(default=None, name="Sira")
    stock_code: Code35 = field(name="StokKodu")
    quantity: Amount = field(name="STra_GCMIK")
    unit: Small | None = field(default=None, name="Olcubr")
    gross_price: Amount | None = field(default=None, name="STra_BF")
    net_price: Amount | None = field(default=None, name="STra_NF")
    vat_rate: Rate | None = field(default=None, name="STra_KDV")
    free_quantity: Amount | None = field(default=None, name="STra_MALFISK")
    discount1: Amount | None = field(default=None, name="STra_SatIsk")
    discount2: Amount | None = field(default=None, name="STra_SatIsk2")
    discount3: Amount | None = field(default=None, name="STra_SatIsk3")
    discount4: Amount | None = field(default=None, name="STra_SatIsk4")
    discount5: Amount | None = field(default=None, name="STra_SatIsk5")
    discount6: Amount | None = field(default=None, name="STra_SatIsk6")
    discount1_is_amount: Small | None = field(default=None, name="Isk_Flag")
    type_code: Text1 | None = field(default=None, name="STra_FTIRSIP")
    direction: Text1 | None = field(default=None, name="STra_GC")
    movement: Text1 | None = field(default=None, name="STra_HTUR")
    warehouse: Small | None = field(default=None, name="DEPO_KODU")
    currency: Small | None = field(default=None, name="STra_DOVTIP")
    currency_price: CurrencyPrice | None = field(default=None, name="STra_DOVFIAT")
    description: Note | None = field(default=None, name="STra_ACIK")
    note1: Note | None = field(default=None, name="Ekalan")
    note2: Note | None = field(default=None, name="Ekalan1")
    order_number: Text15 | None = field(default=None, name="STra_SIPNUM")
    waybill_number: Text15 | None = field(default=None, name="Irsaliyeno")
    waybill_date: date | None = field(default=None, name="Irsaliyetar")
    project: Text15 | None = field(default=None, name="ProjeKodu")
    ledger_account: LongText | None = field(default=None, name="MuhasebeKodu")
    salesman: Text8 | None = field(default=None, name="Plasiyer_Kodu")
    due_date: date | None = field(default=None, name="Vadetar")
    item_name: Note | None = field(default=None, name="MALADI")
    extra: Extra = field(default_factory=dict)

    @property
    def discounts(self) -> tuple[Decimal | None, ...]:
        """The six cascading discounts in order: rates; the first may be an amount."""
        return (
            self.discount1, self.discount2, self.discount3,
            self.discount4, self.discount5, self.discount6,
        )  # fmt: skip


class InvoiceHeader(Struct, kw_only=True, omit_defaults=True):
    """`FatUst`: everything of a document but its lines. The document type stands in `Invoice`."""

    branch: Small | None = field(default=None, name="Sube_Kodu")
    number: Code15 = field(name="FATIRS_NO")
    account_code: Code15 = field(name="CariKod")
    document_date: date = field(name="Tarih")
    kind: Annotated[int, Meta(ge=0, le=8)] | None = field(default=None, name="TIPI")
    gross_total: Amount | None = field(default=None, name="BRUTTUTAR")
    vat_total: Amount | None = field(default=None, name="KDV")
    grand_total: Amount | None = field(name="GENELTOPLAM")
    """None until it is computed (`computed_totals`)."""
    currency: Small | None = field(default=None, name="DOVIZTIP")
    salesman: Text8 | None = field(default=None, name="PLA_KODU")
    project: Text15 | None = field(default=None, name="Proje_Kodu")
    gib_number: Text16 | None = field(default=None, name="GIB_FATIRS_NO")
    account_code2: Text15 | None = field(default=None, name="CARI_KOD2")
    posting_date: date | None = field(default=None, name="ENTEGRE_TRH")
    actual_date: date | None = field(default=None, name="FiiliTarih")
    payment_days: Small | None = field(default=None, name="ODEMEGUNU")
    payment_date: date | None = field(default=None, name="ODEMETARIHI")
    vat_included: bool | None = field(default=None, name="KDV_DAHILMI")
    description: Note20 | None = field(default=None, name="Aciklama")
    code1: Text1 | None = field(default=None, name="KOD1")
    code2: Text1 | None = field(default=None, name="KOD2")
    line_discount: Amount | None = field(default=None, name="SAT_ISKT")
    free_goods_discount: Amount | None = field(default=None, name="MFAZ_ISKT")
    general_discount_rate1: Amount | None = field(default=None, name="GEN_ISK1O")
    general_discount_rate2: Amount | None = field(default=None, name="GEN_ISK2O")
    general_discount_rate3: Amount | None = field(default=None, name="GEN_ISK3O")
    general_discount1: Amount | None = field(default=None, name="GEN_ISK1T")
    general_discount2: Amount | None = field(default=None, name="GEN_ISK2T")
    general_discount3: Amount | None = field(default=None, name="GEN_ISK3T")
    extra_cost1: Amount | None = field(default=None, name="FAT_ALTM1")
    extra_cost2: Amount | None = field(default=None, name="FAT_ALTM2")
    extra_cost3: Amount | None = field(default=None, name="FAT_ALTM3")
    vat_rate1: Rate | None = field(default=None, name="KDV1O")
    vat_rate2: Rate | None = field(default=None, name="KDV2O")
    vat_rate3: Rate | None = field(default=None, name="KDV3O")
    vat_rate4: Rate | None = field(default=None, name="KDV4O")
    vat_rate5: Rate | None = field(default=None, name="KDV5O")
    vat_amount1: Amount | None = field(default=None, name="KDV1T")
    vat_amount2: Amount | None = field(default=None, name="KDV2T")
    vat_amount3: Amount | None = field(default=None, name="KDV3T")
    vat_amount4: Amount | None = field(default=None, name="KDV4T")
    vat_amount5: Amount | None = field(default=None, name="KDV5T")
    special_tax: Amount | None = field(default=None, name="OTV")
    rounding: Amount | None = field(default=None, name="YUVARLAMA")
    currency_total: Amount | None = field(default=None, name="DovizTut")
    condition_code: LongText | None = field(default=None, name="KOSULKODU")
    payment_code: LongText | None = field(default=None, name="OdemeKodu")
    einvoice_account: bool | None = field(default=None, name="EfaturaCarisiMi")
    note1: Note | None = field(default=None, name="EKACK1")
    note2: Note | None = field(default=None, name="EKACK2")
    note3: Note | None = field(default=None, name="EKACK3")
    note4: Note | None = field(default=None, name="EKACK4")
    note5: Note | None = field(default=None, name="EKACK5")
    note6: Note | None = field(default=None, name="EKACK6")
    note7: Note | None = field(default=None, name="EKACK7")
    note8: Note | None = field(default=None, name="EKACK8")
    note9: Note | None = field(default=None, name="EKACK9")
    note10: Note | None = field(default=None, name="EKACK10")
    note11: Note | None = field(default=None, name="EKACK11")
    note12: Note | None = field(default=None, name="EKACK12")
    note13: Note | None = field(default=None, name="EKACK13")
    note14: Note | None = field(default=None, name="EKACK14")
    note15: Note | None = field(default=None, name="EKACK15")
    note16: Note | None = field(default=None, name="EKACK16")
    extra: Extra = field(default_factory=dict)

    @property
    def vat_buckets(self) -> list[tuple[Decimal, Decimal]]:
        """(rate %, amount) of each VAT bucket that is used."""
        rates = (self.vat_rate1, self.vat_rate2, self.vat_rate3, self.vat_rate4, self.vat_rate5)
        sums = (
            self.vat_amount1, self.vat_amount2, self.vat_amount3,
            self.vat_amount4, self.vat_amount5,
        )  # fmt: skip
        return [
            (rate or amounts.ZERO, amount or amounts.ZERO)
            for rate, amount in zip(rates, sums, strict=True)
            if rate or amount
        ]

    @property
    def general_discounts(self) -> list[tuple[Decimal | None, Decimal]]:
        """(rate % or None, amount) of each general discount that is used."""
        rates = (
            self.general_discount_rate1,
            self.general_discount_rate2,
            self.general_discount_rate3,
        )
        sums = (self.general_discount1, self.general_discount2, self.general_discount3)
        return [
            (rate, amount or amounts.ZERO)
            for rate, amount in zip(rates, sums, strict=True)
            if rate or amount
        ]

    @property
    def notes(self) -> list[str]:
        """The notes that are not empty, in order."""
        texts = (getattr(self, f"note{n}") for n in range(1, 17))
        return [text for text in texts if text]


class Invoice(Struct, kw_only=True, omit_defaults=True):
    """One document: its type, header and lines."""

    series: Text15 | None = field(default=None, name="Seri")
    document_type: DocumentType = field(name="FaturaTip")
    header: InvoiceHeader = field(name="FatUst")
    lines: list[InvoiceLine] = field(name="Kalems")
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a JSON object, and its limits."""

    name: str
    """The name in the file, in Netsis' own spelling."""
    attribute: str
    kind: type
    """int, str, bool, Decimal or date."""
    required: bool
    min_length: int = 0
    max_length: int = 0
    low: int = 0
    high: int = 0
    places: int = 0
    free: bool = False
    """Whether it is free text, which may hold control characters, and not a code."""


@cache
def members(struct: type[msgspec.Struct]) -> tuple[Member, ...]:
    """Return the members of `struct` in the order in which files have them."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        _member(field, hints[field.name])
        for field in msgspec.structs.fields(struct)
        if field.name != "extra"
    )


def _member(field: msgspec.structs.FieldInfo, hint: Any) -> Member:
    options = [option for option in get_args(hint) if option is not NoneType]
    if get_origin(hint) is not Annotated and options:
        hint = options[0]
    meta = msgspec.Meta()
    if get_origin(hint) is Annotated:
        hint, meta = get_args(hint)
    return Member(
        name=field.encode_name,
        attribute=field.name,
        kind=hint,
        required=field.required,
        min_length=meta.min_length or 0,
        max_length=meta.max_length or 0,
        low=int(meta.ge or 0),
        high=int(meta.le or 0),
        **(meta.extra or {}),
    )


@cache
def inside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """Return the members with a column, which is named like the attribute, in order."""
    return members(struct)[: _columns(struct)]


@cache
def outside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """Return the members that are kept as JSON, in order."""
    return members(struct)[_columns(struct) :]


def _columns(struct: type[InvoiceHeader] | type[InvoiceLine]) -> int:
    return HEADER_COLUMNS if struct is InvoiceHeader else LINE_COLUMNS
