"""Unpack a compressed file, a zip or a folder into one unnamed temporary file in UTF-8.

Nothing is extracted by name. Limits keep a small file from filling the disk.
"""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from app.errors import FileRefused, Stopped
from app.guarded_open import open_to_read
from app.netsis.encoding import refuse_wide, temporary_refused, transcode
from app.netsis.encoding_names import MIXED, UTF8, WINDOWS
from app.netsis.file_bytes import chunks, pread
from app.netsis.file_names import COMPRESSED, is_card_file, is_output
from app.netsis.json_stream import CHUNK
from app.os_errors import refusal, refused
from app.progress import Stop, never

MOST_FILES: Final = 10_000
MOST_RATIO: Final = 250
"""The greatest ratio of unpacked to compressed bytes; invoices that differ only in their numbers
reach 40."""
FREE_OF_RATIO: Final = 32 << 20  # unpacked bytes that are allowed whatever the ratio
_DISK_SHARE: Final = 0.9  # the share of the free space for temporary files that may be used

_GZIP, _ZIP, _EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
# zipfile raises the last two for an unknown compression method and for a password.
_DAMAGED = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
_BROKEN: Final = "sıkıştırılmış dosya bozuk ya da yarım"

Settle = Callable[[int, Path], str]
"""Returns the encoding of an open file after reading all of it. Raises FileRefused."""


class Watch(NamedTuple):
    """The observer of the unpacking: gets the bytes read and their total; says whether to stop."""

    progress: Callable[[int, int], object] = lambda _done, _of: None
    stop: Stop = never


NOBODY: Final = Watch()


class SourceFile(NamedTuple):
    """One file of invoices within a source: its range in the copy, or why it cannot be read."""

    name: str
    begin: int
    end: int
    refusal: str = ""


class Unpacked(NamedTuple):
    """The descriptor of the copy and the files in it, ordered by name."""

    text: int
    files: list[SourceFile]
    encoding: str
    """UTF8, WINDOWS or MIXED."""
    card_files: Sequence[str] = ()
    """The names of the card files in a zip, which were not copied."""


class _Opened(NamedTuple):
    """A stream of unpacked bytes, and the compressed file that it reads."""

    stream: BufferedIOBase
    raw: IO[bytes]


class _Packed(NamedTuple):
    """A file of invoices before it is unpacked; `size` counts its compressed bytes."""

    name: str
    size: int
    open: Callable[[], _Opened]


def is_archive(file: int, path: Path) -> bool:
    """Return whether an open file is a gzip or zip file, judged by its first bytes."""
    return pread(file, path, 0, 4).startswith((_GZIP, _ZIP, _EMPTY_ZIP))


def folder_files(path: Path) -> dict[str, os.stat_result]:
    """Return the files of invoices in a folder, ordered by name.

    Hidden files, and card files beside files of invoices, are left out. Broken links and
    special files are included, so that reading refuses them by name. Raises FileRefused.
    """
    found: dict[str, os.stat_result] = {}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if not is_output(entry.name) or entry.name.startswith("."):
                    continue
                about = _about(entry)
                if not stat.S_ISDIR(about.st_mode):
                    found[entry.name] = about
    except (OSError, ValueError) as error:
        raise refusal(error, path) from error
    return {name: found[name] for name in sorted(found) if not is_card_file(name, found)}


