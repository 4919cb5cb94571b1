"""Opening a database: a new one, an existing one, and all that is no database of ours."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseRefused
from app.store import journal, migrations, opening, queries
from app.store.database import database, reading, writing
from app.store.engine.file_format import UserVersion
from app.store.opening import close_database, in_own_folder, open_database
from tests.store.bookkeeping import document, enter, failures, opened, purchase, rows

pytestmark = pytest.mark.files_only
ROOT = Path(__file__).parents[2]
NOBODY = 65534
_OPEN = """
import sys
from app.errors import AppError
from app.store.database import writing, database
from app.store.opening import close_database, open_database
try:
    sys.stdin.readline()
    open_database(sys.argv[1])
    if len(sys.argv) > 2:
        with writing():
            database.execute_sql(sys.argv[2])
    close_database()
    print("oldu")
except AppError as error:
    print(error.sentence)
"""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_database()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users of the machine can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _schema(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%migr%'"
        )
        return {name: re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")").strip()
                for name, sql in found}  # fmt: skip


def _in_order(table: str) -> list[str]:
    """The columns and constraints of a table, in an order of their own: an added column is last."""
    return sorted(part.strip(" )(") for part in re.split(r", (?=[A-Z\"])", table.partition("(")[2]))


def _as_nobody(path: Path, statement: str = "") -> str:
    """What opening, and then writing, says to a user who may do no more than the file's mode.

    A fork, for another user may not even be able to start this Python.
    """
    close_database()
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        with open(ours) as answer:
            said = answer.read()
        os.waitpid(child, 0)
        return said
    try:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            open_database(str(path))
            if statement:
                with writing():
                    database.execute_sql(statement)
            said = "oldu"
        except DatabaseRefused as error:
            said = error.sentence
        os.write(theirs, said.encode())
    finally:
        os._exit(0)


def _refusal(target: object) -> str:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(str(target))
    assert "\n" not in refused.value.sentence
    return refused.value.sentence


def test_a_new_database_is_made_in_a_folder_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "defter.db"
    assert "klasörü de yok" in _refusal(path)
    assert not (tmp_path / "a").exists()
    open_database(in_own_folder(path))
    assert enter(document("A-1")) == ["A-1"]
    close_database()
    assert [p.name for p in path.parent.iterdir()] == ["defter.db"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_existing_database_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    with opened(path):
        enter(document("A-1"))
    for target in (path, f"sqlite:///{path}"):
        open_database(str(target))
        assert rows("SELECT number FROM invoice") == [("A-1",)]


def test_a_database_without_a_write_ahead_log_gets_it_back(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    open_database(str(path))
    close_database()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode = delete").fetchone() == ("delete",)
    open_database(str(path))
    assert database.pragma("journal_mode") == "wal"


def test_a_url_may_name_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_database("sqlite:///yeni.db")
    assert (tmp_path / "yeni.db").exists()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "bos.db"
    path.touch()
    with opened(path):
        enter(document("A-1"))


def _of_version_1(path: Path) -> None:
    """A database of version 1 with the documents of today's at `path`, in its place."""
    close_database()
    today = path.rename(path.with_name("bugun"))
    with sqlite3.connect(path, isolation_level=None) as old:
        old.execute("PRAGMA journal_mode = wal")
        old.executescript((Path(__file__).parent / "version_1.sql").read_text())
        old.execute("ATTACH ? AS today", (str(today),))
        for (table,) in old.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'"):
            names = ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA table_info({table})"))
            old.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}")
        old.execute(f"PRAGMA application_id = {opening.APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
    old.close()
    today.unlink()


def test_a_database_of_an_older_version_gets_the_schema_of_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    with opened(path):
        enter(document("A-1"))
    wanted = _schema(path)
    _of_version_1(path)
    assert _schema(path) != wanted
    with opened(path):
        assert database.schema_version == opening.LATEST_VERSION
        assert rows("SELECT number FROM invoice") == [("A-1",)]
    brought = _schema(path)
    assert brought.keys() == wanted.keys()
    for name, sql in brought.items():
        assert _in_order(sql) == _in_order(wanted[name])


def test_there_is_a_step_to_each_version() -> None:
    assert len(migrations._STEPS) == opening.LATEST_VERSION - 1


def test_a_journal_of_the_first_version_claims_only_what_is_sure(tmp_path: Path) -> None:
    """Version 1 wrote down the number alone, which two suppliers may share."""
    path = tmp_path / "defter.db"
    with opened(path):
        enter(document("B-1"), document("B-2"), purchase("A-1", "1"), purchase("A-1", "2"))
        with writing():
            run = journal.open_transfer(journal.EXPORT, "x.json", datetime(2024, 4, 1))
            database.execute_sql(
                "INSERT INTO transfer_item (transfer_id, position, source_number, number,"
                " status) SELECT ?, row_number() OVER (ORDER BY id), number, number, 'aktarildi'"
                " FROM invoice"
                " WHERE number <> 'B-2'",
                (run,),
            )
            journal.close_transfer(run, journal.DONE, datetime(2024, 4, 1))
    _of_version_1(path)
    with opened(path), reading():
        for exported, numbers in ((True, ["B-1"]), (False, ["A-1", "A-1", "B-2"])):
            found = queries.rows(queries.find(InvoiceFilter(exported=exported)))
            assert [row.number for row in found] == numbers


@pytest.mark.broken_books
def test_a_database_of_a_newer_version_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    open_database(str(path))
    database.pragma("user_version", 99)
    close_database()
    before = path.read_bytes()
    assert _refusal(path) == (
        f"Veritabanı bu programdan yeni (sürüm 99, bilinen {opening.LATEST_VERSION}); "
        "programı güncelleyin"
    )
    assert path.read_bytes() == before


@pytest.mark.broken_books
def test_a_program_left_open_does_not_write_what_a_newer_one_migrated(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    open_database(str(path))
    stamp = UserVersion.of(database.pragma("user_version")).stamp
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {UserVersion(99, stamp).value}")
    with pytest.raises(DatabaseRefused, match=r"başka bir sürüme geçirilmiş \(sürüm 99, "):
        enter(document("A-1"))
    assert rows("SELECT count(*) FROM invoice") == [(0,)]
    close_database()


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "baska.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account (x)")
    before = path.read_bytes()
    assert _refusal(path) == "Bu dosya bir Toplu Fatura veritabanı değil; dokunulmadı"
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["baska.db"]


def test_what_is_no_database_is_refused_by_its_true_name(tmp_path: Path) -> None:
    text = tmp_path / "metin.db"
    text.write_text("bu bir veritabanı değil, uzunca bir metin\n" * 100)
    assert _refusal(text) == "Veritabanı: dosya bir veritabanı değil"
    assert "bir klasör" in _refusal(tmp_path)
    assert _refusal(text / "x.db").endswith("x.db): metin.db: bu bir klasör değil")
    assert _refusal("mysql://x/y") == "Bu tür veritabanı desteklenmiyor: mysql"
    for senseless in ("", "sqlite:///", "a\0b", "~boyle-biri-yok/x.db", "\udcff.db"):
        assert _refusal(senseless) == "Veritabanı yolu geçersiz"


def test_what_is_no_file_is_refused_and_keeps_its_mode(tmp_path: Path) -> None:
    """As a device would, which is as empty as a file that may become a database."""
    pipe = tmp_path / "boru.db"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    assert _refusal(pipe) == f"Veritabanı açılamadı ({pipe}): bu düz bir dosya değil"
    assert pipe.stat().st_mode & 0o777 == 0o666


@pytest.mark.broken_books
def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    with opened(path):
        enter(*[document("X") for _ in range(300)], series="A")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatabaseRefused, match="bozuk"):
        failures(path)


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "defter.db"
    link.symlink_to(tmp_path / "yok" / "defter.db")
    assert _refusal(link).startswith("Veritabanı")
    assert [p.name for p in tmp_path.iterdir()] == ["defter.db"]


