"""Read the headers of SQLite's files without SQLite (its “File Format”, “WAL-mode File Format”).

The user version of a database holds the version of its schema and a stamp, which starts at random
and is incremented by every transaction. The stamp is on page 1, so each transaction in the
write-ahead log has one too: this shows whether a log belongs to a database file. A database made by
an older version of the program has stamp 0 until it is migrated.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

STAMPS: Final = 1 << 24  # the number of stamps, after which they wrap around
_VERSION_BITS: Final = 8

_VERSIONS_AT, _PAGES_AT, _USER_VERSION_AT = 18, 28, 60  # offsets in a database's header, in bytes
_WITH_LOG: Final = b"\2\2"  # the versions of a file with a write-ahead log
_HEADER: Final = 100
_MAY_DIFFER: Final = (slice(18, 20), slice(24, 28), slice(92, 100))
"""The parts of page 1 that a change of the journal mode changes."""
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)
_INDEX_HEADER, _INDEX_BLOCK = 48, 32 << 10
_FRAMES_OF_BLOCK, _FRAMES_OF_FIRST_BLOCK = 4096, 4062
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")


class UserVersion(NamedTuple):
    """The two numbers in a database's user version."""

    schema: int
    stamp: int

    @classmethod
    def of(cls, value: int) -> UserVersion:
        """Split the user version, which SQLite shows as a signed 32-bit number."""
        value &= 0xFFFFFFFF
        return cls(value & ((1 << _VERSION_BITS) - 1), value >> _VERSION_BITS)

    @property
    def value(self) -> int:
        """Return the user version as a signed 32-bit number for SQLite."""
        unsigned = self.stamp << _VERSION_BITS | self.schema
        return unsigned - (1 << 32) if unsigned >> 31 else unsigned

    def next(self) -> UserVersion:
        """Return the version with the stamp of the next transaction."""
        return self._replace(stamp=(self.stamp + 1) % STAMPS)


class Database(NamedTuple):
    """The header of a database file."""

    page_size: int
    pages: int
    stamp: int
    has_log: bool
    """Whether the file is in WAL mode."""


def read_database(file: int) -> Database | None:
    """Return the header; None if it is incomplete."""
    head = os.pread(file, _HEADER, 0)
    if len(head) < _HEADER or not head.startswith(b"SQLite format 3\0"):
        return None
    (size,) = struct.unpack_from(">H", head, 16)
    (pages,) = struct.unpack_from(">I", head, _PAGES_AT)
    (user_version,) = struct.unpack_from(">I", head, _USER_VERSION_AT)
    page_size = 65536 if size == 1 else size
    has_log = head[_VERSIONS_AT:].startswith(_WITH_LOG)
    return Database(page_size, pages, UserVersion.of(user_version).stamp, has_log)


def stamp_of(file: int, page: int = 0) -> int:
    """Return the stamp on page 1, which begins at the offset `page`."""
    return UserVersion.of(int.from_bytes(os.pread(file, 4, page + _USER_VERSION_AT))).stamp


def renew_stamp(file: int) -> None:
    """Give a copy of a database a random stamp, so that no log of the original fits it."""
    found = UserVersion.of(int.from_bytes(os.pread(file, 4, _USER_VERSION_AT)))
    renewed = found._replace(stamp=secrets.randbelow(STAMPS))
    os.pwrite(file, struct.pack(">i", renewed.value), _USER_VERSION_AT)


def with_log(content: bytes) -> bytes:
    """Return the content of a database file, marked to be used with a write-ahead log."""
    return content[:_VERSIONS_AT] + _WITH_LOG + content[_VERSIONS_AT + len(_WITH_LOG) :]


def size_by_header(file: int) -> int:
    """Return the length of a database file according to its header, in bytes; 0 without one."""
    database = read_database(file)
    return database.pages * database.page_size if database else 0


class Index(NamedTuple):
    """The header of the index of a write-ahead log (-shm)."""

    page_size: int
    frames: int
    """The number of committed frames in the log."""
    salts: bytes
    sums: bytes
    """The checksum of the log up to its last frame, as stored in that frame."""
    copied: int
    """The number of frames already copied into the database file."""

    @property
    def log_size(self) -> int:
        """The least length of the log, in bytes."""
        if self.frames == 0:
            return 0
        return _WAL_HEADER + self.frames * (_FRAME_HEADER + self.page_size)

    @property
    def own_size(self) -> int:
        """The least length of the index itself, in bytes."""
        blocks = (self.frames + _FRAMES_OF_BLOCK - _FRAMES_OF_FIRST_BLOCK - 1) // _FRAMES_OF_BLOCK
        return (1 + blocks) * _INDEX_BLOCK


def read_index(file: int) -> Index | None:
    """Return the header; None if it is incomplete, as while another process writes it."""
    head = os.pread(file, 2 * _INDEX_HEADER + 4, 0)
    first, second = head[:_INDEX_HEADER], head[_INDEX_HEADER : 2 * _INDEX_HEADER]
    if len(head) < 2 * _INDEX_HEADER + 4 or first != second or not first[12]:
        return None
    size, frames = struct.unpack_from("=HI", first, 14)
    (copied,) = struct.unpack_from("=I", head, 2 * _INDEX_HEADER)
    sums = struct.pack(">2I", *struct.unpack_from("=2I", first, 24))
    return Index(65536 if size == 1 else size, frames, first[32:40], sums, copied)


