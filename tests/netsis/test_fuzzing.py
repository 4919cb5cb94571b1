"""Documents that are nearly right, of fixed seeds; `python -m tests.netsis.fuzzing` goes on."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.netsis import fuzzing


def outcomes(check: Callable[[Random], str], seed: int, times: int) -> Counter[str]:
    """What became of so many; a failure tells its place in the row."""
    random = Random(f"{check.__name__}:{seed}")
    return Counter(check(random) for _ in range(times))


@pytest.mark.parametrize("seed", range(6))
def test_only_a_sentence_leaves_the_reader_and_its_ways_agree(seed: int) -> None:
    found = outcomes(fuzzing.document, seed, 400)
    assert min(found["document refused"], found["document taken, quick"]) > 20


@pytest.mark.parametrize("seed", range(6))
def test_a_bad_line_costs_none_of_its_neighbours(seed: int) -> None:
    found = outcomes(fuzzing.lines, seed, 150)
    assert min(found["line broken"], found["line read"]) > 20


@pytest.mark.parametrize("seed", range(6))
def test_any_layout_is_split_in_order_or_refused(seed: int) -> None:
    assert outcomes(fuzzing.layouts, seed, 150)["file read"] > 100


@pytest.mark.parametrize("seed", range(6))
def test_an_import_saves_each_document_whole_or_not_at_all(seed: int) -> None:
    assert outcomes(fuzzing.whole_import, seed, 1) == {"import": 1}


def test_the_command_runs_one_round() -> None:
    command = [sys.executable, "-m", "tests.netsis.fuzzing", "--saniye", "0"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert "document refused" in done.stdout
    assert "import" in done.stdout
