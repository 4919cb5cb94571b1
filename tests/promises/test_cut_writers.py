"""A line that is cut at any statement of a short writer: it is done again, and done once."""

from __future__ import annotations

import random
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from app.demo import filling
from app.store import journal
from app.store.again import repeatable
from app.store.opening import close_database, open_database
from app.store.settings import name_currency, set_company
from app.transfer import export_run
from app.transfer.history import let_be, settle_exports, unfinished
from tests.promises.cut_line import Line, line_to
from tests.scale import FULL
from tests.store.bookkeeping import document, enter
from tests.store.server import Server
from tests.store.whole_books import content
from tests.transfer.carrying import export_all

_BEGIN, _COMMIT = b"QBEGIN ISOLATION LEVEL READ COMMITTED", b"QCOMMIT\0"
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_PLACES = 12 if FULL else 4  # where each work is cut, beside its commits
_STATEMENTS = b"SQ"  # what ends a statement: Sync, or a simple query


@dataclass(frozen=True)
class Work:
    """What is done over the line that is cut."""

    do: Callable[[Path], object]
    prepare: Callable[[Path], object] = lambda _: None


def _export(folder: Path) -> None:
    assert export_all(folder / "giden.json").note == ""


def _some_documents(_folder: Path) -> None:
    enter(*[document(f"A-{n}") for n in range(1, 6)])


def _run_that_was_cut_off(direction: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        file = str(folder / "x.json")
        repeatable(lambda: journal.open_transfer(direction, file, datetime.now()))

    return prepare


def _let_be(_folder: Path) -> None:
    run = unfinished()
    assert run is not None
    let_be(run)


def _settle(_folder: Path) -> None:
    (told,) = settle_exports()
    assert told.startswith("Yarım kalan dışarı aktarmanın dosyası yok"), told


WORKS = {
    "disari-aktar": Work(_export, _some_documents),
    "sirket": Work(lambda _: repeatable(lambda: set_company("Şen Gıda"))),
    "doviz": Work(lambda _: repeatable(lambda: name_currency(1, "USD"))),
    "ornek-veri": Work(lambda _: filling.fill(5, 1)),
    "let_be": Work(_let_be, _run_that_was_cut_off(journal.IMPORT)),
    "settle_exports": Work(_settle, _run_that_was_cut_off(journal.EXPORT)),
}


def _timeless(value: object) -> object:
    return "an" if isinstance(value, str) and _TIME.fullmatch(value) else value


class Desk:
    """Books on a server, as they are before and after a work."""

    def __init__(self, server: Server, line: Line, folder: Path, work: Work) -> None:
        self._server, self._line, self._work = server, line, work
        self._folder = folder / "masa"

    def done(self, **cut: Callable[[int, bytes], bool]) -> dict[str, list[tuple[object, ...]]]:
        """Do it in new books, with the line cut; what they hold then, but for the times."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        url = self._server.url()
        open_database(url)
        self._work.prepare(self._folder)
        close_database()
        open_database(self._line.url(url.rpartition("=")[2]))
        self._line.watch(**cut)
        self._work.do(self._folder)
        close_database()
        self._line.settle()
        found = content(url)
        found["transfer"] = [tuple(map(_timeless, row)) for row in found["transfer"]]
        return found

    def places(self) -> list[int]:
        """The places of some statements of transactions that write, and of all commits."""
        found, writes = [], False
        for place, message in enumerate(self._line.messages):
            writes = writes or message.startswith(_BEGIN)
            if writes and message[:1] in map(bytes, zip(_STATEMENTS)):
                found.append(place)
            writes = writes and message != _COMMIT
        commits = [place for place in found if self._line.messages[place] == _COMMIT]
        some = random.sample(found, min(len(found), _PLACES))
        return sorted({*commits, *some})


@pytest.fixture
def desk(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with line_to(server.folder) as line:
        yield Desk(server, line, tmp_path, WORKS[request.param])
        close_database()


@pytest.mark.parametrize("desk", WORKS, indirect=True)
def test_a_writer_goes_on_when_the_line_is_cut_at_any_statement(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "_JOURNALLED_AT_ONCE", 3)
    monkeypatch.setattr(export_run, "_SECONDS", -1)
    monkeypatch.setattr(secrets, "randbits", lambda _: 1)
    monkeypatch.setattr(filling, "_BATCH", 3)
    whole = desk.done()
    places = desk.places()
    assert len(places) >= 3
    for place in places:
        for when in ("before", "after"):
            cut = {when: lambda number, _, place=place: number == place}
            assert desk.done(**cut) == whole, (place, when)
            assert desk._line.cuts == 1
