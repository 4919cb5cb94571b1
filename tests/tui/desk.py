"""A bookkeeper's desk: the program on a drawn screen, keys in, text out."""

from __future__ import annotations

from asyncio import get_running_loop, sleep
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from time import monotonic
from typing import Any

from quick_pilot import drawn_lines, no_frames
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Static

from app.tui.app import TransferApp
from app.tui.whose_books import OpenedBooks
from app.tui.widgets.bars import MessageLine, TextLine
from app.tui.widgets.virtual_table import VirtualTable

NOW = datetime(2026, 3, 15, 10, 30, 0)
BOOKS = OpenedBooks("ornek.db", "ÖRNEK", {1: "USD", 2: "EUR"})
PLANNING = "Hesaplanıyor…"
WAITING = (PLANNING, "toplam hesaplanıyor", "aranıyor…")
_WHILE = 0.002  # seconds between two looks at a job; only for speed
_PATIENCE = 30  # seconds that a job may take to bring what it should, on a busy machine


class Desk:
    """The running program, its keys and what it shows."""

    def __init__(self, app: TransferApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._drawn: list[str] = []

    @property
    def lines(self) -> list[str]:
        """The screen, dialogs included, as plain text; drawn once for each turn of the loop."""
        if not self._drawn:
            self._drawn = [strip.text.rstrip() for strip in drawn_lines(self.app)]
            get_running_loop().call_soon(self._forget)
        return list(self._drawn)

    def _forget(self) -> None:
        self._drawn = []

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """The screen without frames and line breaks: a sentence may be wrapped."""
        return " ".join(self.text.replace("│", " ").split())

    @property
    def message(self) -> str:
        """What the program says, whole, on the topmost screen that says anything."""
        lines = [line for screen in self.app.screen_stack for line in screen.query(MessageLine)]
        return lines[-1].text

    @property
    def status(self) -> str:
        return self.app.screen_stack[0].query_one("#status", TextLine).text

    @property
    def durum(self) -> str:
        """What stands below the list about the row under the cursor."""
        return self.app.screen_stack[0].query_one("#row", TextLine).text

    @property
    def rows(self) -> list[str]:
        """The rows of the list that are in view."""
        top = next(place for place, line in enumerate(self.lines) if line.startswith("  Fatura No"))
        region = self.app.screen.query_one("#list").region
        return [line for line in self.lines[top + 1 : region.bottom] if line]

    @property
    def place(self) -> str | None:
        """Where the focus is."""
        return self.app.focused.id if self.app.focused else None

    async def press(self, *keys: str) -> Desk:
        """Press keys; each waits for what the one before has set going."""
        for key in keys:
            await self.pilot.press(key)
            if self.app.jobs() or self.app.keys_wait():  # a plan that Tamam waits for is no job
                await self.settle()
        return await self.settle()

    async def type(self, text: str) -> Desk:
        """Type text letter by letter."""
        await self.pilot.press(*(_KEYS.get(letter, letter) for letter in text))
        return await self.settle()

    async def fill(self, field: str, text: str) -> Desk:
        """Go to a field, and paste this text in place of what it holds."""
        self.app.screen.query_one(f"#{field}").focus()
        await self.pilot.press("end", "ctrl+u")
        self.app.post_message(Paste(text))
        return await self.settle()

    async def settle(self) -> Desk:
        """Wait until nothing runs any more."""
        await self.pilot.pause()
        if self._waits():
            while self._waits():
                await self.give_way()
            await self.pilot.pause()
        return self

    async def until(self, words: str) -> Desk:
        """Wait for words that a job in another thread brings to the screen."""
        last = monotonic() + _PATIENCE
        while words not in self.words:
            assert monotonic() < last, self.text
            await self.give_way()
        return self

    async def give_way(self) -> None:
        """Let a job in another thread have the processor for a while, then look again."""
        await sleep(_WHILE)
        await self.pilot.pause()

    def _waits(self) -> bool:
        if self.app._exception:  # what it shows stays as it is; nothing more will come
            raise self.app._exception
        if self.app.jobs() or self.app.keys_wait():
            return True
        texts = list(self._small_texts())
        return any(words in text for words in WAITING for text in texts)

    def _small_texts(self) -> Iterator[str]:
        """What stands where a screen in view says that it waits; to draw it all takes longer."""
        for screen in (self.app.screen, *self.app._background_screens):
            for table in screen.query(VirtualTable):  # a list asks for its rows as it is drawn
                table.render_lines(table.size.region)
            yield from (line.text for line in screen.query(TextLine))
            yield from (str(plan.content) for plan in screen.query("#plan").results(Static))


_KEYS = {" ": "space", "/": "slash", ".": "full_stop", "-": "minus", "+": "plus", "_": "underscore",
         ",": "comma"}  # fmt: skip


@asynccontextmanager
async def desk(
    export_folder: str = "",
    import_folder: str = "",
    size: tuple[int, int] = (80, 24),
    now: datetime = NOW,
    **options: Any,
) -> AsyncIterator[Desk]:
    """The program, started on the database that is open."""
    options.setdefault("books", BOOKS)
    app = TransferApp(export_folder, import_folder, clock=lambda: now, **options)
    with no_frames():
        async with app.run_test(size=size) as pilot:
            yield await Desk(app, pilot).settle()
