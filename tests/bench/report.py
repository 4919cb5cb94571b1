"""The figures as a Markdown table, with the machine and the versions that they are of."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import apsw

from tests.bench.measure import Figure

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
HEADER = "| work | median | min – max | × bare Python | CPU | peak memory |"


def table(figures: Sequence[Figure], baseline: Figure) -> str:
    """One line a figure; ratios are to `baseline`, measured in the same run."""
    rows = [_row(figure, figure.wall / baseline.wall) for figure in figures]
    return "\n".join([HEADER, "|---|--:|--:|--:|--:|--:|", *rows])


def report(figures: Sequence[Figure], baseline: Figure) -> str:
    """Table, machine and versions."""
    runs = len(baseline.runs)
    return f"{table(figures, baseline)}\n\nMedians of {runs} runs. {machine()} {versions()}"


def write_readme(text: str) -> None:
    """Puts a report between the README's markers."""
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def machine() -> str:
    """Cores, processor and memory."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores ({_processor()}), {pages / 1e9:.0f} GB of memory, "
        f"{platform.system()}."
    )


def versions() -> str:
    """Python, SQLite and the packages that the figures depend on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("peewee", "msgspec", "textual"))
    return (
        f"Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()} "
        f"(apsw {version('apsw')}), {packages}."
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _row(figure: Figure, ratio: float) -> str:
    low, high = figure.spread
    cpu = "" if figure.cpu is None else _time(figure.cpu)
    peak = "" if figure.peak is None else f"{figure.peak:.0f} MB"
    spread = f"{_time(low)} – {_time(high)}"
    times = f"{ratio:.1f}" if ratio < 100 else f"{ratio:,.0f}"
    return f"| {figure.name} | {_time(figure.wall)} | {spread} | {times} | {cpu} | {peak} |"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
