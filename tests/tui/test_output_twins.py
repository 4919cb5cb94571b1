"""The program drawn twice, as Textual writes it and through our parser: the same, cell by cell."""

from __future__ import annotations

import random
from typing import Any

import apsw
import pytest
from desk import NOW, Desk
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Paste
from textual.geometry import Size

from app.tui.app import TransferApp
from app.tui.terminal.output_parser import OutputParser
from tests.terminal.emulator import CarefulEmulator, Emulator

pytestmark = pytest.mark.usefixtures("office")

NAMES = (
    "漢字商事 株式会社",
    "Cafe\u0301 Ko\u0308şesi",
    "🙂 Güleryüz 🙂 Ltd.",
    "서울 무역",
    "İğdır ığdır ŞĞ",
)
KEYS = [
    *["down"] * 8, *["up"] * 3, *["pagedown"] * 3, "pageup", "end", "home", "left", "right",
    *["tab"] * 4, "shift+tab", *["space"] * 3, "enter", *["escape"] * 4, "f1", "f2", *["f3"] * 2,
    "f4", *["f5"] * 5, *["f6"] * 3, "slash", "n", "a", "u", "v", "s", "g", "e", "h", "asterisk",
    "shift+down", "backspace", "delete", "ctrl+l", "5", "x", "ş", "İ", "漢", "🙂",
]  # fmt: skip
PASTED = ["dosyalar/", "dosyalar/hatali.json", "cikis", "e\u0301漢🙂", "120-034"]
SIZES = [(80, 24), (132, 40), (60, 12), (81, 25), (100, 30), (40, 10)]


class Twin(HeadlessDriver):
    """Two terminals: one is sent what Textual writes, the other what our parser makes of it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.chance = random.Random(1)
        self.parser = OutputParser()
        self.frames = 0
        self.connect()

    @property
    def is_headless(self) -> bool:
        return False

    def connect(self) -> None:
        """Terminals of the size that the program has now."""
        self.stock = Emulator(*self._get_terminal_size())
        self.ours = CarefulEmulator(*self._get_terminal_size())
        self.is_whole = False
        for screen in (self.stock, self.ours):
            screen.feed("\x1b[?7l")

    def write(self, data: str) -> None:
        self.stock.feed(data.replace("\n", "\r\n"))
        self.parser.write(data, self._get_terminal_size())
        if self.is_whole and self.chance.random() < 0.8:  # else frames go together
            self.compare()

    def compare(self) -> None:
        self.ours.feed(self.parser.take_output())
        self.frames += 1
        assert self.ours.cells == self.stock.cells, f"{self.ours.text}\n\n{self.stock.text}"
        assert self.ours.place == self.stock.place

    def resize(self, width: int, height: int) -> None:
        """A terminal shows anything until all is drawn in its new size."""
        self._size = Size(width, height)
        self.connect()

    def drawn(self) -> None:
        self.is_whole = True
        self.compare()


def international(path: str) -> None:
    """Names with wide and combining characters."""
    books = apsw.Connection(path)
    codes = [code for (code,) in books.execute("SELECT code FROM account ORDER BY code")]
    names = [(NAMES[place % len(NAMES)], code) for place, code in enumerate(codes)]
    books.executemany("UPDATE account SET name = ? WHERE code = ?", names)
    books.close()


@pytest.mark.parametrize("seed", range(4))
async def test_after_every_key_both_terminals_show_the_same(seed):
    chance = random.Random(seed)
    international("ornek.db")
    app = TransferApp("cikis", "dosyalar/", clock=lambda: NOW, driver_class=Twin)
    async with app.run_test(headless=False, size=SIZES[seed % 3]) as pilot:
        it = await Desk(app, pilot).settle()
        twin = app._driver
        assert isinstance(twin, Twin)
        twin.drawn()
        app._sync_available = chance.random() < 0.5
        for _ in range(40):
            what = chance.random()
            if what < 0.04:
                size = chance.choice([size for size in SIZES if size != tuple(app.size)])
                twin.resize(*size)
                await pilot.resize_terminal(*size)
            elif what < 0.1:
                app.post_message(Paste(chance.choice(PASTED)))
            else:
                await pilot.press(chance.choice(KEYS))
            await it.settle()
            twin.drawn()
        assert twin.frames > 40
