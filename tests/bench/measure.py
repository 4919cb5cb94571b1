"""Measures whole processes: wall time, CPU time and peak memory, over several runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_LAUNCH = Path(__file__).with_name("launch.py")
# macOS counts ru_maxrss in bytes, others in KiB.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
_MEGABYTE = 1_000_000


class Cost(NamedTuple):
    """What one run cost."""

    wall: float
    """Seconds."""
    cpu: float | None = None
    """Seconds, user and system together."""
    peak: float | None = None
    """Megabytes of resident memory."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the runs of one case cost."""

    name: str
    runs: tuple[Cost, ...]

    @property
    def wall(self) -> float:
        """The median, in seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """The quickest and the slowest run, in seconds."""
        times = [run.wall for run in self.runs]
        return min(times), max(times)

    @property
    def cpu(self) -> float | None:
        """The median, in seconds; None where it was not measured."""
        known = [run.cpu for run in self.runs if run.cpu is not None]
        return statistics.median(known) if known else None

    @property
    def peak(self) -> float | None:
        """The greatest, in megabytes; None where it was not measured."""
        return max((run.peak for run in self.runs if run.peak is not None), default=None)


def repeat(name: str, times: int, once: Callable[[], Cost]) -> Figure:
    """The same work `times` times; one more run before them fills the caches."""
    once()
    return Figure(name, tuple(once() for _ in range(times)))


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """One command as a whole process, its output thrown away.

    Raises RuntimeError with what it wrote to standard error where it does not end with 0.
    """
    launcher = [sys.executable, "-I", "-S", str(_LAUNCH), *command]
    done = subprocess.run(
        launcher,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    wall, cpu, peak, status = done.stdout.split()
    if status != "0":
        raise RuntimeError(f"{' '.join(command)}: exit status {status}\n{done.stderr}")
    return Cost(float(wall), float(cpu), int(peak) * _MAXRSS_UNIT / _MEGABYTE)
