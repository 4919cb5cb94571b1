"""iceri-aktar: a file into the database, or a rehearsal of it."""

from __future__ import annotations

from array import array
from pathlib import Path

from app import log
from app.cli.command_line import Options
from app.cli.output import Bar, flush, print_error, print_json, print_line
from app.cli.signals import DONE, NOTHING_DONE, SOME_FAILED, STOPPED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain.numbers import check_series
from app.domain.reasons import NumberError
from app.domain.text import turkish_count
from app.errors import AppError, Stopped, UsageError
from app.store import preview
from app.store.preview import Outcome
from app.transfer import import_run, simulate
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import RunSummary

_WORDS = {preview.ERROR: "Hata", preview.SKIPPED: "Atlandı"}


def import_(options: Options) -> int:
    """iceri-aktar."""
    rule = _rule(options)
    stop = StopSignal()
    bar = Bar("İçeri aktarılıyor")
    incoming = IncomingFile(Path(options.dosya), options.kodlama)
    outcomes = _Outcomes(incoming, options, bar, stop)

    def is_stopped() -> bool:
        return stop() or outcomes.unread

    try:
        if options.dene:
            incoming.judge(bar, stop)
            if stop():
                raise Stopped("Durduruldu; hiçbir şey yazılmamıştı")
            positions = array("q", range(1, incoming.count + 1))
            summary = simulate.dry_run(incoming, positions, rule, told=outcomes, stop=is_stopped)
        else:
            summary = import_run.run_import(
                incoming, None, rule, told=outcomes, progress=bar, stop=is_stopped
            )
    except AppError as error:
        if not stop.saved:
            raise
        bar.close()
        log.fault(error)
        print_error(error.sentence)
        return SOME_FAILED  # documents were committed: it is not true that nothing was done
    finally:
        bar.close()
        incoming.close()
    with reader_may_leave():
        _print_summary(summary, options)
    return _status(summary, rehearsed=options.dene, stopped=stop())


def _status(summary: RunSummary, *, rehearsed: bool, stopped: bool) -> int:
    """The exit status; a run that ended for want of a reader is judged by what it committed."""
    if summary.stopped and stopped:
        return STOPPED
    if summary.stopped and not rehearsed:
        return SOME_FAILED if summary.saved else NOTHING_DONE
    return SOME_FAILED if summary.failed else DONE


def _rule(options: Options) -> ImportRule:
    try:
        series = None if options.kaynak_no else check_series(options.seri)
    except NumberError as error:
        raise UsageError(f"--seri: {error.sentence}") from None
    return ImportRule(
        series=series,
        create_cards=options.eksik_kartlari_olustur,
        skip_transferred=options.aktarilanlari_atla,
    )


class _Outcomes:
    """Prints what became of documents, batch by batch, until the reader goes away."""

    def __init__(
        self, incoming: IncomingFile, options: Options, bar: Bar, stop: StopSignal
    ) -> None:
        self._incoming = incoming
        self._json = options.json
        self._rehearsed = options.dene
        self._bar = bar
        self._stop = stop
        self.unread = False
        """Whether the reader has gone away."""

    def __call__(self, outcomes: list[Outcome]) -> None:
        """Hand the outcomes over at once: they are committed, whatever happens next."""
        self._stop.saved += sum(outcome.status == preview.SAVED for outcome in outcomes)
        if self.unread:
            return
        self.unread = True
        with reader_may_leave():
            self._print(outcomes)
            flush()
            self.unread = False

    def _print(self, outcomes: list[Outcome]) -> None:
        warnings = _warnings(self._incoming, outcomes) if self._rehearsed else {}
        for outcome in outcomes:
            warning = warnings.get(outcome.position, "")
            message = outcome.message or warning
            if self._json:
                print_json(_record(outcome, message))
            elif message:
                self._bar.close()
                word = "Uyarı" if warning else _WORDS[outcome.status]
                print_line(f"{outcome.source_number or outcome.position}: {word}: {message}")


def _warnings(judged: IncomingFile, outcomes: list[Outcome]) -> dict[int, str]:
    """A rehearsal leaves a row as it was judged, with its warning."""
    ready = [outcome.position for outcome in outcomes if outcome.status == preview.READY]
    rows = judged.rows.rows(ready)
    return {row.position: row.message for row in rows if row.status == preview.WARNING}


def _record(outcome: Outcome, message: str) -> dict[str, object]:
    return {
        "sira": outcome.position,
        "kaynakNo": outcome.source_number or None,
        "belgeNo": outcome.new_number or None,
        "durum": outcome.status,
        "mesaj": message or None,
    }


def _print_summary(summary: RunSummary, options: Options) -> None:
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
