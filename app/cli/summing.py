"""Command ozet: exact totals of documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.cli.arguments import target_of
from app.cli.command_line import Options
from app.cli.filtering import wanted_of
from app.cli.output import Bar, amount_word, print_error, print_json, print_line, print_note, result
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain import reasons
from app.domain.filters import LIRA
from app.domain.overview import CurrencyFigures, in_order
from app.domain.text import one_line, turkish_count
from app.errors import UsageError
from app.store import queries
from app.store.database import reading
from app.transfer import overview, overview_page
from app.transfer.overview import Documents, SummedUp


def sum_up(options: Options) -> int:
    """Run ozet and return the exit status."""
    wanted = wanted_of(options)
    with reading():
        ids = queries.find(wanted)
        none = "" if ids else reasons.text(queries.why_none(wanted))
    if none and options.yaz:
        raise UsageError(f"{none}; dosya yazılmadı")
    if none:
        print_note(none)
        return DONE
    documents = overview.StoredDocuments(ids)
    if options.yaz:
        found = _write(documents, options)
    else:
        with Bar("Toplanıyor") as bar:
            found = overview.sum_up(documents, progress=bar, stop=StopSignal())
        with reader_may_leave():
            _print(found, as_json=options.json)
    if found.left_out:
        print_error(overview_page.left_out_words(found.left_out))
    return SOME_FAILED if found.left_out else DONE


def _print(found: SummedUp, *, as_json: bool) -> None:
    if as_json:
        for record in records(found):
            print_json(record)
        return
    for line in overview_page.page(found, shutil.get_terminal_size().columns):
        print_line("".join(text for text, _ in line).rstrip())


def _write(documents: Documents, options: Options) -> SummedUp:
    """Write totals and KDV list to the file of --yaz. Raises FileRefused, Stopped."""
    from app.transfer.overview_sheet import vat_list_path, write_totals  # rarely needed

    path = target_of(options.yaz)
    with Bar("Tablo yazılıyor") as bar:
        found = write_totals(documents, path, progress=bar, stop=StopSignal())
    beside = vat_list_path(path)
    count = found.overview.count
    with result(f"Dosya yazıldı: {path}"):
        if options.json:
            name = one_line(str(beside or path))
            print_json({"dosya": one_line(str(path)), "kdvListesi": name, "adet": count})
        else:
            listed = f", KDV listesi {beside}" if beside else ""
            print_line(f"Tablo yazıldı: {path}{listed}, {turkish_count(count)} belge")
    return found


def records(found: SummedUp) -> Iterator[dict[str, Any]]:
    """Yield a `--json` record for each type and currency; only the last amount is not in TL."""
    for document_type, of_type in sorted(found.overview.types.items()):
        for currency, one in sorted(of_type.currencies.items()):
            record = {
                "tip": document_type.word,
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
    """Return a currency's word for scripts: TRY, the company's name for it, or its code."""
    return "TRY" if currency == LIRA else names.get(currency, str(currency))


def _rate(one: CurrencyFigures, rate: Decimal | None) -> dict[str, Any]:
    figures = one.rates[rate]
    word = None if rate is None else format(rate.normalize(), "f")
    return {"oran": word, "matrah": amount_word(figures.base), "kdv": amount_word(figures.vat)}