def test_what_may_not_be_read_or_written_is_refused(shared: Path) -> None:
    path = shared / "defter.db"
    with opened(path):
        enter(document("A-1"))
    path.chmod(0o600 if os.getuid() == 0 else 0o000)
    assert _as_nobody(path) == f"Veritabanı açılamadı ({path}): erişim izni yok"
    shared.chmod(0o555)
    assert "erişim izni yok" in _as_nobody(shared / "yeni.db")
    shared.chmod(0o755)


def test_a_read_only_database_can_be_read_and_not_written(shared: Path) -> None:
    path = shared / "defter.db"
    with opened(path):
        enter(document("A-1"))
    path.chmod(0o444)
    shared.chmod(0o777)
    assert _as_nobody(path) == "oldu"
    assert _as_nobody(path, "DELETE FROM line") == (
        "Veritabanı: dosyaya yazma izniniz yok, salt okunur açıldı; yazılmadı"
    )
    shared.chmod(0o555)
    assert _as_nobody(path) == "oldu"
    shared.chmod(0o755)


def test_many_who_open_a_new_database_at_once_share_it(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    columns = "(code, name, sort_key, search_key)"
    insert = f"INSERT INTO account {columns} VALUES (hex(randomblob(4)), '', '', '')"
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, str(path), insert],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    for process in crowd:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate() for process in crowd] == [("oldu\n", "")] * 6
    assert [p.name for p in tmp_path.iterdir()] == ["defter.db"]
    with opened(path):
        assert rows("SELECT count(*) FROM account") == [(6,)]


def test_a_writer_waits_for_its_turn_and_then_says_who_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "defter.db"
    open_database(str(path))
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
    hold += "c.execute('BEGIN IMMEDIATE'); print(flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout
    other.stdout.readline()
    monkeypatch.setattr("app.store.database.BUSY_SECONDS", 1)
    with pytest.raises(DatabaseRefused, match="başka biri kullanıyor"), writing():
        pass
    other.communicate()
    assert enter(document("A-1")) == ["A-1"]
