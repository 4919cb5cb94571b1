"""kill -9 of the program or of its server: what was told is there, and the rest is saved once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from app.domain.document_status import SAVED
from app.errors import DatabaseRefused
from app.store.opening import close_database, open_database
from app.store.preview import Outcome
from app.transfer.decide import ImportRule
from app.transfer.history import cut_off_run
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.cut_line import line_to
from tests.promises.failover import fail_over
from tests.short_steps import FOREVER, short_steps
from tests.store.bookkeeping import document, failures, rows
from tests.store.server import DURABLE, Server, programs, running
from tests.transfer.carrying import write

DOCUMENTS, TRANSACTION = 8, 2
COMMITS = DOCUMENTS // TRANSACTION + 1  # the last ends the run
SERIES = "OLU"
ALL = [f"{SERIES}{number:012}" for number in range(1, DOCUMENTS + 1)]


@pytest.fixture(scope="module")
def durable(server: Server) -> Iterator[Server]:  # noqa: ARG001  # where there is none, it skips
    """A server that keeps what it says, and may be killed."""
    binaries = programs()
    assert binaries
    with running(binaries, DURABLE) as started:
        yield started


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    short_steps(monkeypatch, transaction=TRANSACTION, batch=TRANSACTION, seconds=FOREVER)
    yield
    close_database()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    coming = (document(f"A-{n}", total=f"{n}.0") for n in range(1, DOCUMENTS + 1))
    return write(tmp_path / "x.json", coming)


def import_(file: Path, tell: Callable[[list[str]], object]) -> None:
    """Import into the open books, or what is left of an import that was cut off."""
    incoming = IncomingFile(file)
    rule = ImportRule(
        series=SERIES, create_cards=True, resumes=cut_off_run(incoming.full_path)
    )  # fmt: skip

    def told(outcomes: list[Outcome]) -> None:
        tell([one.new_number for one in outcomes if one.status == SAVED])

    run_import(incoming, None, rule, told=told)
    incoming.close()


def stored(url: str) -> list[str]:
    close_database()
    assert failures(url) == []
    return [str(number) for (number,) in rows("SELECT number FROM invoice ORDER BY id")]


def writes(nth: int, act: Callable[[], bool]) -> Callable[[int, bytes], bool]:
    """At the `nth` commit of what was written: does the act cut the line?"""
    seen, begun = count(1), False

    def look(_: int, text: bytes) -> bool:
        nonlocal begun
        begun = begun or b"FOR UPDATE" in text
        return begun and text == b"QCOMMIT\0" and next(seen) == nth and act()

    return look


@pytest.mark.parametrize("done", [False, True], ids=["before it is sent", "once it is sent"])
@pytest.mark.parametrize("commit", range(1, COMMITS + 1))
def test_a_program_that_is_killed_at_a_commit(
    durable: Server, file: Path, commit: int, *, done: bool
) -> None:
    url = durable.url()
    open_database(url)
    close_database()
    schema = url.rpartition("=")[2]
    with line_to(durable.folder) as line:
        read, write_ = os.pipe()
        start, go = os.pipe()
        child = os.fork()
        if not child:
            os.read(start, 1)
            open_database(line.url(schema))
            import_(file, lambda told: os.write(write_, "".join(f"{n} " for n in told).encode()))
            os._exit(0)
        os.close(write_)

        def kill() -> bool:
            os.kill(child, signal.SIGKILL)
            return not done

        line.watch(before=writes(commit, kill))
        os.write(go, b"\0")
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        with os.fdopen(read) as pipe:
            told = pipe.read().split()
        os.close(start)
        os.close(go)
        line.settle()
    assert told == ALL[: (commit - 1) * TRANSACTION]
    open_database(url)
    again: list[str] = []
    whole = commit == COMMITS
    if not (whole and done):
        import_(file, again.extend)
    assert stored(url) == ALL
    if not whole:
        assert again == ALL[(commit - 1 + done) * TRANSACTION :]


@pytest.mark.parametrize("commit", range(1, COMMITS + 1, 2))
@pytest.mark.parametrize("done", [False, True], ids=["before it", "its answer lost"])
def test_a_server_that_is_killed_at_a_commit_and_comes_back(
    durable: Server, file: Path, commit: int, *, done: bool
) -> None:
    url = durable.url()
    open_database(url)
    close_database()

    def crash() -> bool:
        if not done:
            durable.kill()
            durable.start()
        return True

    told: list[str] = []
    with line_to(durable.folder) as line:
        open_database(line.url(url.rpartition("=")[2]))
        look = writes(commit, crash)
        if done:
            line.watch(after=look)
            line.then = lambda: (durable.kill(), durable.start())
        else:
            line.watch(before=look)
        import_(file, told.extend)
        close_database()
        line.settle()  # the import may have ended before the crash was counted
    assert line.cuts == 1
    assert told == ALL
    assert stored(url) == ALL


def test_a_server_that_has_lost_what_it_confirmed_ends_the_run(server: Server, file: Path) -> None:
    """As after a crash without synchronous commits; the rest of the file is saved again."""
    url = server.url()
    open_database(url)
    told: list[str] = []

    def fall_back(saved: list[str]) -> None:
        told.extend(saved)
        if len(told) == 2 * TRANSACTION:
            forget(url, TRANSACTION)

    with pytest.raises(DatabaseRefused, match="kaydedilmiş son belgeler artık yok"):
        import_(file, fall_back)
    assert told == ALL[: 2 * TRANSACTION]
    close_database()
    open_database(url)
    import_(file, lambda _: None)
    assert stored(url) == ALL


def forget(url: str, count: int) -> None:
    """Take back the last documents behind the program's back, and cut its connections."""
    plain, _, schema = url.rpartition("&sema=")
    last = f"(SELECT id FROM invoice ORDER BY id DESC LIMIT {count})"
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute(f'SET search_path TO "{schema}"')
        other.execute(f"DELETE FROM line WHERE invoice_id IN {last}")
        other.execute(
            "DELETE FROM transfer_item WHERE position IN"
            f" (SELECT position FROM transfer_item ORDER BY position DESC LIMIT {count})"
        )
        other.execute(f"DELETE FROM invoice WHERE id IN {last}")
        other.execute(f"UPDATE series SET last_number = last_number - {count}")
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE application_name = 'toplu-fatura'"
        )


@pytest.mark.usefixtures("server")
def test_a_server_whose_standby_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one address names both; whoever was told anything finds it on the other."""
    short_steps(monkeypatch, transaction=10)
    seen = fail_over(tmp_path, 400)
    assert seen.told == seen.stored
    assert len(seen.stored) == len(set(seen.stored)) == 400
