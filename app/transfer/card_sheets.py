"""Read cards from a sheet whose header row has Netsis' or the screen's names of members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from app.domain.cards import CardKind
from app.domain.dates import file_text
from app.domain.invoice import Member, members
from app.domain.labels import LABELS
from app.domain.netsis_json import join
from app.domain.reasons import Code, DocumentError, Reason
from app.domain.sheet_cells import checked_cell
from app.domain.text import fold, one_line, shorten
from app.netsis.card_source import RawCard
from app.sheets.reader import Cell, ReadSheet, SheetRow

_NOT_A_NAME: Final = re.compile("[^a-z0-9]+")
# Names of Netsis have an underscore: RISK_LIMITI. Other names are columns of some other list.
_NETSIS_NAME: Final = re.compile(r"(?=[^_]+_)[A-Za-z][A-Za-z0-9_]{0,63}\Z")
_OTHER_NAMES: Final = {
    "CARI_KOD": ("Cari", "CariKod"),
    "CARI_ISIM": ("Cari İsim", "Ünvan", "Unvan"),
    "VERGI_NUMARASI": ("Vergi No",),
    "CARI_TIP": ("Tip", "Tipi"),
    "Stok_Kodu": ("Stok", "StokKodu"),
    "Stok_Adi": ("Stok İsmi", "MALADI"),
    "Olcu_Br1": ("Birim", "Ölçü Birimi 1"),
}
_TAX_NUMBER_DIGITS: Final = (10, 11)
_SIDES: Final = {"alici": "A", "satici": "S"}
_WIDTH: Final = 30
_TOLD: Final = 4  # headers named in a sentence
_CODE, _SIDE, _TAX_NUMBER = "code", "side", "tax_number"


class Columns(NamedTuple):
    """The meaning of a sheet's columns."""

    kind: CardKind
    members: dict[int, Member]
    """Column index → a member that we model."""
    unknown: dict[int, str]
    """Column index → the Netsis name of a member that we do not model but keep."""


class NoCards(Exception):
    """The header row of the sheet has no column for a card's code."""


class WrongColumns(Exception):
    """A sheet has a card's code, but also columns that do not belong to a card."""


def read_columns(header: SheetRow) -> Columns:
    """Return the meaning of the columns. Raises NoCards, WrongColumns with the reason."""
    labels = [_label(cell) for cell in header.cells]
    kinds = [kind for kind in CardKind if _has_code(kind, labels)]
    if not kinds:
        raise NoCards("ilk satırda Cari Kodu ya da Stok Kodu sütunu yok")
    if len(kinds) > 1:
        raise WrongColumns("hem Cari Kodu hem Stok Kodu sütunu var")
    kind = kinds[0]
    found: dict[int, Member] = {}
    unknown: dict[int, str] = {}
    strange = []
    for column, label in enumerate(labels):
        member = _NAMES[kind].get(_key(label))
        if member in found.values():
            raise WrongColumns(f"{shorten(label, _WIDTH)} sütunu iki kez var")
        if member:
            found[column] = member
        elif _NETSIS_NAME.match(label) and label not in unknown.values():
            unknown[column] = label
        elif label:
            strange.append(label)
    if strange:
        raise WrongColumns(f"{kind.value} kartında böyle bir alan yok: {shown(strange)}")
    return Columns(kind, found, unknown)


def shown(labels: Sequence[str]) -> str:
    """Return the first headers, and the number of the others."""
    told = ", ".join(shorten(one_line(label), _WIDTH) for label in labels[:_TOLD])
    more = len(labels) - _TOLD
    return f"{told} ve {more} sütun daha" if more > 0 else told


def read_rows(columns: Columns, rows: Iterable[SheetRow]) -> Iterator[RawCard]:
    """Yield each row's card as JSON, or the reason why a cell is refused."""
    for row in rows:
        try:
            yield RawCard(row.number, _card(columns, row), sheet=row.sheet)
        except (_BadCell, DocumentError) as error:
            raw = b'{"%b":{}}' % columns.kind.main.encode()
            yield RawCard(row.number, raw, error.reason, row.sheet)


def read_sheet(sheet: ReadSheet) -> tuple[Columns, Iterator[RawCard]]:
    """Return the columns of a sheet and its cards. Raises NoCards, WrongColumns."""
    header = next(sheet.rows, None)
    if header is None:
        raise NoCards("boş")
    columns = read_columns(header)
    return columns, read_rows(columns, sheet.rows)


class _BadCell(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _card(columns: Columns, row: SheetRow) -> bytes:
    pairs = []
    for column, cell in enumerate(row.cells):
        member, name = columns.members.get(column), columns.unknown.get(column)
        if cell is None or not (member or name):
            continue
        value = _known(member, cell) if member else _spelled(cell)
        pairs.append((msgspec.json.encode(member.name if member else name), value))
    return b'{"%b":%b}' % (columns.kind.main.encode(), join(pairs))


def _known(member: Member, cell: Cell) -> bytes:
    """Return the JSON of a cell of a member that we model. Raises _BadCell, DocumentError."""
    cell = checked_cell(member, cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if member.attribute == _SIDE and isinstance(cell, str):
        cell = _SIDES.get(fold(cell.strip()), cell)
    if not is_number or member.kind is not str:
        return _spelled(cell)
    digits = str(cell)
    lost = member.attribute == _CODE or (
        member.attribute == _TAX_NUMBER and len(digits) not in _TAX_NUMBER_DIGITS
    )
    if lost or not digits.isdecimal():
        raise _BadCell(Reason(Code.NUMBER_CELL, member.name, quote=digits))
    return msgspec.json.encode(digits)


def _spelled(cell: Cell) -> bytes:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return msgspec.json.encode(file_text(cell))
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").encode()
    return msgspec.json.encode(cell)


def _has_code(kind: CardKind, labels: list[str]) -> bool:
    code = members(kind.struct)[0]
    return any(_NAMES[kind].get(_key(label)) is code for label in labels)


def _label(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _key(label: str) -> str:
    """Return the common form of a header's spellings: no case, no diacritics, no punctuation."""
    return _NOT_A_NAME.sub("", fold(label))


def _names(kind: CardKind) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for member in members(kind.struct):
        others = _OTHER_NAMES.get(member.name, ())
        for name in (member.name, LABELS.get(member.name, member.name), *others):
            found.setdefault(_key(name), member)
    return found


_NAMES: Final = {kind: _names(kind) for kind in CardKind}
