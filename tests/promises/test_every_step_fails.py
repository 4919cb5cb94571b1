"""Every step fails once: the true cause is told, nothing is half done, and the same run goes on.

An import, an export and the making of a database are done again and again, each time with another
of their operations on files failing, until one passes in which there were no so many. CI tries
every operation, other runs some of them.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from faults import KINDS, Faults
from other_users import User, as_user, only_root, public_folder

from app.errors import AppError, DatabaseRefused, FileRefused
from app.store.engine import sqlite
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.cli.commandline import ROOT, command, environment
from tests.scale import FULL
from tests.short_steps import FOREVER, short_steps
from tests.store.bookkeeping import document, enter, failures, opened, rows
from tests.transfer.carrying import export_all, write

pytestmark = pytest.mark.files_only  # the steps are those of files

TOO_LARGE = (
    "dosya izin verilenden büyük oluyor; yöneticinizden dosya boyutu sınırını (ulimit -f) "
    "yükseltmesini isteyin ya da başka bir diske yazın"
)
CAUSES = {
    errno.EIO: "disk okuma/yazma hatası",
    errno.ENOSPC: "diskte yer kalmadı; yer açıp yeniden deneyin",
    errno.EFBIG: TOO_LARGE,
    errno.EROFS: "disk salt okunur",
    errno.EACCES: "erişim izni yok",
}
# SQLite takes a sector that cannot be read for a broken file.
BROKEN = "dosya bozuk ya da disk hatalı"
# It opens for reading what it cannot open for writing, and a worker is not told why it could not.
UNOPENED = ("salt okunur", "dosya açılamadı")
DOCUMENTS, TRANSACTION = 5, 2  # the last transaction is not full
STRIDE = 1 if FULL else 7  # steps from one fault to the next, at most
RULE = ImportRule(series="A", create_cards=True, skip_transferred=True)


class Work(Protocol):
    """Something that is done, and what must be true when it was not."""

    def prepare(self) -> None:
        """All as it is before."""

    def do(self) -> str:
        """Do it; what is to be told besides. Raises AppError."""

    def check(self) -> None:
        """Nothing is half done."""

    def check_done(self) -> None:
        """All is done, once."""


class Import:
    """A file into a database that holds a document already; two transactions."""

    def __init__(self, folder: Path, count: int = DOCUMENTS) -> None:
        self.path, self._file, self._before = folder / "d.db", folder / "x.json", folder / "önce.db"
        self._count = count
        with opened(self._before):
            enter(document("B-1"))
        write(self._file, [document("A-1", total=f"{n}.0") for n in range(1, count + 1)])

    def prepare(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(f"d.db{ending}").unlink(missing_ok=True)
        shutil.copy(self._before, self.path)

    def do(self) -> str:
        open_database(str(self.path))
        try:
            incoming = IncomingFile(self._file)
            try:
                run_import(incoming, None, RULE)
            finally:
                incoming.close()
        finally:
            close_database()
        return ""

    def check(self) -> None:
        assert failures(self.path) == []
        saved = rows("SELECT number, grand_total FROM invoice WHERE series = 'A' ORDER BY id")
        assert saved == [(f"A{n:014}", f"{n}.0") for n in range(1, len(saved) + 1)]
        assert len(saved) % TRANSACTION == 0 or len(saved) == self._count
        assert rows("SELECT grand_total FROM invoice WHERE number = 'B-1'") == [("100.0",)]

    def check_done(self) -> None:
        assert rows("SELECT count(*) FROM invoice") == [(self._count + 1,)]


class Export:
    """The documents of a database into a file."""

    def __init__(self, folder: Path) -> None:
        self.path, self._file = folder / "d.db", folder / "cikis" / "x.json"
        self._file.parent.mkdir()
        with opened(self.path):
            enter(*(document("X", total=f"{n}.0") for n in range(DOCUMENTS)), series="A")
            export_all(folder / "tam.json")
        self._whole = (folder / "tam.json").read_bytes()

    def prepare(self) -> None:
        self._file.unlink(missing_ok=True)

    def do(self) -> str:
        if self._file.exists():  # done, and told so
            return ""
        open_database(str(self.path))
        try:
            return export_all(self._file).note
        finally:
            close_database()

    def check(self) -> None:
        assert failures(self.path) == []
        found = {file.name: file.read_bytes() for file in self._file.parent.iterdir()}
        assert found in ({}, {"x.json": self._whole})

    def check_done(self) -> None:
        assert self._file.read_bytes() == self._whole


class Making:
    """A new database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "yeni"
        self.path = self._folder / "d.db"

    def prepare(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()

    def do(self) -> str:
        try:
            open_database(str(self.path))
        finally:
            close_database()
        return ""

    def check(self) -> None:
        ends = ("", "-damga", "-wal", "-shm")
        assert {file.name for file in self._folder.iterdir()} <= {f"d.db{end}" for end in ends}
        if self.path.exists():
            assert failures(self.path) == []

    def check_done(self) -> None:
        assert failures(self.path) == []


@pytest.fixture
def folder(in_memory: Path) -> Path:
    return in_memory


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    short_steps(monkeypatch, transaction=TRANSACTION, batch=1, seconds=FOREVER)
    monkeypatch.setattr("app.store.database.BUSY_SECONDS", 0)
    yield
    close_database()


def attempt(work: Callable[[], str]) -> str:
    """What is told; empty where all is well."""
    try:
        return work()
    except AppError as error:
        return error.sentence
    finally:
        close_database()


def goes_on_after(work: Work, sentence: str) -> None:
    """Nothing was half done; once the cause is gone the same run does the rest."""
    work.check()
    close_database()
    assert attempt(work.do) == "", sentence
    work.check()
    work.check_done()
    close_database()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # apsw's layer
@pytest.mark.parametrize("kind", [Import, Export, Making])
@pytest.mark.parametrize(("number", "lasting", "operations"), KINDS.values(), ids=KINDS)
def test_whichever_operation_fails(
    folder: Path,
    kind: Callable[[Path], Work],
    number: int,
    lasting: bool,
    operations: set[str] | None,
) -> None:
    work, nth, told = kind(folder), 0, 0
    while True:
        nth += 1 if operations else random.randint(1, STRIDE)
        work.prepare()
        faults = Faults(number, nth, lasting=lasting, operations=operations)
        with faults.active():
            sentence = attempt(work.do)
        if sentence:
            told += 1
            assert is_told(sentence, number, faults.met), sentence
        goes_on_after(work, f"{faults.met} {nth}: {sentence}")
        if not faults.met:
            assert sentence == ""
            break
    assert told > 2 or not FULL, "the faults did not come through"


def is_told(sentence: str, number: int, operation: str) -> bool:
    """Whether the sentence says what has happened."""
    truths = [CAUSES[number]]
    if number == errno.EIO:
        truths.append(BROKEN)
    if operation == "open":
        truths += UNOPENED
    return any(truth in sentence for truth in truths)


# Each cause as the system itself has it


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", [Import, Export, Making])
def test_a_file_that_may_not_grow_at_any_size(folder: Path, kind: Callable[[Path], Work]) -> None:
    work, size, sentence, told = kind(folder), 0, "-", 0
    step = 300 if kind is Export else 8 << 10
    while sentence:
        size += step
        work.prepare()
        with files_of_at_most(size):
            sentence = attempt(work.do)
        if sentence:
            told += 1
            assert TOO_LARGE in sentence
        goes_on_after(work, sentence)
    assert told > 2


def test_a_database_that_may_not_grow_at_any_size(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_steps(monkeypatch, transaction=20)
    work, told, sentence = Import(folder, 60), 0, "-"
    work.prepare()
    with opened(work.path):
        ((pages,),) = rows("PRAGMA page_count")
    ordinary = sqlite.PRAGMAS
    while sentence:
        work.prepare()
        with monkeypatch.context() as patched:
            patched.setattr(
                sqlite, "PRAGMAS", ordinary | {"max_page_count": int(str(pages)) + told}
            )
            sentence = attempt(work.do)
        told += 1
        assert sentence in ("", "Veritabanı: " + CAUSES[errno.ENOSPC])
        goes_on_after(work, sentence)
    assert told > 2


class Begins:
    """Faults that begin where the work first tells of its progress."""

    def __init__(self, number: int) -> None:
        self._faults = Faults(number, 1, lasting=True)
        self._time = ExitStack()

    def __enter__(self) -> Begins:
        return self

    def __exit__(self, *_: object) -> None:
        self._time.close()

    def __call__(self, _done: int, _of: int) -> None:
        self._time.enter_context(self._faults.active())


def test_what_failed_first_is_told_and_not_what_failed_behind_it(folder: Path) -> None:
    """On a full disk neither the journal's documents nor its end can be written."""
    work = Export(folder)
    work.prepare()
    open_database(str(work.path))
    with pytest.raises(DatabaseRefused) as refused, Begins(errno.ENOSPC) as full_disk:
        export_all(folder / "cikis" / "x.json", progress=full_disk)
    assert refused.value.sentence == (
        f"Dışarı aktarılmadı, aktarım günlüğüne yazılamadı: Veritabanı: {CAUSES[errno.ENOSPC]}"
    )
    close_database()
    goes_on_after(work, refused.value.sentence)


def test_a_file_that_cannot_be_read_further_is_told_by_its_name(folder: Path) -> None:
    work = Import(folder)
    work.prepare()
    open_database(str(work.path))
    incoming = IncomingFile(folder / "x.json")
    with pytest.raises(FileRefused) as refused, Begins(errno.EIO) as broken_disk:
        run_import(incoming, None, RULE, progress=broken_disk)
    incoming.close()
    assert refused.value.sentence == "x.json: disk okuma/yazma hatası"
    close_database()
    goes_on_after(work, refused.value.sentence)


# The same from the command line


def run(folder: Path, *arguments: str, most: int | None = None) -> tuple[int, str]:
    """Exit status and standard error of the program on `d.db` in a folder."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    # Python keeps a compiled module that the limit cut off.
    unwritten = environment(folder) | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command("--veritabani", folder / "d.db", *arguments), cwd=folder, text=True,
        env=unwritten, capture_output=True, timeout=60, preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_limit_of_the_shell_is_told_of_an_import(tmp_path: Path) -> None:
    work = Import(tmp_path)
    work.prepare()
    save = ("iceri-aktar", "x.json", "--seri", "A", "--eksik-kartlari-olustur")
    assert run(tmp_path, *save, most=20_000) == (
        2, f"Veritabanı: {TOO_LARGE}\n",
    )  # fmt: skip
    work.check()
    close_database()
    assert run(tmp_path, *save) == (0, "")
    work.check()
    work.check_done()
    close_database()


def test_a_limit_of_the_shell_is_told_of_an_export(tmp_path: Path) -> None:
    assert run(tmp_path, "ornek-veri", "--fatura", "300") == (0, "")
    assert run(tmp_path, "disari-aktar", "y.json", most=200_000) == (
        2, f"y.json: {TOO_LARGE}\n",
    )  # fmt: skip
    assert not (tmp_path / "y.json").exists()
    assert run(tmp_path, "disari-aktar", "y.json") == (0, "")
    assert failures(tmp_path / "d.db") == []


@only_root
def test_what_may_not_be_written_is_told_and_once_it_may_the_same_run_goes_on() -> None:
    user = User(61_001, [61_001])
    with public_folder() as folder:
        work = Import(folder)
        work.prepare()
        (folder / "x.json").chmod(0o644)
        (folder / "d.db").chmod(0o644)
        os.chown(folder, user.uid, -1)
        assert as_user(user, work.do) == (
            "Veritabanı: dosyaya yazma izniniz yok, salt okunur açıldı; yazılmadı"
        )
        work.check()
        close_database()
        os.chown(folder / "d.db", user.uid, -1)
        assert as_user(user, work.do) == ""
        work.check()
        work.check_done()
        close_database()

        def export() -> int:
            open_database(str(folder / "d.db"))
            return export_all(folder / "cikis" / "y.json").count

        (folder / "cikis").mkdir(mode=0o755)
        assert as_user(user, export) == "y.json: erişim izni yok"
        assert list((folder / "cikis").iterdir()) == []
        (folder / "cikis").chmod(0o777)
        assert as_user(user, export) == str(DOCUMENTS + 1)


_ON_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path

disk = Path(sys.argv[1])
program = [sys.executable, "-m", "app", "--veritabani", str(disk / "d.db")]

def run(*arguments):
    done = subprocess.run([*program, *arguments], capture_output=True, text=True)
    print(done.returncode, done.stderr.strip(), flush=True)

subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(disk)], check=True)
run("ornek-veri", "--fatura", "150")
ballast = disk / "dolgu"
with open(ballast, "wb", buffering=0) as file:
    try:
        while file.write(b"x" * 1024):
            pass
    except OSError:
        pass
run("iceri-aktar", sys.argv[2], "--kaynak-no", "--eksik-kartlari-olustur")
import os
os.truncate(ballast, ballast.stat().st_size - (128 << 10))  # the database can be read again
run("disari-aktar", str(disk / "y.json"))
ballast.unlink()
run("denetle")
run("iceri-aktar", sys.argv[2], "--kaynak-no", "--eksik-kartlari-olustur")
run("disari-aktar", str(disk / "y.json"))
run("denetle")
print(sorted(file.name for file in disk.iterdir()))
"""


@only_root
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    write(tmp_path / "x.json", [document(f"K-{n}", note="n" * 90) for n in range(200)])
    alone = ["unshare", "--mount", sys.executable, "-c", _ON_A_SMALL_DISK]
    try:
        done = subprocess.run(
            [*alone, str(tmp_path / "disk"), str(tmp_path / "x.json")], text=True, timeout=60,
            env=environment(tmp_path), cwd=ROOT, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("no file system can be mounted here")
    assert done.stdout.splitlines() == [
        "0 ",
        "2 Veritabanı: diskte yer kalmadı; yer açıp yeniden deneyin",
        "2 y.json: diskte yer kalmadı; yer açıp yeniden deneyin",
        "0 ",
        "0 ",
        "0 ",
        "0 ",
        "['d.db', 'y.json']",
    ], done.stderr
