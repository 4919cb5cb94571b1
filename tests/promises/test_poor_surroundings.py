"""No home, no thread, few descriptors, no temporary folder, no inode: a sentence with the cause."""

from __future__ import annotations

import os
import pty
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from other_users import only_root, public_folder

from app.domain.netsis_json import encode_invoice
from app.errors import FileRefused
from app.netsis import parse_workers
from app.netsis.input_file import open_source
from tests.cli.commandline import command, environment
from tests.store.bookkeeping import document, enter, opened
from tests.transfer.carrying import write

pytestmark = pytest.mark.files_only

NOBODY: Final = 62_000 + os.getpid() % 3000  # processes are counted by user
HOMELESS: Final = (
    "Ana klasörünüz bilinmiyor (HOME boş, hesabınızda da yazmıyor); HOME verin ya da veritabanını "
    "--veritabani ile belirtin"
)
NO_THREAD: Final = (
    "Süreç sınırı doldu; iş başlatılamadı. Açık kalan oturumlarınızı kapatıp yeniden deneyin ya da "
    "yöneticinizden sınırı (ulimit -u) yükseltmesini isteyin"
)
FEW_FILES: Final = "Açık dosya sınırı (ulimit -n) çok düşük; yöneticinizden en az 64 isteyin"
ON_BOOKS: Final = ("--veritabani", "defter.db")
WORK: Final[dict[str, tuple[str, ...]]] = {
    "listele": (*ON_BOOKS, "listele"),
    "disari-aktar": (*ON_BOOKS, "disari-aktar", "giden.json"),
    "iceri-aktar": (*ON_BOOKS, "iceri-aktar", "gelen.json", "--kaynak-no"),
    "dene": (*ON_BOOKS, "iceri-aktar", "gelen.json", "--kaynak-no", "--dene"),
    "screens": ON_BOOKS,
}


class Answer(NamedTuple):
    status: int
    said: str
    """On standard error; of screens all that the terminal got."""


@pytest.fixture
def folder() -> Any:
    """A folder that nobody in particular may use, with books and a file."""
    with public_folder() as folder:
        with opened(folder / "defter.db"):
            enter(document("A-1"))
        write(folder / "gelen.json", [document("B-1")])
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        yield folder


# Reads all as root does, but is nobody for limits: this Python may lie in root's own folder.
AS_NOBODY: Final = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
)  # fmt: skip


def run(
    folder: Path,
    arguments: tuple[str, ...],
    *,
    limit: tuple[int, int] | None = None,
    homeless: bool = False,
) -> Answer:
    """The program as nobody, with a limit, at a terminal if it has no subcommand."""
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv here")
    asked = [*AS_NOBODY, *command(*arguments)]
    env = environment(folder, TERM="xterm", XDG_STATE_HOME="")
    if homeless:
        del env["HOME"]
    options: dict[str, Any] = {"cwd": folder, "env": env, "preexec_fn": _limited(limit)}
    if arguments and arguments != ON_BOOKS:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, **options)
        return Answer(done.returncode, done.stderr)
    return _at_terminal(asked, options)


def _limited(limit: tuple[int, int] | None) -> Callable[[], None]:
    def set_limit() -> None:
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    return set_limit


def _at_terminal(asked: list[str], options: dict[str, Any]) -> Answer:
    master, slave = pty.openpty()
    process = subprocess.Popen(asked, stdin=slave, stdout=slave, stderr=slave, **options)
    os.close(slave)
    said = b""
    try:
        while piece := os.read(master, 4096):
            said += piece
    except OSError:  # so Linux tells that the program has ended
        pass
    finally:
        os.close(master)
    return Answer(process.wait(timeout=60), said.decode())


@only_root
@pytest.mark.parametrize("arguments", [("listele",), ("disari-aktar", "."), ()])
def test_the_default_database_needs_a_home(folder: Path, arguments: tuple[str, ...]) -> None:
    status, said = run(folder, arguments, homeless=True)
    assert (status, said.strip().replace("\r\n", "")) == (2, HOMELESS)


