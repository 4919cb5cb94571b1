"""The question of Dosya Kaydet: whether to write the file, and whether the cards too."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from app.tui.screens.dialog import Confirm
from app.tui.widgets.buttons import TickBox


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
