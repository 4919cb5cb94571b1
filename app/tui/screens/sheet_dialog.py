"""Tablo yaz: choose the rows to write as a sheet, and the new file."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from app.domain.text import turkish_count
from app.tui.paths import free_path, why_not_write_to
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.path_field import PathField

SHEET = ".xlsx"


class Offer(NamedTuple):
    """Some rows that can be written."""

    rows: str
    """The plural: `Görünenler`."""
    ids: array[int]
    stem: str
    """The beginning of the default name."""
    endings: tuple[str, ...]
    """The file name endings that can hold the rows."""


class SheetChoice(NamedTuple):
    """The answer: what to write, and where."""

    offer: Offer
    path: Path


class SheetDialog(Dialog[SheetChoice]):
    """Answers what to write to which file, or None."""

    HELP: ClassVar[str] = (
        "Listenin satırlarını yeni bir dosyaya yazar: .xlsx ile Excel tablosu, .csv ile noktalı "
        "virgülle ayrılmış metin. Hatalılar .json ile düzeltilip aktarılmak üzere dosyadaki gibi "
        "yazılır. ←/→ ya da Boşluk yazılacakları seçer; adda Tab klasörleri tamamlar, Enter "
        "yazar, Esc vazgeçer."
    )

    _choice = getters.query_one("#what", Choice)
    _field = getters.query_one("#path", PathField)
    _message = getters.query_one(MessageLine)

    def __init__(self, folder: str, offers: Sequence[Offer]) -> None:
        """Preselect the first offer, with an unused name in `folder`."""
        super().__init__()
        self._folder = folder
        self._offers = offers
        self._default = self._free_name(offers[0])

    def compose(self) -> ComposeResult:
        """Rows, name, message, buttons."""
        with Vertical(classes="dialog wide"):
            yield Static("Tablo yaz", classes="question")
            with Horizontal(classes="row"):
                yield Static("Yazılacak", classes="label")
                labels = [
                    (one, f"{one.rows} ({turkish_count(len(one.ids))})") for one in self._offers
                ]
                yield Choice(labels, id="what")
            with Horizontal(classes="row"):
                yield Static("Yeni dosya", classes="label")
                yield PathField(self._default, wants="folder", id="path")
            yield Static(id="endings", classes="hint")
            yield MessageLine(id="reason")
            with Horizontal(classes="answers"):
                yield Button("Yaz", id="ok")
                yield Button("Vazgeç", id="back")

    def on_mount(self) -> None:
        """Focus the name."""
        self._field.take(self._default)
        self._field.focus()
        self._tell_endings()

    def _free_name(self, offer: Offer) -> str:
        return str(free_path(Path(self._folder), offer.stem + SHEET))

    @on(Choice.Changed)
    def _chosen(self) -> None:
        """Adapt the name to the chosen rows, unless another name was typed."""
        default = self._free_name(self._choice.value)
        if self._field.value == self._default:
            self._field.take(default)
        self._default = default
        self._tell_endings()
        self._message.tell("")

    def _tell_endings(self) -> None:
        json = "; .json: belgeler dosyadaki gibi" if ".json" in self._choice.value.endings else ""
        self.query_one("#endings", Static).update(shown(f".xlsx: Excel; .csv: metin{json}"))

    @on(Input.Changed)
    def _typed(self) -> None:
        self._message.forget_error()

    @on(Input.Submitted)
    def do_ok(self) -> None:
        """Answer, unless the name is invalid."""
        offer: Offer = self._choice.value
        path = self._field.path
        if reason := why_not_write_to(path, offer.endings):
            self._message.error(reason)
            self._field.focus()
        elif path:
            self.dismiss(SheetChoice(offer, path))
