"""Commands aktarimlar, geri-al and geri-getir: the history of runs, undo, restore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli.arguments import target_of
from app.cli.command_line import Options, refuse
from app.cli.output import Bar, amount_word, print_error, print_json, print_line, result
from app.cli.signals import DONE, NOTHING_DONE, SOME_FAILED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain import dates, reasons
from app.domain.document_status import status_words
from app.domain.text import counted, one_line, shorten, turkish_amount, turkish_count
from app.domain.totals import TypeTotals
from app.errors import UsageError
from app.netsis.file_names import file_words
from app.store import runs
from app.store.database import full_command, reading
from app.store.runs import Run, RunItem
from app.transfer import history_words as words
from app.transfer import undo as undoing
from app.transfer.batches import batches

_WINDOW = 500
_TOO_MANY_DIGITS = 19  # beyond the integers of a database


def list_runs(options: Options) -> int:
    """Run aktarimlar, or aktarimlar N, and return the exit status.

    As in listele, nothing is printed while a read transaction is open.
    """
    if options.no is not None:
        return _show_run(_number(options.no), options)
    if options.yaz:
        refuse("--yaz için aktarımın NO'su gerekli")
    with reading():
        ids = runs.ids()
    with reader_may_leave():
        for window in batches(ids, _WINDOW):
            with reading():
                found = runs.rows(window)
            for run in found:
                if options.json:
                    print_json(_record(run))
                else:
                    print_line(_line(run))
    return DONE


def _show_run(number: int, options: Options) -> int:
    as_json = options.json
    with reading():
        run = runs.find(number)
        positions = runs.positions(number)
    if run is None:
        raise UsageError(f"{number} numaralı aktarım yok; listesi: {full_command('aktarimlar')}")
    if options.yaz:
        return _write_run(run, positions, options)
    with reader_may_leave():
        for window in batches(positions, _WINDOW):
            with reading():
                found = runs.items(number, window)
            for item in found:
                if as_json:
                    print_json(_document(item))
                else:
                    print_line(_document_line(item))
        if as_json:
            print_json({"ozet": _record(run)})
        else:
            print_line(_line(run))
    return DONE


def _write_run(run: Run, positions: Sequence[int], options: Options) -> int:
    from app.transfer.run_sheet import write_run

    path = target_of(options.yaz)
    with Bar("Tablo yazılıyor") as bar:
        count = write_run(run, positions, path, progress=bar, stop=StopSignal())
    with result(f"Dosya yazıldı: {path}"):
        if options.json:
            print_json({"dosya": one_line(str(path)), "adet": count})
        else:
            print_line(f"Tablo yazıldı: {path}, {turkish_count(count)} belge")
    return DONE


def undo(options: Options) -> int:
    """Run geri-al N and return the exit status."""
    run = _number(options.no)
    work = undoing.what_undo_would_do if options.dene else undoing.undo
    with Bar("Geri alınıyor") as bar:
        done = work(run, progress=bar, stop=StopSignal())
    with result("" if options.dene else words.undone_words(done)):
        if options.json:
            print_json(
                {
                    "no": run,
                    "silinen": done.removed,
                    "geriAlinanSayac": [
                        {"tip": one.document_type.word, "seri": one.prefix, "son": one.last}
                        for one in done.counters.last_numbers
                    ],
                    "bosKalan": done.counters.gaps,
                }
            )
        elif options.dene:
            for line in words.undo_lines(done, f"{run}. aktarım"):
                print_line(line)
            print_line("Deneme; hiçbir şey değişmedi")
        else:
            print_line(words.undone_words(done))
            print_line(f"Geri getirmek için: {full_command(f'geri-getir {run}')}")
    return DONE


def restore(options: Options) -> int:
    """Run geri-getir N and return the exit status."""
    run = _number(options.no)
    with Bar("Geri getiriliyor") as bar:
        done = undoing.restore(run, progress=bar, stop=StopSignal())
    with result(words.restored_words(done)):
        if options.json:
            left = [{"belgeNo": one.number, "mesaj": reasons.text(one.reason)} for one in done.left]
            print_json({"no": run, "geriGelen": done.back, "olmayan": left})
        else:
            for one in done.left:
                print_error(words.left_words(one))
            print_line(words.restored_words(done))
    if not done.left:
        return DONE
    return SOME_FAILED if done.back else NOTHING_DONE


def _number(text: str) -> int:
    if not text.strip():
        refuse("NO boş")
    if not (text.isascii() and text.isdigit()):
        refuse(f"NO bir aktarım numarası olmalı ({text})")
    if len(text) >= _TOO_MANY_DIGITS:
        shown = shorten(text, _TOO_MANY_DIGITS)
        raise UsageError(f"{shown} numaralı aktarım yok; listesi: {full_command('aktarimlar')}")
    return int(text)


def _record(run: Run) -> dict[str, Any]:
    total = words.single_total(run)
    mixed = run.totals if run.totals is not None and len(run.totals) > 1 else None
    return {
        "no": run.id,
        "yon": run.direction,
        "dosya": run.file,
        "kullanici": run.user or None,
        "baslangic": _iso(run.started_at),
        "bitis": None if run.finished_at is None else _iso(run.finished_at),
        "durum": run.state,
        "aktarilan": run.counts.saved,
        "hatali": run.counts.failed,
        "atlanan": run.counts.skipped,
        "uyarili": run.counts.warned,
        "silinen": run.deleted,
        "toplam": None if total is None else amount_word(total),
        **({"toplamlar": _by_type(mixed)} if mixed else {}),
    }


def _by_type(totals: TypeTotals) -> dict[str, str]:
    return {document_type.word: amount_word(total) for document_type, total in totals.items()}


def _iso(moment: str) -> str:
    return moment.replace(" ", "T")


def _document(item: RunItem) -> dict[str, Any]:
    return {
        "sira": item.position,
        "kaynakNo": item.source_number or None,
        "belgeNo": item.number,
        "durum": item.status,
        "mesaj": item.message,
    }


def _line(run: Run) -> str:
    counts = run.counts
    others = (counts.failed, "hatalı"), (counts.skipped, "atlandı"), (counts.warned, "uyarılı")
    figures = [f"{turkish_count(counts.saved)} aktarıldı", *counted(*others)]
    for document_type, total in (run.totals or {}).items():
        figures.append(f"{document_type.short} {turkish_amount(total)} TL")
    return (
        f"{run.id:>4}  {dates.turkish_moment(run.started_at)}  {run.user or '?':<8}  "
        f"{words.DIRECTIONS.get(run.direction, run.direction):<6}  "
        f"{words.run_state(run):<11}  {', '.join(figures)}  {file_words(run.file)}"
    )


def _document_line(item: RunItem) -> str:
    state = status_words(item.status, item.message)
    return f"{item.position:>6}  {item.source_number:<15}  {item.number or '':<15}  {state}"
