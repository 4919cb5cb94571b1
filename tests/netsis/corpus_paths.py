"""What can stand at the path of a file, and how a file changes while it is read."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.netsis.corpus_cases import DOC

HUGE: Final = 5 << 30


@contextmanager
def at_path(what: str) -> Iterator[Path]:
    """A path at which that stands, in a folder that everybody may enter."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        path = folder / "fatura.json"
        made = _MAKERS[what](path, stack) if what in _MAKERS else Path(what)
        yield made or path


def _folder(path: Path, _: ExitStack) -> None:
    path.mkdir()


def _fifo(path: Path, _: ExitStack) -> None:
    os.mkfifo(path)


def _link_to_fifo(path: Path, _: ExitStack) -> None:
    os.mkfifo(path.with_name("boru"))
    path.symlink_to("boru")


def _socket(path: Path, stack: ExitStack) -> None:
    listening = stack.enter_context(socket.socket(socket.AF_UNIX))
    listening.bind(str(path))


def _terminal(_: Path, stack: ExitStack) -> Path:
    for end in (ends := os.openpty()):
        stack.callback(os.close, end)
    return Path(os.ttyname(ends[1]))


def _sparse(path: Path, _: ExitStack) -> None:
    path.touch()
    os.truncate(path, HUGE)


def _sparse_behind(path: Path, _: ExitStack) -> None:
    path.write_bytes(b"[" + DOC.decode().encode("cp1254") + b",\n")
    os.truncate(path, HUGE)


def _link(path: Path, _: ExitStack) -> None:
    path.with_name("asil.json").write_bytes(DOC)
    path.symlink_to("asil.json")


def _broken_link(path: Path, _: ExitStack) -> None:
    path.symlink_to("olmayan.json")


def _loop(path: Path, _: ExitStack) -> None:
    path.symlink_to(path.name)


def _loop_of_two(path: Path, _: ExitStack) -> None:
    path.symlink_to("oteki")
    path.with_name("oteki").symlink_to(path.name)


def _in_a_file(path: Path, _: ExitStack) -> Path:
    path.write_bytes(DOC)
    return path / path.name


def _written(mode: int) -> Callable[[Path, ExitStack], None]:
    def make(path: Path, stack: ExitStack) -> None:
        path.write_bytes(DOC)
        path.chmod(mode)
        stack.enter_context(nobody())

    return make


def _forbidden_folder(path: Path, stack: ExitStack) -> Path:
    inner = path.with_name("kapali")
    inner.mkdir()
    (inner / path.name).write_bytes(DOC)
    inner.chmod(0)
    stack.callback(inner.chmod, 0o700)
    stack.enter_context(nobody())
    return inner / path.name


@contextmanager
def nobody() -> Iterator[None]:
    """Whoever may read everything is nobody for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


_MAKERS: Final[dict[str, Callable[[Path, ExitStack], Path | None]]] = {
    "nothing": lambda path, _: path,
    "missing folder": lambda path, _: path.parent / "yok" / path.name,
    "folder": _folder,
    "folder and slash": lambda path, stack: Path(f"{_folder(path, stack) or path}/"),
    "dot": lambda *_: Path(),
    "fifo": _fifo,
    "link to fifo": _link_to_fifo,
    "socket": _socket,
    "terminal": _terminal,
    "empty": lambda path, _: path.touch(),
    "sparse": _sparse,
    "sparse behind a document": _sparse_behind,
    "link": _link,
    "broken link": _broken_link,
    "loop": _loop,
    "loop of two": _loop_of_two,
    "in a file": _in_a_file,
    "forbidden": _written(0),
    "forbidden folder": _forbidden_folder,
    "read-only": _written(0o444),
}


# --- Changes. Each takes a file of documents that stand one on a line.


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(DOC + b"\n")


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - len(DOC) // 2)


def _cut_at_a_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    os.truncate(path, sum(map(len, lines[:-1])))


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(path.read_bytes().replace(b"RDM", b"XYZ"))


def _copy_over(path: Path) -> None:
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the system's clock goes in steps
        _overwrite(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _move_over(path: Path) -> None:
    other = path.with_name("yeni.json")
    shutil.copy2(path, other)
    _copy_over(other)
    other.replace(path)


def _swap_folder(path: Path) -> None:
    folder = path.parent
    other = folder.with_name(f"{folder.name}-yeni")
    other.mkdir()
    shutil.copy2(path, other)
    _copy_over(other / path.name)
    folder.rename(folder.with_name(f"{folder.name}-eski"))
    other.rename(folder)


def _replace(path: Path) -> None:
    other = path.with_name("yeni.json")
    other.write_bytes(b"[]")
    other.replace(path)


CHANGES: Final[dict[str, Callable[[Path], None]]] = {
    "grown": _grow,
    "cut": _cut,
    "cut at a line": _cut_at_a_line,
    "emptied": lambda path: os.truncate(path, 0),
    "overwritten": _overwrite,
    "copied over": _copy_over,
    "moved over": _move_over,
    "in another folder": _swap_folder,
    "touched": lambda path: path.touch(),
    "replaced": _replace,
    "deleted": lambda path: path.unlink(),
    "forbidden": lambda path: path.chmod(0),
}
