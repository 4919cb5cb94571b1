"""What the README says is so: pictures, keys, command line, file format, layers, figures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pictures
import pytest
import readme_blocks as readme

from app.cli.usage import USAGE
from app.domain import reasons, stated_totals
from app.domain.document_status import WORDS
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import Code, Reason
from app.netsis.input_file import open_source
from app.netsis.tolerant.parser import read_invoice
from app.tui.commands import COMMANDS

ROOT = readme.ROOT


async def test_the_pictures_are_what_the_program_draws(tmp_path, monkeypatch):
    drawn = await pictures.draw_tabs(tmp_path, monkeypatch)
    for name, picture in drawn.items():
        readme.check(f"picture-{name}", readme.fenced(picture))


def test_the_key_table_is_made_from_the_commands():
    rows = [
        f"| {command.shown} | {command.label} | {command.help} | "
        f"{', '.join(scope.value for scope in command.scopes)} |"
        for command in COMMANDS
    ]
    head = ["| Tuş | İş | Ne yapar | Nerede |", "|---|---|---|---|"]
    readme.check("keys", "\n".join(head + rows))


def test_the_command_line_is_what_help_prints():
    readme.check("usage", readme.fenced(USAGE.rstrip("\n")))


def test_the_table_of_durum_quotes_what_the_program_says():
    table = (ROOT / "README.md").read_text().partition("### Durum ne demek")[2].split("\n\n")[1]
    words = re.findall(r"^\| ([\w ]+)(?:: …)? \|", table, re.MULTILINE)
    assert words[1:] == list(WORDS.values())
    said = {
        reasons.text(Reason(Code.TOTALS_COMPUTED)),
        reasons.text(Reason(Code.GETS_NUMBER, values=("",))),
        reasons.text(Reason(Code.IMPORTED_BEFORE, values=("…",))),
        reasons.text(Reason(Code.STORED, values=("…",))),
        reasons.text(Reason(Code.TWIN, values=("2",))),
        reasons.text(Reason(Code.NOT_A_NUMBER, "STra_GCMIK", line=2), 3),
    }
    assert {first or second for first, second in re.findall("“(.+?)”|`(.+?)`", table)} == said


def test_the_example_file_is_read_without_a_warning_and_written_back_the_same(tmp_path: Path):
    text = readme.code("example").encode()
    file = tmp_path / "ornek.json"
    file.write_bytes(text)

    source = open_source(file)
    raw = [source.read(span) for span in source.spans()]
    source.close()

    invoices = [read_invoice(document) for document in raw]
    assert [stated_totals.warnings(invoice) for invoice in invoices] == [[]]
    assert b"[\n" + b",\n".join(map(encode_invoice, invoices)) + b"\n]" == _joined(text)


def test_each_long_run_that_it_names_starts_without_pytest():
    named = set(re.findall(r"python -m (tests\.[a-z_.]*[a-z_])", (ROOT / "README.md").read_text()))
    assert len(named) > 5
    # Started as the README says, a command has no paths of pytest's to find its helpers by.
    imported = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    command = [sys.executable, "-c", imported, *sorted(named)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_every_folder_of_the_program_and_of_its_tests_is_in_the_layers():
    program, tests = readme.code("layers").split("\ntests/\n")
    named = set(re.findall(r"^  ([a-z_]+(?:/|\.py)) ", program, re.MULTILINE))
    there = {f"{p.name}/" for p in (ROOT / "app").iterdir() if _holds_code(p)}
    assert {name for name in named if name.endswith("/")} == there
    assert all((ROOT / "app" / name).exists() for name in named)

    covered = set(re.findall(r"[a-z_]+/", tests))
    assert {f"{p.name}/" for p in (ROOT / "tests").iterdir() if _holds_code(p)} <= covered


@pytest.mark.parametrize("name", ["open-command", "test-command"])
def test_each_command_is_one_line_that_needs_python_and_pip_alone(name):
    (line,) = readme.code(name).splitlines()
    programs = {step.split()[0] for step in line.split("&&")}
    assert programs <= {
        "python3",
        ".venv/bin/pip",
        ".venv/bin/python",
        ".venv/bin/toplu-fatura",
    }


def test_the_figures_are_the_chief_ones_of_the_benchmark_as_it_is():
    from tests.bench.cases import CASES
    from tests.bench.data import Data
    from tests.bench.report import HEADER

    data = Data(Path(), 10_000)
    figures = readme.part("figures")
    assert HEADER in figures
    told = re.findall(r"^\| (.+?) \| .+ [|]$", figures, re.MULTILINE)
    assert told[1:] == [case.label(data) for case in CASES if case.headline]


def _joined(text: bytes) -> bytes:
    """The example as the program writes it: one document a line, no blanks between tokens.

    In the README a document is broken into several lines, each but its first indented.
    """
    return re.sub(rb"\n +", b"", text)


def _holds_code(folder: Path) -> bool:
    return folder.is_dir() and any(folder.rglob("*.py"))
