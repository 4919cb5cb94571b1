"""One bookkeeping office: the books, a model of them in memory, and what can happen to them."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.errors import AppError
from app.store import checks, queries
from app.store.backup import back_up, restore
from app.store.database import database, reading
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.export_run import run_export
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.books_model import DOCUMENTS, Broken, Held, Model, held_in, key_of
from tests.promises.faults import Faults
from tests.promises.file_acts import (
    Colleague,
    Files,
    foreign_files,
)
from tests.promises.killed_child import Kill, in_child
from tests.store.bookkeeping import document, enter, purchase
from tests.transfer.carrying import write

_MOSTDOCUMENTS = 40
_SERIES: Final = ("SIM", "A", None)
_FURTHEST = 150  # operations; a run has done most of its work by then
_FAULTS: Final = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS)
_HOURS = 160  # a zone that far from UTC is a clock that jumps by a week
_NOW: Final = datetime(2026, 1, 1)


class Office:
    """The books, the model, and what can happen to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = folder / "defter.db"
        self.model = Model()
        self.told: Counter[str] = Counter()
        """What was refused after which act → how often; and how many acts there were."""
        self._totals = 0
        self._names = 0
        self.backup: tuple[Path, Model] | None = None
        self.files = Files(self.books)
        self.files.foreign = foreign_files()
        open_database(str(self.books))
        close_database()
        self.files.keep_older()

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
        colleague = Colleague(self.books)

        def told(results: Sequence[Any]) -> None:
            note(results)
            if sentence := self.let_save(colleague, chance):
                raise Broken(f"the other user could not save: {sentence}")

        self._import(file, rule, told)
        colleague.leave()

    def do_killed_import(self, chance: random.Random) -> None:
        """An import that is killed at some operation on a file."""
        rule, file, sources = self._new_file(chance)
        note = self._saved_into(sources)
        nth = chance.randrange(1, _FURTHEST)

        def work(tell: Callable[[str], None]) -> None:
            def told(results: Sequence[Any]) -> None:
                for one in results:
                    tell(json.dumps([one.position, one.status, one.new_number]))

            with Kill(nth).active():
                self._import(file, rule, told)

        for line in in_child(work):
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
            with Kill(chance.randrange(1, _FURTHEST)).active():
                self._export(path)

        in_child(work)
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
        self.with_books(lambda: self.enter(chance))

    # What happens around the program

    def do_clock_jumps(self, chance: random.Random) -> None:
        """The clock is another one from now on, forth or back by up to a week."""
        os.environ["TZ"] = f"SIM{chance.randrange(-_HOURS, _HOURS):+}"
        time.tzset()

    def do_copy_and_put_back(self, _chance: random.Random) -> None:
        """The books are copied aside, worked on elsewhere, and put back under their name."""
        self.with_books(lambda: None)  # a clean end: no log is left
        copy = self.folder / "kopya.db"
        shutil.copyfile(self.books, copy)
        os.replace(copy, self.books)

    def do_back_up(self, _chance: random.Random) -> None:
        """yedekle: a copy to come back to."""
        path = self.folder / f"yedek-{self._next()}.db"
        self.with_books(lambda: back_up(path, _quietly, _never))
        self.backup = path, self.model.copy()

    def do_restore(self, chance: random.Random) -> None:
        """geri-yukle; refused while a colleague has the books open."""
        if not self.backup:
            self.do_back_up(chance)
        if chance.random() < 0.3:
            colleague = Colleague(self.books)
            self.let_save(colleague, chance)
            self._must_refuse(self.restore)
            colleague.leave()
        else:
            self.restore()

    def do_broken_restore(self, chance: random.Random) -> None:
        """geri-yukle that is killed, or fails, at some operation on a file: whole or nothing."""
        if not self.backup:
            self.do_back_up(chance)
        assert self.backup
        nth = chance.randrange(1, _FURTHEST)
        faults = chance.choice((Kill(nth), Faults(chance.choice(_FAULTS), nth)))
        before = self.model

        def work(_tell: Callable[[str], None]) -> None:
            with faults.active():
                self.restore()

        in_child(work)
        self._next()  # the child has used it
        for aside in self.folder.glob("defter.db-eski-*"):
            if aside.samefile(self.books):  # killed between its two names: one is to be removed
                aside.unlink()
        stored = self.stored()
        self.model = self.backup[1].copy() if stored == self.backup[1].must else before

    def restore(self) -> None:
        assert self.backup
        backup, model = self.backup
        restore(backup, self.books, _NOW + timedelta(seconds=self._next()), _quietly, _never)
        self.model = model.copy()

    def let_save(self, colleague: Colleague, chance: random.Random) -> str:
        invoice = self._new_document(chance)
        answer = colleague.save(invoice, "SIM")
        self._note_entered(invoice, answer.numbers)
        return answer.sentence

    def enter(self, chance: random.Random) -> None:
        invoice = self._new_document(chance)
        self._note_entered(invoice, enter(invoice, series="SIM"))

    def _note_entered(self, invoice: Invoice, numbers: list[str]) -> None:
        header = invoice.header
        for number in numbers:
            key = key_of(int(invoice.document_type), number, header.account_code)
            self.model.must[key] = str(header.grand_total)

    # Checks

    def check(self) -> None:
        """Raises Broken where denetle finds something or the books are not what the model says."""
        stored = self.stored()
        lost = {key for key, total in self.model.must.items() if stored.get(key) != total}
        if lost:
            raise Broken(f"reported and lost: {sorted(lost)[:3]}")
        if not self.model.unknown and stored.keys() != self.model.must.keys():
            raise Broken(f"nobody saved: {sorted(stored.keys() - self.model.must.keys())[:3]}")
        self.model = Model(stored)

    def stored(self) -> Held:
        """What the books hold, of which denetle says nothing."""
        open_database(str(self.books), make=False)
        try:
            with reading():
                if found := checks.failures():
                    raise Broken(f"denetle: {found}")
                return held_in(database.execute_sql(DOCUMENTS))
        finally:
            close_database()

    def _look_at_file(self, path: Path) -> None:
        documents = json.loads(path.read_bytes())
        found = {
            key_of(one["FaturaTip"], one["FatUst"]["FATIRS_NO"], one["FatUst"]["CariKod"])
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
        count = chance.randrange(1, _MOSTDOCUMENTS)
        sources = [self._new_document(chance) for _ in range(count)]
        file = write(self.folder / f"{self._next()}.json", sources)
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
                key = key_of(int(source.document_type), one.new_number, header.account_code)
                if key in self.model.must:
                    raise Broken(f"given twice: {key}")
                self.model.must[key] = str(header.grand_total)

        return note

    def _next(self) -> int:
        self._names += 1
        return self._names

    def with_books(self, work: Callable[[], object]) -> None:
        open_database(str(self.books), make=False)
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

        self.with_books(work)

    def _export(self, path: Path) -> None:
        def work() -> None:
            with reading():
                ids = queries.find(InvoiceFilter())
            run_export(ids, path)

        self.with_books(work)

    def _export_path(self) -> Path:
        return self.folder / f"giden-{self._next()}.json"


class _Told(NamedTuple):
    position: int
    status: str
    new_number: str


def _quietly(_done: int, _of: int) -> None:
    pass


def _never() -> bool:
    return False
