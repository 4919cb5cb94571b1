"""Dışarı Aktar: filter, list, mark, save to a file.

What the first frame does not need (dialogs, the export itself) is imported where it is used.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from app.domain.dates import Period
from app.domain.filters import (
    FIELDS,
    FilterField,
    InvoiceFilter,
    advanced,
    advanced_words,
    filter_words,
    with_advanced,
)
from app.domain.invoice import DocumentType
from app.domain.text import turkish_count
from app.domain.totals import Totals
from app.errors import UsageError
from app.store import journal, queries
from app.store.database import connected, reading
from app.tui.commands import Scope, bindings
from app.tui.field_help import FILTER_HELP
from app.tui.jobs import Job
from app.tui.list_model import ListModel, Snapshot
from app.tui.lists import EXPORT_COLUMNS, StoredRows, export_columns
from app.tui.paths import missing_folder, why_not_new_file
from app.tui.remembered import Remembered
from app.tui.screens.filter_widgets import set_value, value_of
from app.tui.screens.list_pane import SUMMED_AT_ONCE
from app.tui.screens.transfer_tab import TransferTab
from app.tui.summary import question_lines
from app.tui.whose_books import EMPTY_BOOKS, books_of
from app.tui.widgets.bars import Line
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.columns import Column
from app.tui.widgets.fields import CodeField, DateField
from app.tui.widgets.path_field import PathField

if TYPE_CHECKING:
    from app.transfer.export_run import Exported

T = TypeVar("T")
Clock: TypeAlias = Callable[[], datetime]
_Fetched: TypeAlias = tuple[Snapshot[InvoiceFilter], list[str], str]
"""The snapshot, messages about interrupted exports that were settled, and why it is empty."""

_HELP = FILTER_HELP | {
    "path": "Dosya Yolu: dosyanın yazılacağı klasör (ya da yeni bir .json adı). Tab tamamlar, "
    "F4 klasörleri gösterir, ↑ son kullanılanları getirir; → yazılı yolu korur, sonuna eklenir.",
    "list": "Liste: Boşluk işaretler, a tümünü seçer, y yalnız işaretlileri gösterir, F2 "
    "işaretlileri dosyaya yazar.",
}
_JOB = "Dışarı Aktar: kısıtları yazın, F5 ile belgeleri getirin, işaretleyin, F2 ile dosyaya yazın."
_NO_FILTER = InvoiceFilter(document_type=DocumentType.SALES)


class ExportTab(TransferTab[InvoiceFilter]):
    """The first tab."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EXPORT)]
    SCOPE = Scope.EXPORT
    SAVE_COMMAND = "save_file"
    COLUMNS: ClassVar[tuple[Column, ...]] = EXPORT_COLUMNS
    EMPTY = "Kısıtları yazın, F5 ile belgeleri getirin"
    FIELD_HELP = _HELP
    TAB_HELP = _JOB

    _type = getters.query_one("#document_type", Choice)

    def __init__(self, folder: str, clock: Clock, remembered: Remembered) -> None:
        super().__init__(_NO_FILTER)
        self._folder = folder
        self._clock = clock
        self._remembered = remembered
        self._period: Period | None = None
        """The period that set the two dates last."""
        self._advanced = InvoiceFilter()

    def compose_fields(self) -> ComposeResult:
        """Dosya Yolu, Belge Tipi, Cari Kodu, İleri Kısıt, Belge Tarihi, Fatura No."""
        with Horizontal(classes="row"):
            yield Static("Dosya Yolu", classes="label")
            yield PathField(self._folder, wants="folder", recent=self._remembered.paths, id="path")
        with Horizontal(classes="row two-lines of-type"):
            yield Static("Belge Tipi", classes="label")
            types: list[tuple[DocumentType | None, str]] = [(t, t.label) for t in DocumentType]
            yield Choice([*types, (None, "Hepsi")], value=DocumentType.SALES, id="document_type")
            yield Static("Cari Kodu", classes="label second")
            yield CodeField(max_length=15, id="account_code", classes="code")
            yield Button("[+] İleri Kısıt", id="advanced", bare=True)
        with Horizontal(classes="row two-lines of-date"):
            yield Static("Belge Tarihi", classes="label")
            yield DateField(today=self._today, id="date_from", classes="date")
            yield Static("–", classes="dash")
            yield DateField(today=self._today, id="date_to", classes="date")
            yield Static("Fatura No", classes="label second")
            yield CodeField(max_length=15, id="number_from", classes="code")
            yield Static("–", classes="dash narrow")
            yield CodeField(max_length=15, id="number_to", classes="code")
        yield Line(id="advanced_words")

    def opened(self) -> None:
        """Restore the last filters and say so."""
        choices = self._remembered.choices
        wanted = choices.wanted(self._today())
        note = self._remembered.take_note()
        if note:
            self.message.tell(note)
        if books_of(self.app).is_empty:
            self.message.tell("; ".join(filter(None, (EMPTY_BOOKS, note))))
            return
        if wanted is None or wanted == _NO_FILTER:
            return
        self._period = choices.period
        self._fill(wanted)
        words = filter_words(wanted, choices.period)
        told = f"Geçen seferki kısıtlar geri geldi (F8 temizler): {words}"
        self.message.tell(f"{note}. {told}" if note else told)

    def _fill(self, wanted: InvoiceFilter) -> None:
        for field, widgets in self._filter_widgets():
            for widget, value in zip(widgets, field.shown(wanted), strict=True):
                set_value(widget, value)
        self.set_advanced(wanted)

    def _filter_widgets(self) -> Iterator[tuple[FilterField, list[Any]]]:
        """Yield each filter field of this tab with its widgets."""
        for field in FIELDS:
            if not field.advanced:
                yield field, [self.query_one(f"#{member}") for member in field.members]

    def do_clear_filters(self) -> None:
        """Reset all filters, and the remembered ones."""
        self._fill(_NO_FILTER)
        self._remembered.keep_filters(_NO_FILTER, None)
        self.message.tell("Kısıtlar temizlendi")

    @on(DateField.PeriodTyped)
    def _period_typed(self, event: DateField.PeriodTyped) -> None:
        self._period = event.period
        first, last = event.period.days(self._today())
        self.query_one("#date_from", DateField).day = first
        self.query_one("#date_to", DateField).day = last
        self.message.tell(f"Belge Tarihi: {event.period.label}")

    def _period_of(self, wanted: InvoiceFilter) -> Period | None:
        """Return the period that set the dates, unless they were changed since."""
        days = (wanted.date_from, wanted.date_to)
        return self._period if self._period and self._period.days(self._today()) == days else None

    def _today(self) -> date:
        return self._clock().date()

    # Kayıtları Getir

    def why_not_fetch(self) -> str | None:
        """Refuse while another job runs."""
        return self.runner.busy()

    def do_fetch(self) -> None:
        """List the documents that match."""
        try:
            wanted = self._read_filter()
        except UsageError:
            for field in self.query(DateField):
                if field.reason:
                    field.focus()
                    break
            raise

        def find(_job: Job) -> _Fetched:
            with connected(), reading():
                unsettled = journal.has_unsettled_exports()
            if unsettled:
                from app.transfer import history  # slow to load, rarely needed
            settled = history.settle_exports() if unsettled else []
            with connected(), reading():
                ids = queries.find(wanted)
                totals = queries.totals(ids) if len(ids) <= SUMMED_AT_ONCE else None
                return (
                    Snapshot(wanted, ids, totals),
                    settled,
                    "" if ids else queries.why_none(wanted),
                )

        self.runner.run("Kayıtları getirme", find, self._show, keys_wait=True)

    def _read_filter(self) -> InvoiceFilter:
        fields: dict[str, Any] = {}
        for field, widgets in self._filter_widgets():
            fields |= field.meant(*(value_of(field, widget) for widget in widgets))
        return with_advanced(InvoiceFilter(**fields), self._advanced)

    def _show(self, fetched: _Fetched) -> None:
        snapshot, settled, none = fetched
        wanted, ids = snapshot.filter, snapshot.ids
        if advanced_words(wanted):
            none += " (ileri kısıt açık)"
        self.table.empty_text = none
        lost = self.pane.lost_marks()
        self.table.show_columns(export_columns(wanted))
        self.pane.show(ListModel(snapshot, StoredRows))
        if ids:
            self._remembered.keep_filters(wanted, self._period_of(wanted))
            listed = f"{turkish_count(len(ids))} belge listelendi"
            self.message.tell("; ".join(filter(None, (listed, lost, *settled))))
            self.table.focus()
        else:
            empty = none.startswith(queries.EMPTY)
            advice = (
                "F3 (İçeri Aktar) dosyadan alır" if empty else "kısıtları değiştirip F5'e basın"
            )
            self.message.error(f"{none}; {advice}")

    # İleri Kısıt

    def set_advanced(self, wanted: InvoiceFilter) -> None:
        """Set the İleri Kısıt for the next Kayıtları Getir; a line shows it while it is on."""
        self._advanced = advanced(wanted)
        words = advanced_words(wanted)
        line = self.query_one("#advanced_words", Line)
        line.say(f"İleri Kısıt: {words}")
        line.set_class(bool(words), "-on")

    def do_advanced(self) -> None:
        """Open the İleri Kısıt."""
        from app.tui.screens.advanced import AdvancedFilter

        kind = self._type.value
        self.app.push_screen(
            AdvancedFilter(self._advanced, self._apply, document_type=kind, today=self._today)
        )

    def _apply(self, wanted: InvoiceFilter, fetch: bool) -> None:
        self.set_advanced(wanted)
        if fetch:
            self.action_command("fetch")
        else:
            state = "açık" if advanced_words(wanted) else "kapalı"
            self.message.tell(f"İleri kısıt {state}; F5 belgeleri getirir")

    def list_made_by(self) -> str:
        """Say that an İleri Kısıt shortened the list."""
        return "İleri kısıt açık" if advanced_words(self.model.filter) else ""

    # The list

    def totals_reader(self) -> Callable[[], Totals]:
        """Return a reader of the listed documents' totals."""
        ids = self.model.ids

        def read() -> Totals:
            with connected(), reading():
                return queries.totals(ids)

        return read

    def why_not_sort(self) -> str | None:
        """Refuse without a list, or while another job runs."""
        return self.pane.why_not() or self.runner.busy()

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Sort in a job with progress."""
        self.runner.run("Sıralama", work, then, keys_wait=True, moves_wait=True)

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the same documents in another order."""
        ids = self.model.ids

        def read() -> array[int]:
            with connected(), reading():
                return queries.in_order(ids, column, reverse=descending)

        return read

    def open_document(self, row: int) -> None:
        """Show a document in full. Raises DatabaseRefused if it was deleted."""
        from app.transfer import document_page
        from app.tui.screens.document import DocumentScreen

        self.app.push_screen(DocumentScreen(document_page.load(self.model.shown.ids[row])))

    # Dosya Kaydet

    def why_not_save_file(self) -> str | None:
        """Refuse without marked documents or a path to write to."""
        if reason := self.runner.busy() or self.pane.why_not():
            return reason
        if not self.model.marks.count:
            return "İşaretli belge yok; Boşluk ile tek tek, a ile tümünü işaretleyin"
        return self._why_not_this_list() or why_not_new_file(self.path_field.path)

    def _why_not_this_list(self) -> str | None:
        """Refuse if the fields have changed since the list was fetched."""
        try:
            changed = self._read_filter() != self.model.filter
        except UsageError as error:
            return error.sentence
        old = "Kısıtlar değişti, liste öncekilerle getirildi; önce Kayıtları Getir (F5)"
        return old if changed else None

    def do_save_file(self) -> None:
        """Ask, then write."""
        from app.transfer.export_run import target_path
        from app.tui.screens.dialog import Confirm

        ids, wanted = self.model.marked_ids(), self.model.filter
        path = self.path_field.path or Path()
        if folder := missing_folder(path):
            self._make_folder(folder)
            return
        target = target_path(path, wanted.document_type, self._clock())
        question = "Seçtiğiniz belgeler dosya haline getirilecektir, emin misiniz?"
        details = question_lines(len(ids), self.model.sums(), books_of(self.app).currencies)
        words = advanced_words(wanted)
        details += [f"İleri Kısıt: {words}"] if words else []
        details += self.pane.hidden_words("yazılır")

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(ids, target)
            else:
                self.message.tell("Vazgeçildi; dosya yazılmadı")

        self.app.push_screen(Confirm(question, *details, str(target)), answered)

    def _make_folder(self, folder: str) -> None:
        from app.tui.screens.new_folder import ask_to_make

        ask_to_make(self.app, folder, self.message, lambda: self.action_command("save_file"))

    def _write(self, ids: array[int], target: Path) -> None:
        from app.transfer.export_run import run_export

        def write(job: Job) -> Exported:
            return run_export(ids, target, progress=job.progress, stop=job.stopping)

        self.runner.run("Dışarı aktarma", write, self._written, kept="Dosya yazılmaz.")

    def _written(self, done: Exported) -> None:
        from app.transfer.export_run import left_out_words, totals_words

        self._remembered.keep_export(done.path)
        total = totals_words(done.totals)
        note = f" ({done.note})" if done.note else ""
        said = (
            f"Aktarım tamamlandı: {turkish_count(done.count)} belge, {total}, "
            f"dosya {done.path}{note}"
        )
        if done.left_out:
            self.message.error(f"{left_out_words(done.left_out)}; {said}")
        else:
            self.message.tell(said)

    # Rehber

    def lookup_here(self) -> Callable[[], None] | None:
        """Return the opener of the focused field's Rehber."""
        field: Any = self.focused
        if not isinstance(field, CodeField):
            return super().lookup_here()
        return lambda: self._look_up(field)

    def _look_up(self, field: CodeField) -> None:
        from app.tui.screens.lookup import Lookup, account_search, number_search

        def take(code: str | None) -> None:
            if code is not None:
                field.fill(code)

        if field.id == "account_code":
            lookup = Lookup("Rehber: Cari Kodu", ("Cari Kodu", "Cari Adı"), account_search())
        else:
            kind = self._type.value
            label = kind.label if kind is not None else "Hepsi"
            title = f"Rehber: Fatura No ({label})"
            lookup = Lookup(title, ("Fatura No", "Tarih ve cari"), number_search(kind))
        self.app.push_screen(lookup, take)
