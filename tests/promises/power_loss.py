"""Simulated power loss: the writes of imports are recorded, and replayed as a disk may keep them.

python -m tests.promises.power_loss [--durum 1000] [--tohum 1]

A disk keeps what was synced. Of what was written since, it may keep all, nothing, a beginning, any
subset in any order, or single sectors. Every such state has to open, pass denetle, and hold each
document that was reported as saved before the power went.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import apsw

from app.store.database import database
from app.store.engine.sqlite import PRAGMAS
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.store.bookkeeping import document, failures, purchase
from tests.transfer.carrying import write

SECTOR: Final = 512
_RUNS, _DOCUMENTS = 12, 25
_RULE: Final = ImportRule(create_cards=True)
# The log is copied into the database again and again, and pages leave the cache before a commit.
_PRESSURE: Final = {"wal_autocheckpoint": 20, "cache_size": 8}


class Write(NamedTuple):
    """Bytes at an offset; without data the file is cut there."""

    offset: int
    data: bytes | None


class Operation(NamedTuple):
    """One thing that was asked of the disk; a write of None is a sync."""

    file: str
    write: Write | None


Reported: TypeAlias = dict[str, str]
"""Number → total of each document that was reported as saved."""


@dataclass
class Recording:
    """What was asked of the disk, and what had been reported by then."""

    before: dict[str, bytes]
    """The files as they were, safe on disk."""
    operations: list[Operation] = field(default_factory=list)
    reports: list[tuple[int, Reported]] = field(default_factory=list)
    """(how many operations there were, what was reported then)"""

    def reported(self, operations: int) -> Reported:
        """What had been reported when so many operations were done."""
        return next((r for count, r in reversed(self.reports) if count <= operations), {})


class _RecordingFile(apsw.VFSFile):  # type: ignore[misc]
    def __init__(self, name: apsw.URIFilename | str | None, flags: list[int], to: Recording):
        super().__init__("unix", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._file = Path(path).name if path else ""
        self._to = to

    def _record(self, write: Write | None) -> None:
        if self._file:
            self._to.operations.append(Operation(self._file, write))

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802  # SQLite's own name
        super().xWrite(data, offset)
        self._record(Write(offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._record(Write(size, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._record(None)


class _RecordingSystem(apsw.VFS):  # type: ignore[misc]
    def __init__(self, to: Recording) -> None:
        super().__init__("recording", "unix", makedefault=True)
        self._to = to

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _RecordingFile(name, flags, self._to)


@contextmanager
def _recorded(recording: Recording) -> Iterator[None]:
    """Databases that are opened meanwhile write through the recording."""
    usual = apsw.vfs_names()[0]
    system = _RecordingSystem(recording)
    try:
        yield
    finally:
        system.unregister()
        assert apsw.vfs_names()[0] == usual


@contextmanager
def _pressed(books: Path) -> Iterator[None]:
    """Open connections with `_PRESSURE`, and keep one open: closing the last copies the log."""
    usual = dict(PRAGMAS)
    PRAGMAS.update(_PRESSURE)
    keeper = apsw.Connection(str(books))
    keeper.execute("PRAGMA schema_version").fetchall()
    try:
        yield
    finally:
        keeper.close()
        PRAGMAS.clear()
        PRAGMAS.update(usual)


def record(folder: Path) -> Recording:
    """Import several files into new books, and record every write."""
    books = folder / "defter.db"
    open_database(str(books))
    close_database()
    recording = Recording({books.name: books.read_bytes()})
    reported: Reported = {}
    with _recorded(recording), _pressed(books):
        open_database(str(books))
        for run in range(_RUNS):
            incoming = IncomingFile(write(folder / f"{run}.json", _documents(run)))
            totals = {f"{run}-{n}": f"{100 + n}.0" for n in range(_DOCUMENTS)}

            def told(results: Sequence[object], totals: Reported = totals) -> None:
                for result in results:
                    number = result.new_number  # type: ignore[attr-defined]
                    reported[number] = totals[number[4:]]
                recording.reports.append((len(recording.operations), dict(reported)))

            run_import(incoming, None, _RULE, told=told)
            incoming.close()
        operations = len(recording.operations)
        close_database()
    del recording.operations[operations:]  # the end of the program is no power loss
    return recording


def _documents(run: int) -> Iterator[object]:
    for n in range(_DOCUMENTS):
        note = "x" * (n * 97 % 900)  # pages of their own, now and then
        if n % 2:
            yield document(f"GUC-{run}-{n}", total=f"{100 + n}.0", account=f"120-{n}", note=note)
        else:
            yield purchase(f"GUC-{run}-{n}", f"320-{run}", total=f"{100 + n}.0", note=note)


class Disk:
    """The files as a disk keeps them when the power goes behind some operation."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._safe = {name: bytearray(content) for name, content in recording.before.items()}
        self._unsafe: dict[str, list[Write]] = {}
        self._done = 0

    def advance(self, operations: int) -> None:
        """Do the operations up to this one; never back."""
        for file, asked in self._recording.operations[self._done : operations]:
            if asked is not None:
                self._unsafe.setdefault(file, []).append(asked)
                continue
            content = self._safe.setdefault(file, bytearray())
            for one in self._unsafe.pop(file, []):
                _apply(content, one)
        self._done = operations

    def lose_power(self, chance: random.Random) -> dict[str, bytes]:
        """One of the states that the disk may be in."""
        files = {name: bytearray(content) for name, content in self._safe.items()}
        for name, writes in self._unsafe.items():
            kept = _kept(writes, chance)
            if kept or name in files:
                content = files.setdefault(name, bytearray())
                for one in kept:
                    _apply(content, one)
        return {name: bytes(content) for name, content in files.items()}


