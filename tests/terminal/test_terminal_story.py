"""The program in a terminal as it really is: bytes typed into a pty, the screen read by pyte."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import apsw
import pyte
import pytest

PATIENCE = 30  # seconds; only a failure waits that long
KEYS = {
    "F2": "\x1bOQ", "F3": "\x1bOR", "F5": "\x1b[15~", "F10": "\x1b[21~",
    "Enter": "\r", "Tab": "\t", "Down": "\x1b[B", "Home": "\x1b[H",
}  # fmt: skip


class Terminal:
    """A program on a pty of 80×24."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.screen = pyte.Screen(80, 24)
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        environment = {
            **os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }  # fmt: skip
        self.program = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
        )  # fmt: skip

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, *keys: str) -> None:
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def wait_for(self, text: str) -> None:
        """Read until the screen shows the text."""
        end = time.monotonic() + PATIENCE
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} is not on the screen:\n{self.text}"
            self._read()

    def wait_for_end(self) -> int:
        end = time.monotonic() + PATIENCE
        while self.program.poll() is None:
            assert time.monotonic() < end, self.text
            self._read()
        self._read()
        return self.program.returncode

    def modes(self) -> list[object]:
        return termios.tcgetattr(self._slave)

    def close(self) -> None:
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self._master)
        os.close(self._slave)

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.1)[0]:
            data = os.read(self._master, 1 << 16)
            self.raw += data
            self._stream.feed(data)


@pytest.fixture
def company(tmp_path):
    """A folder with a small filled database and an empty `cikis`."""
    run(tmp_path, "ornek-veri", "--fatura", "60")
    (tmp_path / "cikis").mkdir()
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", "--veritabani", "defter.db", *arguments]


def run(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(command(*arguments), cwd=folder, env=environment, check=True)


@pytest.fixture
def terminal(company):
    opened = Terminal(command(), company)
    yield opened
    opened.close()


def is_restored(terminal: Terminal) -> bool:
    """Modes as before, main screen, cursor shown, no mouse reports."""
    last = max(terminal.raw.rfind(b"\x1b[?1049h"), 0)
    return (
        terminal.modes() == terminal.before
        and b"\x1b[?1049l" in terminal.raw[last:]
        and terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l")
    )


def test_both_jobs_from_the_first_key_to_the_prompt(terminal, company):
    terminal.wait_for("Kısıtları yazın, F5 ile belgeleri getirin")
    terminal.type("cikis", "F5")
    terminal.wait_for("belge listelendi")
    terminal.type("a")
    terminal.wait_for("işaretli")
    terminal.type("F2")
    terminal.wait_for("emin misiniz?")
    terminal.type("e")
    terminal.wait_for("Aktarım tamamlandı")
    (written,) = (company / "cikis").iterdir()
    documents = json.loads(written.read_text(encoding="utf-8"))

    terminal.type("F3")
    terminal.wait_for("[İçeri Aktar]")
    terminal.type("cikis/", "Tab")
    terminal.wait_for(written.name)
    terminal.type("F5")
    terminal.wait_for("Hazır" if "Hazır" in terminal.text else written.name + ": ")
    terminal.type("a")
    terminal.wait_for(f"{len(documents)} işaretli")
    terminal.type("F2")
    terminal.wait_for("Yeni Numara Girişi")
    terminal.wait_for(f"{len(documents)} belge yeni numara alır")
    terminal.type("Enter", "Enter", "Enter")
    terminal.wait_for(f"{len(documents)} belge aktarıldı")
    terminal.wait_for("Aktarıldı")
    terminal.type("Home", "Enter")
    terminal.wait_for("Belge / ")
    terminal.type("Enter")
    terminal.wait_for("[İçeri Aktar]")
    terminal.type("F10")
    assert terminal.wait_for_end() == 0
    assert is_restored(terminal)
    run(company, "denetle")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_terminal_restored(terminal, number):
    terminal.wait_for("F10 Çıkış")
    terminal.program.send_signal(number)
    assert terminal.wait_for_end() == 128 + number
    assert is_restored(terminal)


@pytest.mark.broken_books
def test_a_fault_of_the_program_ends_with_a_sentence_and_no_data(terminal, company):
    terminal.wait_for("F10 Çıkış")
    other = apsw.Connection(str(company / "defter.db"))
    other.execute("ALTER TABLE invoice RENAME TO gone")
    other.close()
    terminal.type("F5")
    assert terminal.wait_for_end() == 1
    assert is_restored(terminal)
    said = terminal.raw.decode()
    assert "Program beklenmeyen bir hatayla durdu (" in said
    assert "Traceback" not in said
    assert "no such table" not in said
