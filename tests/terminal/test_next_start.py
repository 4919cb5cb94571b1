"""The program itself, started again and again: a given file, and the folders of the last time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.loaded_program import run_loaded
from tests.terminal.starting import anew, loaded
from tests.terminal.watched import Watched, path_ends, says
from tests.terminal.wire_costs import ENTER, F2, F3, F5

UP = "\x1b[A"
BOOKS = ("--veritabani", "defter.db")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: books of a few documents, and a file of them in `gelen`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gelen").mkdir()
    for arguments in (("ornek-veri", "--fatura", "20"), ("disari-aktar", "gelen/giden.json")):
        run_loaded([*BOOKS, *arguments], tmp_path, os.environ).check_returncode()
    return tmp_path


def wait_for(it: Watched, *words: str) -> None:
    it.wait_for(says(*words), quiet=0)


def test_a_given_file_comes_in_and_the_next_start_knows_its_folder(company):
    state = str(company / "state")
    with Watched(anew(*BOOKS, "iceri", "gelen/giden.json"), XDG_STATE_HOME=state) as it:
        wait_for(it, "[İçeri Aktar]", "gelen/giden.json")
        it.press(F5, says("giden.json: 20 "))
        it.press("a", says("20 işaretli"))
        it.press(F2, says("20 belge yeni numara alır"))
        it.press(3 * ENTER, says("Aktarım tamamlandı: 20 belge"))
    with Watched(anew(*BOOKS), XDG_STATE_HOME=state) as it:
        it.wait_for(path_ends(company.name), quiet=0)
        it.type(F3)
        it.wait_for(path_ends(f"{company.name}/gelen/"), quiet=0)
        it.type(UP)
        wait_for(it, "Son yollar: 1/1")
        it.wait_for(path_ends(f"{company.name}/gelen/giden.json"), quiet=0)


def test_in_other_books_both_paths_begin_with_the_current_folder(company):
    with Watched(loaded("--veritabani", "baska.db", "--olustur")) as it:
        it.wait_for(path_ends(company.name), quiet=0)
        it.type(F3)
        it.wait_for(path_ends(f"{company.name}/"), quiet=0)


@pytest.mark.parametrize("opens", [(), ("iceri", "gelen/giden.json")])
def test_a_pipe_in_the_place_of_the_choices_holds_no_start_up_and_is_told(company, opens):
    choices = company / "state" / "toplu-fatura" / "secimler.json"
    choices.parent.mkdir(parents=True)
    os.mkfifo(choices)
    with Watched(loaded(*BOOKS, *opens), XDG_STATE_HOME=str(company / "state")) as it:
        wait_for(it, "Geçen seferki seçimler yok sayıldı: secimler.json düz bir dosya değil")
