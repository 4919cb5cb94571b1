"""Aktarımlar: every run of an export or an import, newest first."""

from __future__ import annotations

from array import array
from typing import ClassVar

from textual import on

from app.domain.text import turkish_count
from app.netsis.file_names import file_words
from app.store import runs
from app.store.runs import Run
from app.tui.run_rows import RUN_COLUMNS, RunRows, run_total
from app.tui.screens.run_list import RunListScreen
from app.tui.widgets.columns import Column
from app.tui.widgets.virtual_table import VirtualTable


class HistoryScreen(RunListScreen):
    """The list of runs."""

    COLUMNS: ClassVar[tuple[Column, ...]] = RUN_COLUMNS
    EMPTY = "Henüz aktarım yok"
    HELP = (
        "Aktarımlar: yapılmış bütün dışarı ve içeri aktarmalar, yeniden eskiye. Enter belgelerini "
        "gösterir. Bir içeri aktarma geri alınabilir: belgeleri Silinen Belgeler'e gider, "
        "numaraları serinin sonundaysa geri verilir; sonra geri getirilebilir. Yarım kalanın ya "
        "da hatalı belgesi olanın kalanları sürdürülebilir."
    )

    def __init__(self) -> None:
        super().__init__()
        self._rows = RunRows(array("q"), runs.NO_FIGURES)

    @property
    def heading(self) -> str:
        """The title of the list."""
        return "Aktarımlar"

    def list_rows(self) -> None:
        """Read the ids of all runs, and count what the journal has no figures of."""
        lasting = self._rows.figures.lasting

        def read() -> RunRows:
            ids = runs.ids()
            return RunRows(ids, runs.figures(ids, lasting))

        self.read(read, self._show)

    def _show(self, rows: RunRows) -> None:
        self._rows = rows
        self.show_rows(self._rows)

    def run_here(self) -> Run | None:
        """The run under the cursor."""
        return self._rows.item(self.table.cursor)

    def row_words(self) -> str:
        """The run's number, deleted documents, user, warnings, total and full path."""
        run = self.run_here()
        if run is None:
            return ""
        warned = f"{turkish_count(run.counts.warned)} uyarılı" if run.counts.warned else ""
        in_part = run.deleted and not run.undone  # otherwise Durum shows it
        deleted = f"{turkish_count(run.deleted)} belgesi Silinen Belgeler'de" if in_part else ""
        parts = (
            f"{run.id}. aktarım",
            deleted,
            run.user,
            warned,
            run_total(run),
            file_words(run.file),
        )
        return " · ".join(filter(None, parts))

    def status_words(self) -> str:
        """The number of runs."""
        return self.rows_words("aktarım")

    def do_open_row(self) -> None:
        """Show the run's documents."""
        from app.tui.screens.run import RunScreen

        run = self.run_here()
        if run is None:
            self.message.error("Henüz aktarım yok")
        elif not self._is_busy():
            self.app.push_screen(RunScreen(run), lambda _: self.list_rows())

    @on(VirtualTable.Opened)
    def _opened(self) -> None:
        self.do_open_row()
