"""Parse documents in worker processes, in order: one core parses while another stores.

Parsing takes about as long as storing, and the screen stays responsive while another process works.
A request names the spans of some documents; the answer has the result for each, or what is wrong
with it. Neither side can block the other: a worker reads its requests in a
separate thread, so the parent can always write, however small the pipes are.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

import msgspec

from app.domain.reasons import DocumentError, Reason
from app.domain.record import Record, Summary
from app.domain.unread import Unread
from app.netsis.document_splitter import Span
from app.netsis.input_file import CHANGED, Source
from app.netsis.tolerant.identity import identified
from app.netsis.tolerant.parser import read_record, read_summary
from app.os_errors import refused

T = TypeVar("T")

_WORTH_PROCESSES: Final = 4 << 20  # bytes; a smaller file is read before a process has started
_AHEAD: Final = 3  # requests sent to a worker before its first answer is read
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_START: Final = (
    "import sys; sys.path[0] = sys.argv[1]; from app.netsis.parse_workers import serve;"
    " serve(int(sys.argv[2]), sys.argv[3])"
)
_NICE: Final = 5  # the screen has priority
_READY: Final = b"\n"
_SIZE: Final = struct.Struct("<I")
_SPAN: Final = struct.Struct("<qq")

_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Way(Generic[T]):
    """A way to parse each document: the type of the result, and how answers are decoded."""

    name: str
    read: Callable[[bytes], T]
    """Parse one document. Raises DocumentError."""
    decode: Callable[[bytes], tuple[list[T | None], list[Reason]]]
    """Decode an answer: each document in order or None, then the reasons for the latter."""

    def one(self, raw: bytes) -> T | Reason:
        """Parse one document; return its result or the reason why it cannot be read."""
        try:
            return self.read(raw)
        except DocumentError as error:
            return identified(raw, error.reason)


def _way(name: str, kind: type[T], read: Callable[[bytes], T]) -> Way[T]:
    answer: Any = tuple[list[kind | None], list[Unread]]  # type: ignore[valid-type]  # at run time
    return Way(name, read, msgspec.msgpack.Decoder(answer).decode)


RECORDS: Final = _way("records", Record, read_record)
"""Full records, to be stored."""
SUMMARIES: Final = _way("summaries", Summary, read_summary)
"""Summaries, to be listed; two thirds of the work."""
_WAYS: Final[dict[str, Way[Any]]] = {way.name: way for way in (RECORDS, SUMMARIES)}


def read_all(
    source: Source, way: Way[T], batches: Iterable[Sequence[Span]], processes: int
) -> Iterator[list[T | Reason]]:
    """Yield the documents of each batch of spans, in order. Raises FileRefused.

    A large file is parsed by `processes` workers, a small one in this process; so is every file if
    `processes` is 0 or no process can be started.
    """
    if not processes or source.size < _WORTH_PROCESSES:
        return (read_batch(source, way, spans) for spans in batches)
    return _read_beside(source, way, iter(batches), processes)


def read_batch(source: Source, way: Way[T], spans: Iterable[Span]) -> list[T | Reason]:
    """Parse the documents of some spans in this process."""
    spans = list(spans)
    raws = iter(source.read_all([span for span in spans if not span.error]))
    return [span.error or way.one(next(raws)) for span in spans]


def _read_beside(
    source: Source, way: Way[T], batches: Iterator[Sequence[Span]], processes: int
) -> Iterator[list[T | Reason]]:
    workers: list[_Worker[T]] = []
    try:
        with suppress(OSError):  # a limit on processes or memory
            workers.extend(_Worker(source, way) for _ in range(processes))
        # Parse here until the workers have started, or to the end if there are none.
        while not _are_ready(workers):
            if not (spans := next(batches, None)):
                return
            yield read_batch(source, way, spans)
        waiting: deque[tuple[_Worker[T], Sequence[Span]]] = deque()
        for one, asked in zip(cycle(workers), islice(batches, _AHEAD * len(workers)), strict=False):
            one.ask(asked)
            waiting.append((one, asked))
        while waiting:
            worker, asked = waiting.popleft()
            found = worker.answer(asked)
            if following := next(batches, None):
                worker.ask(following)
                waiting.append((worker, following))
            yield found
            del found  # free it before waiting for the next
    finally:
        for worker in workers:
            worker.close()


def _are_ready(workers: list[_Worker[T]]) -> bool:
    """Return whether there are workers and all are ready; those that ended are removed."""
    ready = [worker.is_ready() for worker in workers]
    for worker in [worker for worker in workers if worker.gone]:
        worker.close()
        workers.remove(worker)
    return bool(workers) and all(ready)


class _Worker(Generic[T]):
    """One worker process, seen from its parent."""

    def __init__(self, source: Source, way: Way[T]) -> None:
        self._source = source
        self._way = way
        self._ready = False
        self.gone = False
        """Whether the process ended before it took requests, for lack of a thread."""
        self._process = subprocess.Popen(  # noqa: S603  # this very program
            [sys.executable, "-c", _START, str(_ROOT), str(source.text), way.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # standard error belongs to the screen
            pass_fds=(source.text,),
            process_group=0,  # Ctrl+C is handled by the parent
        )
        self._out: Any = self._process.stdin
        self._in: Any = self._process.stdout

    def is_ready(self) -> bool:
        """Return whether the worker has started and takes requests."""
        if not self._ready and select.select([self._in], [], [], 0)[0]:
            self._ready = self._in.read(len(_READY)) == _READY
            self.gone = not self._ready
        return self._ready

    def ask(self, spans: Sequence[Span]) -> None:
        """Request the documents of some spans; spans without text are left out."""
        packed = [_SPAN.pack(span.offset, span.length) for span in spans if not span.error]
        try:
            self._out.write(_SIZE.pack(len(packed)) + b"".join(packed))
            self._out.flush()
        except BrokenPipeError:
            self._died()

    def answer(self, spans: Sequence[Span]) -> list[T | Reason]:
        """Return the answer to the oldest request, made with these spans. Raises FileRefused."""
        head = self._in.read(_SIZE.size)
        size = _SIZE.unpack(head)[0] if len(head) == _SIZE.size else 0
        body = self._in.read(size)
        if not size or len(body) < size:
            self._died()
        if self._source.changed():
            raise refused(self._source.path, CHANGED)
        found, without = self._way.decode(body)
        documents, reasons = iter(found), iter(without)
        return [span.error or next(documents) or next(reasons) for span in spans]

    def _died(self) -> None:
        raise refused(self._source.path, "okuma süreci durdu; yeniden deneyin")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        with suppress(BrokenPipeError):  # requests that the worker never read
            self._out.close()


def serve(text: int, name: str) -> None:
    """Run a worker: answer requests until the parent is gone."""
    way = _WAYS[name]
    os.nice(_NICE)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    gc.disable()  # many objects and no reference cycles
    requests: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    answers = sys.stdout.buffer
    answers.write(_READY)
    answers.flush()
    while (packed := requests.get()) is not None:
        raws = (os.pread(text, length, offset) for offset, length in _SPAN.iter_unpack(packed))
        body = _encode(_answer([way.one(raw) for raw in raws]))
        answers.write(_SIZE.pack(len(body)) + body)
        answers.flush()


def _answer(found: Sequence[Any]) -> tuple[list[Any], list[Reason]]:
    reasons = [one for one in found if isinstance(one, Reason)]
    return [None if isinstance(one, Reason) else one for one in found], reasons


def _listen(requests: SimpleQueue[bytes | None]) -> None:
    """Put requests into the queue as they arrive; None marks the end."""
    incoming = sys.stdin.buffer
    while len(head := incoming.read(_SIZE.size)) == _SIZE.size:
        requests.put(incoming.read(_SIZE.unpack(head)[0] * _SPAN.size))
    requests.put(None)