def _kept(writes: list[Write], chance: random.Random) -> list[Write]:
    """Which of the unsafe writes reached the disk, and in which order."""
    way = chance.randrange(5)
    if way == 0:
        return []
    if way == 1:
        return writes
    if way == 2:
        return writes[: chance.randrange(len(writes) + 1)]
    if way == 3:
        return chance.sample(writes, chance.randrange(len(writes) + 1))
    sectors = [sector for write in writes for sector in _sectors(write)]
    return [sector for sector in sectors if chance.random() < 0.5]


def _sectors(write: Write) -> Iterator[Write]:
    """A write as the disk does it, a sector at a time."""
    offset, data = write
    if data is None:
        yield write
        return
    begin = 0
    while begin < len(data):
        end = min(len(data), begin + SECTOR - (offset + begin) % SECTOR)
        yield Write(offset + begin, data[begin:end])
        begin = end


def _apply(content: bytearray, write: Write) -> None:
    offset, data = write
    if data is None:
        del content[offset:]
        return
    content.extend(bytes(max(offset - len(content), 0)))
    content[offset : offset + len(data)] = data


def check_states(folder: Path, states: int, seed: int) -> int:
    """Look at so many states; how many of them had unsafe writes. Fails at the first bad one."""
    recording = record(folder)
    chance = random.Random(seed)
    disk = Disk(recording)
    torn = 0
    whole = len(recording.operations)
    for number, place in enumerate(sorted(chance.randrange(1, whole + 1) for _ in range(states))):
        disk.advance(place)
        torn += bool(disk._unsafe)
        target = folder / f"durum-{number}"
        target.mkdir()
        for name, content in disk.lose_power(chance).items():
            (target / name).write_bytes(content)
        _check(target / "defter.db", recording.reported(place), (seed, number, place))
    return torn


def _check(books: Path, reported: Reported, where: object) -> None:
    assert failures(books) == [], where
    found = dict(database.execute_sql("SELECT number, grand_total FROM invoice"))
    lost = {number for number, total in reported.items() if found.get(number) != total}
    close_database()
    assert not lost, f"{where}: reported and lost: {sorted(lost)[:5]}"
    for file in books.parent.iterdir():
        file.unlink()


def main() -> int:
    """Look at states until one is bad."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.power_loss")
    parser.add_argument("--durum", type=int, default=1000, help="states to look at (1,000)")
    parser.add_argument("--tohum", type=int, default=1, help="seed (1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        torn = check_states(Path(folder), options.durum, options.tohum)
    print(f"{options.durum} states, {torn} of them with unsafe writes: all open, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
