"""Exit status of an export says whether its file is there, whichever step of it fails."""

from __future__ import annotations

import errno
import os
import random
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NoReturn
from unittest import mock

import pytest
from faults import KINDS, Faults
from forked import FullDisk, run_forked

from app.store.opening import close_database
from tests.cli.commandline import Said
from tests.scale import FULL
from tests.store.bookkeeping import document, enter, failures, opened, rows
from tests.transfer.carrying import export_all

STRIDE = 5 if FULL else 9  # steps from one fault to the next, at most

DOCUMENTS = 20


class Office:
    """A folder with a database, and what a whole export of it holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books = folder / "d.db"
        self.file = folder / "cikis" / "x.json"
        self.file.parent.mkdir()
        with opened(self.books):
            enter(*(document("X", total=f"{n}.0") for n in range(DOCUMENTS)), series="A")
            export_all(folder / "tam.json")
        self._whole = (folder / "tam.json").read_bytes()

    def export(
        self, fault: AbstractContextManager[None], after: Callable[[], str] = str
    ) -> tuple[Said, str]:
        """What the command says; and what `after` answers in its process."""
        self.file.unlink(missing_ok=True)
        return run_forked(
            self.folder, "disari-aktar", self.file, "--json", "--veritabani", self.books,
            fault=fault, after=after,
        )  # fmt: skip

    def is_written(self) -> bool:
        """Whether the file is there; it is whole, and nothing is beside it."""
        found = {path.name: path.read_bytes() for path in self.file.parent.iterdir()}
        assert found in ({}, {"x.json": self._whole})
        return bool(found)

    def last_run(self) -> object:
        """How the last export stands in the journal; denetle finds nothing."""
        assert failures(self.books) == []
        ((status,),) = rows("SELECT status FROM transfer ORDER BY id DESC LIMIT 1")
        close_database()
        return status


@pytest.fixture
def office(in_memory: Path) -> Office:
    return Office(in_memory)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("app.store.database.BUSY_SECONDS", 0)
    yield
    close_database()


@pytest.mark.parametrize(("number", "lasting", "operations"), KINDS.values(), ids=KINDS)
def test_whichever_operation_on_a_file_fails(
    office: Office, number: int, lasting: bool, operations: set[str] | None
) -> None:
    nth = 1
    while True:
        faults = Faults(number, nth, lasting=lasting, operations=operations)
        said, met = office.export(faults.active(), lambda: faults.met)  # noqa: B023  # at once
        written = office.is_written()
        try:
            assert said.status == (0 if written else 2)
            assert bool(said.out) == written
            assert "beklenmeyen" not in said.err
            if not written:
                assert said.err
            elif office.last_run() != "tamam":
                assert "aktarımın bittiği günlüğe yazılamadı" in said.err
        except AssertionError as error:
            error.add_note(f"{nth}. operation, {met}: {said}")
            raise
        if not met:
            break
        nth += random.randint(1, STRIDE)
    assert nth > 1


@contextmanager
def folder_that_keeps_nothing() -> Iterator[None]:
    """It cannot be synced, and no name can be taken out of it."""
    sync = os.fsync

    def sync_file(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EIO, "")
        sync(file)

    def unlink(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EIO, "")

    with mock.patch.multiple(os, fsync=sync_file, unlink=unlink):
        yield


def test_a_file_that_is_there_and_may_not_last_is_told(office: Office) -> None:
    said, _ = office.export(folder_that_keeps_nothing())
    assert (said.status, said.out, said.err) == (
        1,
        "",
        "x.json: disk okuma/yazma hatası; bu adla duran dosyaya güvenmeyin, "
        "silip yeniden deneyin\n",
    )
    assert office.is_written()
    assert office.last_run() == "hata"


def test_a_file_is_written_though_nobody_can_be_told(office: Office) -> None:
    said, _ = office.export(FullDisk(1))
    assert (said.status, said.out, said.err) == (
        0,
        "",
        f"çıktı: diskte yer kalmadı; yer açıp yeniden deneyin. Dosya yazıldı: {office.file}\n",
    )
    assert office.is_written()
    assert office.last_run() == "tamam"
