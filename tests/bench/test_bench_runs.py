"""The benchmark runs from start to end, on very little."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.cases import CASES
from tests.bench.measure import run

_ROOT = Path(__file__).parents[2]


def test_every_case_is_measured():
    command = [sys.executable, "-m", "tests.bench", "--fatura", "50", "--tekrar", "1"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == len(CASES) + 1


def test_a_process_costs_its_own_time_and_memory_not_ours():
    ours = bytearray(200_000_000)  # held by the one that measures
    little = run([sys.executable, "-c", "pass"])
    much = run(
        [sys.executable, "-c", "data = bytes(1) * 100_000_000; import time; time.sleep(0.2)"]
    )
    assert little.peak < 50 < 100 < much.peak < 200
    assert much.wall >= 0.2
    assert much.cpu < much.wall
    assert len(ours)
