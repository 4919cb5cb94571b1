"""Format totals as a page of text: one part below the other, figures on the right, then bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeAlias

from app.domain.dates import MONTHS
from app.domain.filters import currency_name
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.overview import CurrencyFigures, Figures, TypeOverview
from app.domain.text import (
    one_line,
    shorten,
    some_names,
    turkish_amount,
    turkish_count,
    turkish_trimmed,
)
from app.transfer.overview import TOP_ACCOUNTS, SummedUp

_NAMED = 5  # omitted documents named in a sentence
_BAR = 30
_LEAST_BAR = 5
_LABEL = 34
_LEAST_LABEL = 8
_GAP = "  "
_UNKNOWN_RATE = "Oranı belirsiz"


class Role(Enum):
    """The role of a piece of a line, which decides its style."""

    TEXT = "text"
    HEADING = "heading"
    BAR = "bar"


Line: TypeAlias = list[tuple[str, Role]]
"""(text, role) pieces from left to right."""


class _Row(NamedTuple):
    label: str
    cells: Sequence[str]
    size: Decimal
    """The amount that the bar represents."""


def page(found: SummedUp, width: int) -> list[Line]:
    """Return totals as lines of at most `width` characters."""
    lines = [line for part in _parts(found, width) for line in (*part, [])]
    return lines[:-1]


def _parts(found: SummedUp, width: int) -> Iterator[list[Line]]:
    if found.left_out:
        yield [[(shorten(left_out_words(found.left_out), width), Role.HEADING)]]
    if not found.overview.types:
        yield [[("Belge yok", Role.TEXT)]]
    for document_type, one in sorted(found.overview.types.items()):
        yield _whole(document_type, one.whole, width)
        yield _table(("KDV oranı", "Matrah", "KDV"), _rates(one), width)
        yield _table(("Tipi", "Belge", "Toplam"), _kinds(one), width)
        yield _table(
            ("Döviz", "Belge", "Toplam TL", "Döviz tutarı"), _currencies(one, found), width
        )
        yield _table(("Ay", "Belge", "Toplam"), _months(one), width)
        yield _table((_account_title(one), "Belge", "Toplam"), _accounts(one, found), width)


def left_out_words(names: Sequence[str]) -> str:
    """Return the sentence about documents that no total includes; empty if there are none."""
    if not names:
        return ""
    return f"Okunamadığı için sayılmayan: {some_names(names, _NAMED, 'belge')}"


def _whole(document_type: DocumentType, one: Figures, width: int) -> list[Line]:
    returns = f", {turkish_count(one.returns)} iadesi düşülerek" if one.returns else ""
    heading = f"{document_type.label}: {turkish_count(one.count)} belge{returns}"
    others = one.total - one.base - one.vat
    figures = [("Matrah", one.base), ("KDV", one.vat)]
    if others:
        figures.append(("Tevkifat, ek maliyet, yuvarlama", others))
    figures.append(("GENEL TOPLAM", one.total))
    room = max(len(turkish_amount(amount)) for _, amount in figures)
    lines: list[Line] = [[(shorten(heading, width), Role.HEADING)]]
    for label, amount in figures:
        label = shorten(label, max(width - room - 4, _LEAST_LABEL))
        lines.append([(f"  {label:<{_LABEL - 2}}"[: width - room], Role.TEXT)])
        lines[-1].append((f"{turkish_amount(amount):>{room}}", Role.TEXT))
    return lines


def _rates(one: TypeOverview) -> Iterator[_Row]:
    for rate, figures in one.rates().items():
        label = _UNKNOWN_RATE if rate is None else f"%{turkish_trimmed(rate)}"
        cells = turkish_amount(figures.base), turkish_amount(figures.vat)
        yield _Row(label, cells, figures.base)


def _kinds(one: TypeOverview) -> Iterator[_Row]:
    for kind, figures in sorted(one.kinds.items()):
        yield _row(InvoiceKind(kind).label, figures)


def _currencies(one: TypeOverview, found: SummedUp) -> Iterator[_Row]:
    for currency, figures in sorted(one.currencies.items()):
        row = _row(currency_name(currency, found.currencies), figures)
        foreign = _foreign(currency, figures)
        yield row._replace(cells=(*row.cells, foreign))


def _foreign(currency: int, figures: CurrencyFigures) -> str:
    """Return the sum in a currency; `?` stands for documents that do not state theirs."""
    if not currency:
        return ""
    if figures.silent == figures.count:
        return "?"
    return f"{turkish_amount(figures.foreign)}{' + ?' if figures.silent else ''}"


def _months(one: TypeOverview) -> Iterator[_Row]:
    for month, figures in sorted(one.months.items()):
        year, number = month.split("-")
        yield _row(f"{year} {MONTHS[int(number) - 1]}", figures)


def _account_title(one: TypeOverview) -> str:
    return f"Cari (en büyük {TOP_ACCOUNTS})" if len(one.accounts) > TOP_ACCOUNTS else "Cari"


def _accounts(one: TypeOverview, found: SummedUp) -> Iterator[_Row]:
    for code, figures in one.top_accounts(TOP_ACCOUNTS):
        yield _row(f"{code} {found.account_names.get(code, '')}".rstrip(), figures)


def _row(label: str, figures: Figures) -> _Row:
    return _Row(label, (turkish_count(figures.count), turkish_amount(figures.total)), figures.total)


def _table(titles: Sequence[str], rows: Iterable[_Row], width: int) -> list[Line]:
    """Return rows with aligned figures, and bars if there is room."""
    rows = list(rows)
    columns = list(zip(*(row.cells for row in rows), strict=True))
    rooms = [
        max(len(title), *map(len, cells)) for title, cells in zip(titles[1:], columns, strict=True)
    ]
    figures = sum(rooms) + len(_GAP) * len(rooms)
    longest = max(len(titles[0]), *(len(row.label) for row in rows)) + 2
    label = max(min(longest, _LABEL, width - figures - len(_GAP) - _LEAST_BAR), _LEAST_LABEL + 2)
    bar = min(width - label - figures - len(_GAP), _BAR)
    most = max(abs(row.size) for row in rows)
    lines: list[Line] = [[(_cells(f"{titles[0]:<{label}}", titles[1:], rooms), Role.HEADING)]]
    for row in rows:
        name = f"  {shorten(one_line(row.label), label - 2)}"
        lines.append([(_cells(f"{name:<{label}}", row.cells, rooms), Role.TEXT)])
        if bar >= _LEAST_BAR and (drawn := _bar(row.size, most, bar)):
            lines[-1].append((_GAP + drawn, Role.BAR))
    return lines


def _cells(label: str, cells: Sequence[str], rooms: Sequence[int]) -> str:
    return label + "".join(f"{_GAP}{cell:>{room}}" for cell, room in zip(cells, rooms, strict=True))


def _bar(size: Decimal, most: Decimal, room: int) -> str:
    """Draw a bar in half cells; negative amounts are drawn lighter."""
    if not size or not most:
        return ""
    halves = max(round(2 * room * abs(size) / most), 1)
    return "░" * -(-halves // 2) if size < 0 else "█" * (halves // 2) + "▌" * (halves % 2)
