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

from app.domain.text import turkish_count
from app.domain.totals import Totals
from app.errors import AppError, FileRefused, NotUtf8
from app.store import preview
from app.store.preview import FileRow, FileRows
from app.transfer import document_page, import_run, raw_page
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.phrases import books_changed, closing, given_up, list_cut_off
from app.transfer.run_summary import RunSummary
from app.tui.commands import Scope, bindings
from app.tui.jobs import Job
from app.tui.judging import Judged, judged
from app.tui.list_model import ListModel, Snapshot
from app.tui.lists import IMPORT_COLUMNS, IncomingRows, StoredRows, import_columns, status_text
from app.tui.remembered import Remembered
from app.tui.saving import Done
from app.tui.screens.document import DocumentScreen, RawScreen
from app.tui.screens.list_pane import Kind
from app.tui.screens.numbering import Chosen, NumberingDialog
from app.tui.screens.transfer_tab import TransferTab
from app.tui.whose_books import books_of
from app.tui.widgets.columns import Column
from app.tui.widgets.encoding_choice import ENCODING_ADVICE, EncodingChoice
from app.tui.widgets.path_field import PathField

_HELP = {
    "path": "Dosya Yolu: aktarılacak JSON dosyası, bir .json.gz ya da .zip, "
    "ya da bir klasör. Tab tamamlar, F4 dosyaları tarihiyle gösterir, "
    "↑ son kullanılanları getirir; → yazılı yolu korur, sonuna eklenir; Enter ya da F5 dosyadaki "
    "belgeleri listeler.",
    "encoding": "Kodlama: dosyadan kendiliğinden anlaşılır ve burada yazılır. Harfler bozuk "
    "görünürse UTF-8 ya da Windows-1254 seçip F5'e basın; başka bir dosyada yine anlaşılır.",
    "list": "Liste: Boşluk işaretler, a tümünü seçer, F2 kaydeder, Enter belgeyi açar; y yalnız "
    "işaretlileri, sonra hatalıları, sonra uyarılıları gösterir.",
}
_JOB = (
    "İçeri Aktar: dosyayı yazın, F5 ile belgeleri getirin, işaretleyin, F2 ile numaralarını "
    "seçip kaydedin. Durum sütunu her belgenin sonucunu, Netsis Belge No aldığı numarayı gösterir."
)

_NO_FILE = Path()
_STILL_READING = "Okunanlar listede, oklarla bakabilirsiniz; diğer tuşlar okuma bitince uygulanır"
_GO_ON = "Sürdürmek için a, sonra F2; aktarılmış olanlar atlanır"


