"""Command iceri-aktar: import a file into the database, or only rehearse it."""

from __future__ import annotations

from array import array
from contextlib import suppress
from pathlib import Path

from msgspec import structs

from app import log
from app.cli.command_line import Options
from app.cli.errors_file import ErrorsFile
from app.cli.output import (
    Bar,
    flush,
    print_error,
    print_fault,
    print_json,
    print_line,
    print_note,
)
from app.cli.signals import DONE, NOTHING_DONE, SOME_FAILED, STOPPED, StopSignal
from app.cli.streams import output_refusals, reader_may_leave
from app.domain.document_status import ERROR, status_words
from app.domain.numbers import check_series
from app.domain.reasons import NumberError
from app.domain.text import fold, one_line, shorten, turkish_count
from app.errors import AppError, FileRefused, UsageError
from app.netsis.encoding_names import BY_ITSELF, MIXED, WINDOWS
from app.netsis.file_names import STANDARD
from app.progress import Stop
from app.store.preview import Outcome
from app.transfer import history, import_run, phrases, simulate
from app.transfer.decide import ImportRule
from app.transfer.found_cards import FoundCards, find_cards
from app.transfer.import_file import IncomingFile
from app.transfer.run_summary import RunSummary

_GOING_ON = "Buradan yapılan önceki aktarım yarım kalmıştı; aktarılmış belgeler atlanır"
_HUNG_UP = "Bağlantı koptu"
_UNREAD = "Çıktıyı okuyan program kapandı"
_TAKEN = {WINDOWS: "Windows-1254", MIXED: "bazı dosyalar Windows-1254, diğerleri UTF-8"}
_STOPPED = "Durduruldu; aktarılanlar kayıtlı kaldı."
_STOPPED_BEFORE = "Durduruldu; hiçbir belge kaydedilmemişti."
_STOPPED_REHEARSAL = "Durduruldu; hiçbir şey yazılmamıştı."
_GO_ON, _STOP_AT_FIRST = "surdur", "dur"
_MOST_DIGITS = 18  # no file has so many errors, and Python refuses to parse thousands of digits


class _HungUp(Exception):
    """The terminal has hung up: the run is cut off and stays open in the journal."""


def import_(options: Options) -> int:
    """Run iceri-aktar and return the exit status."""
    rule = _rule(options)
    errors = ErrorsFile(options.hatalar)
    stop = StopSignal()
    bar = Bar("İçeri aktarılıyor")
    path = None if options.dosya == STANDARD else Path(options.dosya)
    incoming = IncomingFile(path, options.kodlama, stop=stop)
    if options.kodlama == BY_ITSELF and (taken := _TAKEN.get(incoming.source.encoding)):
        print_note(f"Kodlama kendiliğinden anlaşıldı: {taken}")
    if not rule.skip_transferred and (run := history.cut_off_run(incoming.full_path)):
        print_note(_GOING_ON)
        rule = structs.replace(rule, resumes=run)
    found_cards = _found_cards(incoming, options)
    outcomes = _Outcomes(incoming, options, bar, stop, errors)

    def is_stopped() -> bool:
        if stop.is_hung_up and not options.dene:
            raise _HungUp
        return stop() or outcomes.unread

    try:
        summary = _run(incoming, rule, found_cards, outcomes, bar, is_stopped)
        bar.close()
        errors.write(incoming, stop, is_whole=not summary.stopped)
        left = _count_left(incoming, summary) if summary.halted else None
    except _HungUp:
        bar.close()
        with suppress(FileRefused):
            _print_summary(outcomes.summary, options)
        errors.write(incoming, stop, is_whole=False)
        print_error(phrases.cut_off(AppError(_HUNG_UP), outcomes.summary.saved, None))
        return STOPPED
    except Exception as error:  # report what was committed, whatever the error
        bar.close()
        errors.write(incoming, stop, is_whole=False)
        return _cut_off(error, outcomes.summary, incoming, options, bar)
    finally:
        bar.close()
        incoming.close()
        found_cards.close()
    _tell_end(summary, options, left)
    if outcomes.unread and summary.stopped and not options.dene:
        print_error(phrases.cut_off(AppError(_UNREAD), summary.saved, None))
    return _status(summary, rehearsed=options.dene, stopped=stop())


