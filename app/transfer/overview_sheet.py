"""Write totals and the KDV list, which has a row for each document with matrah and KDV by rate.

A workbook holds all of them as sheets. A .csv holds one table, so the KDV list goes to a file
beside the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

from app.domain.amounts import canonical, total
from app.domain.dates import MONTHS
from app.domain.filters import LIRA, currency_name
from app.domain.invoice import InvoiceKind
from app.domain.overview import Entry, Figures, TypeOverview, in_order
from app.domain.text import turkish_trimmed
from app.progress import Progress, Stop, never, no_progress
from app.sheets.table import Kind, Row, SheetColumn, SheetTable, TotalRow
from app.sheets.writer import write_sheets
from app.store import cards
from app.store.database import connected, reading
from app.transfer import sheet_columns as columns
from app.transfer.overview import Documents, SummedUp, summed_up, with_progress
from app.whole_file import WholeFile

MOST_RATES: Final = 12
"""Rates with columns of their own in the KDV list; all other rates share two columns."""

_Rates: TypeAlias = Sequence[Decimal | None]
_FIGURES: Final = (
    SheetColumn("Belge", Kind.INTEGER, 8),
    SheetColumn("İade", Kind.INTEGER, 8),
    columns.BASE,
    columns.VAT,
    columns.TOTAL,
)
_TOTALS: Final = SheetTable(
    "Özet",
    (
        columns.TYPE, columns.CURRENCY, SheetColumn("KDV Oranı", width=16), *_FIGURES,
        columns.FOREIGN,
    ),
)  # fmt: skip
_KINDS: Final = SheetTable("Tipi", (columns.TYPE, columns.KIND, *_FIGURES))
_MONTHS: Final = SheetTable("Aylar", (columns.TYPE, SheetColumn("Ay", width=14), *_FIGURES))
_ACCOUNTS: Final = SheetTable(
    "Cariler", (columns.TYPE, columns.ACCOUNT, columns.ACCOUNT_NAME, *_FIGURES)
)
_DOCUMENT: Final = (
    columns.DAY,
    columns.NUMBER,
    columns.TYPE,
    columns.KIND,
    columns.ACCOUNT,
    columns.ACCOUNT_NAME,
)
_WHOLE: Final = (columns.BASE, columns.VAT, columns.TOTAL)


def vat_list_path(path: Path) -> Path | None:
    """Return the path of the KDV list if it needs a file of its own: `ozet-kdv-listesi.csv`."""
    beside = path.with_name(f"{path.stem}-kdv-listesi{path.suffix}")
    return beside if path.suffix.lower() == ".csv" else None


def write_totals(
    documents: Documents, path: Path, *, progress: Progress = no_progress, stop: Stop = never
) -> SummedUp:
    """Write totals and KDV list to new files, from one read transaction.

    Amounts of returns are negative. The documents are read twice, since the rates that occur become
    columns. Raises FileRefused, DatabaseRefused, Stopped; then no file remains, except a KDV list
    whose totals could not be written.
    """
    whole = len(documents)
    beside = vat_list_path(path)
    for one in filter(None, (path, beside)):
        WholeFile(one).close()
    with connected(), reading():
        found = summed_up(documents, progress=lambda done, _: progress(done, 2 * whole), stop=stop)

        def second(done: int, _of: int) -> None:
            progress(min(whole + done, 2 * whole), 2 * whole)

        rates = _rates(found)
        vat_list = _vat_table(rates), _vat_rows(documents, found, rates, second, stop)
        totals = _totals_tables(found)
        if beside is None:
            write_sheets(path, [*totals, vat_list], stop=stop)
        else:
            write_sheets(beside, [vat_list], stop=stop)
            write_sheets(path, totals[:1], stop=stop)
    return found


def _totals_tables(found: SummedUp) -> list[tuple[SheetTable, Iterable[Row]]]:
    types = sorted(found.overview.types.items())
    codes = [code for _, one in types for code in one.accounts]
    names = found.account_names | cards.names("account", codes)
    return [
        (
            _TOTALS,
            (
                row
                for document_type, one in types
                for row in _by_rate(document_type.short, one, found)
            ),
        ),
        (
            _KINDS,
            (
                (document_type.short, InvoiceKind(key).label, *_figures(figures))
                for document_type, one in types
                for key, figures in sorted(one.kinds.items())
            ),
        ),
        (
            _MONTHS,
            (
                (document_type.short, _month(key), *_figures(figures))
                for document_type, one in types
                for key, figures in sorted(one.months.items())
            ),
        ),
        (
            _ACCOUNTS,
            (
                (document_type.short, code, names.get(code, ""), *_figures(figures))
                for document_type, one in types
                for code, figures in one.top_accounts(len(one.accounts))
            ),
        ),
    ]


def _by_rate(word: str, one: TypeOverview, found: SummedUp) -> Iterator[Row]:
    """Yield a row for each currency and rate, and a total for each currency."""
    for currency, figures in sorted(one.currencies.items()):
        name = currency_name(currency, found.currencies)
        for rate in in_order(figures.rates):
            of_rate = figures.rates[rate]
            amounts = canonical(of_rate.base), canonical(of_rate.vat)
            yield word, name, rate_name(rate), of_rate.count, None, *amounts, None, None
        foreign = None if currency == LIRA or figures.silent else canonical(figures.foreign)
        yield TotalRow((word, name, "Toplam", *_figures(figures), foreign))


def _figures(one: Figures) -> tuple[int | Decimal, ...]:
    return one.count, one.returns, canonical(one.base), canonical(one.vat), canonical(one.total)


def rate_name(rate: Decimal | None) -> str:
    """Return a rate as users see it: `%20`."""
    return "Oranı belirsiz" if rate is None else f"%{turkish_trimmed(rate)}"


def _month(month: str) -> str:
    return f"{month[:4]} {MONTHS[int(month[5:]) - 1]}"


def _rates(found: SummedUp) -> _Rates:
    """Return the rates with columns of their own: those of the most documents."""
    counts: dict[Decimal | None, int] = {}
    for one in found.overview.types.values():
        for rate, figures in one.rates().items():
            counts[rate] = counts.get(rate, 0) + figures.count
    most = sorted(counts, key=lambda rate: -counts[rate])[:MOST_RATES]
    return in_order(most)


def _vat_table(rates: _Rates) -> SheetTable:
    names = [*map(rate_name, rates), "diğer oranlar"]
    of_rates = [
        SheetColumn(f"{what} {name}", Kind.AMOUNT, 16)
        for name in names
        for what in ("Matrah", "KDV")
    ]
    return SheetTable("KDV listesi", (*_DOCUMENT, *of_rates, *_WHOLE))


def _vat_rows(
    documents: Documents, found: SummedUp, rates: _Rates, progress: Progress, stop: Stop
) -> Iterator[Row]:
    """Yield a row for each document, and a total for each type."""
    for some in with_progress(documents, [], progress, stop):
        names = cards.names("account", {one.account_code for one in some})
        for one in some:
            yield _vat_row(one, names.get(one.account_code, ""), rates)
    for document_type, of_type in sorted(found.overview.types.items()):
        by_rate = {rate: (one.base, one.vat) for rate, one in of_type.rates().items()}
        whole = of_type.whole
        amounts = _amounts(by_rate, rates, (whole.base, whole.vat, whole.total))
        yield TotalRow(
            (None, f"{document_type.short} toplamı", document_type.short, *[None] * 3, *amounts)
        )


def _vat_row(one: Entry, name: str, rates: _Rates) -> Row:
    by_rate = {rate: (base, vat) for rate, base, vat in one.parts}
    return (
        one.day,
        one.number,
        one.document_type.short,
        InvoiceKind(one.kind).label,
        one.account_code,
        name,
        *_amounts(by_rate, rates, (one.base, one.vat, one.total)),
    )


def _amounts(
    by_rate: dict[Decimal | None, tuple[Decimal, Decimal]],
    rates: _Rates,
    whole: tuple[Decimal, Decimal, Decimal],
) -> Iterator[Decimal | None]:
    """Yield matrah and KDV of each rate, of the other rates together, and in total."""
    others = [pair for rate, pair in by_rate.items() if rate not in rates]
    pairs = [by_rate.get(rate) for rate in rates]
    rest = total(base for base, _ in others), total(vat for _, vat in others)
    pairs.append(rest if others else None)
    for pair in pairs:
        yield from (None, None) if pair is None else map(canonical, pair)
    yield from map(canonical, whole)
