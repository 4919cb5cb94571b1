"""Kills at random moments, of imports and of exports; and damage to the log that one leaves.

python -m tests.promises.killing [--kez 2000] kills so many imports; the rest in proportion.
"""

from __future__ import annotations

import argparse
import errno
import json
import mmap
import os
import random
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseRefused
from app.store import queries
from app.store.database import reading, sqlite
from app.store.engine.file_format import read_index
from app.store.engine.last_stamp import END
from app.store.engine.sqlite import PRAGMAS
from app.store.opening import close_database, open_database
from app.transfer import run_batches
from app.transfer.decide import ImportRule
from app.transfer.export_run import run_export
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.faults import Faults
from tests.store.bookkeeping import counters, document, failures, rows
from tests.transfer.carrying import export_all, write

SERIES = "OLU"
RULE = ImportRule(series=SERIES, create_cards=True, skip_transferred=True)
_DOCUMENTS = 300
_BAD_EVERY = 20  # one in so many documents cannot be read
_EARLIER = 100  # of them, in the books before a log is damaged
_TRANSACTION, _BATCH = 20, 5
_SMALL = {"wal_autocheckpoint": 50, "cache_size": 10}  # pages: the disk is written to all along
_MOST = 20  # times as many kills as asked for, to meet a moment that is short
_LONGEST = 0.05  # seconds that a child is left alone
_PATIENCE = 60  # seconds; only a failure waits that long


class Tally(NamedTuple):
    """How many were killed, and how many of them in the middle of what matters."""

    killed: int
    amid: int


