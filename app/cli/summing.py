"""Command ozet: exact totals of documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.cli.arguments import filter_of
from app.cli.command_line import Options
from app.cli.output import Bar, print_error, print_json, print_line
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain.amounts import canonical, spell
from app.domain.filters import LIRA
from app.domain.overview import CurrencyFigures, in_order
from app.store import queries
from app.store.database import reading
from app.transfer import overview, overview_page
from app.transfer.overview import SummedUp


def sum_up(options: Options) -> int:
    """ozet."""
    wanted = filter_of(options)
    with reading():
        ids = queries.find(wanted)
        none = "" if ids else queries.why_none(wanted)
    bar = Bar("Toplanıyor")
    try:
        found = overview.of_stored(ids, progress=bar, stop=StopSignal())
    finally:
        bar.close()
    if none:
        print_error(none)
        return DONE
    with reader_may_leave():
        if options.json:
            for record in records(found):
                print_json(record)
        else:
            for line in overview_page.page(found, shutil.get_terminal_size().columns):
                print_line("".join(text for text, _ in line).rstrip())
    if found.left_out:
        print_error(overview_page.left_out_words(found.left_out))
    return SOME_FAILED if found.left_out else DONE


def records(found: SummedUp) -> Iterator[dict[str, Any]]:
    """Yield one record for each document type and currency; all amounts but the last are in TL."""
    for kind, of_type in sorted(found.overview.types.items()):
        for currency, one in sorted(of_type.currencies.items()):
            record = {
                "tip": kind.word,
                "doviz": currency_word(currency, found.currencies),
                "adet": one.count,
                "iade": one.returns,
                "matrah": amount_word(one.base),
                "kdv": amount_word(one.vat),
                "toplam": amount_word(one.total),
                "oranlar": [_rate(one, rate) for rate in in_order(one.rates)],
            }
            if currency != LIRA:
                record["dovizToplam"] = None if one.silent else amount_word(one.foreign)
            yield record


def currency_word(currency: int, names: Mapping[int, str]) -> str:
    """Return what scripts know a currency by: TRY, its name in this company, or its code."""
    return "TRY" if currency == LIRA else names.get(currency, str(currency))


def _rate(one: CurrencyFigures, rate: Decimal | None) -> dict[str, Any]:
    figures = one.rates[rate]
    word = None if rate is None else format(rate.normalize(), "f")
    return {"oran": word, "matrah": amount_word(figures.base), "kdv": amount_word(figures.vat)}


def amount_word(amount: Decimal) -> str:
    """Return an exact amount as JSON has it: canonical text."""
    return spell(canonical(amount))
