"""Who may see: files for their owner and the owner's group, links not followed, no data in logs."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from other_users import Child, Gate, User, as_user, only_root, public_folder

from app import log
from app.errors import DatabaseRefused, FileRefused
from app.paths import log_file
from app.store.database import reading, writing
from app.store.engine import write_queue
from app.store.opening import close_database, open_database
from tests.cli.commandline import ROOT, environment
from tests.cli.loaded_program import run_loaded
from tests.store.bookkeeping import document, enter, failures, opened, rows
from tests.transfer.carrying import export_all, write

pytestmark = pytest.mark.files_only

GROUP = 61_000
AYSE = User(61_001, [61_001, GROUP])
MEHMET = User(61_002, [61_002, GROUP])
STRANGER = User(61_003, [61_003])
UMASKS = [0, 0o022, 0o027, 0o077]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_database()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def run(folder: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The program on `defter.db` in a folder."""
    asked = ["--veritabani", folder / "defter.db", *arguments]
    done = run_loaded(list(map(str, asked)), folder, environment(folder, **more))
    said = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


# Modes


@pytest.mark.parametrize("umask", UMASKS)
def test_nothing_that_is_made_is_for_everybody_whatever_the_umask(
    tmp_path: Path, umask: int
) -> None:
    path = tmp_path / "yeni" / "defter.db"
    before = os.umask(umask)
    try:
        with opened(path):
            enter(document("A-1"))
            export_all(tmp_path / "x.json")
            with reading(), write_queue.waiting(str(path)):
                made = [*path.parent.iterdir(), tmp_path / "x.json"]
                modes = {file.name: mode(file) for file in made}
    finally:
        os.umask(before)
    ends = ("", "-wal", "-shm", "-damga", "-sira")
    assert set(modes) == {"x.json", *(f"defter.db{end}" for end in ends)}
    assert {name: oct(found & ~0o640) for name, found in modes.items()} == dict.fromkeys(
        modes, "0o0"
    )
    assert mode(path.parent) & 0o027 == 0


