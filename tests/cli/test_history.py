"""The history at a shell: every run, a run's documents, geri-al and geri-getir."""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

import pytest

from tests.cli.commandline import Desk
from tests.store.bookkeeping import are_on_server, document, opened, set_counter, vandalise
from tests.transfer.carrying import write

_WHO = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def imported(desk: Desk) -> Desk:
    """A desk whose second run saved RDM2024 6 and 7, refused one, and warned of none."""
    with opened(desk.database):
        set_counter("RDM2024", 5)
    good = [document("A-1", total="10.5"), document("A-2", total="2.0")]
    first = write(desk.folder / "kartli.json", good[:1])
    desk.ask("iceri-aktar", first, "--kaynak-no", "--eksik-kartlari-olustur")
    file = write(desk.folder / "gelen.json", [*good, document("A-3", account="120-YOK")])
    assert desk.ask("iceri-aktar", file, "--seri", "RDM").status == 1
    return desk


def _moments_out(records: list[dict[str, object]]) -> list[dict[str, object]]:
    for record in records:
        for name in ("baslangic", "bitis"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(record.pop(name)))
    return records


def _run(desk: Desk, number: int, file: str, state: str, counts: str, total: str) -> object:
    saved, failed, skipped, warned = map(int, counts.split())
    return {
        "no": number, "yon": "iceri", "dosya": str(desk.folder / file), "kullanici": _WHO,
        "durum": state, "aktarilan": saved, "hatali": failed, "atlanan": skipped,
        "uyarili": warned, "silinen": 0, "toplam": total,
    }  # fmt: skip


def test_every_run_is_listed_newest_first(imported: Desk) -> None:
    found = _moments_out(imported.ask("aktarimlar", "--json").records)
    assert found == [
        _run(imported, 2, "gelen.json", "tamam", "2 1 0 1", "12.5"),
        _run(imported, 1, "kartli.json", "tamam", "1 0 0 0", "10.5"),
    ]
    lines = imported.ask("aktarimlar").out.splitlines()
    assert "2 aktarıldı, 1 hatalı, 1 uyarılı, Satış 12,50" in lines[0]


def test_a_run_tells_of_each_document_and_then_of_itself(imported: Desk) -> None:
    *documents, last = imported.ask("aktarimlar", "2", "--json").records
    assert [(one["sira"], one["kaynakNo"], one["belgeNo"], one["durum"]) for one in documents] == [
        (1, "A-1", "RDM202400000006", "aktarildi"),
        (2, "A-2", "RDM202400000007", "aktarildi"),
        (3, "A-3", None, "hata"),
    ]
    assert "120-YOK" in documents[2]["mesaj"]
    assert last["ozet"]["no"] == 2


def test_a_warned_document_is_told_as_in_the_list(imported: Desk) -> None:
    said = "daha önce aktarıldı, A-1"
    assert (
        imported.ask("aktarimlar", "2").out.splitlines()[0].endswith(f"Aktarıldı (uyarı: {said})")
    )
    imported.ask("aktarimlar", "2", "--yaz", "a.csv")
    assert f"Aktarıldı (uyarı: {said})" in (imported.folder / "a.csv").read_text("utf-8-sig")
    imported.ask("geri-al", "2")
    told = imported.ask("aktarimlar", "2").out.splitlines()[0]
    assert told.endswith(f"Geri alındı (uyarı: {said})")


def test_an_import_is_undone_and_put_back(imported: Desk) -> None:
    would = imported.ask("geri-al", "2", "--dene", "--json")
    assert imported.ask("listele").out.count("\n") == 3
    done = imported.ask("geri-al", "2", "--json")
    assert done.records == would.records == [
        {"no": 2, "silinen": 2, "bosKalan": [],
         "geriAlinanSayac": [{"tip": "satis", "seri": "RDM2024", "son": 5}]}
    ]  # fmt: skip
    assert imported.ask("listele").out.count("\n") == 1
    *documents, last = imported.ask("aktarimlar", "2", "--json").records
    assert [one["durum"] for one in documents] == ["geri-alindi", "geri-alindi", "hata"]
    assert last["ozet"]["durum"] == "geri-alindi"
    assert imported.ask("denetle").out == ""
    back = imported.ask("geri-getir", "2", "--json")
    assert (back.status, back.records) == (0, [{"no": 2, "geriGelen": 2, "olmayan": []}])
    assert imported.ask("aktarimlar", "2", "--json").records[-1]["ozet"]["durum"] == "tamam"


def test_what_an_undo_took_out_is_listed_and_found(imported: Desk) -> None:
    assert imported.ask("silinenler").out == ""
    imported.ask("geri-al", "2")
    first, second = imported.ask("silinenler", "--json").records
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(first.pop("geriAlindi")))
    assert first == {
        "belgeNo": "RDM202400000006", "tip": "satis", "tarih": "2024-03-15", "cari": "120-001",
        "toplam": "10.5", "no": 2, "geriAlan": _WHO,
    }  # fmt: skip
    assert second["belgeNo"] == "RDM202400000007"
    line = imported.ask("silinenler").out.splitlines()[0]
    assert line.startswith("RDM202400000006  15.03.2024  Satış  120-001")
    assert "10,50     2. aktarım  " in line
    said = imported.ask("goster", "RDM202400000006")
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "RDM202400000006 numaralı belge yok; Silinen Belgeler'de var, geri getirmek için: "
        f"toplu-fatura geri-getir 2 --veritabani {imported.database}\n"
    )
    imported.ask("geri-getir", "2")
    assert imported.ask("silinenler").out == ""
    assert imported.ask("goster", "RDM202400000006").status == 0


