"""The command Toplamlar of a tab's list; its modules are loaded when it is used."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from app.domain.text import turkish_count
from app.tui.jobs import Job

if TYPE_CHECKING:
    from app.transfer.overview import SummedUp
    from app.tui.screens.transfer_tab import TransferTab


class ListTotals:
    """The command that sums up a tab's list."""

    def __init__(self, tab: TransferTab[Any]) -> None:
        self._tab = tab

    def why_not_totals(self) -> str | None:
        """Refuse without documents, or while another job runs."""
        return self._tab.pane.why_not() or self._tab.runner.busy()

    def do_totals(self) -> None:
        """Sum up the marked documents, or else those shown, and open the page."""
        ids, which = self._chosen()

        documents = self._tab.to_sum_up(ids)

        def work(job: Job) -> SummedUp:
            from app.transfer.overview import sum_up

            return sum_up(documents, progress=job.progress, stop=job.stopping)

        def show(found: SummedUp) -> None:
            from app.tui.screens.totals import TotalsScreen

            page = TotalsScreen(found, which, documents, self._tab.writing)
            self._tab.when_in_front(lambda: self._tab.app.push_screen(page))

        kept = "Toplamlar gösterilmez; liste ve işaretler olduğu gibi kalır."
        self._tab.runner.run("Toplama", work, show, kept=kept, keys_wait=True)

    def _chosen(self) -> tuple[array[int], str]:
        """Return the documents to sum up, and their description."""
        model = self._tab.model
        if model.marks.count:
            return model.marked_ids(), f"işaretli {turkish_count(model.marks.count)} belge"
        shown = model.shown.ids
        listed = f"yalnız {model.only_name}:" if model.only_name else "listedeki"
        return shown, f"{listed} {turkish_count(len(shown))} belge"
