"""A backup is a whole copy that denetle has passed; a restore is whole or changes nothing."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest import mock

import apsw
import pytest

from app.cli.arguments import target_of
from app.errors import DatabaseRefused, Stopped, Uncertain, UsageError
from app.store import settings
from app.store.backup import back_up, backup_path, restore
from app.store.database import writing
from app.store.engine.file_copy import draft_in
from app.store.opening import close_database, open_database
from tests.promises.faults import OPERATIONS, Faults
from tests.store.bookkeeping import document, enter, failures, opened, rows, vandalise

pytestmark = pytest.mark.files_only
NOW = datetime(2026, 3, 15, 10, 30, 5)


def never() -> bool:
    return False


def quiet(_done: int, _of: int) -> None:
    pass


@pytest.fixture
def kept(books: Path) -> Path:
    """A backup with one document; the books have a second one since."""
    enter(document("A-1"))
    target = books.with_name("yedek.db")
    back_up(target, quiet, never)
    open_database(str(books))
    enter(document("A-2"))
    close_database()
    return target


def numbers(path: Path) -> list[object]:
    with opened(path):
        return [number for (number,) in rows("SELECT number FROM invoice ORDER BY id")]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_holds_what_the_books_held(books, kept):
    assert numbers(kept) == ["A-1"]
    assert numbers(books) == ["A-1", "A-2"]
    assert files(books.parent) == {books.name, kept.name}


def test_a_backup_holds_one_moment_beside_running_work(books, monkeypatch):
    monkeypatch.setattr("app.store.engine.file_copy._PAGES", 2)
    enter(document("A-1"))
    other = apsw.Connection(str(books))

    def meanwhile(_done: int, _of: int) -> None:
        other.execute(
            "INSERT INTO account (code, name, sort_key, search_key)"
            " VALUES (hex(randomblob(7)), 'a', 'a', 'a')"
        )

    back_up(books.with_name("yedek.db"), meanwhile, never)
    other.close()
    with opened(books.with_name("yedek.db")):
        assert rows("SELECT count(*) FROM account") == [(1,)]
    with opened(books):
        assert rows("SELECT count(*) FROM account") > [(2,)]


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", "-damga"])
def test_nothing_new_gets_the_name_of_a_file_beside_a_database(books, tmp_path, end):
    """Whoever opened that database would remove it, or be refused for its sake."""
    beside = tmp_path / f"baska.db{end}"
    close_database()
    for make in (
        lambda: back_up(beside, quiet, never),
        lambda: restore(books, beside, NOW, quiet, never),
        lambda: open_database(str(beside)),
    ):
        with pytest.raises(DatabaseRefused, match=f"{end} ile biten ad .*başka bir ad verin"):
            make()
        assert not beside.exists()
        close_database()
    beside.touch()
    with pytest.raises(DatabaseRefused, match="başka bir ad verin"):
        open_database(str(beside))


def test_a_backup_never_goes_over_a_file(books, tmp_path):
    for target in (books, tmp_path / "kopuk"):
        if target != books:
            target.symlink_to("yok")
        with pytest.raises(DatabaseRefused, match="zaten var; üzerine yazılmadı"):
            back_up(target, quiet, never)


@pytest.mark.broken_books
def test_a_damaged_name_of_the_company_is_told_and_refuses_no_backup(books):
    """The documents are whole, and a later backup could only be of more of them."""
    enter(document("A-1"))
    with writing():
        settings.set_company("Şen Gıda")
    vandalise(books, "UPDATE setting SET text = CAST(X'4BC5' AS TEXT)")
    target = books.with_name("yedek.db")
    open_database(str(books))
    told = (
        "şirketin adı UTF-8 değil (K\ufffd); yeniden verin: toplu-fatura sirket AD"
        f" --veritabani {books}"
    )
    assert back_up(target, quiet, never) == (target, 1, [told])
    assert restore(target, books, NOW, quiet, never).company == "K\ufffd"
    assert numbers(books) == ["A-1"]


def test_a_backup_that_is_stopped_leaves_nothing(books):
    enter(document("A-1"))
    with pytest.raises(Stopped):
        back_up(books.with_name("yedek.db"), quiet, lambda: True)
    assert files(books.parent) == {books.name}


@pytest.mark.broken_books
def test_books_that_denetle_does_not_pass_are_not_backed_up(books):
    enter(document("A-1"))
    other = apsw.Connection(str(books))
    other.execute("UPDATE invoice SET line_count = 7")
    other.close()
    with pytest.raises(DatabaseRefused) as refused:
        back_up(books.with_name("yedek.db"), quiet, never)
    assert refused.value.sentence == (
        "Veritabanı denetimden geçmedi (kalemler: A-1: 7 kalem yazılı, 1 kalem var); yedek"
        " alınmadı, önceki yedeğinizi saklayın. Bulunanların tümü: toplu-fatura denetle"
        f" --veritabani {books}"
    )
    assert files(books.parent) == {books.name}


def test_a_folder_gets_a_name_with_the_time(tmp_path):
    assert backup_path(tmp_path, Path("defter.db"), NOW) == (
        tmp_path / "defter-yedek-20260315-103005.db"
    )
    assert backup_path(tmp_path / "x.db", Path("defter.db"), NOW) == tmp_path / "x.db"


def test_a_second_one_within_a_second_takes_the_next_name(books, kept):
    first = backup_path(books.parent, books, NOW)
    first.touch()
    assert backup_path(books.parent, books, NOW).name == f"{first.stem}-2.db"
    asides = [restore(kept, books, NOW, quiet, never).aside for _ in range(3)]
    assert [one and one.name.partition("-eski-")[2] for one in asides] == [
        "20260315-103005", "20260315-103005-2", "20260315-103005-3",
    ]  # fmt: skip
    assert numbers(asides[0]) == ["A-1", "A-2"]


def test_a_folder_that_is_not_there_is_no_file(tmp_path):
    for text in ("yok/", "yok.json/", "yok.db//"):
        with pytest.raises(UsageError, match="böyle bir klasör yok"):
            target_of(str(tmp_path / "x") + text)
    assert target_of(f"{tmp_path}/") == tmp_path


def test_the_next_one_removes_the_draft_of_a_killed_one(books):
    """One that is still being written has a lock, and stays."""
    before = files(books.parent)
    with draft_in(books.parent) as working:
        child = os.fork()
        if not child:
            draft = draft_in(books.parent)
            Path(f"{draft.__enter__()}-wal").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        assert len(files(books.parent) - before) == 3
        back_up(books.with_name("iki.db"), quiet, never)
        assert files(books.parent) - before == {"iki.db", working.name}


def test_a_restore_keeps_what_it_replaces(books, kept):
    restored = restore(kept, books, NOW, quiet, never)
    assert restored.documents == 1
    assert restored.aside == books.with_name("defter.db-eski-20260315-103005")
    assert numbers(books) == ["A-1"]
    assert numbers(restored.aside) == ["A-1", "A-2"]
    assert files(books.parent) == {books.name, kept.name, restored.aside.name}


@pytest.mark.broken_books
def test_a_restore_knows_whose_books_it_replaces(books, kept):
    open_database(str(books))
    with writing():
        settings.set_company("Şen Gıda")
    close_database()
    assert restore(kept, books, NOW, quiet, never)[2:] == ("", "Şen Gıda")
    vandalise(books, "INSERT INTO setting VALUES ('company', CAST(X'4BC5' AS TEXT))")
    assert restore(kept, books, NOW, quiet, never)[2:] == ("", "K\ufffd")
    books.write_bytes(b"bozuk")
    assert restore(kept, books, NOW, quiet, never)[2:] == ("", "")


def test_a_restore_where_nothing_is_makes_the_database(books, kept):
    target = books.with_name("yeni.db")
    assert restore(kept, target, NOW, quiet, never).aside is None
    assert numbers(target) == ["A-1"]


def test_a_restore_takes_what_is_in_the_log_of_the_replaced_one_along(books, kept):
    copy = books.with_name("kesik.db")
    open_database(str(books))
    enter(document("A-3"))  # in the log, which a kill leaves
    for end in ("", "-wal"):
        shutil.copyfile(f"{books}{end}", f"{copy}{end}")
    close_database()
    restored = restore(kept, copy, NOW, quiet, never)
    assert numbers(copy) == ["A-1"]
    assert restored.aside
    assert numbers(restored.aside) == ["A-1", "A-2", "A-3"]


def test_nobody_loses_the_books_that_they_have_open(books, kept):
    other = apsw.Connection(str(books))
    other.execute("SELECT count(*) FROM invoice").fetchall()
    with pytest.raises(DatabaseRefused, match="başka biri kullanıyor; herkes çıkınca"):
        restore(kept, books, NOW, quiet, never)
    other.close()
    assert numbers(books) == ["A-1", "A-2"]
    assert files(books.parent) == {books.name, kept.name}


@pytest.mark.broken_books
def test_a_damaged_database_can_be_replaced(books, kept):
    books.write_bytes(b"bozuk" * 1000)
    restored = restore(kept, books, NOW, quiet, never)
    assert numbers(books) == ["A-1"]
    assert restored.aside
    assert restored.aside.read_bytes() == b"bozuk" * 1000


@pytest.mark.broken_books
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("foreign", "bir veritabanı değil"),
        ("empty", "bir Toplu Fatura veritabanı değil"),
        ("newer", "programı güncelleyin"),
        ("failing", "yedek denetimden geçmedi (saglama: A-1: kaydedildikten sonra değişmiş);"),
        ("truncated", "yedek bozuk ya da eksik kopyalanmış; başka bir yedek deneyin"),
        ("itself", "veritabanının kendisi"),
        ("missing", "böyle bir dosya ya da klasör yok"),
        ("folder", "bu bir klasör; yedek dosyasının kendisini verin"),
        ("pipe", "bu bir boru (pipe); yedek dosyasının kendisini verin"),
        ("device", "bu bir aygıt; yedek dosyasının kendisini verin"),
    ],
)
def test_what_is_no_good_backup_changes_nothing(books, kept, damage, sentence):
    if damage == "foreign":
        kept.write_bytes(b"bozuk" * 1000)
    elif damage == "empty":
        kept.write_bytes(b"")
    elif damage == "itself":
        kept = books
    elif damage == "missing":
        kept.unlink()
    elif damage == "folder":
        kept = kept.parent
    elif damage == "truncated":
        os.truncate(kept, kept.stat().st_size // 2)
    elif damage == "pipe":
        kept.unlink()
        os.mkfifo(kept)
    elif damage == "device":
        kept = Path("/dev/null")
    else:
        with apsw.Connection(str(kept)) as other:
            other.execute(
                "PRAGMA user_version = 99"
                if damage == "newer"
                else "UPDATE invoice SET project = 'x'"
            )
        other.close()
    before = files(books.parent)
    with pytest.raises(DatabaseRefused) as refused:
        restore(kept, books, NOW, quiet, never)
    assert sentence in refused.value.sentence
    assert "geri-yukle" not in refused.value.sentence  # that is what was tried
    assert numbers(books) == ["A-1", "A-2"]
    assert files(books.parent) == before


def test_a_backup_on_a_read_only_medium_can_be_restored(books, kept, tmp_path):
    medium = tmp_path / "cd"
    medium.mkdir()
    shutil.copy(kept, medium / "yedek.db")
    os.chmod(medium, 0o555)
    restore(medium / "yedek.db", books, NOW, quiet, never)
    assert numbers(books) == ["A-1"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_whatever_fails_the_target_is_the_old_or_the_new_one(books, kept, number):
    nth, met = 1, True
    while met:
        faults = Faults(number, nth, operations=OPERATIONS[number] - {"read", "stat"})
        target = books.with_name(f"hedef-{nth}.db")
        shutil.copyfile(books, target)
        try:
            with faults.active():
                restore(kept, target, NOW, quiet, never)
            replaced = True
        except DatabaseRefused as refused:
            replaced = refused.something_done
        assert numbers(target) == (["A-1"] if replaced else ["A-1", "A-2"])
        aside = {one.name for one in books.parent.glob(f"{target.name}-eski-*")}
        assert len({name.removesuffix("-journal") for name in aside}) == replaced
        nth, met = nth + 1 + nth // 20, bool(faults.met)
    assert nth > 5


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_whatever_fails_there_is_a_whole_backup_or_none(books, number):
    enter(document("A-1"))
    nth, met = 1, True
    while met:
        faults = Faults(number, nth, operations=OPERATIONS[number] - {"read", "stat"})
        target = books.with_name(f"yedek-{nth}.db")
        open_database(str(books))
        try:
            with faults.active():
                back_up(target, quiet, never)
        except DatabaseRefused:
            assert not target.exists()
        else:
            assert numbers(target) == ["A-1"]
        nth, met = nth + 1, bool(faults.met)
    assert nth > 5


@contextmanager
def folder_that_keeps_nothing() -> Iterator[None]:
    """It was synced for the draft, and never again; no backup can be taken out of it."""
    sync, unlink = os.fsync, os.unlink
    for_draft = iter([True])

    def sync_file(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode) and not next(for_draft, False):
            raise OSError(errno.EIO, "")
        sync(file)

    def unlink_draft(path: str, **more: object) -> None:
        if Path(path).suffix == ".db":
            raise OSError(errno.EIO, "")
        unlink(path, **more)

    with mock.patch.multiple(os, fsync=sync_file, unlink=unlink_draft):
        yield


def test_a_backup_that_is_there_and_may_not_last_is_told(books):
    target = books.with_name("yedek.db")
    with pytest.raises(Uncertain) as refused, folder_that_keeps_nothing():
        back_up(target, quiet, never)
    assert refused.value.sentence == (
        f"{target}: disk okuma/yazma hatası; bu adla duran dosyaya güvenmeyin, silip yeniden "
        "yedekleyin"
    )
    assert target.exists()


def test_a_restore_that_is_done_and_may_not_last_is_told(books, kept):
    with pytest.raises(Uncertain) as refused, folder_that_keeps_nothing():
        restore(kept, books, NOW, quiet, never)
    assert refused.value.sentence == (
        f"{books}: disk okuma/yazma hatası; yedek yerine kondu ama diskte kalacağı kesin değil; "
        f"yeniden geri yükleyin. Önceki veritabanı duruyor: {books}-eski-20260315-103005"
    )
    assert numbers(books) == ["A-1"]


def test_nothing_but_the_copy_is_made(books, kept):
    assert failures(kept) == []
    close_database()
    assert oct(kept.stat().st_mode & 0o777) == oct(books.stat().st_mode & 0o777)