def _about(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        return entry.stat()
    except OSError:  # a link to nothing, or to itself
        return entry.stat(follow_symlinks=False)


def unpack_folder(path: Path, settle: Settle, watch: Watch) -> Unpacked:
    """Copy the files of a folder into one. Raises FileRefused, Stopped."""

    def packed(name: str, size: int) -> _Packed:
        def opened() -> _Opened:
            raw = os.fdopen(open_to_read(path / name), "rb")
            if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
                raw.close()
                raise refused(name, "düz bir dosya değil")
            compressed = name.lower().endswith(COMPRESSED)
            return _Opened(gzip.GzipFile(fileobj=raw) if compressed else raw, raw)

        return _Packed(name, size, opened)

    files = folder_files(path)
    wanted = [packed(name, found.st_size) for name, found in files.items()]
    return _unpacked(path, wanted, settle, watch)


def unpack_file(file: int, path: Path, settle: Settle, watch: Watch) -> Unpacked:
    """Copy the content of a gzip or zip file. Raises FileRefused, Stopped."""
    with os.fdopen(os.dup(file), "rb") as raw:
        raw.seek(0)
        if not pread(file, path, 0, 2).startswith(_GZIP):
            packed = _zipped(raw, path)
            names = {one.name for one in packed}
            cards = {name for name in names if is_card_file(name, names)}
            wanted = [one for one in packed if one.name not in cards]
            return _unpacked(path, wanted, settle, watch)._replace(card_files=sorted(cards))
        size = os.fstat(file).st_size
        one = _Packed(path.name, size, lambda: _Opened(gzip.GzipFile(fileobj=raw), raw))
        found = _unpacked(path, [one], settle, watch)
    if found.files[0].refusal:
        os.close(found.text)
        raise FileRefused(found.files[0].refusal)
    return found


def spool_within(file: int, path: Path, name: str) -> int:
    """Copy one file of a zip to an unnamed file; return its descriptor. Raises FileRefused."""
    with os.fdopen(os.dup(file), "rb") as raw:
        packed = next(one for one in _zipped(raw, path) if one.name == name)
        try:
            with tempfile.TemporaryFile() as copy:
                for piece in _inflated(packed, _room(copy), lambda _: None):
                    copy.write(piece)
                copy.flush()
                return os.dup(copy.fileno())
        except OSError as error:
            raise temporary_refused(error) from error


def _zipped(raw: IO[bytes], path: Path) -> list[_Packed]:
    try:
        archive = zipfile.ZipFile(raw)
    except _DAMAGED as error:
        raise refused(path, _BROKEN) from error

    def packed(info: zipfile.ZipInfo) -> _Packed:
        def opened() -> _Opened:
            if info.flag_bits & 1:
                raise refused(info.filename, "parolalı; parolasız kaydedip yeniden deneyin")
            if not info.filename.lower().endswith(".json"):
                raise refused(info.filename, "sıkıştırılmış dosyanın içindeki sıkıştırılmış dosya")
            # typeshed declares an IO
            return _Opened(cast(BufferedIOBase, archive.open(info)), raw)

        return _Packed(info.filename, info.compress_size, opened)

    named = sorted(archive.infolist(), key=lambda info: info.filename)
    return [packed(info) for info in named if _counts(info.filename)]


def _counts(name: str) -> bool:
    """Return whether a file in a zip is relevant: a file of invoices, or an archive to refuse."""
    last = name.lower().rpartition("/")[2]
    return last.endswith((".json", ".gz", ".zip")) and not last.startswith(".")


def _unpacked(path: Path, packed: list[_Packed], settle: Settle, watch: Watch) -> Unpacked:
    if not packed:
        raise refused(path, "içinde .json ya da .json.gz dosyası yok")
    if len(packed) > MOST_FILES:
        raise refused(path, f"içinde çok fazla dosya var (en çok {MOST_FILES})")
    try:
        with tempfile.TemporaryFile() as copy:
            room = _room(copy)
            files, encodings = [], set()
            for one, told in zip(packed, _reporters(packed, watch), strict=True):
                begin = copy.tell()
                try:
                    encodings.add(_append(one, copy, settle, room - begin, told))
                    files.append(SourceFile(one.name, begin, copy.tell()))
                except FileRefused as error:
                    copy.seek(begin)
                    copy.truncate()
                    files.append(SourceFile(one.name, begin, begin, error.sentence))
            copy.flush()
            encoding = MIXED if len(encodings) > 1 else next(iter(encodings), UTF8)
            return Unpacked(os.dup(copy.fileno()), files, encoding)
    except OSError as error:
        raise temporary_refused(error) from error


def _room(copy: IO[bytes]) -> int:
    """Return how many bytes the temporary file may take."""
    about = os.statvfs(copy.fileno())
    return int(about.f_bavail * about.f_frsize * _DISK_SHARE)


def _reporters(packed: list[_Packed], watch: Watch) -> Iterator[Callable[[int], None]]:
    """Yield a function for each file that takes the bytes read of it and may raise Stopped."""
    whole, before = sum(one.size for one in packed), 0
    for one in packed:

        def told(done: int, size: int = one.size, before: int = before) -> None:
            watch.progress(before + min(done, size), whole)
            if watch.stop():
                raise Stopped("Durduruldu; dosya açılmadı")

        yield told
        before += one.size


def _append(
    one: _Packed, copy: IO[bytes], settle: Settle, room: int, told: Callable[[int], None]
) -> str:
    """Append a file as UTF-8; return its original encoding. Raises FileRefused, OSError."""
    name = Path(one.name)
    with tempfile.TemporaryFile() as spool:
        for piece in _inflated(one, room // 2, told):
            spool.write(piece)
        spool.flush()
        file = spool.fileno()
        if not os.fstat(file).st_size:
            raise refused(name, "dosya boş")
        refuse_wide(file, name)
        encoding = settle(file, name)
        if encoding == WINDOWS:
            transcode(file, name, copy)
        else:
            for piece in chunks(file, name):
                copy.write(piece)
        return encoding


def _inflated(one: _Packed, room: int, told: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the unpacked bytes within the limits. Raises FileRefused, Stopped."""
    name, done = Path(one.name), 0
    most = max(FREE_OF_RATIO, one.size * MOST_RATIO)
    try:
        opened = one.open()
        begin = opened.raw.tell()
        with opened.stream as stream:
            while piece := stream.read(CHUNK):
                told(opened.raw.tell() - begin)
                done += len(piece)
                if done > most:
                    raise refused(name, f"açılınca {MOST_RATIO} katından büyük oluyor; okunmadı")
                if done > room:
                    raise refused(name, "açmak için geçici klasörde yer yok")
                yield piece
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise refusal(error, name) from error
        raise refused(name, _BROKEN) from error