class ImportTab(TransferTab[Path]):
    """The second tab."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.IMPORT)]
    SCOPE = Scope.IMPORT
    SAVE_COMMAND = "save_documents"
    COLUMNS: ClassVar[tuple[Column, ...]] = IMPORT_COLUMNS
    EMPTY = "Bir JSON dosyası yazın, F5 ile belgeleri getirin"
    FIELD_HELP = _HELP
    TAB_HELP = _JOB

    _encoding_choice = getters.query_one(EncodingChoice)

    def __init__(self, path: str, remembered: Remembered) -> None:
        super().__init__(_NO_FILE)
        self._path = path
        self._remembered = remembered
        self._listed: Path | None = None
        """The file that was last asked for."""
        self._file: IncomingFile | None = None
        self._begun: tuple[Path, int] | None = None
        """The file of an interrupted import that the user resumes, and its first run."""
        self._reading = False
        """Whether the list still grows."""
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
        """Recognise the encoding of another file anew, whatever was chosen for the last."""
        if self._listed and self.path_field.path != self._listed:
            self._listed = None
            self._encoding_choice.forget()

    def on_unmount(self) -> None:
        """Close the file."""
        if self._file and not self._reading:
            self._file.close()

    # Kayıtları Getir

    def why_not_fetch(self) -> str | None:
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
        encoding = self._encoding_choice.value
        self._lost = self.pane.lost_marks()

        def judge(job: Job) -> Judged:
            try:
                return judged(path, encoding, job)
            except NotUtf8 as error:
                raise FileRefused(f"{error.fault}; {ENCODING_ADVICE}") from error

        kept = "Okunan belgeler listede kalır, gerisi okunmaz."
        self.runner.run(
            "Dosya okuma", judge, self._show, failed=lambda error: self._not_read(error, path),
            went_on=self._grown, began=self._begin, unit="MB", kept=kept, keys_wait=True,
        )  # fmt: skip

    def stops(self) -> Iterator[Widget]:
        """Yield none: Enter in Dosya Yolu lists, since Kodlama seldom matters."""
        return iter(())

    def _begin(self, begun: IncomingFile) -> None:
        """Show the first documents of a big file."""
        self._open(begun)
        self._reading = True
        self._list(begun, array("q", range(1, begun.count + 1)), growing=True)
        self.message.tell(_STILL_READING)

    def _open(self, incoming: IncomingFile) -> None:
        if self._file:
            self._file.close()
        self._file = incoming
        self.table.focus()

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
            return IncomingRows(incoming.rows, ids)

        self.table.show_columns(import_columns(incoming.rows))
        model = ListModel(Snapshot(incoming.path, ids, totals), rows, blocked)
        self.pane.show(model, growing=growing, stay=stay)

    def _show(self, judged: Judged) -> None:
        began, self._reading = self._reading, False
        if judged.file is not self._file:
            self._open(judged.file)
        ids = array("q", range(1, judged.file.count + 1))
        self._list(judged.file, ids, judged.unreadable, judged.totals, stay=began)
        self._remembered.keep_import(judged.file.path)
        if judged.whole:
            self._encoding_choice.tell(judged.file.source.encoding)
            self._say_counts(judged)
        else:
            count = turkish_count(judged.file.count)
            self.message.error(f"Durduruldu: dosyanın ilk {count} belgesi listede, gerisi okunmadı")

    def _say_counts(self, judged: Judged) -> None:
        counts = judged.counts
        words = {preview.READY: "hazır", preview.WARNING: "uyarılı", preview.ERROR: "hatalı"}
        parts = [
            f"{turkish_count(counts[status])} {word}"
            for status, word in words.items()
            if counts.get(status)
        ]
        cardless = counts.get(preview.ERROR, 0) - len(judged.unreadable)
        if cardless:
            parts.append(f"{turkish_count(cardless)} tanesinde kart eksik (F2'de kutusu var)")
        text = f"{judged.file.path.name}: {', '.join(parts)}"
        text = "; ".join(filter(None, (text, self._lost)))
        self.message.tell(f"{text}. {_GO_ON}" if self._resumes() else text)

    # Resuming an interrupted import

    def go_on(self, file: str, run: int) -> None:
        """List the file again; Belge Kaydet will offer to skip what `run` and later ones saved."""
        self.path_field.take(file)
        self._begun = Path(file), run
        self.action_command("fetch")

    def _resumes(self) -> int | None:
        """Return the first run of the listed file that the user resumes, if any."""
        if self._file is None or self._begun is None or self._file.path != self._begun[0]:
            return None
        return self._begun[1]

    # The list

    def totals_reader(self) -> Callable[[], Totals]:
        """Return a reader of the totals in the current order."""
        order, descending = self.model.order or ("position", False)
        rows = self._file.rows if self._file else FileRows()
        return lambda: rows.totals(order, reverse=descending)

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the same documents in another order."""
        rows = self._file.rows if self._file else FileRows()
        return lambda: rows.find(column, reverse=descending)

    def kinds(self) -> list[Kind]:
        """Return documents with errors, and with warnings."""
        return [
            Kind("hatalı", "hatalılar", lambda: self._faulty(preview.ERROR)),
            Kind("uyarılı", "uyarılılar", lambda: self._faulty(preview.WARNING)),
        ]

    def _faulty(self, status: str) -> bytes:
        return self.model.mask_of(self._file.rows.faulty(status) if self._file else ())

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
            saved = row is not None and row.status == preview.SAVED
            return "Bu belge aktarıldı" if saved else "Bu belge okunamadı; işaretlenemez"
        return None

    def _row(self, row: int) -> FileRow | None:
        shown = self.model.shown
        return shown.row(row) if isinstance(shown, IncomingRows) and len(shown) else None

    def cursor_moved(self) -> None:
        """Show Durum in full below the list where the column has no room for it."""
        self.message.look_again()
        row = self._row(self.table.cursor)
        text = status_text(row) if row else ""
        if row and self.table.shows(self.table.cursor, "status", text):
            text = ""
        place = self._file.place_within(row.position) if self._file and row else ""
        text = ": ".join(filter(None, (place, text)))
        self.pane.row_line.show(text, is_error=row is not None and row.status == preview.ERROR)

    def rows_changed(self) -> None:
        """Tell Durum anew: another row may be under the cursor, or the same with another."""
        super().rows_changed()
        self.cursor_moved()

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        super().on_resize()
        self.cursor_moved()

    def open_document(self, row: int) -> None:
        """Show the saved document, else the one in the file, be it as text. Raises AppError."""
        found = self._row(row)
        if found is None or self._file is None:
            return
        if found.invoice_id is not None:
            self.app.push_screen(DocumentScreen(document_page.load(found.invoice_id)))
        elif found.readable:
            self.app.push_screen(DocumentScreen(document_page.load_from_file(self._file, found)))
        elif found.length:
            raw = raw_page.load_raw(self._file, found)
            self.app.push_screen(RawScreen(raw, status_text(found)))
        else:
            self.message.error(status_text(found))

    # Belge Kaydet

    def why_not_save_documents(self) -> str | None:
        """Refuse without marked documents."""
        if reason := self.runner.busy() or self.pane.why_not():
            return reason
        if self._file and self.path_field.path != self._file.path:
            name = self._file.path.name
            return f"Dosya Yolu değişti, liste {name} dosyasının; önce Kayıtları Getir (F5)"
        if not self.model.marks.count:
            return self.why_not_mark_all() or (
                "İşaretli belge yok; Boşluk ile tek tek, a ile tümünü işaretleyin"
            )
        return None

    def do_save_documents(self) -> None:
        """Ask how to number them, then save."""
        if self._file is None:
            return
        self._ask(self._file, self.model.marked_ids(), self.pane.hidden_words("kaydedilir"))

    def _ask(
        self,
        incoming: IncomingFile,
        positions: array[int],
        notes: Sequence[str],
        *,
        again: ImportRule | None = None,
        if_given_up: str = "",
    ) -> None:
        def answered(chosen: Chosen | None) -> None:
            if chosen is None:
                self.message.tell(if_given_up or given_up(saved=0))
            else:
                self._save(incoming, positions, chosen)

        dialog = NumberingDialog(
            incoming, positions, self._remembered, notes, resumes=self._resumes(), again=again
        )
        self.app.push_screen(dialog, answered)

    def _save(self, incoming: IncomingFile, positions: array[int], chosen: Chosen) -> None:
        done = Done()

        def save(job: Job) -> RunSummary:
            return import_run.run_import(
                incoming, positions, chosen.rule, shown=chosen.shown,
                told=done.add, progress=job.progress, stop=job.stopping,
            )  # fmt: skip

        def ended(summary: RunSummary) -> None:
            marked = self._leave_out(done)
            left = len(positions) - done.count
            self.message.tell(closing(summary, left, marked=marked == left))
            if summary.changed:  # what is left, with figures that are true now
                untried = positions[summary.count :]
                notes = books_changed(summary.saved, len(untried), *summary.changed)
                words = given_up(summary.saved)
                self._ask(incoming, untried, notes, again=chosen.rule, if_given_up=words)

        def cut_off(error: AppError) -> None:
            marked, left = self._leave_out(done), len(positions) - done.count
            words = list_cut_off(error, len(done.saved), left, marked=marked == left)
            self.message.error(words)

        self.runner.run(
            "İçeri aktarma", save, ended, failed=cut_off, went_on=self.pane.refresh_rows
        )

    def _grown(self) -> None:
        """Append the rows judged since."""
        if self._reading and self._file:
            self.pane.grow(array("q", range(len(self.model) + 1, self._file.count + 1)))

    def _not_read(self, error: AppError, path: Path) -> None:
        """Empty the list: a file that fails later on is not shown in part.

        The error goes when another file is named.
        """
        self.message.error(error.sentence, lambda: self.path_field.path == path)
        if self._reading and self._file:
            self._reading = False
            self._file.close()
            self._file = None
            self.pane.show(ListModel(Snapshot(_NO_FILE, array("q")), StoredRows))

    def _leave_out(self, done: Done) -> int:
        """Unmark what is done, and block what is saved: a second F2 takes only the rest.

        Returns the number of documents that are still marked.
        """
        self.model.unmark(done.skipped)
        self.model.block(done.saved)
        self.pane.refresh_rows()
        self.table.refresh_marks()
        self.pane.sum_up()
        return self.model.marks.count
