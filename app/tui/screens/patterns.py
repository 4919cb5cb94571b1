"""Marks by a pattern: all rows that are like it in the chosen column."""

from __future__ import annotations

from itertools import compress

from app.domain.text import matcher, turkish_count
from app.store.database import connected
from app.tui.jobs import Job
from app.tui.screens.dialog import Ask
from app.tui.screens.list_screen import ListScreen, flags_of

_LOOKED_AT_ONCE = 1_000  # rows, between two looks at whether to stop
_HELP = (
    "* ne olursa olsun, ? bir karakter yerine geçer: RDM*, *2026*; ikisi de yoksa yazılan, içinde "
    "aranır. Bakılan sütun {}; başkası için Esc, sonra listede ←/→."
)


class PatternScreen(ListScreen, inherit_bindings=False):
    """A screen with a list in which a pattern marks."""

    def why_not_mark_like(self) -> str | None:
        """It needs a list, and no other job."""
        return self.why_not_mark_all() or self.busy()

    why_not_unmark_like = why_not_mark_like

    def do_mark_like(self) -> None:
        """Mark what is like a pattern in the chosen column."""
        self._ask_pattern("işaretlenecekler", on=True)

    def do_unmark_like(self) -> None:
        """Unmark what is like a pattern in the chosen column."""
        self._ask_pattern("işareti kalkacaklar", on=False)

    def _ask_pattern(self, label: str, *, on: bool) -> None:
        keys = [column.key for column in self.COLUMNS]
        place = keys.index(self.table.current_column)

        def typed(pattern: str | None) -> None:
            if pattern and pattern.strip():
                self._mark_like(place, pattern.strip(), on)

        title = self.COLUMNS[place].title
        self.app.push_screen(Ask(f"{title}, {label} (* ?)", more=_HELP.format(title)), typed)

    def _mark_like(self, place: int, pattern: str, on: bool) -> None:
        shown, places, like = self._shown, self.table.places, matcher(pattern)
        whole = len(self._list)

        def look(job: Job) -> bytearray | None:
            mask = bytearray()
            with connected():
                while len(mask) < len(shown) and not job.stopping():
                    rows = shown.cells(len(mask), _LOOKED_AT_ONCE)
                    mask.extend(bool(row) and like(row[place]) for row in rows)
                    job.progress(len(mask), len(shown))
            return flags_of(compress(places, mask), whole) if len(mask) == len(shown) else None

        def put(mask: bytearray | None) -> None:
            self._put_marks(mask, pattern, on)

        self.run_job("Desene bakma", look, put, kept="İşaretler olduğu gibi kalır.", keys_wait=True)

    def _put_marks(self, mask: bytearray | None, pattern: str, on: bool) -> None:
        if mask is None:
            self.message.error("Durduruldu; işaretler olduğu gibi kaldı")
        elif not any(mask):
            self.message.error(f"“{pattern}” desenine uyan satır yok; işaretler değişmedi")
        else:
            before = self.table.marks.count
            self.table.marks.set_mask(mask, on)
            self.table.refresh_marks()
            self.sum_up()
            changed = turkish_count(abs(self.table.marks.count - before))
            done = "işaretlendi" if on else "satırın işareti kalktı"
            self.message.tell(
                f"“{pattern}”: {turkish_count(mask.count(1))} satır uyuyor, {changed} {done}"
            )