class Signs:
    """What a child tells while it lives, and what is left of it when it does not: shared bytes."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)

    @property
    def inside(self) -> bool:
        """It is between the beginning of a transaction and the end of its commit."""
        return self._shared[0] == 1

    @property
    def transactions(self) -> int:
        """How many it has begun."""
        return self._number(8)

    @property
    def told(self) -> int:
        """How many documents it has told of as saved."""
        return self._number(16)

    def watch(self) -> None:
        """In the child, as the first thing."""
        locked = sqlite.locked

        @contextmanager
        def watched(**how: Any) -> Iterator[Any]:
            with locked(**how) as transaction:
                self._shared[0] = 1
                self._add(8, 1)
                yield transaction
            self._shared[0] = 0

        sqlite.locked = watched  # type: ignore[method-assign]

    def tell(self, results: list[Any]) -> None:
        """In the child, after a commit."""
        self._add(16, sum(result.status == "aktarildi" for result in results))

    def _number(self, place: int) -> int:
        return int(struct.unpack_from("<q", self._shared, place)[0])

    def _add(self, place: int, more: int) -> None:
        struct.pack_into("<q", self._shared, place, self._number(place) + more)


class Child:
    """A process of its own that is loaded already: it begins at once."""

    def __init__(self, work: Callable[[Signs], None]) -> None:
        close_database()
        self.signs = Signs()
        self._pid = os.fork()
        if not self._pid:
            status = 1
            try:
                self.signs.watch()
                work(self.signs)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)

    def wait_for(self, state: Callable[[Signs], bool]) -> None:
        """Look again and again."""
        end = time.monotonic() + _PATIENCE
        while not state(self.signs):
            assert time.monotonic() < end, "the child does nothing"

    def kill(self) -> bool:
        """End it as the system does; False where it had come to its own end before."""
        os.kill(self._pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL

    def wait(self) -> int:
        """How it ended."""
        _, status = os.waitpid(self._pid, 0)
        end = os.waitstatus_to_exitcode(status)
        assert end in (0, -signal.SIGKILL), "the child failed"
        return end


def kill_imports(folder: Path, times: int) -> Tally:
    """Begin one file's import again and again, kill it, and look at the books.

    Where an import comes to its end, the file is in the books once, and new books are begun.
    """
    file = _write_file(folder)
    books = folder / "defter.db"
    killed = inside = before = 0
    while killed < times:
        child = Child(partial(_import, books, file, small=not killed % 2))
        if killed % 3:  # else at its very beginning, maybe while it mends what the last one left
            child.wait_for(lambda signs: signs.transactions > 0)
        time.sleep(random.uniform(0, _LONGEST))
        alive = child.kill()
        killed += alive
        inside += alive and child.signs.inside
        if books.exists():
            before = _look_at_import(books, before, child.signs.told)
        if not alive:
            _compare(books, file)
            _remove(books)
            before = 0
    return Tally(killed, inside)


def damage_logs(folder: Path, times: int) -> Tally:
    """Cut the log of a killed import, or turn some of its bits; then open the books.

    Every transaction that stands in the log before the damage is there, and nothing else. The
    tally counts those of which a part was kept.
    """
    left = _killed_import(folder)
    earlier = _readable(_EARLIER)

    def count_with(damaged: bytes) -> int:
        with left.copy(left.books, damaged) as copy:
            return _look_at_import(copy, earlier, 0)

    ends = list(_commits(left.log))
    counts = [count_with(left.log[:end]) for end in (0, *ends)]
    assert counts == sorted(counts)
    assert counts[0] == earlier
    assert counts[-1] == count_with(left.log) >= earlier + left.told
    kept = 0
    for turn in range(times):
        place, damaged = _damaged(left.log, turn)
        count = count_with(damaged)
        assert count == counts[sum(end <= place for end in ends)], place
        kept += earlier < count < counts[-1]
    return Tally(times, kept)


def cut_logs_with_index(folder: Path, times: int) -> Tally:
    """Cut the log of a killed import whose index is still there: it tells how long the log was.

    Opening says that documents are missing wherever the cut took what the index knows, and says so
    again. The kill may come before the index knows of the last transaction, of which nobody was
    told. The tally counts the refusals.
    """
    left = _killed_import(folder)
    known = _known_to_index(folder / "defter.db-shm")
    earlier, said = _readable(_EARLIER), 0
    for turn in range(times):
        place = 0 if not turn else random.randrange(len(left.log))
        with left.copy(left.books, left.log[:place]) as copy:
            shutil.copy(left.folder / "defter.db-shm", f"{copy}-shm")
            if place >= known:
                assert _look_at_import(copy, earlier, left.told) >= earlier + left.told
                continue
            for _ in range(2):
                with pytest.raises(DatabaseRefused, match="günlüğü \\(-wal\\) eksik"):
                    open_database(str(copy))
            said += 1
    return Tally(times, said)


def _known_to_index(path: Path) -> int:
    """How long the log is at least, in bytes, by its index."""
    file = os.open(path, os.O_RDONLY)
    try:
        index = read_index(file)
    finally:
        os.close(file)
    assert index, "the kill came while the header of the index was written"
    return index.log_size


def damage_used_logs(folder: Path, times: int) -> Tally:
    """The same where pages of the log were in the database file already, all that belong to some
    transactions (a reader held the rest up) or some of them (the kill came while they were copied).

    Damage behind these transactions takes what it takes from a log that was not used. Damage in
    them leaves pages of two moments side by side, of which SQLite knows nothing. Then the opening
    or denetle says so, or the books are those of one moment all the same. The tally counts those
    where it was said.

    What nobody can say, here as there: that transactions are missing at the end. SQLite keeps no
    count of them outside the log. And a counter may be ahead of its documents: numbers are passed
    over then, none is given twice.
    """
    left = _killed_import(folder)
    earlier = _readable(_EARLIER)
    ends = list(_commits(left.log))
    said = 0
    for turn in range(times):
        end = random.choice(ends)
        pages = _pages(left.log[:end])
        copied = len(pages) if turn % 4 < 2 else random.randrange(len(pages) + 1)
        place, damaged = _damaged(left.log, turn)
        with left.copy(_with_pages(left.books, pages, copied), damaged) as copy:
            if place >= end:
                count = _look_at_import(copy, earlier, 0)
                with left.copy(left.books, damaged) as unused:
                    assert count == _look_at_import(unused, earlier, 0)
            elif _is_told_of(copy):
                said += 1
            else:
                count = _look_at_documents(copy)
                assert counters()[SERIES] >= count >= earlier
    return Tally(times, said)


def lose_used_logs(folder: Path, times: int) -> Tally:
    """Remove log and index of a killed import of which some pages were copied into the books.

    The opening says so wherever transactions are missing or one is there in part. The tally
    counts these.
    """
    left = _killed_import(folder)
    *_, last = _commits(left.log)
    pages = _pages(left.log[:last])
    stamp = int.from_bytes(pages[1][60:64]) >> 8
    said = 0
    for turn in range(times):
        copied = len(pages) if not turn else random.randrange(1, len(pages))
        with left.copy(_with_pages(left.books, pages, copied), b"") as copy:
            Path(f"{copy}-wal").unlink()
            Path(f"{copy}{END}").write_bytes(stamp.to_bytes(4))
            sentence = _refusal(copy)
            assert bool(sentence) == ("geri-yukle" in sentence)
            if copied == len(pages):
                assert not sentence, sentence
            if not sentence:
                assert failures(copy) == []
            said += bool(sentence)
    return Tally(times, said)


def _refusal(books: Path) -> str:
    """What opening says; empty where it opens."""
    try:
        open_database(str(books))
    except DatabaseRefused as refused:
        return refused.sentence
    return ""


class _Left(NamedTuple):
    """What a killed import leaves: the database file, its log, and what it has told of."""

    folder: Path
    books: bytes
    log: bytes
    told: int

    @contextmanager
    def copy(self, books: bytes, log: bytes) -> Iterator[Path]:
        """A database of these parts, as they are after the machine was restarted: no index."""
        path = self.folder / "kopya.db"
        path.write_bytes(books)
        Path(f"{path}-wal").write_bytes(log)
        yield path
        _remove(path)


def _killed_import(folder: Path) -> _Left:
    """Of a file whose first documents are in the database file itself."""
    file = _write_file(folder)
    books = folder / "defter.db"
    Child(partial(_import, books, file, first=_EARLIER)).wait()
    child = Child(partial(_import, books, file))
    child.wait_for(lambda signs: signs.told > _DOCUMENTS // 2)
    child.kill()
    log = Path(f"{books}-wal").read_bytes()
    return _Left(folder, books.read_bytes(), log, child.signs.told)


def _damaged(log: bytes, turn: int) -> tuple[int, bytes]:
    """A log that is cut or, every other turn, has some bits turned; and where."""
    place = random.randrange(len(log))
    flipped = bytes([log[place] ^ random.randrange(1, 256)]) + log[place + 1 :]
    return place, log[:place] + flipped if turn % 2 else log[:place]


def _frames(log: bytes) -> Iterator[tuple[int, int, int]]:
    """Of each page in a write-ahead log its place, its number, and the number of pages where a
    transaction ends with it, else 0 (SQLite, “WAL File Format”)."""
    size = _page_size(log)
    for frame in range(32, len(log) - size - 23, size + 24):
        number, size_after_commit = struct.unpack_from(">II", log, frame)
        yield frame + 24, number, size_after_commit


def _page_size(log: bytes) -> int:
    return int(struct.unpack_from(">I", log, 8)[0])


def _commits(log: bytes) -> Iterator[int]:
    """Where each transaction of a log ends."""
    return (place + _page_size(log) for place, _, commit in _frames(log) if commit)


def _pages(log: bytes) -> dict[int, bytes]:
    """Number → the last state of a page in a log, in the order in which SQLite copies them."""
    size = _page_size(log)
    last = {number: log[place : place + size] for place, number, _ in _frames(log)}
    return dict(sorted(last.items()))


def _with_pages(books: bytes, pages: dict[int, bytes], count: int) -> bytes:
    """A database file into which the first of these pages were copied."""
    file = bytearray(books)
    for number, page in islice(pages.items(), count):
        file.extend(bytes(max(number * len(page) - len(file), 0)))
        file[(number - 1) * len(page) : number * len(page)] = page
    return bytes(file)


def _is_told_of(books: Path) -> bool:
    """Whether the opening or denetle says that the books are not whole."""
    try:
        return failures(books) != []
    except DatabaseRefused as refused:
        return "bozuk" in refused.sentence or "uymuyor" in refused.sentence


def _readable(documents: int) -> int:
    """How many of the file's first documents can be read."""
    return documents - documents // _BAD_EVERY


