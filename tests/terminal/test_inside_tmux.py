"""Both jobs inside a real tmux: its keys and pasting, another size, detached and attached again."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.keyboards import OUT
from tests.terminal.starting import command
from tests.terminal.watched import PATIENCE, Watched, at_row, path_ends, says
from tests.terminal.wire_costs import on_books

KEYPAD_ON = "printf '\\033='"  # as a program leaves it that was cut off


class Tmux:
    """A server of its own, with one session of 80×24."""

    def __init__(self, folder: Path) -> None:
        self._command = ["tmux", "-u", "-S", str(folder / "s"), "-f", "/dev/null"]

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout

    def attached(self, terminal: str) -> Watched:
        return Watched(command(*self._command, "attach"), TERM=terminal, TMUX="")

    def press(self, *keys: str) -> None:
        self("send-keys", *keys)

    def is_there(self) -> bool:
        return subprocess.run([*self._command, "ls"], capture_output=True).returncode == 0


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is missing (Debian: tmux)")
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        server = Tmux(Path(folder))
        yield server
        if server.is_there():
            server("kill-server")


def wait_until_gone(tmux: Tmux) -> None:
    deadline = time.monotonic() + PATIENCE
    while tmux.is_there():
        assert time.monotonic() < deadline


def same_as(tmux: Tmux):
    """Whether the terminal shows what tmux has in its pane."""
    return lambda screen: screen.text.strip() == tmux("capture-pane", "-p").strip()


def test_both_jobs_with_other_terminals_on_the_way(own_books: Path, tmux: Tmux):
    program = shlex.join([sys.executable, "-m", "app", *on_books(own_books)])
    opened = f"{KEYPAD_ON}; exec {program}"
    tmux(
        "set", "-g", "status", "off", ";", "set", "-g", "default-terminal", "tmux-256color", ";",
        "new-session", "-d", "-x", "80", "-y", "24", opened,
    )  # fmt: skip
    with tmux.attached("xterm-256color") as it:
        it.wait_for(says("Kısıtları yazın", "F10"), quiet=0)
        assert tmux("display", "-p", "#{keypad_flag}").strip() == "0"
        tmux("set-buffer", f"{own_books}/{OUT}", ";", "paste-buffer", "-p")
        it.wait_for(path_ends(f"/{OUT}"), quiet=0)
        tmux.press("F5")
        it.wait_for(says("935 belge listelendi"), quiet=0)
        tmux.press("Space", "IC", "S-Down", "*", "*")
        it.wait_for(says(" 4 işaretli"), quiet=0)
        tmux.press("F2")
        it.wait_for(says("emin misiniz?"), quiet=0)
        tmux.press("e")
        it.wait_for(says("Aktarım tamamlandı"), quiet=0)
        (file,) = (own_books / OUT).iterdir()
        tmux.press("F3")
        it.wait_for(says("[İçeri Aktar]"), quiet=0)
        tmux("set-buffer", str(file), ";", "paste-buffer", "-p")
        it.wait_for(path_ends(file.name), quiet=0)
        it.press("\x1b[15~", says(f"{file.name}: 4 "))
        it.resize(100, 30)
        it.wait_for(lambda screen: screen.display[29].startswith("F1 Yardım"), quiet=0)
        it.wait_for(same_as(tmux), quiet=0)
        it.resize(80, 24)
        it.wait_for(lambda screen: screen.display[23].startswith("F1 Yardım"), quiet=0)
        tmux("detach-client")
        assert it.wait_for_end() == 0
    tmux.press("a", "F2", "Enter", "Enter", "Enter")
    with tmux.attached("linux") as it:
        it.wait_for(says("Aktarım tamamlandı: 4 belge aktarıldı", "Aktarıldı"), quiet=0)
        it.wait_for(same_as(tmux), quiet=0)
        it.press("\x1b[4~", at_row(4))
        it.type("\x1b[21~")
        assert it.wait_for_end() == 0
    wait_until_gone(tmux)
