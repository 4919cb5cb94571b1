"""The question of Dosya Kaydet: whether to write the file, and whether to write cards as well."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from app.domain.dates import turkish_moment
from app.domain.text import turkish_count
from app.store.runs import ExportedBefore
from app.tui.jobs import Job, JobEnded
from app.tui.safe import shown_lines
from app.tui.screens.dialog import Confirm
from app.tui.widgets.buttons import TickBox


def before_words(before: ExportedBefore) -> str:
    """Return the warning that documents were exported before."""
    last = f"{before.run}. aktarım, {turkish_moment(before.started_at)}"
    return f"{turkish_count(before.documents)} belge daha önce dışarı aktarıldı; son: {last}"


class ExportQuestion(Confirm):
    """Answers like Confirm; `with_cards` is the state of the box, which is not remembered."""

    HELP = (
        "E evet, H ya da Esc hayır. Enter, üzerinde durulan düğmeye basar. ↑ kutuya çıkar, Boşluk "
        "onu işaretler: belgelerin kullandığı cari ve stok kartları da dosyanın yanına yazılır; "
        "İçeri Aktar onları orada bulur."
    )

    with_cards = False
    """Whether the cards are written too."""
    job: Job | None = None
    """The job that finds out whether documents were exported before, while it runs."""
    waits = False
    """Whether Evet, and keys typed after it, wait for that job."""

    @on(TickBox.Changed)
    def _turned(self, event: TickBox.Changed) -> None:
        self.with_cards = event.box.ticked

    def compose_more(self) -> ComposeResult:
        """Return the warning about earlier exports, and the box."""
        before = Static(id="before")
        before.display = False
        yield before
        yield TickBox("Kartlarıyla birlikte (…-cariler.json, …-stoklar.json)", id="cards")

    def look(self, work: Callable[[], tuple[list[str], ExportedBefore | None]]) -> None:
        """Find out in a thread what was exported before, then show it.

        `work` also returns a sentence for each interrupted export that it settled.
        """
        self.job = Job(self, "Önceki aktarımlar", lambda _job: work(), ended=self._looked)
        self.job.start()

    def on_job_ended(self, event: JobEnded) -> None:
        """Call the job's own handler."""
        event.job.ended(event)

    def _looked(self, event: JobEnded) -> None:
        waited, self.job, self.waits = self.waits, None, False
        if event.error:
            told = [event.error.sentence]
        else:
            settled, found = event.result
            told = [*settled, *([before_words(found)] if found else [])]
        if told:  # the warning was not shown yet when Evet was pressed
            before = self.query_one("#before", Static)
            before.update(shown_lines(told))
            before.display = True
        elif waited:
            self.do_yes()

    def do_yes(self) -> None:
        """Answer yes, once it is known whether documents were exported before."""
        if self.job:
            self.waits = True
        else:
            super().do_yes()
