"""The command Toplamlar of a tab's list; what it needs is loaded when it is used."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from app.domain.text import turkish_count

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
        """Sum up the marked documents, else those that are shown; then show the page."""
        ids, which = self._chosen()

        def show(found: SummedUp) -> None:
            from app.tui.screens.totals import TotalsScreen

            self._tab.app.push_screen(TotalsScreen(found, which))

        kept = "Toplamlar gösterilmez; liste ve işaretler olduğu gibi kalır."
        self._tab.runner.run("Toplama", self._tab.totals_of(ids), show, kept=kept, keys_wait=True)

    def _chosen(self) -> tuple[array[int], str]:
        """Return the documents to sum up, and which they are."""
        model = self._tab.model
        if model.marks.count:
            return model.marked_ids(), f"işaretli {turkish_count(model.marks.count)} belge"
        shown = model.shown.ids
        listed = f"yalnız {model.only_name}:" if model.only_name else "listedeki"
        return shown, f"{listed} {turkish_count(len(shown))} belge"
