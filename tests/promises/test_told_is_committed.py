"""Exit status and summary of an import say what was committed, whichever step of it fails.

The command runs again and again, each time with another of its operations failing, until one run
meets no such operation. After each the database is compared with what was printed, and the same
command is repeated as a script would.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cut_off import MANY, Desk, children
from faults import KINDS, Faults
from forked import FullDisk, run_forked

from app.demo import filling
from app.domain.text import turkish_count
from app.store.opening import close_database
from tests.cli.commandline import Said
from tests.scale import FULL
from tests.short_steps import FOREVER, short_steps
from tests.store.bookkeeping import document, enter, failures, opened, rows
from tests.transfer.carrying import write

pytestmark = pytest.mark.files_only  # the steps are those of files

DOCUMENTS, TRANSACTION = 50, 20  # the last transaction is not full
STRIDE = 8 if FULL else 50  # steps from one fault to the next, on average; 1 takes minutes
UNCERTAIN = "kaydedilip kaydedilmediği belli değil"


class Office:
    """A folder with a file to import and a database that holds one document."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = folder / "d.db"
        self._before = folder / "once.db"
        with opened(self._before):
            enter(document("B-1"))
        coming = (document(f"A-{n}", total=f"{n}.0") for n in range(1, DOCUMENTS + 1))
        self._file = write(folder / "x.json", coming)

    def begin_anew(self) -> None:
        for part in self.folder.glob("d.db*"):
            part.unlink()
        shutil.copy(self._before, self.books)

    def import_(
        self, fault: AbstractContextManager[None] | None = None, after: Callable[[], str] = str
    ) -> tuple[Said, str]:
        """What the command says; and what `after` answers in its process."""
        return run_forked(
            self.folder, "iceri-aktar", self._file, "--kaynak-no", "--eksik-kartlari-olustur",
            "--json", "--veritabani", self.books, fault=fault, after=after,
        )  # fmt: skip

    def stored(self) -> list[object]:
        """The numbers that were imported; denetle finds nothing."""
        assert failures(self.books) == []
        found = rows("SELECT number FROM invoice WHERE number <> 'B-1' ORDER BY id")
        close_database()
        return [number for (number,) in found]


