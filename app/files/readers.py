"""Documents read in processes of their own, in order: one core reads while another stores.

Reading is Python's work and storing is SQLite's, at about the same cost; and a screen stays quick
beside work that another process does. A reader gets where documents lie, and answers with their
packed form or with what is wrong with them.
"""

from __future__ import annotations

import gc
import os
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec

from app.domain.packed import PackedInvoice
from app.errors import DocumentError
from app.files.os_errors import refused
from app.files.reader import read_packed
from app.files.source import CHANGED, Source
from app.files.splitter import Span

Reading: TypeAlias = PackedInvoice | str
"""A document, or in a Turkish phrase what is wrong with it."""

_WORTH_PROCESSES: Final = 4 << 20  # bytes; a smaller file is read before a process has started
_AHEAD: Final = 3  # requests that a reader has before its first answer is taken
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_START: Final = (
    "import sys; sys.path[0] = sys.argv[1]; from app.files.readers import serve; serve()"
)
_NICE: Final = 5  # the screen comes first
_SIZE: Final = struct.Struct("<I")
_PLACE: Final = struct.Struct("<qq")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Reading]).decode


def read_all(
    source: Source, batches: Iterable[Sequence[Span]], processes: int
) -> Iterator[list[Reading]]:
    """The documents of each batch of spans, in order. Raises FileRefused.

    `processes` is how many readers a big file is worth; where there can be none, it is read here.
    """
    if source.size < _WORTH_PROCESSES:
        return (read_batch(source, spans) for spans in batches)
    return _read_beside(source, iter(batches), processes)


def read_batch(source: Source, spans: Iterable[Span]) -> list[Reading]:
    """The documents of some spans, read here."""
    return [span.error or _read_one(source.read(span)) for span in spans]


def _read_one(raw: bytes) -> Reading:
    try:
        return read_packed(raw)
    except DocumentError as error:
        return error.sentence


def _read_beside(
    source: Source, batches: Iterator[Sequence[Span]], processes: int
) -> Iterator[list[Reading]]:
    readers: list[_Reader] = []
    try:
        with suppress(OSError):  # so many processes are not to be had
            readers.extend(_Reader(source) for _ in range(processes))
        if not readers:
            yield from (read_batch(source, spans) for spans in batches)
            return
        waiting: deque[tuple[_Reader, Sequence[Span]]] = deque()
        turns = cycle(readers)
        for spans in islice(batches, _AHEAD * len(readers)):
            waiting.append((next(turns), spans))
            waiting[-1][0].ask(spans)
        while waiting:
            reader, spans = waiting.popleft()
            found = reader.answer(spans)
            if following := next(batches, None):
                reader.ask(following)
                waiting.append((reader, following))
            yield found
    finally:
        for reader in readers:
            reader.close()


class _Reader:
    """One reader process."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._process = subprocess.Popen(  # noqa: S603  # this very program
            [sys.executable, "-c", _START, str(_ROOT), str(source.text)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the screen's
            pass_fds=(source.text,),
            process_group=0,  # Ctrl+C is the parent's to answer
        )
        self._out: Any = self._process.stdin
        self._in: Any = self._process.stdout

    def ask(self, spans: Sequence[Span]) -> None:
        """Send where documents lie; those that have no text stay here."""
        places = [_PLACE.pack(span.offset, span.length) for span in spans if not span.error]
        try:
            self._out.write(_SIZE.pack(len(places)) + b"".join(places))
            self._out.flush()
        except BrokenPipeError:
            self._died()

    def answer(self, spans: Sequence[Span]) -> list[Reading]:
        """What the reader found, in the order asked."""
        head = self._in.read(_SIZE.size)
        size = _SIZE.unpack(head)[0] if len(head) == _SIZE.size else 0
        body = self._in.read(size)
        if not size or len(body) < size:
            self._died()
        if self._source.changed():
            raise refused(self._source.path, CHANGED)
        found = iter(_decode(body))
        return [span.error or next(found) for span in spans]

    def _died(self) -> None:
        raise refused(self._source.path, "okuma süreci durdu; yeniden deneyin")

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        with suppress(BrokenPipeError):  # what it was asked and never took
            self._out.close()


def serve() -> None:
    """A reader's whole life: answers until its parent is gone."""
    os.nice(_NICE)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    gc.disable()  # nothing here refers to itself, and there is much of it
    text = int(sys.argv[2])
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := asked.read(_SIZE.size)) == _SIZE.size:
        places = asked.read(_SIZE.unpack(head)[0] * _PLACE.size)
        read = [
            _read_one(os.pread(text, length, offset))
            for offset, length in _PLACE.iter_unpack(places)
        ]
        body = _encode(read)
        answers.write(_SIZE.pack(len(body)) + body)
        answers.flush()