def kill_exports(folder: Path, times: int) -> Tally:
    """Begin an export again and again and kill it: no file, or the whole one, and nothing else.

    The tally counts those whose file was there.
    """
    books = folder / "defter.db"
    target = folder / "giden"
    target.mkdir()
    Child(partial(_import, books, _write_file(folder))).wait()
    open_database(str(books))
    whole = export_all(folder / "tam.json").path.read_bytes()
    longest = _LONGEST
    killed = there = 0
    # The moment between the file's name and the end is short: go on until one kill has met it.
    while killed < times or (not there and killed < _MOST * times):
        child = Child(partial(_export, books, target / "x.json"))
        time.sleep(random.uniform(0, longest))
        alive = child.kill()
        longest *= 1.05 if alive else 0.8  # about as long as one takes here and now
        killed += alive
        left = [path.name for path in target.iterdir()]
        assert left in ([], ["x.json"]), left
        assert alive or left
        if left:
            assert (target / "x.json").read_bytes() == whole
            (target / "x.json").unlink()
            there += alive
        assert failures(books) == []
    close_database()
    return Tally(killed, there)


def kill_making(folder: Path) -> Tally:
    """Kill before each operation on files of who makes a database, until one makes it whole.

    There is none, or a whole one, and nothing beside it but SQLite's own. The tally counts those
    killed when it was there.
    """
    killed = there = 0
    while True:
        place = folder / str(killed)
        place.mkdir()
        end = Child(partial(_make, place / "defter.db", killed + 1)).wait()
        left = {path.name for path in place.iterdir()}
        assert left <= {"defter.db", "defter.db-wal", "defter.db-shm", "defter.db-damga"}, left
        assert not left or "defter.db" in left, left
        assert failures(place / "defter.db") == []
        close_database()
        if not end:
            return Tally(killed, there)
        killed += 1
        there += bool(left)