def _found_cards(incoming: IncomingFile, options: Options) -> FoundCards:
    """Return and announce the card files that supply missing cards. Raises FileRefused."""
    if not options.eksik_kartlari_olustur:
        return FoundCards()
    found = find_cards(incoming.source, is_standard=options.dosya == STANDARD)
    found.check()
    if found:
        print_note(f"Eksik kartlar şuradan oluşturulur: {found.names}; orada olmayan adsız olur")
    if found.faulty:
        print_note(f"Kart dosyasında okunamayan: {turkish_count(found.faulty)} kart")
    return found


def _run(
    incoming: IncomingFile,
    rule: ImportRule,
    found_cards: FoundCards,
    outcomes: _Outcomes,
    bar: Bar,
    stop: Stop,
) -> RunSummary:
    """Import or rehearse; list the file first if its rows are needed."""
    positions = None
    if outcomes.need_rows:
        if not incoming.judge(bar, stop):
            return RunSummary(stopped=True)
        positions = array("q", range(1, incoming.count + 1))
    if outcomes.rehearsed and positions is not None:
        return simulate.dry_run(incoming, positions, rule, told=outcomes, stop=stop)
    return import_run.run_import(
        incoming, positions, rule, found_cards=found_cards, told=outcomes, progress=bar, stop=stop
    )


def _tell_end(summary: RunSummary, options: Options, left: int | None) -> None:
    """Print the summary; `left` is the number of documents not tried, if errors ended the run."""
    try:
        _print_summary(summary, options, left)
    except FileRefused as error:
        log.fault(error)
        print_error(phrases.cut_off(error, summary.saved, _untried(summary, left)))
    if summary.note:
        print_error(summary.note)


def _untried(summary: RunSummary, left: int | None) -> int | None:
    """Return how many documents were not tried: `left` if errors ended the run; None if unknown."""
    if summary.halted:
        return left
    return None if summary.stopped else 0


def _cut_off(
    error: Exception, summary: RunSummary, incoming: IncomingFile, options: Options, bar: Bar
) -> int:
    """Report what was committed before the run failed; return the exit status."""
    bar.close()
    with suppress(FileRefused):  # the first failure is the one to report
        _print_summary(summary, options)
    if not isinstance(error, AppError):
        raise error  # a fault in the program, reported with its location
    log.fault(error)
    left = _count_left(incoming, summary) if summary.saved else None
    print_error(phrases.cut_off(error, summary.saved, left))
    return SOME_FAILED if summary.saved or error.something_done else NOTHING_DONE


def _count_left(incoming: IncomingFile, summary: RunSummary) -> int | None:
    """Count the documents without an outcome; None if the file cannot be read to its end."""
    try:
        return sum(1 for _ in incoming.source.spans()) - summary.count
    except FileRefused:
        return None


def _status(summary: RunSummary, *, rehearsed: bool, stopped: bool) -> int:
    """Return the exit status (design §6).

    A run without a reader is judged by what it committed. A run ended by errors returns 1, not 2,
    because it tried its documents.
    """
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
        most_errors=_most_errors(options.hatada),
    )


def _most_errors(word: str | None) -> int | None:
    """Return how many errors `dur`, `surdur` or a number allows. Raises UsageError."""
    if word is None or fold(word) == _GO_ON:
        return None
    if fold(word) == _STOP_AT_FIRST:
        return 1
    if not word.strip():
        raise UsageError("--hatada boş")
    if not (word.isascii() and word.isdigit()):
        shown = shorten(one_line(word), 30)
        raise UsageError(f"--hatada: {shown}: dur, surdur ya da bir sayı olmalı")
    digits = word.lstrip("0")
    if not digits:
        raise UsageError("--hatada en az 1 olmalı; hatalarda durmamak için: --hatada surdur")
    return int(digits[:_MOST_DIGITS])


