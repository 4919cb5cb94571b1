"""One bookkeeping office, simulated from a seed: work, kills, faults, file acts, a second user.

python -m tests.promises.simulate [--tohum N] [--adim M] [--kez K]

After each step denetle finds nothing, and the books hold what a model in memory says: each
document that was reported as saved, and nothing that nobody imported. A seed that fails is run
again with fewer and fewer steps, and the shortest list of steps that still fails is printed.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.domain.netsis_json import encode_invoice
from app.errors import AppError
from app.netsis.tolerant.parser import read_invoice
from app.store import queries
from app.store.database import database, reading
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.export_run import run_export
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.faults import OPERATIONS, Faults
from tests.store.bookkeeping import document, enter, failures, purchase
from tests.transfer.carrying import write

STEPS: Final = 8
_MOST_DOCUMENTS = 40
_SERIES: Final = ("SIM", "A", None)
_FURTHEST = 150  # operations; a run has done most of its work by then
_FAULTS: Final = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS)
_HOURS = 160  # a zone that far from UTC is a clock that jumps by a week

Key: TypeAlias = tuple[int, str, str]
"""Document type, number, and the supplier where the number is its own."""


class Broken(Exception):
    """The books are not what the model says."""


class Step(NamedTuple):
    """One thing that happens: its name, and the seed of all that is left to chance in it."""

    name: str
    seed: str


class Model:
    """What the books must hold."""

    def __init__(self) -> None:
        self.must: dict[Key, str] = {}
        """Document → its total."""
        self.unknown = False
        """Whether they may hold more: work was done of which nobody was told."""


class Office:
    """The books, the model, and what can happen to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = folder / "defter.db"
        self.model = Model()
        self._totals = 0
        self._files = 0
        self._colleague = _Colleague(self.books)
        self._with_books(lambda: None)

    def close(self) -> None:
        """Everybody goes home."""
        close_database()
        self._colleague.leave()

    # Work

    def do_import(self, chance: random.Random) -> None:
        """A file, imported to its end."""
        rule, file, sources = self._new_file(chance)
        self._import(file, rule, self._saved_into(sources))

    def do_import_again(self, chance: random.Random) -> None:
        """A file twice; the second time what is there already is left out."""
        rule, file, sources = self._new_file(chance)
        self._import(file, rule, self._saved_into(sources))
        again = ImportRule(series=rule.series, create_cards=True, skip_transferred=True)
        self._import(file, again, self._saved_into(sources))

    def do_import_beside_another_user(self, chance: random.Random) -> None:
        """Somebody else saves a document behind each transaction of an import."""
        rule, file, sources = self._new_file(chance)
        note = self._saved_into(sources)

        def told(results: Sequence[Any]) -> None:
            note(results)
            self._colleague.enter(self._new_document(chance))

        self._import(file, rule, told)
        self.model.unknown = True  # what the other user saved, the model has not seen

    def do_killed_import(self, chance: random.Random) -> None:
        """An import that is killed at some operation on a file."""
        rule, file, sources = self._new_file(chance)
        note = self._saved_into(sources)
        nth = chance.randrange(1, _FURTHEST)

        def work(tell: Callable[[str], None]) -> None:
            def told(results: Sequence[Any]) -> None:
                for one in results:
                    tell(json.dumps([one.position, one.status, one.new_number]))

            with _Kill(nth).active():
                self._import(file, rule, told)

        for line in self._in_child(work):
            note([_Told(*json.loads(line))])
        self.model.unknown = True

    def do_faulty_import(self, chance: random.Random) -> None:
        """An import in which some operation on a file fails, once or from then on."""
        rule, file, sources = self._new_file(chance)
        number = chance.choice(_FAULTS)
        faults = Faults(number, chance.randrange(1, _FURTHEST), lasting=chance.random() < 0.5)
        with suppress(AppError), faults.active():
            self._import(file, rule, self._saved_into(sources))
        self.model.unknown = True  # a card or a counter may be there; documents are checked

    def do_export(self, _chance: random.Random) -> None:
        """All documents into a new file."""
        path = self._export_path()
        self._export(path)
        self._look_at_file(path)
        self._must_refuse(lambda: self._export(path))

    def do_killed_export(self, chance: random.Random) -> None:
        """An export that is killed at some operation on a file: the file is whole or absent."""
        path = self._export_path()

        def work(_tell: Callable[[str], None]) -> None:
            with _Kill(chance.randrange(1, _FURTHEST)).active():
                self._export(path)

        self._in_child(work)
        if path.exists():
            self._look_at_file(path)

    def do_faulty_export(self, chance: random.Random) -> None:
        """An export in which some operation on a file fails."""
        path = self._export_path()
        faults = Faults(chance.choice(_FAULTS), chance.randrange(1, _FURTHEST))
        with suppress(AppError), faults.active():
            self._export(path)
        if path.exists():
            self._look_at_file(path)

    def do_enter(self, chance: random.Random) -> None:
        """Documents that are entered on a screen."""
        self._with_books(lambda: enter(self._new_document(chance), series="SIM"))
        self.model.unknown = True

    # What happens around the program

    def do_clock_jumps(self, chance: random.Random) -> None:
        """The clock is another one from now on, forth or back by up to a week."""
        os.environ["TZ"] = f"SIM{chance.randrange(-_HOURS, _HOURS):+}"
        time.tzset()

    def do_lose_index(self, _chance: random.Random) -> None:
        """The index of the log is removed while nobody has the books open."""
        with suppress(FileNotFoundError):
            os.unlink(f"{self.books}-shm")

    def do_copy_and_put_back(self, _chance: random.Random) -> None:
        """The books are copied aside, worked on elsewhere, and put back under their name."""
        self._with_books(lambda: None)  # a clean end: no log is left
        copy = self.folder / "kopya.db"
        shutil.copyfile(self.books, copy)
        os.replace(copy, self.books)

    def do_hard_link(self, _chance: random.Random) -> None:
        """The file has a second name for a while."""
        other = self.folder / "ikinci.db"
        os.link(self.books, other)
        with suppress(AppError):
            open_database(str(other))
        close_database()
        other.unlink()

    # Checks

    def check(self) -> None:
        """Raises Broken where denetle finds something or the books are not what the model says."""
        try:
            if found := failures(self.books):
                raise Broken(f"denetle: {found}")
            rows = database.execute_sql(
                "SELECT document_type, number, account_code, grand_total FROM invoice"
            )
            stored = {_key(kind, number, account): total for kind, number, account, total in rows}
        finally:
            close_database()
        lost = {key for key, total in self.model.must.items() if stored.get(key) != total}
        if lost:
            raise Broken(f"reported and lost: {sorted(lost)[:3]}")
        if not self.model.unknown and stored.keys() != self.model.must.keys():
            raise Broken(f"nobody saved: {sorted(stored.keys() - self.model.must.keys())[:3]}")
        self.model.must, self.model.unknown = stored, False

    def _look_at_file(self, path: Path) -> None:
        documents = json.loads(path.read_bytes())
        found = {
            _key(one["FaturaTip"], one["FatUst"]["FATIRS_NO"], one["FatUst"]["CariKod"])
            for one in documents
        }
        if len(found) != len(documents) or found != self.model.must.keys():
            raise Broken(f"{path.name} is not what the books held")

    def _must_refuse(self, work: Callable[[], None]) -> None:
        try:
            work()
        except AppError:
            return
        raise Broken("an existing file was written again")

    # Helpers

    def _new_file(self, chance: random.Random) -> tuple[ImportRule, Path, list[Invoice]]:
        self._files += 1
        count = chance.randrange(1, _MOST_DOCUMENTS)
        sources = [self._new_document(chance) for _ in range(count)]
        file = write(self.folder / f"{self._files}.json", sources)
        return ImportRule(series=chance.choice(_SERIES), create_cards=True), file, sources

    def _new_document(self, chance: random.Random) -> Invoice:
        self._totals += 1
        number = f"{chance.choice(('A', 'SIM2024', 'X-'))}{chance.randrange(60):08}"
        more = {"total": f"{self._totals}.25", "note": "n" * chance.randrange(400)}
        if chance.random() < 0.4:
            return purchase(number, f"320-{chance.randrange(4)}", **more)
        return document(number, account=f"120-{chance.randrange(9)}", **more)

    def _saved_into(self, sources: list[Invoice]) -> Callable[[Sequence[Any]], None]:
        """Takes results into the model, as they are reported."""

        def note(results: Sequence[Any]) -> None:
            for one in results:
                if one.status != "aktarildi":
                    continue
                source = sources[one.position - 1]
                header = source.header
                key = _key(int(source.document_type), one.new_number, header.account_code)
                if key in self.model.must:
                    raise Broken(f"given twice: {key}")
                self.model.must[key] = str(header.grand_total)

        return note

    def _with_books(self, work: Callable[[], None]) -> None:
        open_database(str(self.books))
        try:
            work()
        finally:
            close_database()

    def _import(self, file: Path, rule: ImportRule, told: Callable[[Sequence[Any]], None]) -> None:
        def work() -> None:
            incoming = IncomingFile(file)
            try:
                run_import(incoming, None, rule, told=told)
            finally:
                incoming.close()

        self._with_books(work)

    def _export(self, path: Path) -> None:
        def work() -> None:
            with reading():
                ids = queries.find(InvoiceFilter())
            run_export(ids, path)

        self._with_books(work)

    def _export_path(self) -> Path:
        self._files += 1
        return self.folder / f"giden-{self._files}.json"

    def _in_child(self, work: Callable[[Callable[[str], None]], None]) -> list[str]:
        """Do it in a process of its own; the lines that it told before its end."""
        close_database()
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            with suppress(BaseException), _quiet():
                os.close(told)
                real = os.write  # the one of the kill counts too
                work(lambda line: _tell(real, tell, line))
            os._exit(0)
        os.close(tell)
        with os.fdopen(told) as lines:
            text = lines.read()
        os.waitpid(child, 0)
        return [line for line in text.splitlines(keepends=False) if line.endswith("]")]


