"""The command Toplamlar of a tab's list; its modules are loaded when it is used."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.domain.text import turkish_count
from app.tui.commands import Action, Actions
from app.tui.jobs import Job
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.list_pane import ListPane
from app.tui.screens.page_writing import PageWriting

if TYPE_CHECKING:
    from app.transfer.overview import Documents, SummedUp


class ListTotals:
    """The command that sums up a tab's list."""

    def __init__(
        self,
        screen: JobScreen,
        pane: ListPane[Any],
        documents: Callable[[array[int]], Documents],
        writing: PageWriting,
    ) -> None:
        """`documents` returns documents of the list to be summed up."""
        self._screen = screen
        self._pane = pane
        self._documents = documents
        self._writing = writing

    def actions(self) -> Actions:
        """Return the command Toplamlar."""
        return {"totals": Action(self._sum_up, self._pane.why_not_job)}

    def _sum_up(self) -> None:
        """Sum up the marked documents, or else those shown, and open the page."""
        ids, which = self._chosen()
        documents = self._documents(ids)

        def work(job: Job) -> SummedUp:
            from app.transfer.overview import sum_up

            return sum_up(documents, progress=job.progress, stop=job.stopping)

        def show(found: SummedUp) -> None:
            from app.tui.screens.totals import TotalsScreen

            page = TotalsScreen(found, which, documents, self._writing)
            self._screen.when_in_front(lambda: self._screen.app.push_screen(page))

        kept = "Toplamlar gösterilmez; liste ve işaretler olduğu gibi kalır."
        self._screen.runner.run("Toplama", work, show, kept=kept, keys_wait=True)

    def _chosen(self) -> tuple[array[int], str]:
        """Return the documents to sum up, and their description."""
        model = self._pane.model
        if model.marks.count:
            return model.marked_ids(), f"işaretli {turkish_count(model.marks.count)} belge"
        shown = model.shown.ids
        listed = f"yalnız {model.only_name}:" if model.only_name else "listedeki"
        return shown, f"{listed} {turkish_count(len(shown))} belge"
