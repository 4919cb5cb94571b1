"""The line to a server is cut as whole books that were moved there are committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import CommitUncertain, DatabaseRefused
from app.store import moving
from app.store.opening import close_database
from tests.promises.cut_line import Line, line_to
from tests.store.bookkeeping import document, enter
from tests.store.server import Server
from tests.store.whole_books import content

pytestmark = pytest.mark.files_only  # it moves a file


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    with line_to(server.folder) as line:
        yield line


@pytest.fixture
def filled(books: Path) -> Path:
    enter(document("A-1"))
    close_database()
    return books


def move(source: Path, target: str) -> moving.Moved:
    return moving.move(str(source), target, lambda *_: None, lambda: False)


def is_commit(_number: int, text: bytes) -> bool:
    return text == b"QCOMMIT\0"


def test_where_the_answer_is_lost_the_server_is_asked(
    filled: Path, server: Server, line: Line
) -> None:
    line.watch(after=is_commit)
    assert move(filled, line.url("CEVAPSIZ")).documents == 1
    assert line.cuts == 1
    assert content(server.url("CEVAPSIZ")) == content(filled)


def test_what_did_not_reach_the_server_is_not_there(
    filled: Path, server: Server, line: Line
) -> None:
    line.watch(before=is_commit)
    with pytest.raises(DatabaseRefused) as refused:
        move(filled, line.url("ULASMAZ"))
    assert refused.value.sentence.endswith("; hiçbir şey taşınmadı")
    assert not refused.value.something_done
    line.watch()
    assert move(filled, line.url("ULASMAZ")).documents == 1
    assert content(server.url("ULASMAZ")) == content(filled)


def test_where_the_rows_do_not_reach_the_server_nothing_is_moved(filled: Path, line: Line) -> None:
    line.watch(before=lambda _number, text: text.startswith(b"QCOPY") or b"COPY invoice" in text)
    with pytest.raises(DatabaseRefused) as refused:
        move(filled, line.url("YARIDA"))
    assert line.cuts
    assert refused.value.sentence == (
        "Veritabanı: sunucuyla bağlantı kesildi; biraz sonra yeniden deneyin; hiçbir şey taşınmadı"
    )


def test_where_nobody_answers_it_is_said_that_nobody_knows(
    filled: Path, server: Server, line: Line
) -> None:
    line.watch(after=is_commit, lasting=True)
    with pytest.raises(CommitUncertain):
        move(filled, line.url("SUSKUN"))
    line.settle()
    assert content(server.url("SUSKUN")) == content(filled)