class _Colleague:
    """Another user, in a process of their own that was there before anybody opened the books."""

    def __init__(self, books: Path) -> None:
        asked, self._ask = os.pipe()
        self._done, done = os.pipe()
        self._process = os.fork()
        if not self._process:
            with suppress(BaseException), _quiet():
                os.close(self._ask)
                os.close(self._done)
                self._work(books, asked, done)
            os._exit(0)
        os.close(asked)
        os.close(done)

    def enter(self, invoice: Invoice) -> None:
        """Let them enter a document, and wait until they have."""
        text = encode_invoice(invoice)
        os.write(self._ask, len(text).to_bytes(4, "little") + text)
        if os.read(self._done, 1) != b".":
            raise Broken("the other user could not save")

    def leave(self) -> None:
        """They go when nobody asks them any more."""
        os.close(self._ask)
        os.waitpid(self._process, 0)
        os.close(self._done)

    @staticmethod
    def _work(books: Path, asked: int, done: int) -> None:
        while size := os.read(asked, 4):
            invoice = read_invoice(os.read(asked, int.from_bytes(size, "little")))
            open_database(str(books))
            enter(invoice, series="SIM")
            close_database()
            os.write(done, b".")


class _Told(NamedTuple):
    position: int
    status: str
    new_number: str


