"""Tablo yaz: ask for rows and file, then write the rows of a list as a sheet in a job."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.document_status import ERROR
from app.domain.text import turkish_count
from app.netsis.file_names import OUTPUT_ENDINGS, is_output
from app.sheets.names import SHEET_ENDINGS
from app.tui.commands import Action, Actions
from app.tui.jobs import Job

if TYPE_CHECKING:
    from app.transfer.import_file import IncomingFile
    from app.tui.screens.sheet_dialog import Offer, SheetChoice
    from app.tui.screens.transfer_tab import TransferTab


class SheetWriting:
    """The command of a tab; a subclass provides the tab's rows."""

    def __init__(self, tab: TransferTab[Any]) -> None:
        self._tab = tab
        self._folder = ""
        """The folder written to last."""

    def actions(self) -> Actions:
        """Return the command Tablo yaz."""
        return {"write_sheet": Action(self._ask_and_write, self._tab.pane.why_not_job)}

    def _ask_and_write(self) -> None:
        """Ask, then write; the offers are determined in a job."""
        ids = self._tab.model.ids
        look = self._failed_reader()

        def ask(failed: Iterable[int]) -> None:
            if ids is self._tab.model.ids:
                self._ask(self._offers(failed))

        self._tab.runner.run_beside("Tablo", lambda _: look(), ask)

    def _ask(self, offers: Sequence[Offer]) -> None:
        from app.tui.screens.sheet_dialog import SheetDialog

        def answered(chosen: SheetChoice | None) -> None:
            if chosen is None:
                self._tab.message.tell("Vazgeçildi; dosya yazılmadı")
            else:
                self._write(chosen)

        folder = self._folder or self._default_folder()
        self._tab.app.push_screen(SheetDialog(folder, offers), answered)

    def _write(self, chosen: SheetChoice) -> None:
        self._folder = os.path.dirname(chosen.path)
        work = self._work(chosen.offer.ids, chosen.path)

        def told(said: tuple[str, str]) -> None:
            done, fault = said
            if fault:
                self._tab.message.error(f"{fault}; {done}")
            else:
                self._tab.message.tell(done)

        self._tab.runner.run("Tablo yazma", work, told, kept="Dosya yazılmaz.")

    def _failed_reader(self) -> Callable[[], Iterable[int]]:
        """Return a reader of the ids of failed documents, for a worker thread."""
        return lambda: ()

    def _offers(self, failed: Iterable[int]) -> list[Offer]:
        raise NotImplementedError

    def _default_folder(self) -> str:
        """Return the folder of Dosya Yolu."""
        path = str(self._tab.path_field.path or "")
        return path if os.path.isdir(path) else os.path.dirname(path)

    def _work(self, ids: array[int], path: Path) -> Callable[[Job], tuple[str, str]]:
        """Return the work; its result is a note, and an error to show first or ""."""
        raise NotImplementedError


class ExportSheets(SheetWriting):
    """Writes listed or marked documents of the database."""

    def _offers(self, failed: Iterable[int]) -> list[Offer]:  # noqa: ARG002  # none here
        from app.tui.screens.sheet_dialog import Offer

        model = self._tab.model
        document_type = model.filter.document_type
        stem = f"{document_type.word if document_type is not None else 'fatura'}-liste"
        offers = [Offer("Görünenler", model.shown.ids, stem, SHEET_ENDINGS)]
        if model.marks.count:
            offers.append(Offer("İşaretliler", model.marked_ids(), stem, SHEET_ENDINGS))
        return offers

    def _work(self, ids: array[int], path: Path) -> Callable[[Job], tuple[str, str]]:
        def write(job: Job) -> tuple[str, str]:
            from app.transfer.list_sheet import write_list
            from app.transfer.overview_page import left_out_words

            done = write_list(ids, path, progress=job.progress, stop=job.stopping)
            return _written(done.count, path), left_out_words(done.left_out)

        return write


class ImportSheets(SheetWriting):
    """Writes rows of a file, or its failed documents unchanged."""

    def __init__(self, tab: TransferTab[Path], file: Callable[[], IncomingFile | None]) -> None:
        """`file` returns the listed file."""
        super().__init__(tab)
        self._file = file

    def _failed_reader(self) -> Callable[[], Iterable[int]]:
        from app.store import preview

        file = self._file()
        rows = file.rows if file else preview.FileRows()
        return lambda: rows.faulty(ERROR)

    def _offers(self, failed: Iterable[int]) -> list[Offer]:
        from app.tui.screens.sheet_dialog import Offer

        model, file = self._tab.model, self._file()
        stem = file.path.name.partition(".")[0] if file else ""
        # In the order of the list, including rows not shown.
        mask = model.mask_of(failed)
        faulty = array("q", compress(model.ids, mask))
        shown = Offer("Görünenler", model.shown.ids, f"{stem}-liste", SHEET_ENDINGS)
        if not faulty:
            return [shown]
        endings = (*SHEET_ENDINGS, *OUTPUT_ENDINGS)
        return [Offer("Hatalılar", faulty, f"{stem}-hatalar", endings), shown]

    def _work(self, ids: array[int], path: Path) -> Callable[[Job], tuple[str, str]]:
        incoming = self._file()

        def write(job: Job) -> tuple[str, str]:
            from app.transfer import error_files

            if incoming is None:
                return "", ""
            of_json = is_output(path.name)
            work = error_files.write_documents if of_json else error_files.write_rows
            done = work(incoming, ids, path, progress=job.progress, stop=job.stopping)
            return _written(done.count, path), error_files.left_out_words(done.left_out)

        return write


def _written(count: int, path: Path) -> str:
    return f"Yazıldı: {turkish_count(count)} belge, dosya {path}"
