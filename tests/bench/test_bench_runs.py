"""The benchmark runs from start to end, on very little, and its references do what we do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.bench import outside
from tests.bench.cases import CASES, EXPORT, SECTIONS
from tests.bench.data import STYLES, Data, build
from tests.bench.measure import Section, measure, run
from tests.bench.report import table

_ROOT = Path(__file__).parents[2]

INVOICES = (
    "SELECT document_type, number, account_code, document_date, kind, branch, gross_total,"
    " vat_total, grand_total, currency, salesman, project, series, line_count, extra, header_extra"
    " FROM invoice ORDER BY id"
)
LINES = (
    'SELECT position, "order", stock_code, quantity, unit, gross_price, net_price, vat_rate, extra'
    " FROM line ORDER BY invoice_id, position"
)
SUMS = (
    "SELECT count(*), sum(grand_total), sum(line_count) FROM invoice",
    "SELECT count(*), sum(quantity), sum(net_price) FROM line",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Data:
    return build(tmp_path_factory.mktemp("veri"), 60)


@pytest.fixture(autouse=True)
def _at_the_top(monkeypatch):
    monkeypatch.chdir(_ROOT)


def _floor(name: str):
    return lambda source, target: outside.floor(name, source, target)


def _python(name: str):
    return lambda source, target: outside.python(name, source, target)


def _skip_unless(lacking: str) -> None:
    if lacking:
        pytest.skip(lacking)


def _documents(file: Path) -> dict[tuple[Any, ...], Any]:
    documents = json.loads(file.read_text(encoding="utf-8"))
    keys = ("Tip", "FATIRS_NO", "CariKod")
    return {tuple(one["FatUst"][key] for key in keys): one for one in documents}


def _rows(database: Path, *queries: str) -> list[Any]:
    with apsw.Connection(str(database)) as connection:
        return [list(connection.execute(query)) for query in queries]


def test_every_case_is_measured(tmp_path):
    command = [sys.executable, "-m", "tests.bench", "--fatura", "50", "--tekrar", "0"]
    done = subprocess.run(
        [*command, "--veri", str(tmp_path)], cwd=_ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == len(CASES) + len(SECTIONS)
    for case in CASES:
        assert sum(row.startswith(f"| {case.name} |") for row in rows) == 1


@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        (_floor(outside.EXPORT_FLOOR), outside.no_floor),
        (_python("export_peewee"), lambda: ""),
    ],
    ids=["C", "peewee"],
)
def test_a_reference_exports_the_same_documents(data, command, lacking):
    _skip_unless(lacking())
    written = data.new_file()
    run(command(data.full, written))
    assert _documents(written) == _documents(data.file)


@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        (outside.shell, outside.no_shell),
        (_python("export_sqlite_utils"), outside.no_sqlite_utils),
    ],
    ids=["shell", "sqlite-utils"],
)
def test_a_reference_exports_as_many_documents_and_lines(data, command, lacking):
    _skip_unless(lacking())
    written = data.new_file()
    run(command(data.full, written))
    text = written.read_text(encoding="utf-8")
    ours = data.file.read_text(encoding="utf-8")
    for name in ("FATIRS_NO", "StokKodu"):
        assert text.count(f'"{name}":') == ours.count(f'"{name}":')


def test_the_floor_imports_the_same_rows(data):
    _skip_unless(outside.no_floor())
    copy = data.copy(data.empty)
    run(outside.floor(outside.IMPORT_FLOOR, data.file, copy))
    theirs = _rows(copy, INVOICES, LINES)
    run(data.command(data.copy(data.empty), "iceri-aktar", data.file, "--kaynak-no"))
    assert theirs == _rows(copy, INVOICES, LINES)


@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        (_python("import_sqlite_utils"), outside.no_sqlite_utils),
        (_python("import_peewee"), lambda: ""),
    ],
    ids=["sqlite-utils", "peewee"],
)
def test_a_reference_imports_as_many_rows_of_the_same_sums(data, command, lacking):
    _skip_unless(lacking())
    copy = data.copy(data.empty)
    run(command(data.file, copy))
    assert _rows(copy, *SUMS) == _rows(data.full, *SUMS)


@pytest.mark.parametrize("style", STYLES)
def test_a_file_in_another_spelling_holds_the_same_documents(data, style):
    file, copy = data.spelled(style), data.copy(data.empty)
    run(data.command(copy, "iceri-aktar", file, "--kaynak-no"))
    assert _rows(copy, *SUMS) == _rows(data.full, *SUMS)
    _skip_unless(outside.no_sqlite_utils())
    run(outside.python("import_sqlite_utils", file, data.copy(data.empty)))
    assert _rows(copy, *SUMS) == _rows(data.full, *SUMS)


def test_one_document_in_a_hundred_is_bad_and_the_others_have_free_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(_ROOT)
    data = build(tmp_path, 200)
    spoiled = data.bad_file.read_text(encoding="utf-8")
    assert spoiled.count('"GENELTOPLAM":"x"') == 2
    copy = data.copy(data.full)
    run(data.command(copy, "iceri-aktar", data.other_file, "--kaynak-no"))
    ((counted,),) = _rows(copy, "SELECT count(*), sum(number LIKE 'Q%') FROM invoice")
    assert counted == (400, 200)


def test_where_there_is_no_compiler_the_table_says_so(data, monkeypatch):
    monkeypatch.setenv("PATH", "")
    outside.no_floor.cache_clear()
    figures = measure(Section("Floor", EXPORT.probes[:1]), data, 1)
    outside.no_floor.cache_clear()
    assert "left out: no C compiler" in table(EXPORT, figures, 60)


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