def has_log(database: str) -> bool:
    """Return whether a non-empty log is beside a database."""
    with suppress(OSError):
        return os.stat(f"{database}-wal").st_size > 0
    return False


class Log(NamedTuple):
    """A write-ahead log."""

    size: int
    """The length in bytes."""
    stamps: tuple[int, ...] = ()
    """The stamps of its transactions; each equals its predecessor or is the next one."""
    pages: frozenset[int] = frozenset()
    """The numbers of the pages in the log."""


def read_log(file: int) -> Log:
    """Read the log up to its last frame; the rest of the file is from an earlier round."""
    size, head = os.fstat(file).st_size, os.pread(file, _WAL_HEADER, 0)
    if len(head) < _WAL_HEADER or struct.unpack_from(">I", head)[0] not in _WAL_MAGIC:
        return Log(size)
    frames = list(_frames(file, head))
    return Log(size, tuple(_stamps(file, head, frames)), frozenset(frame.page for frame in frames))


class _Frame(NamedTuple):
    offset: int
    page: int
    ends_transaction: bool


def _frames(file: int, head: bytes, offset: int = _WAL_HEADER) -> Iterator[_Frame]:
    (page_size,) = struct.unpack_from(">I", head, 8)
    while len(frame := os.pread(file, _FRAME_HEADER, offset)) == _FRAME_HEADER:
        page, pages = struct.unpack_from(">2I", frame)
        if frame[8:16] != head[16:24]:
            return
        yield _Frame(offset, page, pages > 0)
        offset += _FRAME_HEADER + page_size


def _stamps(file: int, head: bytes, frames: list[_Frame]) -> Iterator[int]:
    """Yield the stamps of the frames; verify those up to the first stamp as SQLite does.

    A power failure can leave frames after the last commit whose pages were never written. To verify
    all frames would take long.
    """
    last, sums = 0, _Checksum(head[3] & 1, head[24:32])
    is_checked = False
    for frame in frames:
        if not is_checked and not sums.fits(_read_frame(file, head, frame.offset)):
            return
        if frame.page != 1:
            continue
        is_checked = True
        stamp = stamp_of(file, frame.offset + _FRAME_HEADER)
        if last and (stamp - last) % STAMPS > 1:
            return
        yield (last := stamp)


def _read_frame(file: int, head: bytes, offset: int) -> bytes:
    (page_size,) = struct.unpack_from(">I", head, 8)
    return os.pread(file, _FRAME_HEADER + page_size, offset)


def is_of_another(index: Index, log: int) -> bool:
    """Return whether an index belongs to another log, or to an earlier round of this one."""
    return index.frames > 0 and os.pread(log, 8, 16) != index.salts


def is_behind(index: Index, log: int) -> bool:
    """Return whether a log has a committed transaction that its index does not know."""
    head = os.pread(log, _WAL_HEADER, 0)
    if len(head) < _WAL_HEADER or not index.frames:
        return False
    frame = _read_frame(log, head, index.log_size)
    if not _Checksum(head[3] & 1, index.sums).fits(frame):
        return False
    return any(one.ends_transaction for one in _frames(log, head, index.log_size))


class _Checksum:
    """The checksum of a log, continued from frame to frame."""

    def __init__(self, is_big_endian: int, sums: bytes) -> None:
        self._order = ">" if is_big_endian else "<"
        self._sums = struct.unpack(">2I", sums)

    def fits(self, frame: bytes) -> bool:
        """Return whether the next frame is complete and has the right checksum."""
        data = frame[:8] + frame[_FRAME_HEADER:]
        if len(data) % 8 or len(data) <= 8:
            return False
        first, second = self._sums
        words = iter(struct.unpack(f"{self._order}{len(data) // 4}I", data))
        for word in words:
            first = (first + word + second) & 0xFFFFFFFF
            second = (second + next(words) + first) & 0xFFFFFFFF
        self._sums = first, second
        return struct.unpack_from(">2I", frame, 16) == self._sums


def belongs(log: Log, stamp: int) -> bool:
    """Return whether a log continues a database file with this stamp.

    The file is in the state before the log's first transaction, or after a later one that was
    copied into it.
    """
    if not log.stamps or not stamp:
        return True
    length = (log.stamps[-1] - log.stamps[0]) % STAMPS
    return (stamp - log.stamps[0] + 1) % STAMPS <= length + 1


def undoes_mode_change(journal: int, database: int) -> bool:
    """Return whether a rollback journal undoes only a change of this database's journal mode.

    No other journal can belong to a database with a write-ahead log.
    """
    head = os.pread(journal, 28, 0)
    if not head.strip(b"\0"):
        return True  # the transaction has ended, so SQLite ignores the journal
    if len(head) < 28 or not head.startswith(_JOURNAL_MAGIC):
        return False
    records, _, pages, sector, page_size = struct.unpack_from(">5I", head, 8)
    if pages * page_size != os.fstat(database).st_size or records > 1:
        return False
    if not records:
        return True
    record = os.pread(journal, 4 + page_size, sector)
    return record[:4] == b"\0\0\0\1" and _same(record[4:], os.pread(database, page_size, 0))


def _same(old: bytes, new: bytes) -> bool:
    pages = bytearray(old), bytearray(new)
    for page in pages:
        for part in _MAY_DIFFER:
            page[part] = bytes(part.stop - part.start)
    return pages[0] == pages[1]
