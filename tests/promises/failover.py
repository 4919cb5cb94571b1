"""A fail-over: the server that is written ends at once, its standby takes over.

python -m tests.promises.failover [--kez N] tells what was lost, and when it could be written again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.document_status import SAVED
from app.store import preview
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.store.bookkeeping import document, failures, rows
from tests.store.server import DURABLE, Server, programs, room, running
from tests.transfer.carrying import write

SERIES = "YED"
_LONGEST = 0.3  # seconds of an import before the kill
_SYNCHRONOUS = DURABLE | {"synchronous_standby_names": "ANY 1 (*)"}


@dataclass
class FailOver:
    """What a client saw of it."""

    told: list[str] = field(default_factory=list)
    """The numbers that were told as saved."""
    times: list[float] = field(default_factory=list)
    """When each of them was told."""
    stored: list[str] = field(default_factory=list)
    killed: float = 0.0
    promoted: float = 0.0

    @property
    def writable(self) -> float:
        """Seconds from the end of the promotion to the next commit."""
        return max(min(t for t in self.times if t > self.killed) - self.promoted, 0)

    @property
    def down(self) -> float:
        """Seconds from the kill to the next commit."""
        return min(t for t in self.times if t > self.killed) - self.killed

    def tell(self, outcomes: list[preview.Outcome]) -> None:
        """Note what was told."""
        saved = [one.new_number for one in outcomes if one.status == SAVED]
        self.told += saved
        self.times += [time.monotonic()] * len(saved)

    @property
    def meanwhile(self) -> bool:
        """Whether the kill came before the import's last commit."""
        return any(t > self.killed for t in self.times)


@contextmanager
def pair() -> Iterator[tuple[Server, Server]]:
    """A server, and a standby that has what is committed before anybody is told."""
    binaries = programs()
    assert binaries
    with running(binaries, _SYNCHRONOUS) as first, room() as place:
        second = first.standby(place)
        try:
            second.start()
            yield first, second
        finally:
            first.kill()
            second.stop()


def fail_over(folder: Path, documents: int) -> FailOver:
    """Import over both addresses; kill the first server at a random moment, promote the second."""
    seen = FailOver()
    file = write(folder / "x.json", (document(f"A-{n}") for n in range(1, documents + 1)))
    with pair() as (first, second):
        url = first.url("FIRMA", second)
        open_database(url)
        incoming = IncomingFile(file)
        killer = threading.Thread(target=_kill, args=(seen, first, second))
        killer.start()
        run_import(
            incoming, None, ImportRule(series=SERIES, create_cards=True), told=seen.tell
        )  # fmt: skip
        killer.join()
        incoming.close()
        close_database()
        assert failures(second.url("FIRMA")) == []
        seen.stored = [str(n) for (n,) in rows("SELECT number FROM invoice ORDER BY id")]
        close_database()
    return seen


def _kill(seen: FailOver, first: Server, second: Server) -> None:
    while not seen.told:
        time.sleep(0.001)
    time.sleep(random.uniform(0, _LONGEST))
    seen.killed = time.monotonic()
    first.kill()
    second.promote()
    seen.promoted = time.monotonic()


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.failover", description=__doc__)
    parser.add_argument("--kez", type=int, default=5, help="how many times")
    parser.add_argument("--fatura", type=int, default=5_000, help="documents of the import")
    options = parser.parse_args()
    worst = 0
    for _ in range(options.kez):
        with tempfile.TemporaryDirectory() as folder:
            seen = fail_over(Path(folder), options.fatura)
        lost = len(set(seen.told) - set(seen.stored))
        worst = max(worst, lost)
        when = (
            f"a commit {seen.down:.2f} s after the kill, {seen.writable:.2f} s after the promotion"
            if seen.meanwhile
            else "the import had ended before"
        )
        print(f"{len(seen.told)} told, {lost} lost, {len(seen.stored)} stored; {when}")
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
