"""A line to the server that is cut at any statement, or as the answer to COMMIT comes.

Where the server is there again, the import goes on by itself, and nobody notices. Where it is not,
what was told is saved, the sentence is true, and the same command saves the rest.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.document_status import SAVED
from app.errors import CommitUncertain, DatabaseRefused
from app.store import preview
from app.store.engine import postgres_causes
from app.store.opening import close_database, open_database
from app.transfer.card_import import CardOutcome, CardStatus, import_cards
from app.transfer.decide import ImportRule
from app.transfer.history import cut_off_run
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from app.transfer.undo import restore, undo
from tests.cli.commandline import Said
from tests.promises.cut_line import Line, line_to
from tests.promises.forked import run_forked
from tests.scale import FULL
from tests.short_steps import FOREVER, short_steps
from tests.store.bookkeeping import counters, document, rows
from tests.store.server import Server
from tests.transfer.carrying import write

DOCUMENTS, TRANSACTION = 5, 2  # the last transaction is not full
COMMITS = range(1, DOCUMENTS // TRANSACTION + 2)
SERIES = "ABC"
ALL = [f"{SERIES}{number:012}" for number in range(1, DOCUMENTS + 1)]
Cut = Callable[[int, bytes], bool]
"""Whether the line is cut at a message: its number, its kind and text."""
_STRIDE = 4 if FULL else 12  # statements from one cut to the next
_STATEMENTS = b"SQcd"  # what ends a statement: Sync, a simple query, and the parts of a COPY


class Office:
    """A file to import, and books that are reached over a line that can be cut."""

    def __init__(self, server: Server, line: Line, folder: Path) -> None:
        self.line = line
        self.folder = folder
        self._server = server
        self._schema = ""
        # The second is there twice: copies of one document, each to be saved.
        coming = [document(f"A-{n}", total=f"{n}.0") for n in (1, 2, 2, *range(4, DOCUMENTS + 1))]
        self.file = write(folder / "x.json", coming)

    def begin_anew(self) -> None:
        """Empty books."""
        close_database()
        url = self._server.url()
        self._schema = url.rpartition("=")[2]
        open_database(url)
        close_database()

    @property
    def url(self) -> str:
        return self.line.url(self._schema)

    def import_(self, *, resumes: bool = False) -> list[str]:
        """Import over the line; the numbers that were told as saved."""
        told: list[preview.Outcome] = []
        self.told = told
        incoming = IncomingFile(self.file)
        run = cut_off_run(incoming.full_path) if resumes else None
        rule = ImportRule(series=SERIES, create_cards=True, resumes=run)
        try:
            run_import(incoming, None, rule, told=told.extend)
        finally:
            incoming.close()
        return self.numbers_told

    @property
    def numbers_told(self) -> list[str]:
        return [one.new_number for one in self.told if one.status == SAVED]

    def will_be_cut(self, cut: Cut, *, done: bool, lasting: bool = False) -> None:
        """Cut the line before what is sent, or, if it is to be done, before its answer."""
        if done:
            self.line.watch(after=cut, lasting=lasting)
        else:
            self.line.watch(before=cut, lasting=lasting)

    def command(self) -> Said:
        """The same by the program."""
        said, _ = run_forked(
            self.folder, "iceri-aktar", self.file, "--seri", SERIES, "--eksik-kartlari-olustur",
            "--json", "--veritabani", self.url,
        )  # fmt: skip
        return said

    def stored(self) -> list[str]:
        """What the books hold, by another line."""
        close_database()
        self.line.settle()
        open_database(self._server.url(self._schema))
        found = [str(number) for (number,) in rows("SELECT number FROM invoice ORDER BY id")]
        lines = rows("SELECT count(*) FROM line")
        assert lines == [(len(found),)]
        assert counters() == ({SERIES: len(found)} if found else {})
        return found

    def runs(self) -> list[object]:
        return [state for (state,) in rows("SELECT status FROM transfer ORDER BY id")]


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    with line_to(server.folder) as line:
        yield Office(server, line, tmp_path)
        close_database()


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    short_steps(monkeypatch, transaction=TRANSACTION, batch=TRANSACTION, seconds=FOREVER)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the server to come back."""
    monkeypatch.setattr(postgres_causes, "RECONNECT_SECONDS", 0.0)


def statements(office: Office) -> list[int]:
    """The places of all statements of an import."""
    office.begin_anew()
    open_database(office.url)
    office.line.watch()
    assert office.import_() == ALL
    kinds = enumerate(office.line.messages)
    return [place for place, message in kinds if message[:1] in map(bytes, zip(_STATEMENTS))]


def at_message(wanted: int) -> Cut:
    """Cut at this message of those that clients send."""
    return lambda number, _: number == wanted


def at_commit(wanted: int = 1) -> Cut:
    """Cut at one of the commits of what was written."""
    seen, writes = 0, False

    def is_it(_: int, text: bytes) -> bool:
        nonlocal seen, writes
        writes = writes or b"FOR UPDATE" in text  # before it, the program has only read
        seen += writes and text == b"QCOMMIT\0"
        return seen == wanted

    return is_it


