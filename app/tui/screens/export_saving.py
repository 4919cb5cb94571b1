"""Dosya Kaydet: ask, then write the marked documents to a new file.

The export and the dialogs are imported where they are used, since the first frame does not need
them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.domain.filters import InvoiceFilter, advanced_words
from app.domain.invoice import DocumentType
from app.domain.text import turkish_count
from app.domain.totals import Sums
from app.errors import UsageError
from app.store.database import connected, reading
from app.tui.commands import Action, Actions
from app.tui.jobs import Job
from app.tui.paths import missing_folder, why_not_new_file
from app.tui.remembered import Remembered
from app.tui.summary import question_lines, sums_words
from app.tui.whose_books import books_of

if TYPE_CHECKING:
    from app.store.runs import ExportedBefore
    from app.transfer.export_run import Exported
    from app.tui.screens.filter_form import FilterForm
    from app.tui.screens.transfer_tab import TransferTab

Clock: TypeAlias = Callable[[], datetime]
AllSums: TypeAlias = Mapping[DocumentType, Sums]


class ExportSaving:
    """Writes the marked documents of the tab's list."""

    def __init__(
        self,
        tab: TransferTab[InvoiceFilter],
        form: FilterForm,
        clock: Clock,
        remembered: Remembered,
    ) -> None:
        self._tab = tab
        self._form = form
        self._clock = clock
        self._remembered = remembered

    def actions(self) -> Actions:
        """Return the command Dosya Kaydet."""
        return {"save_file": Action(self._ask_and_write, self._why_not)}

    def _why_not(self) -> str | None:
        """Refuse without marked documents or a path to write to."""
        tab = self._tab
        if reason := tab.runner.busy() or tab.pane.why_not():
            return reason
        if not tab.model.marks.count:
            return "İşaretli belge yok; Boşluk ile tek tek, a ile tümünü işaretleyin"
        return self._why_not_this_list() or why_not_new_file(tab.path_field.path)

    def _why_not_this_list(self) -> str | None:
        """Refuse if the fields or the books have changed since the list was fetched."""
        if reason := self._tab.freshness.why_not():
            return reason
        try:
            changed = self._form.read() != self._tab.model.filter
        except UsageError as error:
            return error.sentence
        old = "Kısıtlar değişti, liste öncekilerle getirildi; önce Kayıtları Getir (F5)"
        return old if changed else None

    def _ask_and_write(self) -> None:
        """Ask, then write."""
        from app.store import runs
        from app.transfer import history
        from app.transfer.export_run import target_path
        from app.tui.screens.export_question import ExportQuestion

        tab = self._tab
        ids, wanted = tab.model.marked_ids(), tab.model.filter
        path = tab.path_field.path or Path()
        if folder := missing_folder(path):
            self._make_folder(folder)
            return
        target = target_path(path, wanted.document_type, self._clock())
        question = "Seçtiğiniz belgeler dosya haline getirilecektir, emin misiniz?"
        sums = tab.model.sums()
        names = books_of(tab.app).currencies
        details = question_lines(len(ids), sums, names)
        words = advanced_words(wanted, names)
        details += [f"İleri Kısıt: {words}"] if words else []
        details += tab.pane.hidden_words("yazılır")

        def look() -> tuple[list[str], ExportedBefore | None]:
            settled = history.settle_exports()
            with connected(), reading():
                return settled, runs.exported_before(ids)

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(ids, target, sums, with_cards=asked.with_cards)
            else:
                tab.message.tell("Vazgeçildi; dosya yazılmadı")

        asked = ExportQuestion(question, *details, str(target))
        tab.app.push_screen(asked, answered)
        asked.look(look)

    def _make_folder(self, folder: str) -> None:
        from app.tui.screens.new_folder import ask_to_make

        tab = self._tab
        again = partial(tab.action_command, "save_file")
        ask_to_make(tab.app, folder, tab.message, again, left_undone="dosya yazılmadı")

    def _write(
        self, ids: array[int], target: Path, asked: AllSums | None, *, with_cards: bool
    ) -> None:
        from app.transfer.export_run import run_export

        def write(job: Job) -> Exported:
            return run_export(
                ids, target, with_cards=with_cards, progress=job.progress, stop=job.stopping
            )

        def written(done: Exported) -> None:
            self._written(done, _sums_of(done, asked))

        self._tab.runner.run("Dışarı aktarma", write, written, kept="Dosya yazılmaz.")

    def _written(self, done: Exported, of_type: AllSums) -> None:
        from app.transfer import card_export
        from app.transfer.export_run import NAMED, left_out_words
        from app.transfer.phrases import fitting

        self._remembered.keep_export(done.path)
        total = sums_words(of_type, books_of(self._tab.app).currencies)
        count = turkish_count(done.count)
        note = f" ({done.note})" if done.note else ""
        cards = "".join(f", {card_export.counts_words(one.counts)}" for one in done.cards)
        cards_left_out = card_export.left_out_words(done.cards_left_out)

        def written(room: int) -> str:
            """Drop the folder, which Dosya Yolu shows, then the sums, then damaged documents."""
            left_out = left_out_words(done.left_out, min(max(room, 1), NAMED))
            wrong = "".join(f"; {sentence}" for sentence in (left_out, cards_left_out) if sentence)
            sums = f", {total}" if room > NAMED else ""
            name = done.path if room > NAMED + 1 else done.path.name
            return f"Aktarım tamamlandı: {count} belge{sums}{cards}{note}, dosya {name}{wrong}"

        message, said = self._tab.message, fitting(written, NAMED + 2)
        (message.error if done.left_out or done.cards_left_out else message.tell)(said)


def _sums_of(done: Exported, asked: AllSums | None) -> AllSums:
    """Return the sums shown in the question, or the file's own if it holds other documents.

    The export does not sum up amounts in foreign currencies.
    """
    written = {document_type: Sums(total) for document_type, total in done.totals.items()}
    before = asked or {}
    same = {document_type: one.total for document_type, one in before.items()} == done.totals
    return before if same and not done.left_out else written
