"""The texts about a list's marks: the status line, and the sums in the question before saving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rich.cells import cell_len

from app.domain.filters import currency_name
from app.domain.invoice import DocumentType
from app.domain.text import turkish_amount, turkish_count
from app.domain.totals import ForeignSum, Sums

Names: TypeAlias = Mapping[int, str]
"""DOVIZTIP → the name of the currency."""

_CURRENCIES_IN_QUESTION = 4
_UNTOLD = -1  # stands for the number of currencies if their documents are not counted either


@dataclass(frozen=True, slots=True)
class SumFigures:
    """The figures of a list in the status line."""

    listed: int
    shown: int
    only: str
    """The plural for the rows shown, such as `işaretliler`; empty if all are shown."""
    marked: int
    hidden: int
    """The number of marked rows that are not shown."""
    sums: Mapping[DocumentType, Sums] | None
    """The sums by document type; None while the totals are being read."""
    in_range: bool
    row: int
    """The cursor's row, from 1; 0 if there are no rows."""
    currencies: Names = field(default_factory=dict)


def summary(it: SumFigures, lead: str, width: int) -> str:
    """Return the status line; what matters least is left out until it fits into `width`."""
    text = ""
    for text in _ever_shorter_lines(it, lead):
        if cell_len(text) <= width:
            break
    return text


def question_lines(count: int, sums: Mapping[DocumentType, Sums] | None, names: Names) -> list[str]:
    """Return the number of documents and their totals; a line for each foreign currency.

    Sales and purchases are never added: each has a line of its own if there are both.
    """
    documents = f"{turkish_count(count)} belge"
    if sums is None:
        return [f"{documents}, toplamı henüz hesaplanmadı"]
    apart = len(sums) > 1
    lines = [documents] if apart else []
    for document_type, one in sums.items():
        lead = f"{document_type.short} toplamı" if apart else f"{documents}, toplam"
        lines.append(f"{lead} {turkish_amount(one.total)} TL")
        lines += _foreign_lines(one.foreign, names)
    return lines or [documents]


def _foreign_lines(foreign: Sequence[ForeignSum], names: Names) -> Iterator[str]:
    for one in foreign[:_CURRENCIES_IN_QUESTION]:
        yield f"  {turkish_count(one.count)} belge: {_in_full(one, names)}"
    if len(foreign) > _CURRENCIES_IN_QUESTION:
        yield f"  ve {len(foreign) - _CURRENCIES_IN_QUESTION} döviz daha"


def _in_full(one: ForeignSum, names: Names) -> str:
    name = currency_name(one.currency, names)
    if one.silent == one.count:
        return f"{name}, tutarı yazmıyor"
    silent = f"; {turkish_count(one.silent)} tanesinde yazmıyor" if one.silent else ""
    return f"{turkish_amount(one.amount)} {name}{silent}"


def _ever_shorter_lines(it: SumFigures, lead: str) -> Iterator[str]:
    row = f"{turkish_count(it.row)}. satır" if it.row else ""
    currencies = max((len(one.foreign) for one in it.sums.values()), default=0) if it.sums else 0
    yield _joined(lead, _shown(it), *_marked(it, currencies), row)
    for number in range(currencies, -1, -1):
        yield _joined(lead, _shown(it), *_marked(it, number))
    yield _joined(lead, _shown(it, short=True), *_marked(it, 0))
    yield _joined(_shown(it, short=True), *_marked(it, 0))
    yield _joined(*_marked(it, _UNTOLD)) or _shown(it, short=True)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _shown(it: SumFigures, *, short: bool = False) -> str:
    listed, shown = turkish_count(it.listed), turkish_count(it.shown)
    if not it.only:
        return f"{listed} belge"
    return (
        f"yalnız {it.only} {shown}/{listed}"
        if short
        else f"yalnız {it.only}: {shown} / {listed} belge"
    )


def _marked(it: SumFigures, currencies: int) -> list[str]:
    """Return the number and total of the marked rows, with the sums in `currencies` currencies."""
    parts = []
    if it.marked:
        hidden = f" ({turkish_count(it.hidden)} görünmüyor)" if it.hidden else ""
        totals = (
            "toplam hesaplanıyor"
            if it.sums is None
            else sums_words(it.sums, it.currencies, currencies)
        )
        parts = [f"{turkish_count(it.marked)} işaretli{hidden}", totals]
    return [*parts, "aralık"] if it.in_range else parts


def sums_words(
    sums: Mapping[DocumentType, Sums], names: Names, currencies: int = _CURRENCIES_IN_QUESTION
) -> str:
    """Return the total, or those of sales and purchases, with up to `currencies` foreign sums."""
    return ", ".join(
        f"{document_type.short.lower() if len(sums) > 1 else 'toplam'} "
        f"{_total(one, currencies, names)}"
        for document_type, one in sums.items()
    )


def _total(sums: Sums, currencies: int, names: Names) -> str:
    total = f"{turkish_amount(sums.total)} TL"
    if not sums.foreign or currencies == _UNTOLD:
        return total
    if not currencies:
        return f"{total} ({turkish_count(sum(one.count for one in sums.foreign))} dövizli)"
    told = [_amount(one, names) for one in sums.foreign[:currencies]]
    return f"{total} ({'; '.join(told)}{'; …' if currencies < len(sums.foreign) else ''})"


def _amount(one: ForeignSum, names: Names) -> str:
    """Format a sum in a currency; `?` stands for documents that do not state their amount."""
    known = [] if one.silent == one.count else [turkish_amount(one.amount)]
    unknown = ["?"] if one.silent else []
    return f"{' + '.join(known + unknown)} {currency_name(one.currency, names)}"
