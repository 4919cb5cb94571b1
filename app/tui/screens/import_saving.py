"""Belge Kaydet: ask how to number the marked documents of a file, then save them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.transfer import import_run
from app.transfer.decide import ImportRule
from app.transfer.found_cards import FoundCards, find_cards
from app.transfer.import_file import IncomingFile
from app.transfer.phrases import books_changed, closing, given_up, list_cut_off
from app.transfer.run_summary import RunSummary
from app.tui.commands import Action, Actions
from app.tui.jobs import Job
from app.tui.remembered import Remembered
from app.tui.saving import Done
from app.tui.screens.numbering import Chosen, NumberingDialog

if TYPE_CHECKING:
    from app.tui.screens.transfer_tab import TransferTab


class ImportSaving:
    """Saves the marked documents of the tab's file."""

    def __init__(
        self,
        tab: TransferTab[Path],
        file: Callable[[], IncomingFile | None],
        resumes: Callable[[], int | None],
        remembered: Remembered,
    ) -> None:
        """`file` returns the listed file; `resumes` the first of its runs to resume, or None."""
        self._tab = tab
        self._file = file
        self._resumes = resumes
        self._remembered = remembered
        self._found_cards = FoundCards()

    def close(self) -> None:
        """Close the card files of the last save."""
        self._found_cards.close()

    def actions(self) -> Actions:
        """Return the command Belge Kaydet."""
        return {"save_documents": Action(self._ask_and_save, self._why_not)}

    def _why_not(self) -> str | None:
        """Refuse without marked documents, or if the list is out of date or another file's."""
        tab = self._tab
        if reason := tab.runner.busy() or tab.pane.why_not():
            return reason
        file = self._file()
        if file and tab.path_field.path != file.path:
            name = file.path.name
            return f"Dosya Yolu değişti; listedekiler {name} içinden, önce Kayıtları Getir (F5)"
        if reason := tab.freshness.why_not():
            return reason
        if not tab.model.marks.count:
            return tab.why_not_mark_all() or (
                "İşaretli belge yok; Boşluk ile tek tek, a ile tümünü işaretleyin"
            )
        return None

    def _ask_and_save(self) -> None:
        """Ask how to number them, then save."""
        tab = self._tab
        if file := self._file():
            self._ask(file, tab.model.marked_ids(), tab.pane.hidden_words("kaydedilir"))

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
                self._tab.message.tell(if_given_up or given_up(saved=0))
            else:
                self._save(incoming, positions, chosen)

        self.close()
        self._found_cards = find_cards(incoming.source)
        dialog = NumberingDialog(
            incoming, positions, self._remembered, notes,
            found_cards=self._found_cards, resumes=self._resumes(), again=again,
        )  # fmt: skip
        self._tab.app.push_screen(dialog, answered)

    def _save(self, incoming: IncomingFile, positions: array[int], chosen: Chosen) -> None:
        done = Done()
        tab = self._tab

        def save(job: Job) -> RunSummary:
            return import_run.run_import(
                incoming, positions, chosen.rule,
                found_cards=self._found_cards, shown=chosen.shown,
                told=done.add, progress=job.progress, stop=job.stopping,
            )  # fmt: skip

        def ended(summary: RunSummary) -> None:
            self.close()
            marked = self._leave_out(done)
            left = len(positions) - done.count
            marks = tab.model.marks
            tab.message.tell(
                closing(summary, left, marked=marked == left),
                lambda: marks.count == marked,
                closing(summary, left),
            )
            if summary.changed:  # the remaining documents, with current figures
                untried = positions[summary.count :]
                notes = books_changed(summary.saved, len(untried), *summary.changed)
                words = given_up(summary.saved)
                tab.when_in_front(
                    lambda: self._ask(
                        incoming, untried, notes, again=chosen.rule, if_given_up=words
                    )
                )

        def cut_off(error: AppError) -> None:
            self.close()
            marked, left = self._leave_out(done), len(positions) - done.count
            words = list_cut_off(error, len(done.saved), left, marked=marked == left)
            tab.message.error(words)

        tab.runner.run("İçeri aktarma", save, ended, failed=cut_off, went_on=tab.pane.refresh_rows)

    def _leave_out(self, done: Done) -> int:
        """Unmark finished documents and block saved ones, so that a second F2 takes the rest.

        Returns the number of documents that are still marked.
        """
        tab = self._tab
        tab.model.unmark(done.skipped)
        tab.model.block(done.saved)
        tab.pane.refresh_rows()
        tab.table.refresh_marks()
        tab.pane.sum_up()
        return tab.model.marks.count
