"""The same document is known again, however it is spelled and whoever brings it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.netsis.tolerant.parser import read_invoice
from app.store.database import writing
from tests.cli.commandline import command, environment
from tests.netsis.examples import changed, compact, example, spelled
from tests.promises.crowd import wait_for_line
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, enter, make_cards, purchase, rows
from tests.transfer.carrying import Carried, ImportRule, export_all, write

SKIP = ImportRule(create_cards=True, skip_transferred=True)
NUMBER = "RDM202400000348"


def _every_key(document: Any, change: Callable[[str], str], turn: int = 1) -> Any:
    if isinstance(document, list):
        return [_every_key(part, change, turn) for part in document]
    if isinstance(document, dict):
        pairs = list(document.items())[::turn]
        return {change(name): _every_key(value, change, turn) for name, value in pairs}
    return document


SPELLINGS = {
    "as Logo's client spells it": compact(example()),
    "over many lines": json.dumps(example(), indent=4).encode(),
    "letters by their code": json.dumps(example(), ensure_ascii=True).encode(),
    "keys in another order": compact(_every_key(example(), str, -1)),
    "keys in small letters": compact(_every_key(example(), str.lower)),
    "keys in capitals, turned": compact(_every_key(example(), str.upper, -1)),
    "a whole number": spelled("FatUst.BRUTTUTAR", "1802"),
    "zeros at the end": spelled("FatUst.GENELTOPLAM", "1833.7800"),
    "an exponent": spelled("FatUst.GENELTOPLAM", "183378E-2"),
    "a Turkish number": spelled("FatUst.GENELTOPLAM", '"1.833,78"'),
    "a day without its hour": spelled("FatUst.Tarih", '"2024-03-15"'),
    "a day with an hour": spelled("FatUst.Tarih", '"2024-03-15T17:45:01"'),
    "a type by its name": spelled("FaturaTip", '"ftSFat"'),
}


def _file(path: Path, *documents: bytes) -> Path:
    path.write_bytes(b"[" + b",\n".join(documents) + b"]")
    return path


@pytest.mark.usefixtures("books")
def test_a_document_is_saved_once_however_often_and_in_whatever_spelling_it_comes(
    tmp_path: Path,
) -> None:
    make_cards([read_invoice(compact(example()))])
    with Carried(_file(tmp_path / "hepsi.json", *SPELLINGS.values())) as carried:
        shown = [row.message for row in carried.rows]
        carried.save(SKIP)
    others = len(SPELLINGS) - 1
    assert shown == [""] + ["iki kez var: 1. belge ile aynı"] * others
    assert [(result.status, result.message) for result in carried.results] == (
        [("aktarildi", "")] + [("atlandi", f"daha önce aktarıldı, {NUMBER}")] * others
    )
    assert rows("SELECT number FROM invoice") == [(NUMBER,)]


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_document_that_came_before_is_known_again(tmp_path: Path, spelling: str) -> None:
    with Carried(_file(tmp_path / "once.json", compact(example()))) as first:
        first.save(SKIP)
    with Carried(_file(tmp_path / "sonra.json", SPELLINGS[spelling])) as carried:
        (row,) = carried.rows
        carried.save(SKIP)
    assert (row.status, row.message) == ("uyari", f"daha önce aktarıldı, {NUMBER}")
    assert [result.status for result in carried.results] == ["atlandi"]


@pytest.mark.usefixtures("books")
def test_another_document_under_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    """A kuruş, a line or an unknown member of difference: it is saved, under the next number."""
    others = (
        changed("FatUst.GENELTOPLAM", 1833.79),
        changed("Kalems.1.STra_GCMIK", 4.001),
        changed("FatUst.Ozel", "başka"),
    )
    with Carried(_file(tmp_path / "once.json", compact(example()))) as first:
        first.save(SKIP)
    path = _file(tmp_path / "sonra.json", *map(compact, (example(), *others)))
    with Carried(path) as carried:
        same, *rest = carried.rows
        carried.save(SKIP)
    assert same.message == f"daha önce aktarıldı, {NUMBER}"
    assert [row.number for row in rest] == [NUMBER] * len(others)
    assert not any("daha önce" in row.message or "iki kez" in row.message for row in rest)
    assert [(result.status, result.new_number) for result in carried.results] == [
        ("atlandi", ""),
        *(("aktarildi", f"RDM20240000{number:04}") for number in (349, 350, 351)),
    ]


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_document_that_was_never_imported_is_known_too(tmp_path: Path, spelling: str) -> None:
    enter(read_invoice(compact(example())))
    with Carried(_file(tmp_path / "gelen.json", SPELLINGS[spelling])) as carried:
        (row,) = carried.rows
        plans = [carried.plan(rule) for rule in (ImportRule(), ImportRule(series="A"), SKIP)]
        carried.save(SKIP)
    told = f"aynısı veritabanında var, {NUMBER}"
    assert (row.status, row.message) == ("uyari", told)
    assert [(plan.again, plan.skipped, plan.entered) for plan in plans] == [
        (1, 0, True), (1, 0, True), (0, 1, True),
    ]  # fmt: skip
    assert [(result.status, result.message) for result in carried.results] == [("atlandi", told)]
    assert rows("SELECT number FROM invoice") == [(NUMBER,)]


@pytest.mark.usefixtures("books")
def test_what_this_database_wrote_is_known_whatever_way_it_came_in(tmp_path: Path) -> None:
    """Entered here, imported under its number or under a new one: each is told in its own words."""
    enter(document("A-1"), purchase("K-1", "320-1"))
    sources = [document("B-1"), document("A-1", total="7.0"), purchase("K-1", "320-2")]
    make_cards(sources)
    with Carried(write(tmp_path / "once.json", sources)) as carried:
        carried.save()
    export_all(tmp_path / "hepsi.json")
    with Carried(tmp_path / "hepsi.json") as carried:
        shown = {(row.account_code, row.number): row.message for row in carried.rows}
        copying, skipping = carried.plan(ImportRule(series="C")), carried.plan(SKIP)
        carried.save(SKIP, shown=skipping.digests)
    assert shown == {
        ("120-001", "A-1"): "aynısı veritabanında var, A-1",
        ("320-1", "K-1"): "aynısı veritabanında var, K-1",
        ("120-001", "B-1"): "daha önce aktarıldı, B-1",
        ("120-001", "A-2"): "aynısı veritabanında var, A-2",
        ("320-2", "K-1"): "daha önce aktarıldı, K-1",
    }
    assert (copying.again, copying.renumbered, skipping.skipped) == (5, 5, 5)
    assert {result.status for result in carried.results} == {"atlandi"}


@pytest.mark.usefixtures("books")
def test_another_document_under_a_stored_number_is_not_taken_for_it(tmp_path: Path) -> None:
    enter(read_invoice(compact(example())))
    others = (
        changed("FatUst.GENELTOPLAM", 1833.79),
        changed("FatUst.Tarih", "2024-03-16 00:00:00"),
        changed("FatUst.EKACK1", "Sipariş SIP0000013"),
        changed("Kalems.1.MuhasebeKodu", "600-01-002"),
        changed("FatUst.Ozel", "başka"),
        changed("FatUst.CariKod", "120-001-002"),
    )
    make_cards(read_invoice(compact(other)) for other in others)
    with Carried(_file(tmp_path / "gelen.json", *map(compact, others))) as carried:
        assert not any("veritabanında" in row.message for row in carried.rows)
        carried.save(SKIP)
    assert [result.status for result in carried.results] == ["aktarildi"] * len(others)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("saved", [1, 2])
def test_a_new_number_of_a_cut_off_import_is_not_taken_for_the_document_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: int
) -> None:
    """A-1, A-2, A-3 say the same; the first got A-2, and the second is still to come."""
    short_steps(monkeypatch, batch=1, seconds=0)
    enter(document("A-1", total="7.0"))
    with Carried(write(tmp_path / "x.json", [document(f"A-{n}") for n in (1, 2, 3)])) as carried:
        carried.save(SKIP, stop=lambda: len(carried.results) == saved)
        assert len(carried.results) == saved
    with Carried(tmp_path / "x.json") as carried:
        told = [row.message.partition(",")[0] for row in carried.rows]
        plan = carried.plan(SKIP)
        carried.save(SKIP, shown=plan.digests)
    assert told == ["daha önce aktarıldı"] * saved + [""] * (3 - saved)
    assert plan.skipped == saved
    assert rows("SELECT number FROM invoice ORDER BY id") == [
        ("A-1",),
        ("A-2",),
        ("A-3",),
        ("A-4",),
    ]


@pytest.mark.parametrize("numbering", [("--kaynak-no",), ("--seri", "ATLA")])
def test_of_four_who_import_one_file_at_once_each_document_is_saved_by_one(
    books: Path, tmp_path: Path, numbering: tuple[str, ...]
) -> None:
    count = 400
    invoices = [document(f"K-{n}", total=f"{n}.0") for n in range(1, count + 1)]
    make_cards(invoices[:1])
    path = write(tmp_path / "x.json", invoices)
    arguments = ("iceri-aktar", path, *numbering, "--aktarilanlari-atla", "--json")
    with writing():
        runs = [
            subprocess.Popen(
                command("--veritabani", books, *arguments), env=environment(tmp_path),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for _ in range(4)
        ]  # fmt: skip
        wait_for_line(books, runs)
    said = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0] * 4
    assert [err for _, err in said] == [b""] * 4
    told = [[json.loads(line) for line in out.splitlines()[:-1]] for out, _ in said]
    for same in zip(*told, strict=True):
        (saved,) = [record["belgeNo"] for record in same if record["durum"] == "aktarildi"]
        assert [record["mesaj"] for record in same if record["durum"] == "atlandi"] == (
            [f"daha önce aktarıldı, {saved}"] * 3
        )
    assert rows("SELECT count(*), count(DISTINCT grand_total) FROM invoice") == [(count, count)]