class _Kill(Faults):
    """Instead of failing it is the end."""

    def fails(self, operation: str) -> bool:
        if super().fails(operation):
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def _make(books: Path, nth: int, _signs: Signs) -> None:
    with _Kill(errno.EIO, nth).active():
        open_database(str(books))


def _write_file(folder: Path) -> Path:
    """A file in which some documents cannot be read."""
    documents = (
        document(f"K-{n}", account=f"120-{n % 7}", stock=f"150-{n % 11}", total=f"{n}.0")
        for n in range(1, _DOCUMENTS + 1)
    )
    path = write(folder / "gelen.json", documents)
    lines = path.read_bytes().split(b"\n")
    for place in range(_BAD_EVERY, _DOCUMENTS + 1, _BAD_EVERY):
        lines[place] = lines[place].replace(b'"2024-03-15', b'"2024-13-15')
    path.write_bytes(b"\n".join(lines))
    return path


def _import(books: Path, file: Path, signs: Signs, *, small: bool = False, first: int = 0) -> None:
    """All of the file, or its first documents; `small` is with little memory and a short log."""
    run_batches._TRANSACTION, run_batches._BATCH = _TRANSACTION, _BATCH
    if small:
        PRAGMAS.update(_SMALL)
    open_database(str(books))
    incoming = IncomingFile(file)
    positions = None
    if first:
        incoming.judge()
        positions = range(1, first + 1)
    run_import(incoming, positions, RULE, told=signs.tell)
    close_database()


def _export(books: Path, path: Path, _signs: Signs) -> None:
    open_database(str(books))
    with reading():
        ids = sorted(queries.find(InvoiceFilter()))
    run_export(ids, path)


def _look_at_import(books: Path, before: int, told: int) -> int:
    """What must be so whatever happened; how many documents there are.

    Those that there were before are still there, and those that were told of; they are the first
    ones of the file that can be read, each once, under numbers without a gap.
    """
    count = _look_at_documents(books)
    assert count >= before + told, f"{count} documents; {before} before, {told} told of"
    assert counters() == ({SERIES: count} if count else {})
    close_database()
    return count


def _look_at_documents(books: Path) -> int:
    """How many there are; they are the first of the file that can be read."""
    found = failures(books)
    assert found == [], found
    stored = rows(
        "SELECT i.number, item.source_number, line_count, grand_total FROM invoice AS i"
        " JOIN transfer_item AS item"
        " ON (item.transfer_id, item.position) = (i.transfer_id, transfer_position) ORDER BY i.id"
    )
    readable = [n for n in range(1, _DOCUMENTS + 1) if n % _BAD_EVERY]
    count = len(stored)
    assert rows("SELECT count(*) FROM invoice") == [(count,)]
    assert stored == [
        (f"{SERIES}{place:012}", f"K-{source}", 1, f"{source}.0")
        for place, source in enumerate(readable[:count], 1)
    ]
    return count


def _compare(books: Path, file: Path) -> None:
    """The books hold what the file says, but for the numbers."""
    open_database(str(books))
    exported = export_all(books.with_name("hepsi.json")).path
    there, came = (json.loads(path.read_bytes()) for path in (exported, file))
    came = [found for found in came if found["FatUst"]["Tarih"].startswith("2024-03")]
    for found in there + came:
        del found["FatUst"]["FATIRS_NO"]
        found.pop("Seri", None)
    assert there == came
    exported.unlink()
    close_database()


def _remove(books: Path) -> None:
    close_database()
    for part in books.parent.glob(f"{books.name}*"):
        part.unlink()


def main() -> int:
    """Kill, and tell how often."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.killing", description=__doc__)
    parser.add_argument("--kez", type=int, default=2000, help="imports to kill (2000)")
    times = parser.parse_args().kez
    for work, count, words in (
        (kill_imports, times, "imports killed, {} of them inside a transaction"),
        (damage_logs, times * 2 // 3, "logs damaged, a part of {} of them was kept"),
        (damage_used_logs, times * 2 // 3, "used logs damaged, of {} of them it was said"),
        (kill_exports, times * 2 // 3, "exports killed, {} of them with their file"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.monotonic()
            tally = work(Path(folder), count)
            seconds = time.monotonic() - begin
        print(f"{tally.killed} {words.format(tally.amid)}; {seconds:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
