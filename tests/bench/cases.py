"""What is measured: each section is a table, each case one line of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import outside, screens
from tests.bench.data import SMALL, STYLES, Data
from tests.bench.lists import SORTS, STEPS
from tests.bench.measure import Case, Cost, Limit, Probe, Section, run
from tests.bench.references.hello import WORD
from tests.bench.spellings import SPELLINGS

SLOW = 100_000  # invoices that a reference with all documents in memory is asked for at most
OURS = "**`iceri-aktar`**, empty database"
_IMPORT_PEAK = Limit(100, "MB", of_million=128)
SHELL = "`sqlite3` shell, `json_object` of the join"

Command = Callable[[Data], Sequence[str]]


def _process(
    name: str, command: Command, *limits: Limit, status: int = 0, headline: bool = False
) -> Probe:
    """A whole process."""
    return Probe((Case(name, limits, headline),), lambda data: [run(command(data), status)])


def _reference(
    name: str,
    command: Command,
    lacking: Callable[[], str],
    at_most: int | None = None,
    *,
    headline: bool = True,
) -> Probe:
    """A whole process that is not ours."""
    return Probe(
        (Case(name, headline=headline),), lambda data: [run(command(data))], lacking, at_most
    )


def _nothing() -> str:
    return ""


def _export(data: Data) -> list[str]:
    # A copy: an export writes its journal.
    return data.command(data.copy(data.full), "disari-aktar", data.new_file())


def _import(data: Data, file: Path, database: Path) -> list[str]:
    return data.command(data.copy(database), "iceri-aktar", file, "--kaynak-no")


def _lists(data: Data) -> list[Cost]:
    result = data.folder / "sureler.json"
    whole = run([sys.executable, "-m", "tests.bench.lists", str(data.full), str(result)])
    first, *others = json.loads(result.read_text(encoding="utf-8"))
    return [Cost(first, peak=whole.peak), *(Cost(spent) for spent in others)]


def _spellings(data: Data) -> list[Cost]:
    result = data.folder / "yazimlar.json"
    run([sys.executable, "-m", "tests.bench.spellings", str(data.folder), str(result)])
    return [Cost(spent) for spent in json.loads(result.read_text(encoding="utf-8"))]


def _spelling(name: str) -> tuple[Case, Case]:
    own = f"a thousand documents in our spelling, as {name}'s"
    return Case(own), Case(f"the same documents as {name}", (Limit(2.0, "×", of=own),))


def _at_once(seconds: float) -> tuple[Limit, ...]:
    return (Limit(seconds, "s"),)


def _spelled(style: str) -> tuple[Probe, ...]:
    """The import of a file in another spelling, and a reference on the same file."""
    reference = f"sqlite-utils, file as {style}"
    return (
        _process(
            f"**`iceri-aktar`**, file as {style}",
            lambda d: _import(d, d.spelled(style), d.empty),
            Limit(1.0, "×", of=reference),
            _IMPORT_PEAK,
            headline=True,
        ),
        _reference(
            reference,
            lambda d: outside.python("import_sqlite_utils", d.spelled(style), d.copy(d.empty)),
            outside.no_sqlite_utils,
            SLOW,
        ),
    )


def _judged(style: str) -> Probe:
    name = f"a file opened, as {style}: F5 until all are judged"
    case = Case(name, _at_once(30.0), headline=True)
    return Probe((case,), lambda d: screens.judged_file(d, d.spelled(style)))


START = Section(
    "Start",
    (
        _process("bare `python -c pass`", lambda _: [sys.executable, "-c", "pass"]),
        _process("**`--help`**", lambda d: d.command(d.small, "--help"), Limit(2.0, "×")),
        _process(
            f"**`listele`**, {SMALL} invoices",
            lambda d: d.command(d.small, "listele"),
            Limit(4.0, "×"),
            headline=True,
        ),
    ),
)
FRAMES = Section(
    "First frame, in a pseudo-terminal",
    (
        Probe(
            (Case("hello-world Textual app"),), lambda _: [screens.first_word(outside.HELLO, WORD)]
        ),
        Probe(
            (Case("**the program**, first frame", (Limit(2.0, "×"),), headline=True),),
            lambda d: [screens.first_frame(d.command(d.full))],
        ),
        Probe(
            (
                Case(
                    "**the program**, F5 to the first rows",
                    (Limit(0.6, "s"), Limit(120, "MB")),
                    headline=True,
                ),
            ),
            lambda d: [screens.first_rows(d.command(d.full))],
        ),
    ),
)
EXPORT = Section(
    "Export",
    (
        _reference(
            "C on SQLite's own API",
            lambda d: outside.floor(outside.EXPORT_FLOOR, d.full, d.new_file()),
            outside.no_floor,
        ),
        _process(
            "**`disari-aktar`**",
            _export,
            Limit(1.8, "×"),
            Limit(1.0, "×", of=SHELL),
            Limit(64, "MB", of_million=80),
            headline=True,
        ),
        _reference(SHELL, lambda d: outside.shell(d.full, d.new_file()), outside.no_shell),
        _reference(
            "sqlite-utils, query of the join",
            lambda d: outside.python("export_sqlite_utils", d.full, d.new_file()),
            outside.no_sqlite_utils,
            headline=False,
        ),
        _reference(
            "peewee models, prefetch, `json.dumps`",
            lambda d: outside.python("export_peewee", d.full, d.new_file()),
            _nothing,
            SLOW,
            headline=False,
        ),
    ),
)
IMPORT = Section(
    "Import",
    (
        _reference(
            "C on SQLite's own API, no checks; empty database",
            lambda d: outside.floor(outside.IMPORT_FLOOR, d.file, d.copy(d.empty)),
            outside.no_floor,
        ),
        _process(
            OURS,
            lambda d: _import(d, d.file, d.empty),
            Limit(1.8, "×"),
            _IMPORT_PEAK,
            headline=True,
        ),
        _process(
            "**`iceri-aktar`**, 1 % of the documents bad",
            lambda d: _import(d, d.bad_file, d.empty),
            Limit(1.15, "×", of=OURS),
            _IMPORT_PEAK,
            status=1,
        ),
        _process(
            "**`iceri-aktar`**, into a database that holds as many",
            lambda d: _import(d, d.other_file, d.full),
            Limit(1.3, "×", of=OURS),
            Limit(128, "MB"),
        ),
        _reference(
            "C, into a database that holds as many",
            lambda d: outside.floor(outside.IMPORT_FLOOR, d.other_file, d.copy(d.full)),
            outside.no_floor,
            headline=False,
        ),
        _reference(
            "sqlite-utils, `json.loads`, `insert_all`",
            lambda d: outside.python("import_sqlite_utils", d.file, d.copy(d.empty)),
            outside.no_sqlite_utils,
            SLOW,
        ),
        _reference(
            "peewee models, `json.loads`, `create`, `insert_many`",
            lambda d: outside.python("import_peewee", d.file, d.copy(d.empty)),
            _nothing,
            SLOW,
            headline=False,
        ),
        *(probe for style in STYLES for probe in _spelled(style)),
    ),
)
PARSING = Section(
    "Reading and judging, CPU time of all processes",
    (Probe(tuple(case for name in SPELLINGS for case in _spelling(name)), _spellings),),
    relative=False,
)
LISTS = Section(
    "Lists, through the store in one process",
    (
        Probe(
            (
                Case(STEPS[0], (Limit(0.6, "s"), Limit(120, "MB"))),
                Case(STEPS[1]),
                *(Case(step, _at_once(0.1)) for step in STEPS[2:]),
                *(Case(step, _at_once(2.0)) for step in SORTS),
            ),
            _lists,
        ),
    ),
    relative=False,
)
SCREENS = Section(
    "Screens at work, in a pseudo-terminal",
    (
        Probe(
            (
                Case("a file opened: F5 to the first rows", _at_once(1.0)),
                Case("a file opened: F5 until all are judged", _at_once(15.0), headline=True),
                Case("a file opened: longest silence of the screen", _at_once(0.1), headline=True),
            ),
            screens.opened_file,
        ),
        *map(_judged, STYLES),
        Probe(
            (
                Case("↓ during an import: median answer"),
                Case("↓ during an import: 99th percentile", _at_once(0.1), headline=True),
                Case("↓ during an import: longest"),
            ),
            screens.answers,
        ),
    ),
    relative=False,
)
SECTIONS = (START, FRAMES, EXPORT, IMPORT, PARSING, LISTS, SCREENS)
CASES = tuple(case for section in SECTIONS for case in section.cases)
