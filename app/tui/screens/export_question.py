"""The question of Dosya Kaydet: whether to write the file, and whether the cards too."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from app.domain.dates import turkish_moment
from app.domain.text import turkish_count
from app.store.runs import ExportedBefore
from app.tui.screens.dialog import Confirm
from app.tui.widgets.buttons import TickBox


def before_words(before: ExportedBefore) -> str:
    """Return the warning that documents were exported before."""
    last = f"{before.run}. aktarım, {turkish_moment(before.started_at)}"
    return f"{turkish_count(before.documents)} belge daha önce dışarı aktarıldı; son: {last}"


class ExportQuestion(Confirm):
    """Answers as Confirm; `with_cards` tells what the box says. It is not remembered."""

    HELP = (
        "E evet, H ya da Esc hayır. Enter, üzerinde durulan düğmeye basar. ↑ kutuya çıkar, Boşluk "
        "onu işaretler: belgelerin kullandığı cari ve stok kartları da dosyanın yanına yazılır; "
        "İçeri Aktar onları orada bulur."
    )

    with_cards = False
    """Whether the cards are written too."""

    @on(TickBox.Changed)
    def _turned(self, event: TickBox.Changed) -> None:
        self.with_cards = event.box.ticked

    def compose_more(self) -> ComposeResult:
        """The box."""
        yield TickBox("Kartlarıyla birlikte (…-cariler.json, …-stoklar.json)", id="cards")