@pytest.fixture
def office(in_memory: Path) -> Office:
    return Office(in_memory)


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    short_steps(monkeypatch, transaction=TRANSACTION, batch=TRANSACTION // 2, seconds=FOREVER)
    monkeypatch.setattr("app.store.database.BUSY_SECONDS", 0)
    yield
    close_database()


def agrees(said: Said, stored: list[object]) -> None:
    """What was told is what the database holds."""
    *_, last = said.records or [{}]
    told = [record["belgeNo"] for record in said.records if record.get("durum") == "aktarildi"]
    left = DOCUMENTS - len(told)
    assert said.status in (0, 1, 2)
    assert "beklenmeyen" not in said.err
    if UNCERTAIN in said.err:  # the next opening shows it; until then it is told so
        assert said.status == 1
        assert told == stored[: len(told)]
        assert said.err.endswith("ynı komut yalnız kalanları aktarır\n") or not left
        return
    assert told == stored
    if said.status == 2:
        assert stored == []
    else:
        assert last["ozet"] == {
            "toplam": len(stored), "aktarilan": len(stored), "hatali": 0, "atlanan": 0,
            "hazir": 0, "uyarili": 0,
        }  # fmt: skip
    if said.status == 0:
        assert len(stored) == DOCUMENTS
    if said.status == 1:
        assert f". {turkish_count(len(stored))} belge aktarıldı, " in said.err
        assert f"{left} belge kaldı" in said.err or "gerisi aktarılmadı" in said.err or not left


def goes_on(office: Office, before: list[object]) -> None:
    """The same command saves what is left, each document once."""
    again, _ = office.import_()
    assert (again.status, sorted(map(str, office.stored()))) == (
        0, sorted(f"A-{n}" for n in range(1, DOCUMENTS + 1)),
    )  # fmt: skip
    saved = sum(record.get("durum") == "aktarildi" for record in again.records)
    assert saved == DOCUMENTS - len(before)
    assert bool(again.err) == bool(before)  # it says that it goes on


@pytest.mark.parametrize(("number", "lasting", "operations"), KINDS.values(), ids=KINDS)
def test_whichever_operation_on_a_file_fails(
    office: Office, number: int, lasting: bool, operations: set[str] | None
) -> None:
    nth = 1
    while True:
        office.begin_anew()
        faults = Faults(number, nth, lasting=lasting, operations=operations)
        said, met = office.import_(faults.active(), lambda: faults.met)  # noqa: B023  # at once
        stored = office.stored()
        try:
            agrees(said, stored)
            if said.status:
                goes_on(office, stored)
        except AssertionError as error:
            error.add_note(f"{nth}. operation, {met}: {said}")
            raise
        if not met:
            break
        nth += 1 if operations else random.randint(1, 2 * STRIDE - 1)
    assert said.status == 0
    assert nth > 1


def test_whichever_write_of_the_output_fails(office: Office) -> None:
    nth = 0
    while True:
        nth += 1
        office.begin_anew()
        said, _ = office.import_(FullDisk(nth))
        if not said.err:
            break
        stored = office.stored()
        done = f". {turkish_count(len(stored))} belge aktarıldı, "
        assert said.err.startswith("çıktı: diskte yer kalmadı")
        assert done in said.err
        if said.status:
            assert said.status == 1
            goes_on(office, stored)
        else:  # the summary alone was not printed
            assert len(stored) == DOCUMENTS
    assert nth > DOCUMENTS // TRANSACTION


def test_a_parse_worker_that_is_killed(desk: Desk) -> None:
    """Halfway, when workers parse; the import waits for the test, for its output is not read."""
    with desk.importing("--eksik-kartlari-olustur", file=desk.many) as process:
        assert process.stdout
        assert process.stderr
        first = b"".join(process.stdout.readline() for _ in range(MANY // 2))
        for worker in children(process.pid):
            os.kill(worker, signal.SIGKILL)
        out, err = process.stdout.read(), process.stderr.read().decode()
        said = Said(process.wait(), (first + out).decode(), err)
    saved = said.records[-1]["ozet"]["aktarilan"]
    assert (said.status, len(said.records) - 1, desk.saved()) == (1, saved, saved)
    assert 0 < saved < MANY
    assert err == (
        f"cok.json: okuma süreci durdu; yeniden deneyin. {turkish_count(saved)} belge aktarıldı, "
        f"{turkish_count(MANY - saved)} belge kaldı; aynı komut yalnız kalanları aktarır\n"
    )
    with desk.importing("--eksik-kartlari-olustur", file=desk.many) as process:
        process.communicate(timeout=60)
    assert (process.returncode, desk.saved(), desk.runs()) == (0, MANY, ["hata", "tamam"])


def test_invented_invoices_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_BATCH", 20)
    before, books = tmp_path / "once.db", tmp_path / "d.db"
    with opened(before):
        pass
    nth, met = 1, "-"
    while met:
        for part in tmp_path.glob("d.db*"):
            part.unlink()
        shutil.copy(before, books)
        faults = Faults(errno.ENOSPC, nth, lasting=True)
        said, met = run_forked(
            tmp_path, "ornek-veri", "--fatura", 60, "--veritabani", books,
            fault=faults.active(), after=lambda: faults.met,  # noqa: B023  # at once
        )  # fmt: skip
        assert failures(books) == []
        ((stored,),) = rows("SELECT count(*) FROM invoice")
        assert said.status == {0: 2, 60: 0}.get(int(str(stored)), 1), said
        assert rows("SELECT count(*) > 0 FROM account") == [(int(said.status != 2),)]
        assert (f". {stored} fatura yazıldı, gerisi yazılmadı;" in said.err) == (said.status == 1)
        close_database()
        nth += random.randint(1, 2 * STRIDE)
    assert said.status == 0
