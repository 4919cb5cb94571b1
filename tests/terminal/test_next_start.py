"""The program itself, started again and again: a given file, and the folders of the last time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.screens import ENTER, F2, F3, F5
from tests.bench.terminal import Seen, Terminal, terminal

PATIENCE = 30  # seconds; only a failure waits that long
UP = b"\x1b[A"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: books of a few documents, and a file of them in `gelen`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    (tmp_path / "gelen").mkdir()
    run("ornek-veri", "--fatura", "20")
    run("disari-aktar", "gelen/giden.json")
    return tmp_path


def command(*arguments: str, books: str = "defter.db") -> list[str]:
    return [sys.executable, "-m", "app", "--veritabani", books, *arguments]


def run(*arguments: str) -> None:
    subprocess.run(command(*arguments), check=True, env=os.environ)


def wait(drawn: Terminal, seen: Seen) -> None:
    """Until it is on the screen; it may be there already."""
    end = time.monotonic() + PATIENCE
    while not seen(drawn.lines):
        assert time.monotonic() < end, "\n".join(drawn.lines)
        drawn.read(0.1)


def wait_for(drawn: Terminal, text: str) -> None:
    wait(drawn, lambda lines: any(text in line for line in lines))


def wait_for_path(drawn: Terminal, end: str) -> None:
    """A long path shows its end."""
    wait(drawn, lambda lines: lines[1].startswith("Dosya") and lines[1].rstrip().endswith(end))


def test_a_given_file_comes_in_and_the_next_start_knows_its_folder(company):
    state = company / "state"
    with terminal(command("iceri", "gelen/giden.json"), state) as drawn:
        wait_for(drawn, "[İçeri Aktar]")
        wait_for(drawn, "gelen/giden.json")
        for keys, seen in (
            (F5, "giden.json: 20 "), (b"a", "20 işaretli"), (F2, "20 belge yeni numara alır"),
            (3 * ENTER, "Aktarım tamamlandı: 20 belge"),
        ):  # fmt: skip
            drawn.press(keys)
            wait_for(drawn, seen)
    with terminal(command(), state) as drawn:
        wait_for_path(drawn, company.name)
        drawn.press(F3)
        wait_for_path(drawn, f"{company.name}/gelen/")
        drawn.press(UP)
        wait_for(drawn, "Son yollar: 1/1")
        wait_for_path(drawn, f"{company.name}/gelen/giden.json")


def test_in_other_books_both_paths_begin_with_the_current_folder(company):
    with terminal(command("--olustur", books="baska.db")) as drawn:
        wait_for_path(drawn, company.name)
        drawn.press(F3)
        wait_for_path(drawn, f"{company.name}/")


@pytest.mark.parametrize("opens", [(), ("iceri", "gelen/giden.json")])
def test_a_pipe_in_the_place_of_the_choices_holds_no_start_up_and_is_told(company, opens):
    choices = company / "state" / "toplu-fatura" / "secimler.json"
    choices.parent.mkdir(parents=True)
    os.mkfifo(choices)
    with terminal(command(*opens), company / "state") as drawn:
        wait_for(drawn, "Geçen seferki seçimler yok sayıldı: secimler.json düz bir dosya değil")
