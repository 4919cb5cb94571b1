"""Serve the requests of `parse_workers` in a process that loads only what parsing needs.

Neither side can block the other: requests are read in a separate thread, so the parent can always
write, however small the pipes are.
"""

from __future__ import annotations

import gc
import os
import struct
import sys
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any, Final

import msgspec

from app.domain.reasons import Reason
from app.netsis.parse_ways import WAYS, Way

READY: Final = b"\n"
SIZE: Final = struct.Struct("<I")
SPAN: Final = struct.Struct("<qq")
_NICE: Final = 5  # the screen has priority

_encode = msgspec.msgpack.Encoder().encode


def serve(text: int, name: str) -> None:
    """Run a worker: answer requests until the parent is gone."""
    os.nice(_NICE)
    gc.disable()  # many objects and no reference cycles
    requests: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    try:
        _answer_all(text, WAYS[name], requests)
    except BrokenPipeError:
        os._exit(0)  # else Python would try to write the rest at its end


def _answer_all(text: int, way: Way[Any], requests: SimpleQueue[bytes | None]) -> None:
    answers = sys.stdout.buffer
    answers.write(READY)
    answers.flush()
    while (packed := requests.get()) is not None:
        raws = (os.pread(text, length, offset) for offset, length in SPAN.iter_unpack(packed))
        body = _encode(_answer([way.one(raw) for raw in raws]))
        answers.write(SIZE.pack(len(body)) + body)
        answers.flush()


def _answer(found: Sequence[Any]) -> tuple[list[Any], list[Reason]]:
    reasons = [one for one in found if isinstance(one, Reason)]
    return [None if isinstance(one, Reason) else one for one in found], reasons


def _listen(requests: SimpleQueue[bytes | None]) -> None:
    """Put requests into the queue as they arrive; None marks the end."""
    incoming = sys.stdin.buffer
    while len(head := incoming.read(SIZE.size)) == SIZE.size:
        requests.put(incoming.read(SIZE.unpack(head)[0] * SPAN.size))
    requests.put(None)