@pytest.mark.parametrize("umask", UMASKS)
def test_an_empty_file_that_becomes_a_database_is_closed_too(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "defter.db"
    path.touch()
    path.chmod(0o666 & ~umask)
    with opened(path):
        enter(document("A-1"))
        assert mode(path) & ~0o640 == 0


@only_root
def test_a_database_shared_by_a_group_works_for_its_members_and_not_for_a_third() -> None:
    with _shared_folder() as folder:
        path = folder / "defter.db"
        made, seen = Gate(), Gate()

        def make() -> str:
            with opened(path):
                enter(document("A-1"))
                made.open()
                seen.wait()
                return str(rows("SELECT number FROM invoice"))

        def join() -> str:
            with opened(path):
                return enter(document("A-2"))[0] + str(len(rows("SELECT 1 FROM invoice")))

        ayse = Child(AYSE, make)
        made.wait()
        assert {mode(file) for file in folder.iterdir()} == {0o660}
        assert {file.stat().st_gid for file in folder.iterdir()} == {GROUP}
        assert as_user(MEHMET, join) == "A-22"
        assert as_user(STRANGER, join).endswith("erişim izni yok")
        folder.chmod(0o2775)
        assert as_user(STRANGER, join).endswith("erişim izni yok")
        seen.open()
        assert ayse.result() == "[('A-1',), ('A-2',)]"
        assert [file.name for file in folder.iterdir()] == ["defter.db"]
        # And the other way about: the second makes what stands beside the file.
        assert as_user(MEHMET, lambda: _enter_more(path)) == "3"
        assert as_user(AYSE, lambda: _enter_more(path)) == "4"
        assert failures(path) == []


@only_root
def test_members_wait_in_turn_for_each_other_and_a_third_cannot_stand_in_the_way() -> None:
    with _shared_folder() as folder:
        path = folder / "defter.db"
        as_user(AYSE, lambda: _enter_more(path))
        folder.chmod(0o2775)
        waits, over = Gate(), Gate()

        def wait() -> None:
            with write_queue.waiting(str(path)):
                waits.open()
                over.wait()

        def take_part() -> int:
            return os.close(os.open(f"{path}-sira", os.O_RDWR)) or 0

        ayse = Child(AYSE, wait)
        waits.wait()
        assert mode(folder / "defter.db-sira") == 0o660
        assert as_user(MEHMET, take_part) == "0"
        with pytest.raises(AssertionError, match="PermissionError"):
            as_user(STRANGER, take_part)
        over.open()
        ayse.result()
        assert [file.name for file in folder.iterdir()] == ["defter.db"]


@only_root
def test_an_export_in_a_shared_folder_is_read_by_the_group_and_not_by_a_third() -> None:
    with _shared_folder() as folder:
        as_user(AYSE, lambda: _enter_more(folder / "defter.db"))
        folder.chmod(0o2775)

        def export() -> int:
            open_database(str(folder / "defter.db"))
            return export_all(folder / "x.json").count

        assert as_user(AYSE, export) == "1"
        assert as_user(MEHMET, lambda: len((folder / "x.json").read_bytes()) > 0) == "True"
        with pytest.raises(AssertionError, match="PermissionError"):
            as_user(STRANGER, lambda: (folder / "x.json").read_bytes())


@only_root
def test_a_database_in_a_private_folder_is_written_by_its_owner_alone() -> None:
    with public_folder() as folder:
        os.chown(folder, AYSE.uid, GROUP)
        path = folder / "defter.db"
        ayse = AYSE._replace(groups=[GROUP])
        assert as_user(ayse, lambda: _enter_more(path)) == "1"
        assert mode(path) == 0o640
        assert as_user(MEHMET, lambda: _enter_more(path)) == (
            "Veritabanı: dosyaya yazma izniniz yok, salt okunur açıldı; yazılmadı"
        )
        assert as_user(STRANGER, lambda: _enter_more(path)).endswith("erişim izni yok")


@contextmanager
def _shared_folder() -> Iterator[Path]:
    """A folder as the README says to make it for a group."""
    with public_folder() as public:
        folder = public / "ortak"
        folder.mkdir()
        os.chown(folder, 0, GROUP)
        folder.chmod(0o2770)
        yield folder


def _enter_more(path: Path) -> int:
    """One document more; how many there are then."""
    with opened(path):
        enter(document("X"), series="A")
        return len(rows("SELECT 1 FROM invoice"))


# Links


@pytest.mark.parametrize("there", [False, True])
def test_a_new_database_is_not_made_where_a_link_points(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "hedef.db", tmp_path / "defter.db"
    if there:
        target.touch()
    link.symlink_to(target)
    with pytest.raises(DatabaseRefused, match="bağlantının gösterdiği yere yapılmaz"):
        open_database(str(link))
    assert target.exists() == there
    assert not there or target.read_bytes() == b""
    assert link.is_symlink()


def test_a_database_that_is_there_is_opened_through_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "asil" / "defter.db", tmp_path / "defter.db"
    with opened(path):
        enter(document("A-1"))
    link.symlink_to(path)
    with opened(link):
        enter(document("A-2"))
        assert {file.name for file in tmp_path.iterdir()} == {"asil", "defter.db"}
    with opened(path):
        assert rows("SELECT count(*) FROM invoice") == [(2,)]


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", "-sira"])
def test_links_planted_beside_a_database_are_not_followed(tmp_path: Path, ending: str) -> None:
    path, other = tmp_path / "defter.db", tmp_path / "baskasinin"
    with opened(path):
        enter(document("A-1"))
    other.write_bytes(b"dokunma")
    other.chmod(0o600)
    (tmp_path / f"defter.db{ending}").symlink_to(other)
    try:
        open_database(str(path))
        with write_queue.waiting(str(path)), writing():
            write_queue.yield_to_waiting(str(path))
    except DatabaseRefused:
        assert ending in ("-wal", "-shm", "-journal")
    close_database()
    assert other.read_bytes() == b"dokunma"
    assert mode(other) == 0o600
    (tmp_path / f"defter.db{ending}").unlink(missing_ok=True)
    assert failures(path) == []


def test_a_pipe_in_the_place_of_the_turns_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "defter.db"
    with opened(path):
        os.mkfifo(f"{path}-sira")
        with write_queue.waiting(str(path)), writing(behind=True):
            assert write_queue.is_anyone_waiting(str(path)) in (True, False)
        enter(document("A-1"))


def test_an_export_does_not_follow_a_link(books: Path, tmp_path: Path) -> None:
    enter(document("A-1"))
    other = tmp_path / "baskasinin.json"
    other.write_text("dokunma")
    for target in (other, tmp_path / "yok.json"):
        link = tmp_path / "x.json"
        link.symlink_to(target)
        with pytest.raises(FileRefused, match="bu bir bağlantı"):
            export_all(link)
        link.unlink()
    assert other.read_text() == "dokunma"
    assert not (tmp_path / "yok.json").exists()
    assert failures(books) == []


def test_a_file_to_import_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "asil.json", [document("A-1")])
    (tmp_path / "x.json").symlink_to("asil.json")
    rule = ("--kaynak-no", "--eksik-kartlari-olustur")
    done = run(tmp_path, "--olustur", "iceri-aktar", "x.json", *rule)
    assert (done.returncode, done.stderr) == (0, "")
    assert failures(tmp_path / "defter.db") == []


# Faults and the log

NAME, AMOUNT = "Gizlioğlu Ticaret", "98765.43"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d+ \d+\.\d+\.\d+ [a-z-]+: [a-z-]+( \S+)*")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database in it, and a log of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "durum"))
    there = tmp_path / "Gizlioğlu"
    with opened(there / "defter.db"):
        enter(document("GZL000000000001", account="120-GIZLI", total=AMOUNT, note=NAME))
    return there


def logged() -> list[str]:
    """The lines of the log."""
    return log_file().read_text(encoding="utf-8").splitlines()


def has_data(text: str) -> bool:
    """Whether something of the documents, or of the user's paths, is in it."""
    secrets = (r"G[iİ]ZL", r"GZL", r"98\.?765", r"120-", r"\.json", r"defter", r"=[^\d]")
    return any(re.search(secret, text, re.IGNORECASE) for secret in secrets)


def test_the_log_tells_what_ran_and_nothing_of_the_documents(folder: Path) -> None:
    run(folder, "disari-aktar", "gizli.json")
    run(folder, "disari-aktar", "gizli.json")
    run(folder, "iceri-aktar", "gizli.json", "--kaynak-no")
    run(folder, "iceri-aktar", "gizli.json", "--seri", "GZL", "--aktarilanlari-atla")
    run(folder, "goster", "GZL000000000009")
    run(folder, "listele", "--cari", "120-GIZLI")
    assert all(map(LINE.fullmatch, logged())), logged()
    assert not has_data("\n".join(logged()))
    events = [line.split(" ", 4)[4] for line in logged()]
    assert [re.sub(r"saniye=\d+|:\d+", "", event) for event in events] == [
        "disari-aktar: basladi",
        "disari-aktar: disari-aktarma-basladi secilen=1",
        "disari-aktar: disari-aktarma-tamam yazilan=1",
        "disari-aktar: bitti durum=0 ",
        "disari-aktar: basladi",
        "disari-aktar: disari-aktarma-basladi secilen=1",
        "disari-aktar: disari-aktarma-hata",
        "disari-aktar: hata FileRefused<FileExistsError(EEXIST) app/__main__.py "
        "app/__main__.py app/cli/subcommands.py app/cli/subcommands.py app/cli/exporting.py "
        "app/transfer/export_run.py app/transfer/export_run.py app/netsis/output_file.py "
        "app/whole_file.py",
        "disari-aktar: bitti durum=2 ",
        "iceri-aktar: basladi",
        "iceri-aktar: iceri-aktarma-basladi",
        "iceri-aktar: iceri-aktarma-tamam aktarilan=1 hatali=0 atlanan=0",
        "iceri-aktar: bitti durum=0 ",
        "iceri-aktar: basladi",
        "iceri-aktar: iceri-aktarma-basladi",
        "iceri-aktar: iceri-aktarma-tamam aktarilan=0 hatali=0 atlanan=1",
        "iceri-aktar: bitti durum=0 ",
        "goster: basladi",
        "goster: hata UsageError app/__main__.py app/__main__.py app/cli/subcommands.py "
        "app/cli/subcommands.py app/cli/looking.py",
        "goster: bitti durum=2 ",
        "listele: basladi",
        "listele: bitti durum=0 ",
    ]
    assert failures(folder / "defter.db") == []


_FAULTY = """
import sys
import app.store.queries as listing
from app.__main__ import main

real = listing.rows

def faulty(ids):
    secret = real(ids)
    raise {fault}

listing.rows = faulty
sys.exit(main())
"""


@pytest.mark.parametrize("fault", ["KeyError(repr(secret))", "Exception(secret)", "secret[0].no"])
def test_a_fault_of_a_command_is_a_sentence_and_a_line_in_the_log_without_data(
    folder: Path, fault: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FAULTY.format(fault=fault), "listele"], cwd=folder, text=True,
        env=environment(folder, TOPLU_FATURA_VERITABANI="defter.db"), capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Program beklenmeyen bir hatayla durdu (")
    assert done.stderr.count("\n") == 1
    assert "app/cli/looking.py:" in done.stderr
    assert not has_data(done.stderr + "".join(logged()))
    assert re.search(r"listele: hata \w+ .*app/cli/looking.py:\d+$", logged()[-2])
    assert logged()[-1].startswith(logged()[0][:10])


def test_a_fault_behind_the_screens_is_in_the_log_without_data(folder: Path) -> None:
    log.begin("ekranlar")
    try:
        open_database(str(folder / "defter.db"))
        raise KeyError(NAME, *rows("SELECT account_code, grand_total FROM invoice"))
    except KeyError as error:
        log.fault(error)
    log.end(1)
    assert [line.split(" ", 4)[4] for line in logged()][1:2] == ["ekranlar: hata KeyError "]
    assert not has_data("".join(logged()))


@pytest.mark.parametrize("umask", UMASKS)
def test_the_log_is_its_owners_alone_whatever_the_umask(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        run(folder, "listele")
    finally:
        os.umask(before)
    assert mode(log_file()) == 0o600
    assert mode(log_file().parent) & 0o077 == 0
    log_file().chmod(0o644)
    run(folder, "listele")
    assert mode(log_file()) == 0o600


def test_the_log_stays_small(folder: Path) -> None:
    run(folder, "listele")
    with log_file().open("a") as file:
        file.write("x" * log.MOST_BYTES)
    run(folder, "listele")
    assert len(logged()) == 2
    old = log_file().with_name("gunluk.log.eski")
    assert {mode(log_file()), mode(old)} == {0o600}
    run(folder, "listele")
    assert len(logged()) == 4


def test_a_log_that_is_a_link_is_not_followed_and_the_user_is_told(folder: Path) -> None:
    other = folder / "baskasinin"
    other.write_text("dokunma")
    log_file().parent.mkdir(parents=True)
    log_file().symlink_to(other)
    done = run(folder, "denetle")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "Program günlüğü tutulmuyor: gunluk.log bir bağlantı; bağlantıya yazılmaz, kaldırın\n"
    )
    assert other.read_text() == "dokunma"


def put_in_place(path: Path, what: str) -> None:
    """Something hostile where the program has a file of its own."""
    path.parent.mkdir(parents=True)
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "second name":
        (path.parent / "asil").write_text("dokunma")
        path.hardlink_to(path.parent / "asil")
    else:
        path.write_text("dokunma")
        os.chown(path, STRANGER.uid, STRANGER.gid)


HOSTILE = {
    "folder": "düz bir dosya değil",
    "fifo": "düz bir dosya değil",
    "second name": "başka bir dosyanın ikinci adı",
    "another's": "başka bir kullanıcının",
}


@only_root
@pytest.mark.parametrize("what", HOSTILE)
def test_what_stands_in_the_place_of_the_log_is_told_and_not_touched(
    folder: Path, what: str
) -> None:
    put_in_place(log_file(), what)
    done = run(folder, "denetle")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"Program günlüğü tutulmuyor: gunluk.log {HOSTILE[what]}; kaldırın\n"
    if log_file().is_file():
        assert log_file().read_text() == "dokunma"


@pytest.mark.parametrize("hindrance", ["file", "relative", "no home"])
def test_without_a_log_the_program_works_and_says_nothing(folder: Path, hindrance: str) -> None:
    path = log_file()
    more = {}
    if hindrance == "file":
        path.parent.parent.write_text("")
    elif hindrance == "relative":
        more = {"XDG_STATE_HOME": "durum"}
    else:
        more = {"XDG_STATE_HOME": "", "HOME": "/dev/null"}
    done = run(folder, "denetle", **more)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (folder / "durum").exists()


def test_no_traceback_of_python_is_ever_printed_by_the_entry() -> None:
    """What is thrown outside every layer ends in the same way."""
    program = (
        "import sys, app.cli.arguments as a; from app.__main__ import main\n"
        f"def parse(_): raise RuntimeError({NAME!r})\n"
        "a.parse = parse; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "listele"], cwd=ROOT, env=environment(ROOT),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Program beklenmeyen bir hatayla durdu (RuntimeError, app/")
    assert "Gizli" not in done.stderr