@only_root
def test_a_named_database_needs_no_home(folder: Path) -> None:
    assert run(folder, WORK["iceri-aktar"], homeless=True) == Answer(0, "")


@only_root
@pytest.mark.parametrize("work", WORK)
def test_where_no_thread_can_be_had(folder: Path, work: str) -> None:
    status, said = run(folder, WORK[work], limit=(resource.RLIMIT_NPROC, 1))
    wanted = (0, "") if work == "listele" else (2, NO_THREAD)
    assert (status, said.strip()) == wanted
    assert not (folder / "giden.json").exists()


@only_root
@pytest.mark.parametrize("most", [2, 3, 4])
def test_a_large_file_is_read_with_the_processes_and_threads_that_can_be_had(
    folder: Path, most: int
) -> None:
    text = encode_invoice(document("B-1", note="n" * 700))
    each = (text.replace(b"B-1", b"B-%d" % number) for number in range(5_000))
    written = (folder / "gelen.json").write_bytes(b"[%b]" % b",".join(each))
    assert written > parse_workers._WORTH_PROCESSES
    assert run(folder, WORK["dene"], limit=(resource.RLIMIT_NPROC, most)) == Answer(0, "")


@only_root
@pytest.mark.parametrize("work", WORK)
def test_where_eight_files_may_be_open(folder: Path, work: str) -> None:
    status, said = run(folder, WORK[work], limit=(resource.RLIMIT_NOFILE, 8))
    assert (status, said.strip()) == (2, FEW_FILES)
    assert not (folder / "giden.json").exists()


@only_root
@pytest.mark.parametrize("megabytes", [45, 55, 65])
@pytest.mark.parametrize("work", [one for one in WORK if one != "screens"])
def test_where_little_memory_can_be_had(folder: Path, work: str, megabytes: int) -> None:
    """Whatever misses it, it is not called a fault of the program; Python itself may end."""
    status, said = run(folder, WORK[work], limit=(resource.RLIMIT_AS, megabytes << 20))
    assert status == 0 or said
    assert "beklenmeyen" not in said


@only_root
def test_help_needs_nothing(folder: Path) -> None:
    for limit in ((resource.RLIMIT_NPROC, 1), (resource.RLIMIT_NOFILE, 5)):
        assert run(folder, ("--help",), limit=limit, homeless=True) == Answer(0, "")


FULL: Final = (
    "diskte yeni dosya açılamıyor, dosya sayısı doldu; gereksiz dosyaları silip yeniden deneyin"
)
# On a file system of so few files that the database's log cannot be made.
_WITHOUT_INODES = """
set -e
mount -t tmpfs -o size=9m,nr_inodes=20 tmpfs disk
cp defter.db gelen.json disk
cd disk
while : 2>/dev/null > dolu$((n += 1)); do :; done
set +e
for work in "listele" "disari-aktar giden.json" "iceri-aktar gelen.json --kaynak-no" \\
    "--olustur --veritabani yeni.db listele" "--veritabani= listele"; do
  case "$work" in
    --veritabani=*) XDG_DATA_HOME=$PWD/ev "$@" listele ;;
    --*) "$@" $work ;;
    *) "$@" --veritabani defter.db $work ;;
  esac
  echo $?
done
"""


@only_root
def test_where_no_inode_is_left(folder: Path) -> None:
    (folder / "disk").mkdir()
    asked = ["unshare", "--mount", "bash", "-c", _WITHOUT_INODES, "bash", *command()]
    done = subprocess.run(
        asked, cwd=folder, env=environment(folder, XDG_STATE_HOME=os.devnull),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("no file system can be mounted here")
    assert done.stdout.split() == ["2"] * 5, done.stderr
    said = done.stderr.splitlines()
    assert len(said) == 5
    assert all(line.endswith(f": {FULL}") for line in said), said


def test_where_no_temporary_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "x.json", [document("A-1")])
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "yok")])
    with pytest.raises(FileRefused, match="Geçici dosya için yazılabilir klasör yok"):
        open_source(path, "cp1254")
