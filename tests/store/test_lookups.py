"""Searches of a Rehber: shown as they go, and stopped by whoever no longer waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.demo.filling import fill
from app.domain.invoice import DocumentType
from app.store import lookups
from app.store.database import Interrupted, reading
from app.store.lookups import Found, search_numbers
from app.store.opening import close_database, open_database

LIMIT = 500
TYPED = ("", "A", "rdm", "2026", "17", "öksüz", "ltd", "rdm öksüz", "14.", "yok")


@pytest.fixture(scope="module", autouse=True)
def _company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    path: Path = tmp_path_factory.mktemp("rehber") / "defter.db"
    open_database(str(path))
    fill(300, 1)
    yield
    close_database()


@pytest.fixture
def _at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search looks whether it is wanted, and shows what it has, as often as it can."""
    monkeypatch.setattr("app.store.engine.sqlite._STEPS_BETWEEN_CHECKS", 1)
    monkeypatch.setattr(lookups, "SHOW_SECONDS", 0)
    monkeypatch.setattr(lookups, "_SLICE", 7)


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("kind", [None, *DocumentType])
def test_what_is_shown_on_the_way_belongs_to_the_answer(
    kind: DocumentType | None, typed: str
) -> None:
    shown: list[Sequence[Found]] = []
    with reading():
        whole = search_numbers(kind, typed, LIMIT, show=shown.append)
    assert shown
    assert set().union(*shown) <= set(whole)
    assert all(list(some) == sorted(some) for some in shown)
    assert [entry.code for entry in whole] == sorted(entry.code for entry in whole)


@pytest.mark.usefixtures("_at_each_step")
def test_a_number_that_is_typed_from_its_beginning_is_shown_before_the_scan() -> None:
    with reading():
        last = search_numbers(DocumentType.SALES, "", LIMIT)[-1]
        shown: list[Sequence[Found]] = []
        search_numbers(DocumentType.SALES, last.code.lower(), LIMIT, show=shown.append)
    first = next(some for some in shown if some)
    assert [last] == list(first)
    assert shown.index(first) < len(shown) / 2


@pytest.mark.usefixtures("_at_each_step")
def test_a_search_ends_within_its_statement_once_nobody_waits() -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(Interrupted), reading():
        search_numbers(None, "yok", LIMIT, stop)
    assert asked <= 25
    asked = 0
    with pytest.raises(Interrupted), reading():
        lookups.codes_in_use("project", None, stop)
    with reading():
        assert search_numbers(None, "", 1)


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.parametrize("member", [*lookups.CODES])
def test_codes_are_counted_slice_by_slice(member: str) -> None:
    shown: list[list[tuple[object, int]]] = []
    with reading():
        whole = lookups.codes_in_use(member, None, show=shown.append)
    sums = [sum(count for _, count in some) for some in shown]
    assert len(set(sums)) > 1
    assert sums == sorted(sums)
    assert shown[-1] == whole
