"""What each subcommand does; returns the exit status (design §6)."""

from __future__ import annotations

import shutil
import signal
from argparse import Namespace
from array import array
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

from app.cli.arguments import DOCUMENT_TYPES, filter_of
from app.cli.output import Bar, flush, print_error, print_json, print_json_text, print_line
from app.domain import dates
from app.domain.amounts import spell, turkish, turkish_count
from app.domain.numbers import check_series
from app.domain.text import one_line
from app.errors import NumberError, Stopped, UsageError
from app.store import checks, listing, staging
from app.store.database import reading
from app.store.staging import Result
from app.transfer import documents, exporting, importing
from app.transfer.importing import ImportRule, Summary
from app.transfer.incoming import IncomingFile
from app.transfer.printing import page
from app.transfer.running import batches

DONE, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130
_WINDOW = 500
_WORDS = {staging.ERROR: "Hata", staging.SKIPPED: "Atlandı"}


class StopSignal:
    """Ctrl+C, SIGTERM and SIGHUP end a job between two documents.

    What our caller ignores (nohup, a job in the background) stays ignored.
    """

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Whether the job is to stop."""
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True


def export(options: Namespace) -> int:
    """disari-aktar."""
    wanted = filter_of(options)
    with reading():
        ids = listing.find(wanted)
    if not ids:
        raise UsageError("Bu kısıtlara uyan belge yok; dosya yazılmadı")
    path = exporting.target_path(Path(options.hedef), wanted.document_type, datetime.now())
    if path.suffix.lower() != ".json":
        raise UsageError("HEDEF bir klasör ya da .json ile biten yeni bir dosya olmalı")
    bar = Bar("Dışarı aktarılıyor")
    try:
        done = exporting.run_export(ids, path, progress=bar, stop=StopSignal())
    finally:
        bar.close()
    if options.json:
        name = one_line(str(done.path))
        print_json({"dosya": name, "adet": done.count, "toplam": spell(done.total)})
    else:
        total = turkish(done.total)
        print_line(
            f"Aktarım tamamlandı: {done.path}, {turkish_count(done.count)} belge, toplam {total}"
        )
    if done.note:
        print_error(done.note)
    return DONE


def import_(options: Namespace) -> int:
    """iceri-aktar."""
    rule = _rule(options)
    stop = StopSignal()
    bar = Bar("İçeri aktarılıyor")
    incoming = IncomingFile(Path(options.dosya), options.kodlama)
    try:
        tell = _tell(options.json, incoming if options.dene else None, bar)
        if options.dene:
            incoming.judge(bar, stop)
            if stop():
                raise Stopped("Durduruldu; hiçbir şey yazılmamıştı")
            positions = array("q", range(1, incoming.count + 1))
            summary = importing.dry_run(incoming, positions, rule, told=tell, stop=stop)
        else:
            summary = importing.run_import(incoming, None, rule, told=tell, progress=bar, stop=stop)
    finally:
        bar.close()
        incoming.close()
    _print_summary(summary, options)
    if summary.stopped:
        return STOPPED
    return SOME_FAILED if summary.failed else DONE


def list_(options: Namespace) -> int:
    """listele."""
    with reading():
        ids = listing.find(filter_of(options))
        for window in batches(ids, _WINDOW):
            for row in listing.rows(window):
                _print_row(row, as_json=options.json)
    return DONE


def show(options: Namespace) -> int:
    """goster."""
    kind = DOCUMENT_TYPES[options.tip] if options.tip else None
    with reading():
        ids = listing.find_by_number(options.belge_no, kind, options.cari)
        rows = listing.rows(ids)
    if not rows:
        raise UsageError(f"{options.belge_no} numaralı belge yok")
    if len(rows) > 1:
        places = ", ".join(
            f"--tip {r.document_type.word} --cari {r.account_code}" for r in rows[:5]
        )
        raise UsageError(f"{options.belge_no} birden çok belgede var; seçin: {places}")
    if options.json:
        print_json_text(documents.load_text(ids[0]))
    else:
        for line in page(documents.load(ids[0]), shutil.get_terminal_size().columns):
            print_line(line)
    return DONE


def demo_data(options: Namespace) -> int:
    """ornek-veri."""
    from app.demo.filling import fill  # the words and names are needed by nobody else

    if options.fatura < 1:
        raise UsageError("--fatura en az 1 olmalı")
    bar = Bar("Örnek veri yazılıyor")
    stop = StopSignal()
    try:
        fill(options.fatura, options.tohum, progress=bar, stop=stop)
    finally:
        bar.close()
    print_line(f"{turkish_count(options.fatura)} fatura yazıldı")
    return DONE


def check(_options: Namespace) -> int:
    """denetle."""
    with reading():
        found = checks.failures()
    for name, offender in found:
        print_line(f"{name}: {offender}")
    return SOME_FAILED if found else DONE


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "disari-aktar": export,
    "iceri-aktar": import_,
    "listele": list_,
    "goster": show,
    "ornek-veri": demo_data,
    "denetle": check,
}


def _rule(options: Namespace) -> ImportRule:
    try:
        series = None if options.kaynak_no else check_series(options.seri)
    except NumberError as error:
        raise UsageError(f"--seri: {error.sentence}") from None
    return ImportRule(
        series=series,
        create_cards=options.eksik_kartlari_olustur,
        skip_transferred=options.aktarilanlari_atla,
    )


def _tell(as_json: bool, judged: IncomingFile | None, bar: Bar) -> Callable[[list[Result]], None]:
    def tell(results: list[Result]) -> None:
        warnings = _warnings(judged, results) if judged else {}
        for result in results:
            warning = warnings.get(result.position, "")
            message = result.message or warning
            if as_json:
                print_json(_record(result, message))
            elif message:
                bar.close()
                word = "Uyarı" if warning else _WORDS[result.status]
                print_line(f"{result.source_number or result.position}: {word}: {message}")
        flush()  # committed, so told of, whatever happens next

    return tell


def _warnings(judged: IncomingFile, results: list[Result]) -> dict[int, str]:
    """A rehearsal leaves a row as it was judged, with its warning."""
    ready = [result.position for result in results if result.status == staging.READY]
    rows = judged.rows.rows(ready)
    return {row.position: row.message for row in rows if row.status == staging.WARNING}


def _record(result: Result, message: str) -> dict[str, object]:
    return {
        "sira": result.position,
        "kaynakNo": result.source_number or None,
        "belgeNo": result.new_number or None,
        "durum": result.status,
        "mesaj": message or None,
    }


def _print_summary(summary: Summary, options: Namespace) -> None:
    count = summary.count
    if options.json:
        counts = {
            "toplam": count,
            "aktarilan": summary.saved,
            "hatali": summary.failed,
            "atlanan": summary.skipped,
        }
        print_json({"ozet": counts})
        return
    if summary.stopped:
        print_line("Durduruldu; aktarılanlar kayıtlı kaldı.")
    done = f"{turkish_count(summary.saved)} aktarıldı"
    if options.dene:
        done = f"{turkish_count(summary.ready)} aktarılabilir (deneme; hiçbir şey yazılmadı)"
    print_line(
        f"{turkish_count(count)} belge: {done}, {turkish_count(summary.failed)} hatalı, "
        f"{turkish_count(summary.skipped)} atlandı"
    )


def _print_row(row: listing.ListRow, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "belgeNo": row.number,
                "tip": row.document_type.word,
                "tarih": row.document_date.isoformat(),
                "cari": row.account_code,
                "toplam": spell(row.grand_total),
            }
        )
        return
    print_line(
        f"{row.number:<15}  {dates.turkish(row.document_date)}  {row.document_type.word:<5}  "
        f"{row.account_code:<15}  {turkish(row.grand_total):>18}  {row.account_name}".rstrip()
    )