class _Kill(Faults):
    """The process is gone at the nth operation on a file."""

    def __init__(self, nth: int) -> None:
        super().__init__(errno.EIO, nth, operations=set().union(*OPERATIONS.values()))

    def fails(self, operation: str) -> bool:
        """Never: it ends the process instead."""
        if super().fails(operation):
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def _tell(write_: Callable[[int, bytes], int], pipe: int, line: str) -> None:
    write_(pipe, f"{line}\n".encode())


@contextmanager
def _quiet() -> Iterator[None]:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        yield


def _key(kind: int, number: str, account: str) -> Key:
    return kind, number, account if kind == 1 else ""


WORK: Final = tuple(name.removeprefix("do_") for name in vars(Office) if name.startswith("do_"))


def steps_of(seed: int, count: int) -> list[Step]:
    """The steps of a seed; each has its own chance, so that one can be left out."""
    chance = random.Random(seed)
    return [Step(chance.choice(WORK), f"{seed}-{n}") for n in range(count)]


def play(steps: Iterable[Step]) -> str:
    """Do the steps in new books; what went wrong, or nothing."""
    zone = os.environ.get("TZ")
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        try:
            for step in steps:
                getattr(office, f"do_{step.name}")(random.Random(step.seed))
                office.check()
        except Exception as error:
            detail = traceback.format_exc(limit=-2)
            return f"{step.name}: {error!r}\n{detail}"
        finally:
            office.close()
            _set_zone(zone)
    return ""


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


def shrink(steps: list[Step]) -> list[Step]:
    """The fewest of failing steps that still fail, one left out at a time."""
    place = 0
    while place < len(steps):
        fewer = steps[:place] + steps[place + 1 :]
        if play(fewer):
            steps = fewer
        else:
            place += 1
    return steps


def simulate(seed: int, count: int = STEPS) -> str:
    """Nothing; or of a seed that fails the shortest list of its steps, and what went wrong."""
    steps = steps_of(seed, count)
    if not play(steps):
        return ""
    fewest = shrink(steps)
    names = ", ".join(step.name for step in fewest)
    return f"seed {seed}: {names}\n{play(fewest)}"


def main() -> int:
    """Simulate seeds; the exit status says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.simulate")
    parser.add_argument("--tohum", type=int, default=1, help="first seed (1)")
    parser.add_argument("--adim", type=int, default=STEPS, help=f"steps of each ({STEPS})")
    parser.add_argument("--kez", type=int, default=1, help="how many seeds (1)")
    options = parser.parse_args()
    failed = 0
    for seed in range(options.tohum, options.tohum + options.kez):
        if wrong := simulate(seed, options.adim):
            failed += 1
            print(wrong, flush=True)
    print(f"{options.kez} seeds of {options.adim} steps, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
