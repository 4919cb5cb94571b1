"""The figures as Markdown tables, with the machine and the versions that they are of."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import apsw

from tests.bench.data import Data
from tests.bench.measure import Figure, Limit, Section

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
QUIET = 0.5
_RULE = "|---|--:|--:|--:|--:|--:|---|"
HEADER = "| work | median | min – max | × | CPU | peak memory | target |"


def table(section: Section, figures: Sequence[Figure], count: int) -> str:
    """One line a figure; `×` is to the first line, a missed target is bold."""
    return "\n".join([f"**{section.title}**", "", HEADER, _RULE, *rows(section, figures, count)])


def rows(
    section: Section, figures: Sequence[Figure], count: int, *, headlines: bool = False
) -> list[str]:
    """The lines of a section's table; with `headlines`, only those that the README has."""
    return [
        _row(figure, figures, section.relative, count)
        for figure in figures
        if figure.case.headline or not headlines
    ]


def headline_table(lines: Sequence[str]) -> str:
    """One table of the README's lines, of all sections."""
    return "\n".join([HEADER, _RULE, *lines])


def report(tables: Sequence[str], data: Data, rounds: int, load: float) -> str:
    """How it was measured, then the tables."""
    lines = _lines_of(data)
    how = (
        f"{data.count:,} invoices with {lines:,} lines, {data.file.stat().st_size / 1e6:,.0f} MB of"
        f" JSON; medians of {rounds} runs, the lines of a table measured in turn. × is the median"
        " of the ratios to the first line of its kind in the same round; ours is bold, and so"
        " is a target that was missed. Peak memory is that of the greatest single process."
        f" {machine()} {versions()} Load of the machine before the run: {load:.1f}"
        f"{', since other work ran beside it' if load > QUIET else ''}."
    )
    return "\n\n".join([how, *tables])


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


def _lines_of(data: Data) -> int:
    with apsw.Connection(str(data.full)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM line")
    return count


def _row(figure: Figure, table: Sequence[Figure], relative: bool, count: int) -> str:
    name = figure.case.name
    if not figure.runs:
        return f"| {name} | {figure.left_out} | | | | | |"
    low, high = figure.spread
    ratio = figure.ratio(table[0]) if relative else None
    cells = (
        name,
        _time(figure.wall),
        f"{_time(low)} – {_time(high)}",
        "" if ratio is None else f"{ratio:.2f}",
        "" if figure.cpu is None else _time(figure.cpu),
        "" if figure.peak is None else f"{figure.peak:.0f} MB",
        ", ".join(_target(limit, figure, table, count) for limit in figure.case.limits),
    )
    return f"| {' | '.join(cells)} |"


def _target(limit: Limit, figure: Figure, table: Sequence[Figure], count: int) -> str:
    """A target in words with, of a ratio to another line, what it was; bold where missed."""
    most = limit.most_of(count)
    text = f"≤ {most:g} {limit.unit}"
    found = figure.wall
    if limit.unit == "MB":
        found = figure.peak or 0.0
    elif limit.unit == "×":
        other = next((f for f in table if f.case.name == limit.of), table[0])
        ratio = figure.ratio(other)
        if ratio is None:
            return text
        found = ratio
        if limit.of:
            text += f" {limit.of.split(',')[0].replace('*', '')} ({ratio:.2f})"
    return f"**{text}**" if found > most else text


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.2f} ms"
