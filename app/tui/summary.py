"""The texts about a list's marks: the status line, and the sums in the question before saving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from app.domain.text import turkish_amount, turkish_count
from app.domain.totals import ForeignSum, Sums

_CURRENCIES_IN_QUESTION = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a list in the status line."""

    listed: int
    shown: int
    only: str
    """The kind of the rows shown, such as `işaretliler`; empty if all are shown."""
    marked: int
    hidden: int
    """The number of marked rows that are not shown."""
    sums: Sums | None
    """None while the totals are being read."""
    in_range: bool
    row: int
    """From 1; 0 if there are no rows."""


def summary(it: Figures, lead: str, width: int) -> str:
    """Return the status line; if the width is too small, leave out what matters least."""
    text = ""
    for text in _shorter_and_shorter(it, lead):
        if cell_len(text) <= width:
            break
    return text


def question_lines(count: int, sums: Sums | None) -> list[str]:
    """Return the number of documents and their total; a line for each foreign currency."""
    total = f"toplam {turkish_amount(sums.total)} TL" if sums else "toplamı henüz hesaplanmadı"
    lines = [f"{turkish_count(count)} belge, {total}"]
    foreign = sums.foreign if sums else ()
    for one in foreign[:_CURRENCIES_IN_QUESTION]:
        lines.append(f"  {turkish_count(one.count)} belge döviz {one.currency}: {_in_full(one)}")
    if len(foreign) > _CURRENCIES_IN_QUESTION:
        lines.append(f"  ve {len(foreign) - _CURRENCIES_IN_QUESTION} döviz daha")
    return lines


def _in_full(one: ForeignSum) -> str:
    if one.silent == one.count:
        return "tutarı yazmıyor"
    silent = f"; {turkish_count(one.silent)} tanesinde yazmıyor" if one.silent else ""
    return turkish_amount(one.amount) + silent


def _shorter_and_shorter(it: Figures, lead: str) -> Iterator[str]:
    row = f"satır {turkish_count(it.row)}" if it.row else ""
    currencies = len(it.sums.foreign) if it.sums else 0
    yield _joined(lead, _shown(it), *_marked(it, currencies), row)
    for number in range(currencies, -1, -1):
        yield _joined(lead, _shown(it), *_marked(it, number))
    yield _joined(lead, _shown(it, short=True), *_marked(it, 0))
    yield _joined(_shown(it, short=True), *_marked(it, 0))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _shown(it: Figures, *, short: bool = False) -> str:
    listed, shown = turkish_count(it.listed), turkish_count(it.shown)
    if not it.only:
        return f"{listed} belge"
    return (
        f"yalnız {it.only} {shown}/{listed}"
        if short
        else f"yalnız {it.only}: {shown} / {listed} belge"
    )


def _marked(it: Figures, currencies: int) -> list[str]:
    """Return the number and total of the marked, with the sums of that many currencies."""
    parts = []
    if it.marked:
        hidden = f" ({turkish_count(it.hidden)} görünmüyor)" if it.hidden else ""
        total = "toplam hesaplanıyor" if it.sums is None else _total(it.sums, currencies)
        parts = [f"{turkish_count(it.marked)} işaretli{hidden}", total]
    return [*parts, "aralık"] if it.in_range else parts


def _total(sums: Sums, currencies: int) -> str:
    total = f"toplam {turkish_amount(sums.total)} TL"
    if not sums.foreign:
        return total
    if not currencies:
        return f"{total}, {turkish_count(sum(one.count for one in sums.foreign))} dövizli"
    return f"{total} ({_foreign(sums.foreign, currencies)})"


def _foreign(sums: Sequence[ForeignSum], number: int) -> str:
    told = [f"{one.currency}: {_amount(one)}" for one in sums[:number]]
    return f"döviz {'; '.join(told)}" + ("; …" if number < len(sums) else "")


def _amount(one: ForeignSum) -> str:
    """Format a sum; `?` stands for documents without an amount."""
    if one.silent == one.count:
        return "?"
    return turkish_amount(one.amount) + (" + ?" if one.silent else "")
