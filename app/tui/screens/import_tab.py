"""İçeri Aktar: open a file, list, mark, number anew, save; one result per document."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from app.domain.document_status import ERROR, READY, SAVED, WARNING
from app.domain.text import turkish_count
from app.domain.totals import Totals
from app.errors import AppError, FileRefused, NotUtf8
from app.store.preview import FileRow, FileRows
from app.transfer.import_file import IncomingFile
from app.transfer.overview import Documents, FileDocuments
from app.tui.commands import Action, Scope, bindings
from app.tui.field_help import IMPORT_HELP, IMPORT_TAB_HELP
from app.tui.incoming_list import IMPORT_COLUMNS, IncomingRows, import_columns, status_text
from app.tui.jobs import Job
from app.tui.judging import Judged, judged
from app.tui.list_model import ListModel, Snapshot
from app.tui.remembered import Remembered
from app.tui.screens.document import DocumentPage
from app.tui.screens.document_pages import file_page
from app.tui.screens.import_saving import ImportSaving
from app.tui.screens.list_owner import RowKind
from app.tui.screens.sheet_writing import ImportSheets
from app.tui.screens.transfer_tab import TransferTab
from app.tui.stored_list import StoredRows
from app.tui.whose_books import books_of
from app.tui.widgets.columns import Column
from app.tui.widgets.encoding_choice import ENCODING_ADVICE, EncodingChoice
from app.tui.widgets.path_field import PathField

_NO_FILE = Path()
_STILL_READING = "Okunanlar listede, oklarla bakabilirsiniz; diğer tuşlar okuma bitince uygulanır"
_GO_ON = "Sürdürmek için a, sonra F2; aktarılmış olanlar atlanır"


class ImportTab(TransferTab[Path]):
    """The second tab."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.IMPORT)]
    SCOPE = Scope.IMPORT
    SAVE_COMMAND = "save_documents"
    COLUMNS: ClassVar[tuple[Column, ...]] = IMPORT_COLUMNS
    EMPTY = "JSON dosyası, zip ya da klasör yazın; F5 ile belgeleri getirin"
    FIELD_HELP = IMPORT_HELP
    TAB_HELP = IMPORT_TAB_HELP

    _encoding_choice = getters.query_one(EncodingChoice)

    def __init__(self, path: str, remembered: Remembered) -> None:
        super().__init__(_NO_FILE)
        self._path = path
        self._remembered = remembered
        self._listed: Path | None = None
        """The file that was last requested."""
        self.file: IncomingFile | None = None
        """The file whose documents are listed."""
        self.add_actions(
            ImportSaving(self, lambda: self.file, self.resumes, remembered).actions(),
            ImportSheets(self, lambda: self.file).actions(),
            {"fetch": Action(self.do_fetch, self._why_not_fetch)},
        )
        self._begun: tuple[Path, int] | None = None
        """(file, first run) of an interrupted import that the user resumes, or None."""
        self._rest_of: tuple[Path, int] | None = None
        """(file, run) whose finished documents stay unmarked; all others get marked."""
        self._reading = False
        """Whether the list is still growing."""
        self._lost = ""
        """Warning about marks lost by the new list."""

    def compose_fields(self) -> ComposeResult:
        """Dosya Yolu and the file's encoding."""
        with Horizontal(classes="row"):
            yield Static("Dosya Yolu", classes="label")
            yield PathField(self._path, wants="json", recent=self._remembered.paths, id="path")
        with Horizontal(classes="row"):
            yield Static("Kodlama", classes="label")
            yield EncodingChoice()

    def opened(self) -> None:
        """Say why choices were ignored."""
        if note := self._remembered.take_note():
            self.message.tell(note)
        if samples := books_of(self.app).samples:
            self.message.tell(f"Örnek dosyalar: {samples}; F4 gösterir")

    @on(Input.Changed, "#path")
    def _forget_encoding(self) -> None:
        """Recognise the encoding of another file anew, whatever was chosen for the last one."""
        if self._listed and self.path_field.path != self._listed:
            self._listed = None
            self._encoding_choice.forget()

    def on_unmount(self) -> None:
        """Close the file."""
        if self.file and not self._reading:
            self.file.close()

    # Kayıtları Getir

    def _why_not_fetch(self) -> str | None:
        """Refuse without a path to a file, or while another job runs."""
        if self.runner.busy():
            return self.runner.busy()
        if self.path_field.path is None:
            return "Dosya Yolu boş; bir dosya yazın ya da F4 ile seçin"
        return None

    def do_fetch(self) -> None:
        """Open the file and judge each invoice in it."""
        path = self.path_field.path or Path()
        self._listed = path
        self.freshness.fetching()
        encoding = self._encoding_choice.value
        self._lost = self.pane.lost_marks()
        run = self._rest_of[1] if self._rest_of and self._rest_of[0] == path else None

        def judge(job: Job) -> Judged:
            try:
                return judged(path, encoding, job, run)
            except NotUtf8 as error:
                raise FileRefused(f"{error.fault}; {ENCODING_ADVICE}") from error

        kept = "Okunan belgeler listede kalır, gerisi okunmaz."
        self.runner.run(
            "Dosya okuma", judge, self._show, failed=lambda error: self._not_read(error, path),
            went_on=self._grown, began=self._begin, unit="MB", kept=kept, keys_wait=True,
        )  # fmt: skip

    def stops(self) -> Iterator[Widget]:
        """Yield none: Enter in Dosya Yolu lists, since Kodlama is rarely changed."""
        return iter(())

    def _begin(self, begun: IncomingFile) -> None:
        """Show the first documents of a big file."""
        self._open(begun)
        self._reading = True
        self._list(begun, array("q", range(1, begun.count + 1)), growing=True)
        self.message.tell(_STILL_READING)

    def _open(self, incoming: IncomingFile) -> None:
        if self.file:
            self.file.close()
        self.file = incoming
        self.table.focus()

    def _grown(self) -> None:
        """Append the rows judged since the last call."""
        if self._reading and self.file:
            self.pane.grow(array("q", range(len(self.model) + 1, self.file.count + 1)))

    def _not_read(self, error: AppError, path: Path) -> None:
        """Empty the list, because a file that fails later on is not shown in part.

        The error is cleared when another file is named.
        """
        self.message.error(error.sentence, lambda: self.path_field.path == path)
        if self._reading and self.file:
            self._reading = False
            self.file.close()
            self.file = None
            self.pane.show(ListModel(Snapshot(_NO_FILE, array("q")), StoredRows))

    def _list(
        self,
        incoming: IncomingFile,
        ids: array[int],
        blocked: Sequence[int] = (),
        totals: Totals | None = None,
        *,
        growing: bool = False,
        stay: bool = False,
    ) -> None:
        def rows(ids: array[int]) -> IncomingRows:
            return IncomingRows(incoming, ids)

        self.freshness.listed()
        self.table.show_columns(import_columns(incoming))
        model = ListModel(Snapshot(incoming.path, ids, totals), rows, blocked)
        self.pane.show(model, growing=growing, stay=stay)

    def _show(self, judged: Judged) -> None:
        began, self._reading = self._reading, False
        if judged.file is not self.file:
            self._open(judged.file)
        ids = array("q", range(1, judged.file.count + 1))
        self._list(judged.file, ids, judged.unreadable, judged.totals, stay=began)
        self._remembered.keep_import(judged.file.path)
        if judged.whole:
            self._encoding_choice.tell(judged.file.source.encoding)
            self._say_counts(judged)
            if judged.finished is not None:
                self._rest_of = None
                self._mark_rest(judged.finished)
        else:
            count = turkish_count(judged.file.count)
            self.message.error(f"Durduruldu: ilk {count} belge listede, gerisi okunmadı")

    def _say_counts(self, judged: Judged) -> None:
        counts = judged.counts
        words = {
            READY: "hazır",
            WARNING: "uyarılı",
            ERROR: "hatalı",
        }
        parts = [
            f"{turkish_count(counts[status])} {word}"
            for status, word in words.items()
            if counts.get(status)
        ]
        cardless = counts.get(ERROR, 0) - len(judged.unreadable)
        if cardless:
            parts.append(f"{turkish_count(cardless)} tanesinde kart eksik (F2'de kutusu var)")
        text = f"{judged.file.path.name}: {', '.join(parts)}"
        end = f". {_GO_ON}" if self.resumes() else ""
        with_lost = "; ".join(filter(None, (text, self._lost)))
        self.message.tell(f"{with_lost}{end}", self.pane.has_no_mark, f"{text}{end}")

    # Resuming an interrupted import

    def go_on(self, file: str, run: int | None, rest_of: int | None = None) -> None:
        """List the file; Belge Kaydet will offer to skip what `run` and later runs saved.

        All documents that the run `rest_of` has not finished get marked, if it is given.
        """
        self.path_field.take(file)
        self._begun = (Path(file), run) if run is not None else None
        self._rest_of = None if rest_of is None else (Path(file), rest_of)
        self.action_command("fetch")

    def _mark_rest(self, finished: Sequence[int]) -> None:
        marks = self.model.marks
        marks.set_all(True)
        self.model.unmark(finished)
        self.table.refresh_marks()
        self.pane.sum_up()
        count = marks.count
        rest = f"{turkish_count(count)} belge işaretli: hatalılar ve kalanlar"
        self.message.tell(
            f"{rest}; F2 kaydeder" if count else "Kalan belge yok", lambda: marks.count == count
        )

    def resumes(self) -> int | None:
        """Return the first run of the listed file that the user resumes, or None."""
        if self.file is None or self._begun is None or self.file.path != self._begun[0]:
            return None
        return self._begun[1]

    # The list

    def totals_reader(self) -> Callable[[], Totals]:
        """Return a reader of the totals in the current order."""
        order, descending = self.model.order or ("position", False)
        rows = self.file.rows if self.file else FileRows()
        return lambda: rows.totals(order, reverse=descending)

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the same documents in another order."""
        rows = self.file.rows if self.file else FileRows()
        return lambda: rows.find(column, reverse=descending)

    def kinds(self) -> list[RowKind]:
        """Return the kinds for documents with errors, and with warnings."""
        return [
            RowKind("hatalı", "hatalılar", lambda: self._faulty(ERROR)),
            RowKind("uyarılı", "uyarılılar", lambda: self._faulty(WARNING)),
        ]

    def _faulty(self, status: str) -> bytes:
        return self.model.mask_of(self.file.rows.faulty(status) if self.file else ())

    def why_not_mark_all(self) -> str | None:
        """Refuse if no row can be imported."""
        if self.table.row_count and not self.model.marks.any_markable:
            return "Aktarılabilecek belge yok; Durum sütununa bakın"
        return self.pane.why_not()

    def why_not_mark(self) -> str | None:
        """Refuse a row that cannot be imported."""
        if not self.table.row_count:
            return self.pane.why_not()
        if self.model.marks.is_blocked(self.table.list_row) and not self.table.range_active:
            row = self._row(self.table.cursor)
            saved = row is not None and row.status == SAVED
            return "Bu belge aktarıldı" if saved else "Bu belge okunamadı; işaretlenemez"
        return None

    def _row(self, row: int) -> FileRow | None:
        shown = self.model.shown
        return shown.row(row) if isinstance(shown, IncomingRows) and len(shown) else None

    def cursor_moved(self) -> None:
        """Show Durum in full below the list if its column is too narrow."""
        self.message.look_again()
        row = self._row(self.table.cursor)
        text = status_text(row) if row else ""
        if row and self.table.shows(self.table.cursor, "status", text):
            text = ""
        place = self.file.place_within(row.position) if self.file and row else ""
        text = ": ".join(filter(None, (place, text)))
        self.pane.row_line.show(text, is_error=row is not None and row.status == ERROR)

    def rows_changed(self) -> None:
        """Show Durum again, because the cursor's row or its state may have changed."""
        super().rows_changed()
        self.cursor_moved()

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        super().on_resize()
        self.cursor_moved()

    def to_sum_up(self, ids: array[int]) -> Documents:
        """Return documents of the file to be summed up."""
        if (incoming := self.file) is None:
            raise LookupError(ids)
        return FileDocuments(incoming, ids)

    def document_page(self, row: int) -> DocumentPage:
        """Return the page of the saved document, or of the one in the file. Raises AppError."""
        shown = self.model.shown
        if self.file is None or not isinstance(shown, IncomingRows):
            raise LookupError(row)
        return file_page(self.file, shown.row(row))
