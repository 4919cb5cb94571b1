"""A path with a slip in it never becomes a database: one is made only where the user says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.arguments import parse
from app.errors import UsageError
from tests.cli.commandline import Desk, Said
from tests.store.bookkeeping import document
from tests.transfer.carrying import write

pytestmark = pytest.mark.files_only  # what it names are files

ADVICE = "yolu denetleyin ya da oluşturulması için --olustur ekleyin"
IMPORT = ("iceri-aktar", "x.json", "--kaynak-no", "--eksik-kartlari-olustur")
COMMANDS = [
    ("listele",), ("goster", "B-1"), ("disari-aktar", "y.json"), ("denetle",), IMPORT,
    ("yedekle", "yedek.db"), ("geri-yukle", "defter.db"),
]  # fmt: skip


@pytest.fixture
def office(shop: Desk) -> Desk:
    """A desk with books, and a file to import."""
    write(shop.folder / "x.json", [document("K-1")])
    return shop


def _content(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def _refused(desk: Desk, *arguments: object, **more: dict[str, str]) -> str:
    """What a command says that makes nothing."""
    before = _content(desk.folder)
    said = desk.run(*arguments, **more)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert _content(desk.folder) == before
    return said.err.removesuffix("\n")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_named_database_that_is_not_there_is_not_made(
    office: Desk, command: tuple[str, ...]
) -> None:
    sentence = f"Veritabanı yok: deftr.db; {ADVICE}"
    assert _refused(office, *command, "--veritabani", "deftr.db") == sentence
    assert _refused(office, *command, "--veritabani", "sqlite:///deftr.db") == sentence
    assert _refused(office, *command, env={"TOPLU_FATURA_VERITABANI": "deftr.db"}) == sentence


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_it_is_made_where_the_user_says_so(office: Desk, command: tuple[str, ...]) -> None:
    office.run("--veritabani", "yeni.db", "--olustur", *command)
    assert (office.folder / "yeni.db").exists()


def test_olustur_may_stand_anywhere_and_changes_nothing_in_a_database(office: Desk) -> None:
    there = ("--veritabani", "yeni.db")
    assert office.run(*IMPORT, *there, "--olustur").status == 0
    assert office.run("--olustur", "listele", *there).out.count("\n") == 1
    assert office.run("listele", env={"TOPLU_FATURA_VERITABANI": "yeni.db"}).out.count("\n") == 1


def test_a_rehearsal_makes_no_database(office: Desk) -> None:
    there = ("--veritabani", "deftr.db", "--dene")
    assert _refused(office, *IMPORT, *there) == "Veritabanı yok: deftr.db; yolu denetleyin"
    both = "--dene ile --olustur birlikte verilemez; kullanım için: --help"
    for command in (IMPORT, ("kart-aktar", "iceri", "x.json"), ("geri-al", "1")):
        assert _refused(office, *command, *there, "--olustur") == both


def test_an_empty_file_is_no_database_before_the_user_says_so(office: Desk) -> None:
    empty = office.folder / "bos.db"
    empty.touch()
    for command in (("listele",), IMPORT):
        said = _refused(office, *command, "--veritabani", "bos.db")
        assert said == f"Boş bir dosya, veritabanı değil: bos.db; {ADVICE}"
    assert empty.stat().st_size == 0
    assert office.run("--veritabani", "bos.db", "--olustur", *IMPORT).status == 0


def test_a_file_of_sqlite_without_tables_is_not_ours_before_the_user_says_so(office: Desk) -> None:
    with closing(sqlite3.connect(office.folder / "baska.db")) as other:
        other.execute("VACUUM")
        other.execute("PRAGMA user_version = 1")
    said = _refused(office, *IMPORT, "--veritabani", "baska.db")
    assert said == "Bu dosya bir Toplu Fatura veritabanı değil; dokunulmadı"
    assert office.run("--veritabani", "baska.db", "--olustur", *IMPORT).status == 0


@pytest.mark.parametrize("more", [(), ("--olustur",)])
@pytest.mark.parametrize("command", [*COMMANDS, ("ornek-veri",)], ids=lambda command: command[0])
def test_no_folder_is_made_for_a_database(
    office: Desk, command: tuple[str, ...], more: tuple[str, ...]
) -> None:
    said = _refused(office, *command, "--veritabani", "yok/deftr.db", *more)
    assert said == (
        "Veritabanı yok: yok/deftr.db; klasörü de yok, yolu denetleyin ya da önce klasörü oluşturun"
    )
    for folder in ("klasor/", "klasor/.", "sqlite:///klasor/"):
        said = _refused(office, *command, "--veritabani", folder, *more)
        assert said == f"Veritabanı açılamadı: {folder.removeprefix('sqlite:///')} bir klasör"


def test_a_backup_makes_no_folder(shop: Desk) -> None:
    said = _refused(shop, "--veritabani", "defter.db", "yedekle", "yok/yedek.db")
    assert said == "yok/yedek.db: böyle bir dosya ya da klasör yok"


def test_the_users_own_database_and_demo_data_need_no_word(office: Desk) -> None:
    assert office.run(*IMPORT).status == 0
    assert (office.folder / ".local/share/toplu-fatura/veri.db").exists()
    assert office.run("ornek-veri", "--fatura", 5, "--veritabani", "ornek.db").status == 0
    assert office.run("listele", "--veritabani", "ornek.db").out.count("\n") == 5


def test_a_backup_is_put_where_the_users_own_database_was_lost(office: Desk) -> None:
    def restored(*more: str) -> Said:
        return office.run("geri-yukle", "defter.db", *more)

    assert restored().status == 0
    assert office.run("listele").out.count("\n") == 5
    assert restored("--veritabani", "kayip.db", "--olustur").status == 0


def test_help_names_the_option() -> None:
    from app.cli.usage import USAGE

    assert "[--olustur]" in USAGE
    assert "\n  --olustur " in USAGE


def test_the_screens_know_the_option() -> None:
    assert parse(["--veritabani", "x.db", "--olustur"]).olustur
    assert parse(["iceri", "/", "--olustur"]).olustur
    assert not parse(["--ornek"]).olustur
    with pytest.raises(UsageError, match=r"^--olustur değer almaz"):
        parse(["--olustur=x.db"])


def test_a_file_may_have_the_name_of_a_server_scheme(office: Desk) -> None:
    for name in ("postgres", "POSTGRESQL"):
        said = office.run("--veritabani", name, "--olustur", "sirket", "Ada")
        assert (said.status, said.out) == (0, "Ada\n")
        assert (office.folder / name).is_file()
