"""Command kart-aktar: write the cards to files, or import those of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import log
from app.cli.arguments import target_of
from app.cli.command_line import Options
from app.cli.output import Bar, flush, print_error, print_json, print_line, result
from app.cli.signals import DONE, NOTHING_DONE, SOME_FAILED, STOPPED, StopSignal
from app.cli.streams import output_refusals, reader_may_leave
from app.domain.cards import CardKind
from app.domain.labels import labelled
from app.domain.reasons import text
from app.domain.text import one_line, turkish_count
from app.errors import AppError, UsageError
from app.netsis.file_names import is_output
from app.sheets.names import is_sheet
from app.transfer.card_export import CardsWritten, counts_words, export_cards, left_out_words
from app.transfer.card_import import CardOutcome, CardStatus, CardSummary, import_cards

_UNTOLD = (CardStatus.NEW, CardStatus.SAME)
_NO_VALUE = "yok"
_SAVED, _NONE_SAVED = "alınan kartlar kayıtlı kaldı", "hiçbir kart kaydedilmemişti"
_REHEARSED = "hiçbir şey yazılmamıştı"


def transfer(options: Options) -> int:
    """Run kart-aktar and return the exit status."""
    return _export(options) if options.yon == "disari" else _import(options)


def _export(options: Options) -> int:
    target = target_of(options.dosya)
    if not os.path.isdir(target) and not is_output(target.name):
        raise UsageError("HEDEF bir klasör ya da .json (.json.gz) ile biten yeni bir dosya olmalı")
    with Bar("Kartlar yazılıyor") as bar:
        done = export_cards(target, progress=bar, stop=StopSignal())
    with result(f"Dosya yazıldı: {', '.join(str(one.path) for one in done.files)}"):
        for one in done.files:
            if options.json:
                print_json(cards_record(one))
            else:
                print_line(f"Yazıldı: {one.path}, {counts_words(one.counts)}")
        if done.left_out and options.json:
            print_json({"yazilmayanKartlar": done.left_out})
    if done.left_out:
        print_error(left_out_words(done.left_out))
    return SOME_FAILED if done.left_out else DONE


def cards_record(written: CardsWritten) -> dict[str, Any]:
    """Return the `--json` record of a written card file."""
    counts = {kind.value: count for kind, count in written.counts.items()}
    return {"dosya": one_line(str(written.path)), **counts}


def _import(options: Options) -> int:
    stop, bar = StopSignal(), Bar("Kartlar alınıyor")
    told = _Outcomes(options, bar)
    try:
        summary = import_cards(
            Path(options.dosya), told=told, note=print_error, encoding=options.kodlama,
            simulated=options.dene, progress=bar,
            stop=lambda: stop() or told.unread,
        )  # fmt: skip
        bar.close()
    except AppError as error:  # report what was committed, whatever the error
        bar.close()
        done = told.summary.total(CardStatus.NEW) and not options.dene
        if not done:
            raise
        log.fault(error)
        _print_summary(told.summary, options)
        print_error(
            f"{error.sentence}. Yazılan kartlar duruyor; yeniden çalıştırmak kalanları alır"
        )
        return SOME_FAILED
    _print_summary(summary, options)
    return _status(summary, rehearsed=options.dene, stopped=stop())


def _status(summary: CardSummary, *, rehearsed: bool, stopped: bool) -> int:
    """Return the exit status; 1 if a card was faulty, or differed and was left unchanged."""
    if summary.stopped and stopped:
        return STOPPED
    if summary.stopped and not rehearsed:
        return SOME_FAILED if summary.total(CardStatus.NEW) else NOTHING_DONE
    return SOME_FAILED if summary.total(CardStatus.FAULTY, CardStatus.DIFFERENT) else DONE


class _Outcomes:
    """Prints the cards that need attention, batch by batch, until the reader goes away."""

    def __init__(self, options: Options, bar: Bar) -> None:
        self._bar = bar
        self._json = options.json
        self._is_sheet = is_sheet(options.dosya)
        self.summary = CardSummary()
        """The counts of the outcomes received so far."""
        self.unread = False
        """Whether the reader of standard output has gone away."""

    def __call__(self, outcomes: list[CardOutcome]) -> None:
        self.summary.add(outcomes)
        if self.unread:
            return
        self.unread = True
        with output_refusals(), reader_may_leave():
            for one in outcomes:
                if one.status not in _UNTOLD:
                    self._print(one)
            flush()
            self.unread = False

    def _print(self, one: CardOutcome) -> None:
        self._bar.close()
        if self._json:
            print_json(_record(one))
            return
        whose = f"{one.kind.value} {one.code}" if one.code else self._place(one)
        if one.reason:
            print_line(f"{whose}: Hata: {text(one.reason)}")
        for difference in one.differences:
            ours, theirs = difference.ours or _NO_VALUE, difference.theirs
            field = labelled(difference.field)
            print_line(f"{whose}: {field}: burada {ours}, dosyada {theirs}; değiştirilmedi")

    def _place(self, one: CardOutcome) -> str:
        sheet = f"{one.sheet} sayfası, " if one.sheet else ""
        return f"{sheet}{one.position}. {'satır' if self._is_sheet else 'kart'}"


def _record(one: CardOutcome) -> dict[str, Any]:
    record: dict[str, Any] = {
        "sira": one.position,
        "kart": one.kind.value,
        "kod": one.code or None,
        "durum": one.status.value,
    }
    if one.sheet:
        record["sayfa"] = one.sheet
    if one.reason:
        return record | {"mesaj": text(one.reason)}
    fields = [
        {"alan": d.field, "burada": d.ours or None, "dosyada": d.theirs} for d in one.differences
    ]
    return record | {"farklar": fields}


def _print_summary(summary: CardSummary, options: Options) -> None:
    lines = list(_summary_lines(summary, rehearsed=options.dene))
    with result("" if options.dene else ". ".join(lines)):
        if options.json:
            counts = {
                kind.value: {status.value: n for status, n in found.items()}
                for kind, found in summary.counts.items()
            }
            print_json(counts)
        else:
            for line in lines:
                print_line(line)


def _summary_lines(summary: CardSummary, *, rehearsed: bool) -> Iterator[str]:
    if summary.stopped:
        saved = _SAVED if summary.total(CardStatus.NEW) else _NONE_SAVED
        yield f"Durduruldu; {_REHEARSED if rehearsed else saved}."
    note = " (deneme; hiçbir şey yazılmadı)" if rehearsed else ""
    for kind in CardKind:
        found = summary.counts[kind]
        if any(found.values()):
            words = ", ".join(f"{turkish_count(found[s])} {_WORDS[s]}" for s in CardStatus)
            yield f"{_LABELS[kind]}: {words}{note}"


_WORDS = {
    CardStatus.NEW: "yeni",
    CardStatus.SAME: "aynı",
    CardStatus.DIFFERENT: "farklı",
    CardStatus.FAULTY: "hatalı",
}
_LABELS = {CardKind.ACCOUNT: "Cari kartları", CardKind.STOCK: "Stok kartları"}