@pytest.mark.broken_books
@pytest.mark.parametrize("edited", ["number = 'X-6'", "account_code = '999'", "checksum = 7"])
def test_an_edited_row_of_the_bin_is_listed_as_damaged(imported: Desk, edited: str) -> None:
    """What it says of itself is not what the document in it says."""
    imported.ask("geri-al", "2")
    vandalise(imported.database, f"UPDATE deleted_invoice SET {edited} WHERE number LIKE '%6'")
    assert any("Silinen Belgeler'deki kaydı değişmiş" in line
               for line in imported.ask("denetle").out.splitlines())  # fmt: skip
    said = imported.ask("silinenler", "--json")
    assert said.status == 1
    assert ["hata" in one for one in said.records] == [True, False]
    assert "kaydı bozuk; ayrıntısı: " in imported.ask("silinenler").out


@pytest.mark.broken_books
def test_a_damaged_document_of_the_bin_is_listed_by_its_number(imported: Desk) -> None:
    imported.ask("geri-al", "2")
    damaged = r"'\x00'" if are_on_server() else "x'00'"
    vandalise(
        imported.database,
        f"UPDATE deleted_invoice SET content = {damaged} WHERE number LIKE '%6'",
    )
    said = imported.ask("silinenler", "--json")
    assert said.status == 1
    assert [(one["belgeNo"], "hata" in one) for one in said.records] == [
        ("RDM202400000006", True), ("RDM202400000007", False),
    ]  # fmt: skip
    assert "kaydı bozuk" in imported.ask("silinenler").out


def test_who_holds_the_number_is_named_in_its_own_spelling(imported: Desk) -> None:
    imported.ask("geri-al", "2")
    other = write(imported.folder / "dolu.json", [document("rdm202400000006")])
    imported.ask("iceri-aktar", other, "--kaynak-no")
    said = imported.ask("geri-getir", "2")
    reason = "bu numara artık başka bir belgede (rdm202400000006)"
    assert said.err == f"RDM202400000006: {reason}\n"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "NO boş; kullanım için: --help\n"),
        ("bir", "NO bir aktarım numarası olmalı (bir); kullanım için: --help\n"),
        (
            "9" * 30,
            f"{'9' * 18}… numaralı aktarım yok; listesi: toplu-fatura aktarimlar{{named}}\n",
        ),
    ],
)
@pytest.mark.parametrize("command", ["aktarimlar", "geri-al", "geri-getir"])
def test_a_number_of_no_run_is_refused(desk: Desk, command: str, number: str, sentence) -> None:
    said = desk.ask(command, number)
    named = f" --veritabani {desk.database}"
    assert (said.status, said.err) == (2, sentence.replace("{named}", named))


def test_numbers_that_stay_empty_and_documents_without_a_place_are_named(imported: Desk) -> None:
    """The first run's document takes the number of the second in the meantime."""
    again = write(imported.folder / "yine.json", [document("C-1")])
    imported.ask("iceri-aktar", again, "--seri", "RDM")
    said = imported.ask("geri-al", "2")
    assert "2 belge Silinen Belgeler'e taşındı" in said.out
    assert "2 numara boş kaldı: RDM202400000006–RDM202400000007" in said.out
    other = write(imported.folder / "dolu.json", [document("RDM202400000006")])
    imported.ask("iceri-aktar", other, "--kaynak-no")
    said = imported.ask("geri-getir", "2")
    assert said.status == 1
    assert said.err == "RDM202400000006: bu numara artık başka bir belgede\n"
    assert "1 belge aynı numaralarla geri geldi, 1 belge Silinen Belgeler'de kaldı" in said.out
    said = imported.ask("geri-getir", "2")
    assert said.status == 2


def test_an_import_that_came_back_in_part_says_how_many_are_deleted(imported: Desk) -> None:
    imported.ask("geri-al", "2")
    other = write(imported.folder / "dolu.json", [document("RDM202400000006")])
    imported.ask("iceri-aktar", other, "--kaynak-no")
    imported.ask("geri-getir", "2")
    assert "  1 silinmiş   2 aktarıldı" in imported.ask("aktarimlar").out.splitlines()[1]
    assert imported.ask("aktarimlar", "--json").records[1]["silinen"] == 1
    imported.ask("aktarimlar", "2", "--yaz", "kalan.csv")
    *_, first, second, _refused, total = (imported.folder / "kalan.csv").read_text().splitlines()
    assert ";;;;;;Geri alındı" in first
    assert second.split(";")[7] == total.split(";")[7] == "2,00"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["aktarimlar", "9"], "9 numaralı aktarım yok; listesi: toplu-fatura aktarimlar"),
        (["aktarimlar", "iki"], "NO bir aktarım numarası olmalı (iki)"),
        (["geri-al"], "eksik: NO"),
        (["geri-al", "9"], "9 numaralı aktarım yok"),
        (["geri-getir", "2"], "2. aktarımın Silinen Belgeler'de belgesi yok"),
    ],
)
def test_what_cannot_be_done_is_said(imported: Desk, arguments: list[str], reason: str) -> None:
    said = imported.ask(*arguments)
    assert (said.status, said.out) == (2, "")
    assert reason in said.err


def test_what_was_exported_is_refused_by_name(imported: Desk, tmp_path: Path) -> None:
    imported.ask("disari-aktar", tmp_path / "giden.json")
    for more in ([], ["--dene"]):
        said = imported.ask("geri-al", "2", *more)
        assert (said.status, said.out) == (2, "")
        assert "2 belge (RDM202400000006, RDM202400000007) sonradan dışarı aktarıldı" in said.err


def test_the_way_back_from_an_undo_names_the_books(imported: Desk) -> None:
    """Typed as it stands it must not bring back a run of the default books."""
    said = imported.ask("geri-al", "2")
    assert f"toplu-fatura geri-getir 2 --veritabani {imported.database}\n" in said.out