@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_the_import_goes_on_when_the_line_is_cut_at_any_statement(
    office: Office, *, done: bool
) -> None:
    """The number of messages varies by a few, so the last places may not come in each run."""
    places = statements(office)
    assert len(places) > 50
    some, cuts = places[random.randrange(_STRIDE) :: _STRIDE], 0
    for place in some:
        office.begin_anew()
        open_database(office.url)
        office.will_be_cut(at_message(place), done=done)
        try:
            told = office.import_()
            assert told == ALL
            assert (office.stored(), office.runs()) == (ALL, ["tamam"])
        except (AssertionError, DatabaseRefused) as error:
            error.add_note(f"{place}. message, {office.line.messages[place : place + 1]!r:.80}")
            raise
        cuts += office.line.cuts
    assert len(some) / 2 < cuts <= len(some)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_what_was_told_is_saved_where_the_server_does_not_come_back(
    office: Office, *, done: bool
) -> None:
    some = statements(office)[random.randrange(_STRIDE) :: _STRIDE]
    uncertain = 0
    for cut in [*map(at_message, some), *map(at_commit, COMMITS)]:
        office.begin_anew()
        open_database(office.url)
        office.will_be_cut(cut, done=done, lasting=True)
        refusal: DatabaseRefused | None = None
        try:
            office.import_()
        except DatabaseRefused as error:
            refusal = error
        told, stored = office.numbers_told, office.stored()
        assert stored[: len(told)] == told
        if isinstance(refusal, CommitUncertain):
            uncertain += 1
            assert len(stored) - len(told) in (0, TRANSACTION, DOCUMENTS % TRANSACTION)
        else:
            assert stored == told
        assert refusal or told == ALL  # the end of the run alone was not written
        office.line.watch()
        if refusal:
            assert stored + office.import_(resumes=True) == ALL
            assert office.stored() == ALL
    assert uncertain >= len(COMMITS)


@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_a_run_of_one_transaction_is_known_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, done: bool
) -> None:
    """Another process may have begun one in the same second."""
    short_steps(monkeypatch, transaction=DOCUMENTS + 1, batch=DOCUMENTS + 1)
    office.begin_anew()
    open_database(office.url)
    office.will_be_cut(at_commit(), done=done)
    assert (office.import_(), office.line.cuts) == (ALL, 1)
    assert (office.stored(), office.runs()) == (ALL, ["tamam"])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("commit", COMMITS)
@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_the_command_says_what_is_saved(office: Office, commit: int, *, done: bool) -> None:
    office.begin_anew()
    office.will_be_cut(at_commit(commit), done=done, lasting=True)
    said = office.command()
    told = [one["belgeNo"] for one in said.records if "belgeNo" in one]
    assert told == ALL[: (commit - 1) * TRANSACTION]
    assert said.status == 1
    assert "sunucuyla bağlantı kesildi" in said.err
    assert "son yazılanların kaydedilip kaydedilmediği belli değil" in said.err
    assert "ynı komut yalnız kalanları aktarır" in said.err
    assert office.stored() == ALL[: (commit - 1 + done) * TRANSACTION]
    office.line.watch()
    again = office.command()
    assert again.status == 0
    assert office.stored() == ALL
    saved = [one["belgeNo"] for one in again.records if one.get("durum") == "aktarildi"]
    assert saved == ALL[(commit - 1 + done) * TRANSACTION :]


@pytest.mark.usefixtures("impatient")
def test_the_command_that_has_saved_nothing_ends_with_2(office: Office) -> None:
    office.begin_anew()
    office.line.watch(before=lambda _, text: b"INSERT INTO line" in text, lasting=True)
    said = office.command()
    assert (said.status, office.stored()) == (2, [])
    assert "sunucuyla bağlantı kesildi" in said.err


@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_an_undo_and_its_way_back_are_done_once(office: Office, *, done: bool) -> None:
    office.begin_anew()
    open_database(office.url)
    office.line.watch()
    office.import_()
    office.will_be_cut(at_commit(), done=done)
    undone = undo(1)
    assert (undone.removed, office.line.cuts) == (DOCUMENTS, 1)
    assert office.stored() == []
    close_database()
    open_database(office.url)
    office.will_be_cut(at_commit(), done=done)
    back = restore(1)
    assert (back.back, back.left, office.line.cuts) == (DOCUMENTS, [], 1)
    assert office.stored() == ALL


@pytest.mark.usefixtures("impatient")
def test_an_undo_that_nobody_can_ask_about_says_so(office: Office) -> None:
    office.begin_anew()
    open_database(office.url)
    office.line.watch()
    office.import_()
    office.line.watch(after=at_commit(), lasting=True)
    with pytest.raises(CommitUncertain):
        undo(1)
    assert office.stored() == []


@pytest.mark.parametrize("done", [False, True], ids=["before", "its answer lost"])
def test_cards_are_told_as_new_once(office: Office, *, done: bool) -> None:
    office.begin_anew()
    open_database(office.url)
    file = office.folder / "cari.json"
    cards = [{"CariTemelBilgi": {"CARI_KOD": code}} for code in ("120-1", "120-2")]
    file.write_text(json.dumps(cards))
    told: list[CardOutcome] = []
    office.will_be_cut(at_commit(), done=done)
    import_cards(file, told=told.extend)
    assert [(one.code, one.status) for one in told] == [
        ("120-1", CardStatus.NEW), ("120-2", CardStatus.NEW)
    ]  # fmt: skip
    assert office.line.cuts == 1
    office.stored()
    assert rows("SELECT code FROM account ORDER BY code") == [("120-1",), ("120-2",)]
