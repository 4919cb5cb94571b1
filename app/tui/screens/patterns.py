"""Marks the rows that match a pattern in the current column."""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import Any

from app.domain.text import matcher, turkish_count
from app.store.database import connected
from app.tui.commands import Action, Actions
from app.tui.jobs import Job
from app.tui.list_model import flags_of
from app.tui.screens.dialog import Ask
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.list_pane import ListPane

_LOOKED_AT_ONCE = 1_000  # rows between two checks for a stop
_HELP = (
    "* ne olursa olsun, ? bir karakter yerine geçer: RDM*, *2026*; ikisi de yoksa yazılan, içinde "
    "aranır. Bakılan sütun {}; başkası için Esc, sonra listede ←/→."
)


class PatternMarks:
    """Marks and unmarks the rows of a list by a pattern."""

    def __init__(
        self, screen: JobScreen, pane: ListPane[Any], why_not: Callable[[], str | None]
    ) -> None:
        """`why_not` returns why no row can be marked, or None."""
        self._screen = screen
        self._pane = pane
        self._why_not = why_not

    def actions(self) -> Actions:
        """Return the two commands."""
        return {
            "mark_like": Action(lambda: self._ask_pattern("İşaretle", on=True), self._refuse),
            "unmark_like": Action(
                lambda: self._ask_pattern("İşareti kaldır", on=False), self._refuse
            ),
        }

    def _refuse(self) -> str | None:
        """Refuse without a list, or while another job runs."""
        return self._why_not() or self._screen.runner.busy()

    def _ask_pattern(self, verb: str, *, on: bool) -> None:
        keys = [column.key for column in self._pane.columns]
        column = keys.index(self._pane.table.current_column)

        def typed(pattern: str | None) -> None:
            if pattern and pattern.strip():
                self._mark_like(column, pattern.strip(), on)

        title = self._pane.columns[column].title
        question = f"{verb}: {title} kalıbı (* ve ? geçer)"
        self._screen.app.push_screen(Ask(question, more=_HELP.format(title)), typed)

    def _mark_like(self, column: int, pattern: str, on: bool) -> None:
        model = self._pane.model
        ids, shown, list_rows, like = model.ids, model.shown, model.list_rows, matcher(pattern)

        def look(job: Job) -> bytearray | None:
            mask = bytearray()
            with connected():
                while len(mask) < len(shown) and not job.stopping():
                    rows = shown.cells(len(mask), _LOOKED_AT_ONCE)
                    mask.extend(bool(row) and like(row[column]) for row in rows)
                    job.progress(len(mask), len(shown))
            if len(mask) < len(shown):
                return None
            return flags_of(compress(list_rows, mask), len(ids))

        def put(mask: bytearray | None) -> None:
            self._put_marks(mask, pattern, on)

        self._screen.runner.run(
            "Kalıpla arama", look, put, kept="İşaretler olduğu gibi kalır.", keys_wait=True
        )

    def _put_marks(self, mask: bytearray | None, pattern: str, on: bool) -> None:
        if mask is None:
            self._screen.message.error("Durduruldu; işaretler olduğu gibi kaldı")
        elif not any(mask):
            self._screen.message.error(f"“{pattern}” kalıbına uyan satır yok; işaretler değişmedi")
        else:
            before = self._pane.model.marks.count
            self._pane.model.marks.set_mask(mask, on)
            self._pane.table.refresh_marks()
            self._pane.sum_up()
            changed = turkish_count(abs(self._pane.model.marks.count - before))
            done = "işaretlendi" if on else "satırın işareti kalktı"
            self._screen.message.tell(
                f"“{pattern}”: {turkish_count(mask.count(1))} satır uyuyor, {changed} {done}"
            )
