"""Measures whole processes in turn: wall time, CPU time and peak memory, over several rounds."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.bench.data import Data

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


MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """A target: at most so many `s`, `MB`, or `×` the time of another line of the same table."""

    most: float
    unit: str
    of: str = ""
    """The other line's name; none: the table's first line."""
    of_million: float | None = None
    """The target for a million invoices and more, where it is another."""

    def most_of(self, count: int) -> float:
        """The target for so many invoices."""
        return self.most if self.of_million is None or count < MILLION else self.of_million


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a table."""

    name: str
    limits: tuple[Limit, ...] = ()
    headline: bool = False
    """Whether the README has it."""

    def label(self, _data: object = None) -> str:
        """The name; it does not depend on how much is measured."""
        return self.name


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that is done once a round and costs one or more lines' figures."""

    cases: tuple[Case, ...]
    once: Callable[[Data], Sequence[Cost]]
    lacking: Callable[[], str] = lambda: ""
    """Why it cannot be measured on this machine; empty where it can."""
    at_most: int | None = None
    """Invoices beyond which it would take hours or all of the memory."""

    def left_out(self, data: Data) -> str:
        """Why it is left out; empty where it is not."""
        if self.at_most and data.count > self.at_most:
            return f"left out beyond {self.at_most:,} invoices"
        return self.lacking() and f"left out: {self.lacking()}"


@dataclass(frozen=True, slots=True)
class Section:
    """One table: what is measured in turn, round by round; ratios are to its first line."""

    title: str
    probes: tuple[Probe, ...]
    relative: bool = True
    """Whether ratios say anything."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """All lines."""
        return tuple(case for probe in self.probes for case in probe.cases)


@dataclass(frozen=True, slots=True)
class Figure:
    """What the runs of one case cost; no runs, and why, where it was left out."""

    case: Case
    runs: tuple[Cost, ...]
    left_out: str = ""

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

    def ratio(self, other: Figure) -> float | None:
        """The median of the ratios of two runs of the same round; None where one is left out."""
        pairs = zip(self.runs, other.runs, strict=False)
        ratios = [mine.wall / its.wall for mine, its in pairs]
        return statistics.median(ratios) if ratios else None


def measure(section: Section, data: Data, rounds: int) -> list[Figure]:
    """Every probe in turn, `rounds` times; one more round before them fills the caches.

    With no rounds that first one is what is measured.
    """
    runs: dict[Case, list[Cost]] = {case: [] for case in section.cases}
    there = [probe for probe in section.probes if not probe.left_out(data)]
    for _ in range(rounds + 1):
        for probe in there:
            for case, cost in zip(probe.cases, probe.once(data), strict=True):
                runs[case].append(cost)
    return [
        Figure(case, tuple(runs[case][rounds and 1 :]), probe.left_out(data))
        for probe in section.probes
        for case in probe.cases
    ]


def run(command: Sequence[str], status: int = 0) -> Cost:
    """One command as a whole process, its output thrown away.

    Raises RuntimeError with what it wrote to standard error where it ends with another status.
    """
    launcher = [sys.executable, "-I", "-S", str(_LAUNCH), *command]
    done = subprocess.run(
        launcher,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    wall, cpu, peak, ended = done.stdout.split()
    if int(ended) != status:
        raise RuntimeError(f"{' '.join(command)}: exit status {ended}\n{done.stderr}")
    return Cost(float(wall), float(cpu), int(peak) * _MAXRSS_UNIT / _MEGABYTE)
