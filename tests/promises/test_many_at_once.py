"""Ten at one database: no number twice, none lost, nothing half, and nobody is told of a lock.

Who waits goes before a bulk job's next transaction (tests/transfer/test_import_run.py). How long
that is depends on the machine: `python -m tests.promises.crowd` measures it against its limit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import pytest

from app.domain.invoice import InvoiceKind
from app.errors import DatabaseRefused
from app.store.database import BUSY_SECONDS
from app.store.engine import write_queue
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.crowd import (
    IMPORTERS,
    SERIES,
    Crowd,
    gather,
)
from tests.store.bookkeeping import assert_well_kept, counters, document, failures, rows
from tests.transfer.carrying import write

pytestmark = pytest.mark.xdist_group("crowd")  # it does its work once
IN_FILE, ON_SERVER = 500, 100


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    """After all have done their work."""
    folder = tmp_path_factory.mktemp("kalabalik")
    if request.param == "sqlite":
        found = gather(folder, IN_FILE)
    else:
        found = gather(folder, ON_SERVER, request.getfixturevalue("server").url())
    found.run()
    yield found
    assert failures(found.database) == []
    close_database()
    assert_well_kept(folder)


@pytest.fixture(autouse=True)
def _open_books(crowd: Crowd) -> Iterator[None]:
    open_database(crowd.database)
    yield
    close_database()


def test_nobody_is_told_of_a_lock(crowd: Crowd) -> None:
    assert [said.status for said in crowd.importers] == [1] * IMPORTERS  # some refused
    assert {(said.status, said.err) for said in crowd.exporters} == {(0, "")}
    for said in crowd.importers + crowd.exporters:
        assert said.err == ""
        assert not re.search("lock|busy|sqlite|database|kullanıyor", said.out, re.IGNORECASE)


def test_the_numbers_of_the_series_follow_each_other(crowd: Crowd) -> None:
    count = IMPORTERS * (crowd.count - crowd.refused) + crowd.saves
    stored = [number for (number,) in rows("SELECT number FROM invoice ORDER BY number")]
    assert stored == _series(count)
    assert counters() == {SERIES: count}


def test_each_is_told_of_what_became_of_his_own_documents(crowd: Crowd) -> None:
    told: list[str] = []
    for said in crowd.importers:
        *records, last = said.records
        # All import the same file: a GİB number that another has saved is left out, and told.
        warned = [one for one in records if one["durum"] == "aktarildi" and one["mesaj"]]
        assert last["ozet"] == {
            "toplam": crowd.count, "aktarilan": crowd.count - crowd.refused,
            "hatali": crowd.refused, "atlanan": 0, "hazir": 0, "uyarili": len(warned),
        }  # fmt: skip
        assert [record["sira"] for record in records] == list(range(1, crowd.count + 1))
        told += [record["belgeNo"] for record in records if record["durum"] == "aktarildi"]
    singles = rows("SELECT number FROM transfer_item JOIN transfer ON id = transfer_id"
                   " WHERE direction = 'iceri' AND file LIKE '%tek.json'")  # fmt: skip
    assert sorted(told + [str(number) for (number,) in singles]) == _series(len(told + singles))


def test_an_export_made_meanwhile_is_one_moments_truth(crowd: Crowd) -> None:
    """Documents get their numbers in the order in which they come to be: the first so many."""
    whole = {_content(document) for path in (crowd.file, crowd.one) for document in _read(path)}
    counts = []
    for place, said in enumerate(crowd.exporters):
        written = _read(crowd.exported(place))
        counts.append(len(written))
        assert sorted(d["FatUst"]["FATIRS_NO"] for d in written) == _series(len(written))
        total = sum(map(_signed_total, written))
        (record,) = said.records
        assert (record["adet"], Decimal(record["toplam"])) == (len(written), total)
        assert whole.issuperset(map(_content, written))
    assert counts == sorted(counts)
    last = len(rows("SELECT 1 FROM invoice"))
    assert any(len(crowd.alone) < count < last for count in counts)


class Clock:
    """A clock for the queue that moves only by its waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_who_is_kept_out_is_told_once_the_time_to_wait_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not wait as long again to write down that it came to nothing."""
    path = tmp_path / "dolu.db"
    open_database(str(path))
    write(tmp_path / "bir.json", [document("B-1")])
    clock = Clock()
    monkeypatch.setattr(write_queue, "time", clock)
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseRefused) as refused:
        run_import(IncomingFile(tmp_path / "bir.json"), None, ImportRule(create_cards=True))
    assert BUSY_SECONDS <= clock.now < BUSY_SECONDS + 0.1
    holder.execute("ROLLBACK")
    holder.close()
    assert refused.value.sentence == (
        "Veritabanı: veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"
    )


def _signed_total(document: dict[str, Any]) -> Decimal:
    """A return counts negative (domain §8)."""
    header = document["FatUst"]
    total = Decimal(header["GENELTOPLAM"])
    return -total if header["TIPI"] in (InvoiceKind.RETURN, InvoiceKind.WASTE_RETURN) else total


def _series(count: int) -> list[str]:
    return [f"{SERIES}{number:012}" for number in range(1, count + 1)]


def _read(path: Path) -> list[Any]:
    """The documents of a file, amounts as they are spelled."""
    return json.loads(path.read_bytes(), parse_float=str)


def _content(document: Any) -> str:
    """A document without what numbering changes."""
    header = {name: v for name, v in document["FatUst"].items() if "FATIRS_NO" not in name}
    return json.dumps({**document, "Seri": SERIES, "FatUst": header}, sort_keys=True)
