"""The screens ask before they make a database that was named and is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.starting import loaded
from tests.terminal.watched import Watched, says

QUESTION = "Oluşturulsun mu?"
NOT_MADE = "Veritabanı oluşturulmadı; yolu denetleyin"


def _start(folder: Path, *arguments: str, **environment: str) -> Watched:
    return Watched(loaded(*arguments), HOME=str(folder), XDG_DATA_HOME="", **environment)


def _left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_yes_makes_it_and_opens_the_screens(tmp_path: Path) -> None:
    path = tmp_path / "yeni.db"
    with _start(tmp_path, "--veritabani", str(path)) as it:
        it.wait_for(says(QUESTION))
        assert f"Veritabanı yok: {path}." in it.screen.text.replace("\n", "")
        assert not path.exists()
        it.press("ne?\r", lambda screen: screen.text.count(QUESTION) == 2)
        assert not path.exists()
        it.press("e\r", says("Dosya Yolu"))
        assert path.exists()
        it.type("\x1b[21~")
        assert it.wait_for_end() == 0


@pytest.mark.parametrize("answer", ["H\r", "hayır\r", "\x04"])
@pytest.mark.parametrize("arguments", [(), ("iceri", "/")])
def test_no_ends_the_program_and_makes_nothing(
    tmp_path: Path, answer: str, arguments: tuple[str, ...]
) -> None:
    name = str(tmp_path / "deftr.db")
    with _start(tmp_path, *arguments, TOPLU_FATURA_VERITABANI=name) as it:
        it.wait_for(says(QUESTION))
        it.type(answer)
        assert it.wait_for_end() == 2
        it.wait_for(says(NOT_MADE))
    assert _left(tmp_path) == []


def test_ctrl_c_is_no_answer(tmp_path: Path) -> None:
    with _start(tmp_path, "--veritabani", str(tmp_path / "deftr.db")) as it:
        it.wait_for(says(QUESTION))
        it.type("\x03")
        assert it.wait_for_end() == 130
    assert _left(tmp_path) == []


def test_where_it_could_not_be_made_there_is_no_question(tmp_path: Path) -> None:
    with _start(tmp_path, "--veritabani", str(tmp_path / "yok" / "deftr.db")) as it:
        assert it.wait_for_end() == 2
        it.wait_for(says("klasörü de yok"))
        assert QUESTION not in it.screen.text
    assert _left(tmp_path) == []


def test_olustur_and_the_users_own_database_need_no_question(tmp_path: Path) -> None:
    for arguments in (("--veritabani", str(tmp_path / "yeni.db"), "--olustur"), ()):
        with _start(tmp_path, *arguments) as it:
            it.wait_for(says("Dosya Yolu"))
            it.type("\x1b[21~")
            assert it.wait_for_end() == 0
    assert (tmp_path / "yeni.db").exists()
    assert (tmp_path / ".local/share/toplu-fatura/veri.db").exists()
