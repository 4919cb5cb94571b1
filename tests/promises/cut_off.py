"""An import that is cut off: a desk with files worth cutting, and how its books stand then."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lines import ENVIRONMENT

from app.demo import Company
from app.domain.netsis_json import encode_invoice
from app.store import cards
from app.store.database import writing
from app.store.engine.write_queue import waiting
from app.store.opening import close_database
from tests.cli.commandline import SMALLEST_PIPE, command, interruptible
from tests.store.bookkeeping import failures, opened, rows

FEW = 3_000  # documents
MANY = 7_000  # worth a process that reads
LONG = 60_000  # read for seconds: time enough to see that it is read
ASKS = "Yarım kalan bir aktarım var"
QUIET = "Kısıtları yazın, F5 ile belgeleri getirin"


class Desk:
    """Books with the cards that its files need, and the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = folder / "defter.db"
        self.few, self.many, self.long = (folder / f"{name}.json" for name in ("az", "cok", "uzun"))

    @contextmanager
    def importing(
        self, *more: str, file: Path | None = None, patient: bool = False
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run the import without screens; kill it at the end of the block.

        Its output goes through the smallest pipe, which holds fewer lines than a transaction has
        documents. So the import waits for the test after each transaction, on a machine of any
        speed: it is at most one transaction ahead of what the test has read.
        """
        with subprocess.Popen(
            command("--veritabani", self.books, "iceri-aktar", file or self.few, "--kaynak-no",
                    "--json", *more, patient=patient),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=ENVIRONMENT,
            preexec_fn=interruptible, pipesize=SMALLEST_PIPE,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def yielding(self) -> Iterator[None]:
        """Stay in the queue for the write lock: an import yields after each batch.

        So it saves some hundred documents a second, and cannot be done before the test has seen
        that it saves, on a machine of any speed.
        """
        with waiting(str(self.books)):
            yield

    def cut_off(self, number: int = signal.SIGKILL, after: int = 1) -> None:
        """An import without screens that is ended once it has told of so many documents."""
        with self.importing(patient=True) as process:
            assert process.stdout
            for _ in range(after):
                process.stdout.readline()
            process.send_signal(number)
            process.stdout.read()

    def look(self, sql: str) -> list[tuple[object, ...]]:
        """What a query finds; before it, denetle must find nothing."""
        try:
            assert failures(self.books) == []
            return rows(sql)
        finally:
            close_database()

    def runs(self) -> list[str]:
        """How each run of the journal stands."""
        found = self.look("SELECT status, finished_at FROM transfer ORDER BY id")
        assert all((status == "suruyor") == (end is None) for status, end in found)
        return [str(status) for status, _ in found]

    def saved(self) -> int:
        """How many documents the books have; none of them twice."""
        ((count, different),) = self.look(
            "SELECT count(number), count(DISTINCT fingerprint) FROM transfer_item"
        )
        assert count == different
        assert self.look("SELECT count(*) FROM invoice") == [(count,)]
        return int(str(count))


def made_desk(folder: Path) -> Desk:
    """A desk to be copied; in its files one document again and again, under a number of its own."""
    desk = Desk(folder)
    invoice = min(Company(3).invoices(50), key=lambda one: len(encode_invoice(one)))
    invoice.header.gib_number = None  # one document's only
    text, number = encode_invoice(invoice), invoice.header.number.encode()
    documents = [
        text.replace(number, b"%b%014d" % (number[:1], place), 1) for place in range(1, LONG + 1)
    ]
    for file, count in ((desk.few, FEW), (desk.many, MANY), (desk.long, LONG)):
        file.write_bytes(b"[\n" + b",\n".join(documents[:count]) + b"\n]\n")
    with opened(desk.books), writing():
        cards.add_accounts([(invoice.header.account_code, "Cari")])
        cards.add_stock_items({line.stock_code: "Stok" for line in invoice.lines}.items())
    return desk


def children(pid: int) -> list[int]:
    return [
        int(found.name) for found in Path("/proc").glob("[0-9]*") if _stat(found)[1] == str(pid)
    ]


def is_alive(pid: int) -> bool:
    return _stat(Path(f"/proc/{pid}"))[0] not in ("", "Z")


def _stat(process: Path) -> list[str]:
    """State and parent; empty where it is gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return ["", ""]
