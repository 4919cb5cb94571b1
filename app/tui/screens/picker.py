"""The file picker of Dosya Yolu: folders and files of invoices with size and date."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual import getters
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from app.domain.text import one_line, turkish_count
from app.errors import FileRefused
from app.tui.commands import Scope, bindings, commands_in
from app.tui.folders import FolderEntry, Order, narrowed, ordered, read_folder, size_text, time_text
from app.tui.paths import Wants
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.screens.new_folder import ask_to_make
from app.tui.widgets.bars import KeyBar, MessageLine, TextLine
from app.tui.widgets.columns import ELLIPSIS, Column
from app.tui.widgets.fields import Field
from app.tui.widgets.virtual_table import VirtualTable

_COLUMNS = (
    Column("name", "Ad", 20, flexible=True),
    Column("size", "Boyut", 9, "right"),
    Column("changed", "Değiştirilme", 16),
)
_THIS_FOLDER = FolderEntry("", True, 0, 0.0)
# With priority over the focused field.
_MOVES = [
    replace(binding, action=f"move('{binding.action}')", priority=True)
    for binding in VirtualTable.BINDINGS
    if isinstance(binding, Binding) and binding.key not in ("left", "right")
]


class _Entries:
    def __init__(self, entries: Sequence[FolderEntry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        return [_cells(entry) for entry in self._entries[first : first + count]]


def _cells(entry: FolderEntry) -> Sequence[str]:
    if entry is _THIS_FOLDER:
        return ("[ Bu klasör ]", "", "")
    if entry.is_folder:
        return (f"{entry.name}/", "", time_text(entry.changed))
    return (entry.name, size_text(entry.size), time_text(entry.changed))


class _Search(Field):
    """Takes letters, and leaves the keys that move between folders to the picker."""

    def action_cursor_left(self, select: bool = False) -> None:  # noqa: ARG002  # Textual's signature
        """Leave the key to the picker."""
        raise SkipAction

    action_cursor_right = action_cursor_left

    def action_delete_left(self) -> None:
        """Delete the last letter; if there is none, leave the key to the picker."""
        if not self.value:
            raise SkipAction
        super().action_delete_left()


class _Where(TextLine):
    """A path that shows its end if it is too long."""

    def render(self) -> Content:
        text = self.text
        while cell_len(text) > self.size.width > 0:
            text = ELLIPSIS + text[2:]
        return shown(text)


class Picker(Dialog[str]):
    """Answers the absolute path of a folder or JSON file, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_MOVES,
        *bindings(Scope.PICKER),
    ]
    HELP = (
        "Harf yazdıkça yalnız uyan adlar kalır (büyük/küçük harf ve ç/c, ı/i ayrımı yoktur); "
        "nokta gizlileri de gösterir, / bir yolu başlatır. ↑↓ seçer, Esc vazgeçer."
    )
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.PICKER,)

    _table = getters.query_one(VirtualTable)
    _field = getters.query_one(Field)
    _message = getters.query_one(MessageLine)

    def __init__(self, start: str, wants: Wants) -> None:
        """Begin at the path `start`, or at its nearest readable parent folder."""
        super().__init__()
        self._start = start
        self._wants: Wants = wants
        self._order = Order.NEWEST
        self._folder = "/"
        self._entries: list[FolderEntry] = []
        self._in_view: list[FolderEntry] = []

    def compose(self) -> ComposeResult:
        """Path, field, list, message, keys."""
        with Vertical(classes="dialog page"):
            yield _Where(id="where")
            yield _Search(id="typed", placeholder="aramak için yazın")
            yield VirtualTable(_COLUMNS, id="entries")
            yield MessageLine(id="about")
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the folder of the path, with the cursor on the entry that the path names."""
        self._table.can_focus = False  # the field gets the letters
        self._field.focus()
        commands = commands_in(Scope.PICKER, Scope.ANYWHERE)
        hidden = {"redraw", "leave"}
        self.query_one(KeyBar).show([command for command in commands if command.id not in hidden])
        self._begin()

    @property
    def _takes_folder(self) -> bool:
        return self._wants == "folder"

    # Navigation

    def _begin(self) -> None:
        path = _whole(self._start)
        folder, name = (path, "") if os.path.isdir(path) else os.path.split(path)
        reason = ""
        while not self._go(folder, name) and folder != "/":
            reason = reason or self._message.text
            folder, name = os.path.split(folder)
        if reason:
            self._message.error(reason)

    def _go(self, folder: str, at: str = "") -> bool:
        """Show a folder with the cursor on a name; return False if it cannot be read."""
        try:
            found = read_folder(folder, self._wants)
        except FileRefused as error:
            self._message.error(error.sentence)
            return False
        self._folder = folder
        self._entries = ordered(found, self._order)
        with self._field.prevent(Input.Changed):
            self._field.value = ""
        self.query_one(_Where).say(folder)
        self._show(at)
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow to the typed text; a `/` goes to another folder."""
        head, slash, rest = event.value.rpartition("/")
        if event.value == "~":
            self.do_home_folder()
        elif not slash:
            self._show()
        elif self._go(_whole(os.path.join(self._folder, os.path.expanduser(head + slash)))):
            self._field.insert_text_at_cursor(rest)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pick the entry under the cursor."""
        event.stop()
        self.do_pick()

    def _show(self, at: str = "") -> None:
        typed = self._field.value.strip()
        this = [_THIS_FOLDER] if self._takes_folder and not typed else []
        self._in_view = this + narrowed(self._entries, typed)
        none = (
            "Uyan ad yok; Enter bu adla klasör oluşturur" if self._takes_folder else "Uyan ad yok"
        )
        self._table.empty_text = none if typed else "Burada klasör ya da JSON dosyası yok"
        self._table.set_source(_Entries(self._in_view))
        newest = self._order is Order.NEWEST
        self._table.show_sorting("changed" if newest else "name", descending=newest)
        self._table.goto(self._row_of(at, typed))
        self._message.tell(self._about())

    def _row_of(self, name: str, typed: str) -> int:
        """Return the row of a name; without one that of the newest file, the likely choice."""
        for row, entry in enumerate(self._in_view):
            if name and entry.name == name:
                return row
            if not (name or typed or entry.is_folder) and self._order is Order.NEWEST:
                return row
        return 0

    def _about(self) -> str:
        folders = sum(entry.is_folder for entry in self._in_view if entry is not _THIS_FOLDER)
        parts = [f"{turkish_count(folders)} klasör"]
        if not self._takes_folder:
            parts.append(f"{turkish_count(len(self._in_view) - folders)} dosya")
        return f"{', '.join(parts)}; {self._order.value}"

    def action_move(self, action: str) -> None:
        """Move in the list while the field has the focus."""
        getattr(self._table, f"action_{action}")()

    # Commands

    def do_pick(self) -> None:
        """Enter a folder, or answer with a file; if no name matches, offer to create a folder."""
        typed = self._field.value.strip()
        # a `/` remains in the text only if there is no such folder
        if "/" in typed or not self._in_view:
            self._make(typed)
            return
        entry = self._in_view[self._table.cursor]
        path = os.path.join(self._folder, entry.name)
        if entry is _THIS_FOLDER:
            self._answer(self._folder)
        elif entry.is_folder:
            self._go(path)
        else:
            self._answer(path)

    def _make(self, typed: str) -> None:
        folder = _whole(os.path.join(self._folder, os.path.expanduser(typed)))
        if typed and self._takes_folder and not os.path.isdir(folder):
            ask_to_make(self.app, folder, self._message, lambda: self._made(folder))

    def _made(self, folder: str) -> None:
        if self._go(folder):
            self._message.tell("Klasör oluşturuldu; F2 bu klasörü alır")

    def do_folder_up(self) -> None:
        """Go to the parent, with the cursor on the previous folder."""
        above, name = os.path.split(self._folder)
        if name:
            self._go(above, name)

    def do_this_folder(self) -> None:
        """Answer with the current folder."""
        self._answer(self._folder)

    def do_home_folder(self) -> None:
        """Go to the user's home folder."""
        self._go(_whole("~"))

    def do_order(self) -> None:
        """Switch the order; keep the cursor on its entry."""
        here = self._in_view[self._table.cursor].name if self._in_view else ""
        self._order = self._order.other
        self._entries = ordered(self._entries, self._order)
        self._show(here)

    def _answer(self, path: str) -> None:
        if one_line(path) == path:
            self.dismiss(path)
        else:
            self._message.error("Adında gösterilemeyen karakter var; önce adını değiştirin")


def _whole(path: str) -> str:
    try:
        return os.path.abspath(os.path.expanduser(path))
    except (OSError, ValueError):  # the working folder was removed; a NUL in the path
        return "/"
