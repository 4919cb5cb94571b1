"""Dışarı Aktar: filter, list, mark, save to a file.

Modules that the first frame does not need (dialogs, the export) are imported where they are used.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from app.domain.filters import InvoiceFilter, advanced_words, filter_words
from app.domain.invoice import DocumentType
from app.domain.reasons import Code, Reason, text
from app.domain.text import turkish_count
from app.domain.totals import Totals
from app.store import journal, queries
from app.store.database import connected, reading
from app.tui.commands import Action, Scope, bindings
from app.tui.field_help import EXPORT_HELP, EXPORT_TAB_HELP
from app.tui.jobs import Job
from app.tui.list_model import SUMMED_AT_ONCE, ListModel, Snapshot
from app.tui.remembered import Remembered
from app.tui.screens.export_saving import Clock, ExportSaving
from app.tui.screens.filter_form import FilterForm
from app.tui.screens.sheet_writing import ExportSheets
from app.tui.screens.transfer_tab import TransferTab
from app.tui.stored_list import EXPORT_COLUMNS, StoredRows, export_columns
from app.tui.whose_books import EMPTY_BOOKS, books_of
from app.tui.widgets.bars import TextLine
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.columns import Column
from app.tui.widgets.fields import CodeField, DateField
from app.tui.widgets.path_field import PathField

if TYPE_CHECKING:
    from app.transfer.overview import Documents
    from app.tui.screens.document import DocumentPage

T = TypeVar("T")
_Fetched: TypeAlias = tuple[Snapshot[InvoiceFilter], list[str], Reason | None]
"""(snapshot, messages about settled exports, reason why the list is empty)."""

_NO_FILTER = InvoiceFilter(document_type=DocumentType.SALES)


class ExportTab(TransferTab[InvoiceFilter]):
    """The first tab."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EXPORT)]
    SCOPE = Scope.EXPORT
    SAVE_COMMAND = "save_file"
    COLUMNS: ClassVar[tuple[Column, ...]] = EXPORT_COLUMNS
    EMPTY = "Kısıtları yazın, F5 ile belgeleri getirin"
    FIELD_HELP = EXPORT_HELP
    TAB_HELP = EXPORT_TAB_HELP

    _type = getters.query_one("#document_type", Choice)

    def __init__(self, folder: str, clock: Clock, remembered: Remembered) -> None:
        super().__init__(_NO_FILTER)
        self._folder = folder
        self._clock = clock
        self._remembered = remembered
        self.form = FilterForm(self, self._today)
        self.add_actions(
            ExportSaving(self, self.form, clock, remembered).actions(),
            ExportSheets(self).actions(),
            {
                "fetch": Action(self.do_fetch, self.runner.busy),
                "clear_filters": Action(self.do_clear_filters),
                "advanced": Action(self.do_advanced),
            },
        )

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
        yield TextLine(id="advanced_words")

    def opened(self) -> None:
        """Restore the last filters, and show a message about it."""
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
        self.form.fill(wanted, choices.period)
        words = filter_words(wanted, choices.period, books_of(self.app).currencies)
        told = f"Geçen seferki kısıtlar geri geldi (F8 temizler): {words}"
        self.message.tell(f"{note}. {told}" if note else told)

    def do_clear_filters(self) -> None:
        """Reset all filters, and the remembered ones."""
        self.form.fill(_NO_FILTER)
        self._remembered.keep_filters(_NO_FILTER, None)
        self.message.tell("Kısıtlar temizlendi")

    @on(DateField.PeriodTyped)
    def _period_typed(self, event: DateField.PeriodTyped) -> None:
        self.form.take_period(event.period)
        self.message.tell(
            f"Belge Tarihi: {event.period.label}", lambda: self.form.shows(event.period)
        )

    def document_type(self) -> DocumentType | None:
        """Return the chosen Belge Tipi; None for all."""
        chosen: DocumentType | None = self._type.value
        return chosen

    def _today(self) -> date:
        return self._clock().date()

    # Kayıtları Getir

    def do_fetch(self) -> None:
        """List the documents that match."""
        wanted = self.form.read_or_focus()
        self.freshness.fetching()

        def find(_job: Job) -> _Fetched:
            with connected(), reading():
                unsettled = journal.has_open_runs(journal.EXPORT)
            if unsettled:
                from app.transfer import history  # slow to load, rarely needed
            settled = history.settle_exports() if unsettled else []
            with connected(), reading():
                ids = queries.find(wanted)
                totals = queries.totals(ids) if len(ids) <= SUMMED_AT_ONCE else None
                return (
                    Snapshot(wanted, ids, totals),
                    settled,
                    None if ids else queries.why_none(wanted),
                )

        self.runner.run("Kayıtları getirme", find, self._show, keys_wait=True)

    def _show(self, fetched: _Fetched) -> None:
        snapshot, settled, reason = fetched
        none = text(reason) if reason else ""
        wanted, ids = snapshot.filter, snapshot.ids
        if advanced_words(wanted):
            none += " (ileri kısıt açık)"
        self.table.empty_text = none
        lost = self.pane.lost_marks()
        self.table.show_columns(export_columns(wanted))
        self.freshness.listed()
        self.pane.show(ListModel(snapshot, StoredRows))
        if ids:
            self._remembered.keep_filters(wanted, self.form.period_of(wanted))
            listed = f"{turkish_count(len(ids))} belge listelendi"
            with_lost = "; ".join(filter(None, (listed, lost, *settled)))
            self.message.tell(with_lost, self.pane.has_no_mark, "; ".join((listed, *settled)))
            self.table.focus()
        else:
            empty = reason is not None and reason.code is Code.NO_DOCUMENTS
            advice = (
                "F3 (İçeri Aktar) dosyadan alır" if empty else "kısıtları değiştirip F5'e basın"
            )
            self.message.error(f"{none}; {advice}")

    # İleri Kısıt

    def do_advanced(self) -> None:
        """Open the İleri Kısıt."""
        from app.tui.screens.advanced import AdvancedFilter

        document_type = self.document_type()
        self.app.push_screen(
            AdvancedFilter(
                self.form.advanced, self._apply, document_type=document_type, today=self._today
            )
        )

    def _apply(self, wanted: InvoiceFilter, fetch: bool) -> None:
        self.form.set_advanced(wanted)
        if fetch:
            self.action_command("fetch")
        else:
            state = "açık" if advanced_words(wanted) else "kapalı"
            self.message.tell(f"İleri kısıt {state}; F5 belgeleri getirir")

    def list_made_by(self) -> str:
        """Return a note that an İleri Kısıt shortened the list."""
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
        return self.pane.why_not_job()

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Sort in a job with progress."""
        self.runner.run("Sıralama", work, then, keys_wait=True, moves_wait=True, keeps_message=True)

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the same documents in another order."""
        ids = self.model.ids

        def read() -> array[int]:
            with connected(), reading():
                return queries.in_order(ids, column, reverse=descending)

        return read

    def to_sum_up(self, ids: array[int]) -> Documents:
        """Return documents of the database to be summed up."""
        from app.transfer.overview import StoredDocuments

        return StoredDocuments(ids)

    def document_page(self, row: int) -> DocumentPage:
        """Return a document in full. Raises DatabaseRefused if it was deleted."""
        from app.tui.screens.document_pages import stored_page

        return stored_page(self.model.shown.ids[row])