class _Outcomes:
    """Prints the documents' outcomes, batch by batch, until the reader goes away."""

    def __init__(
        self,
        incoming: IncomingFile,
        options: Options,
        bar: Bar,
        stop: StopSignal,
        errors: ErrorsFile,
    ) -> None:
        self.rehearsed = options.dene
        self.need_rows = options.dene or errors.is_wanted
        self._rows = incoming.rows
        self._errors = errors
        self._file_of = incoming.source.name_of
        self._json = options.json
        self._bar = bar
        self._stop = stop
        self.summary = RunSummary()
        """The counts of the outcomes received so far."""
        self.unread = False
        """Whether the reader of standard output has gone away."""

    def __call__(self, outcomes: list[Outcome]) -> None:
        """Print the outcomes and flush: they are committed, whatever happens next.

        Raises FileRefused if they cannot be written.
        """
        self.summary.add(outcomes)
        self._errors.note(outcomes)
        if self.rehearsed and self._errors.is_wanted:  # an import collects them itself
            self._rows.update(outcomes)
        self._stop.saved = self.summary.saved
        if self.unread:
            return
        self.unread = True
        with output_refusals(), reader_may_leave():
            self._print(outcomes)
            flush()
            self.unread = False

    def _print(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if not (self._json or outcome.message):
                continue
            file = self._file_of(outcome.position)
            if self._json:
                print_json(_record(outcome, file))
            else:
                self._bar.close()
                told = status_words(outcome.status, outcome.message)
                whose = f"{file}, " * bool(file) + (outcome.source_number or str(outcome.position))
                say = print_fault if outcome.status == ERROR else print_line
                say(f"{whose}: {told}")


def _record(outcome: Outcome, file: str) -> dict[str, object]:
    record: dict[str, object] = {
        "sira": outcome.position,
        "kaynakNo": outcome.source_number or None,
        "belgeNo": outcome.new_number or None,
        "durum": outcome.status,
        "mesaj": outcome.message or None,
        **({"dosya": file} if file else {}),
    }
    if read := outcome.read:  # identifies a document that cannot be read as a whole
        found = {
            "tarih": read.document_date, "cari": read.account_code, "toplam": read.grand_total,
        }  # fmt: skip
        record |= {name: value for name, value in found.items() if value}
    return record


def _print_summary(summary: RunSummary, options: Options, left: int | None = None) -> None:
    """Print the last line of the output. Raises FileRefused if it cannot be written."""
    with output_refusals(), reader_may_leave():
        if options.json:
            untried = {"denenmeyen": left} if summary.halted else {}
            print_json({"ozet": _counts(summary) | untried})
            return
        if summary.halted:
            print_line(
                phrases.halted(
                    summary.failed,
                    left,
                    rehearsed=options.dene,
                    errors_written=options.hatalar is not None,
                )
            )
        if summary.stopped:
            print_line(_STOPPED_REHEARSAL if options.dene else _stopped(summary))
        print_line(_rehearsed(summary) if options.dene else _done(summary))


def _stopped(summary: RunSummary) -> str:
    return _STOPPED if summary.saved else _STOPPED_BEFORE


def _counts(summary: RunSummary) -> dict[str, int | None]:
    return {
        "toplam": summary.count,
        "aktarilan": summary.saved,
        "hatali": summary.failed,
        "atlanan": summary.skipped,
        "hazir": summary.ready,
        "uyarili": summary.warned,
    }


def _done(summary: RunSummary) -> str:
    if not summary.saved and summary.count:
        return f"{phrases.none_saved(summary)}: {_others(summary)}"
    warned = f" ({turkish_count(summary.warned)} uyarılı)" if summary.warned else ""
    done = f"{turkish_count(summary.saved)} aktarıldı{warned}"
    return f"{turkish_count(summary.count)} belge: {done}, {_others(summary)}"


def _rehearsed(summary: RunSummary) -> str:
    warned = f"{turkish_count(summary.warned)} uyarılı; " if summary.warned else ""
    note = f"({warned}deneme; hiçbir şey yazılmadı)"
    if not summary.ready and summary.failed:
        return f"Hiçbir belge aktarılamaz {note}: {_others(summary)}"
    done = f"{turkish_count(summary.ready)} aktarılabilir {note}"
    return f"{turkish_count(summary.count)} belge: {done}, {_others(summary)}"


def _others(summary: RunSummary) -> str:
    return f"{turkish_count(summary.failed)} hatalı, {turkish_count(summary.skipped)} atlandı"
