"""Offices simulated from seeds: whatever comes together, the books hold what was reported."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from app.store.database import database, writing
from tests.cli.loaded_program import load
from tests.promises import simulate, simulated_office
from tests.scale import rounds

pytestmark = pytest.mark.files_only

_SEEDS = rounds(200)  # the same each time; tests.promises.simulate plays any others
_IMPORTING = (
    "import", "import_again", "import_beside_another_user",
    "undo_an_import", "restore_an_import", "kill_an_undo",
)  # fmt: skip


@pytest.fixture(scope="module")
def player() -> Iterator[Executor]:
    """A small process: a fork of this one would copy the pages of the whole suite."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=load) as pool:
        yield pool


@pytest.mark.parametrize("tens", range(_SEEDS // 10))
def test_no_seed_breaks_the_books(tens: int, player: Executor) -> None:
    seeds = range(10 * tens, 10 * tens + 10)
    assert [wrong for wrong in player.map(simulate.simulate, seeds) if wrong] == []


def test_every_kind_of_step_comes_to_pass():
    steps = {
        step.name for seed in range(_SEEDS) for step in simulate.steps_of(seed, simulate.STEPS)
    }
    assert steps == simulate.WORK.keys()


def test_a_document_that_is_lost_is_found_and_the_steps_are_as_few_as_can_be(monkeypatch):
    real = simulated_office.run_import

    def losing(*values, **named):
        summary = real(*values, **named)
        with writing():
            database.execute_sql(
                "DELETE FROM line WHERE invoice_id IN (SELECT max(id) FROM invoice)"
            )
            database.execute_sql("DELETE FROM invoice WHERE id IN (SELECT max(id) FROM invoice)")
            database.execute_sql("DELETE FROM transfer_item WHERE position IN"
                                 " (SELECT max(position) FROM transfer_item)")  # fmt: skip
        return summary

    monkeypatch.setattr(simulated_office, "run_import", losing)
    seed = next(n for n in range(100) if simulate.steps_of(n, simulate.STEPS)[2].name == "import")
    steps = simulate.shrink(simulate.steps_of(seed, simulate.STEPS))
    assert len(steps) == 1
    assert steps[0].name in _IMPORTING
