"""Parse documents in worker processes, in order: one core parses while another stores.

Parsing takes about as long as storing, and the screen stays responsive while another process works.
A request names the spans of some documents; the answer has the result for each, or what is wrong
with it (`worker_process`).
"""

from __future__ import annotations

import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from app.domain.reasons import Reason
from app.netsis.document_splitter import Span
from app.netsis.input_file import CHANGED, Source
from app.netsis.parse_ways import Way
from app.netsis.tolerant.identity import identified
from app.netsis.worker_process import READY, SIZE, SPAN
from app.os_errors import refused

T = TypeVar("T")

_WORTH_PROCESSES: Final = 4 << 20  # bytes; a smaller file is read before a process has started
_SEARCHED: Final = 1 << 16  # bytes of broken JSON in which a document's members are looked for
_AHEAD: Final = 3  # requests sent to a worker before its first answer is read
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_START: Final = (
    "import sys; sys.path[0] = sys.argv[1]; from app.netsis.worker_process import serve;"
    " serve(int(sys.argv[2]), sys.argv[3])"
)


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
    return [_fault(source, span) or way.one(next(raws)) for span in spans]


def _fault(source: Source, span: Span) -> Reason | None:
    """Return why a span cannot be parsed, with what its text says of the document; or None."""
    if not span.error or not span.length:
        return span.error
    return identified(source.read(span._replace(length=min(span.length, _SEARCHED))), span.error)


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
            self._ready = self._in.read(len(READY)) == READY
            self.gone = not self._ready
        return self._ready

    def ask(self, spans: Sequence[Span]) -> None:
        """Request the documents of some spans; spans without text are left out."""
        packed = [SPAN.pack(span.offset, span.length) for span in spans if not span.error]
        try:
            self._out.write(SIZE.pack(len(packed)) + b"".join(packed))
            self._out.flush()
        except BrokenPipeError:
            self._died()

    def answer(self, spans: Sequence[Span]) -> list[T | Reason]:
        """Return the answer to the oldest request, made with these spans. Raises FileRefused."""
        head = self._in.read(SIZE.size)
        size = SIZE.unpack(head)[0] if len(head) == SIZE.size else 0
        body = self._in.read(size)
        if not size or len(body) < size:
            self._died()
        if self._source.changed():
            raise refused(self._source.path, CHANGED)
        found, without = self._way.decode(body)
        documents, reasons = iter(found), iter(without)
        return [_fault(self._source, span) or next(documents) or next(reasons) for span in spans]

    def _died(self) -> None:
        raise refused(self._source.path, "okuma süreci durdu; yeniden deneyin")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        with suppress(BrokenPipeError):  # requests that the worker never read
            self._out.close()
