"""Account and stock cards after Netsis' ARPs and Items (domain §7), and their stored form.

As with invoices, a struct is one JSON object of the file. The first fields have a column in the
database; the others, and all members that we do not model, are kept as JSON and come out unchanged.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta, Raw, Struct, field

from app.domain.amounts import spell as spell_amount
from app.domain.amounts import stored
from app.domain.invoice import (
    Amount,
    Code15,
    Code35,
    Extra,
    Member,
    Note,
    Rate,
    Small,
    Text1,
    Text15,
    members,
)
from app.domain.netsis_json import join, spell_extra, spell_members

Name: TypeAlias = Annotated[str, Meta(max_length=4000)]
"""A name or address, without invisible characters. None of our sources gives Netsis' own limit.
This one is that of an invoice's MALADI, since cards are named after it; a shorter limit might
refuse cards that Netsis holds."""


class AccountMain(Struct, kw_only=True, omit_defaults=True):
    """`CariTemelBilgi`."""

    code: Code15 = field(name="CARI_KOD")
    name: Name = field(default="", name="CARI_ISIM")
    side: Text1 | None = field(default=None, name="CARI_TIP")
    """`A` for a customer (alıcı), `S` for a supplier (satıcı)."""
    tax_number: Text15 | None = field(default=None, name="VERGI_NUMARASI")
    tax_office: Note | None = field(default=None, name="VERGI_DAIRESI")
    city: Note | None = field(default=None, name="CARI_IL")
    district: Note | None = field(default=None, name="CARI_ILCE")
    address: Note | None = field(default=None, name="CARI_ADRES")
    phone: Note | None = field(default=None, name="CARI_TEL")
    email: Note | None = field(default=None, name="EMAIL")
    branch: Small | None = field(default=None, name="Sube_Kodu")
    company: Small | None = field(default=None, name="ISLETME_KODU")
    extra: Extra = field(default_factory=dict)


class StockMain(Struct, kw_only=True, omit_defaults=True):
    """`StokTemelBilgi`."""

    code: Code35 = field(name="Stok_Kodu")
    name: Name = field(default="", name="Stok_Adi")
    vat_rate: Rate | None = field(default=None, name="KDV_Orani")
    unit: Text15 | None = field(default=None, name="Olcu_Br1")
    group_code: Text15 | None = field(default=None, name="Grup_Kodu")
    code1: Text15 | None = field(default=None, name="Kod_1")
    code2: Text15 | None = field(default=None, name="Kod_2")
    code3: Text15 | None = field(default=None, name="Kod_3")
    code4: Text15 | None = field(default=None, name="Kod_4")
    code5: Text15 | None = field(default=None, name="Kod_5")
    sales_price1: Amount | None = field(default=None, name="Satis_Fiat1")
    branch: Small | None = field(default=None, name="Sube_Kodu")
    company: Small | None = field(default=None, name="ISLETME_KODU")
    extra: Extra = field(default_factory=dict)


class ARPs(Struct, kw_only=True):
    """An account card; `extra` holds `CariEkBilgi` and the other members beside the main one."""

    main: AccountMain = field(name="CariTemelBilgi")
    extra: Extra = field(default_factory=dict)


class Items(Struct, kw_only=True):
    """A stock card; `extra` holds `StokEkBilgi` and the other members beside the main one."""

    main: StockMain = field(name="StokTemelBilgi")
    extra: Extra = field(default_factory=dict)


Card: TypeAlias = ARPs | Items


class CardKind(StrEnum):
    """The two kinds of cards; the value is the word that the user sees."""

    ACCOUNT = "cari"
    STOCK = "stok"

    @property
    def struct(self) -> type[AccountMain] | type[StockMain]:
        """The struct of the card's main member."""
        return AccountMain if self is CardKind.ACCOUNT else StockMain

    @property
    def main(self) -> str:
        """The name of the main member in the file; it identifies the kind."""
        return "CariTemelBilgi" if self is CardKind.ACCOUNT else "StokTemelBilgi"

    @property
    def plural(self) -> str:
        """The user's word for a file of such cards: `cariler`."""
        return f"{self.value}ler" if self is CardKind.ACCOUNT else f"{self.value}lar"


_COLUMNS: Final = {CardKind.ACCOUNT: 6, CardKind.STOCK: 5}


@cache
def inside(kind: CardKind) -> tuple[Member, ...]:
    """Return the members stored in a column of their own, code and name first."""
    return members(kind.struct)[: _COLUMNS[kind]]


@cache
def outside(kind: CardKind) -> tuple[Member, ...]:
    """Return the members that are kept as JSON, in the order of the struct."""
    return members(kind.struct)[_COLUMNS[kind] :]


_decode_object: Final = msgspec.json.Decoder(dict[str, Raw]).decode


class CardRecord(NamedTuple):
    """A card as the database keeps it."""

    kind: CardKind
    columns: tuple[str | None, ...]
    """The values of the members `inside`: texts, and amounts as canonical text."""
    main_extra: str | None
    """The other members of the main member, as a JSON object."""
    extra: str | None
    """The members beside the main member, as a JSON object."""

    @property
    def code(self) -> str:
        """Cari Kodu or Stok Kodu."""
        return self.columns[0] or ""

    @property
    def name(self) -> str:
        """Cari Adı or Stok Adı; empty where the card has none."""
        return self.columns[1] or ""

    @property
    def is_nameless(self) -> bool:
        """Whether an import made the card as a placeholder: its name is its code, or empty."""
        return self.name in ("", self.code)


def to_card_record(card: Card) -> CardRecord:
    """Convert a card to its stored form."""
    kind = CardKind.ACCOUNT if isinstance(card, ARPs) else CardKind.STOCK
    main = _object(spell_members(card.main, outside(kind)))
    values = (getattr(card.main, member.attribute) for member in inside(kind))
    columns = tuple(v if v is None or isinstance(v, str) else spell_amount(v) for v in values)
    return CardRecord(kind, columns, main, _object(spell_extra(card.extra)))


def encode_card(card: CardRecord) -> bytes:
    """Return the card as one JSON object on one line, as Logo's REST client writes it.

    Raises ValueError or ArithmeticError if a stored value is damaged, so that no file can have it.
    """
    main = join(
        (msgspec.json.encode(member.name), _spelled(member, value))
        for member, value in zip(inside(card.kind), card.columns, strict=True)
        if value is not None
    )
    main = _append_members(main, card.main_extra)
    return _append_members(b'{"%b":%b}' % (card.kind.main.encode(), main), card.extra)


def can_be_written(card: CardRecord) -> bool:
    """Return whether a file can have the card, that is, none of its values is damaged."""
    try:
        encode_card(card)
    except (ValueError, ArithmeticError):
        return False
    return True


def members_of(card: CardRecord) -> dict[str, Raw]:
    """Return the members of the card's JSON object."""
    return msgspec.json.decode(encode_card(card), type=dict[str, Raw])


def _spelled(member: Member, value: str) -> bytes:
    if member.kind is str:
        return msgspec.json.encode(value)
    return spell_amount(stored(value)).encode()


def _append_members(body: bytes, extra: str | None) -> bytes:
    """Append the members of the object `extra`, none of which `body` has. Raises ValueError."""
    if extra is None:
        return body
    try:
        before, more = (_decode_object(text) for text in (body, extra))
        whole = body[:-1] + b"," + extra.encode()[1:]
        if len(_decode_object(whole)) != len(before) + len(more) or not more:
            raise ValueError(extra)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError(extra) from error
    return whole


def _object(pairs: list[tuple[bytes, bytes]]) -> str | None:
    return join(pairs).decode() if pairs else None
