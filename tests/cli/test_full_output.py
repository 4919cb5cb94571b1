"""What a command has done is said and told by its status, though its output cannot be written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.commandline import Desk, command, environment
from tests.store.bookkeeping import document
from tests.transfer.carrying import write

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


@pytest.fixture
def imported(desk: Desk) -> Desk:
    """A desk with one import, and a file with a new card."""
    (desk.folder / "yeni.json").write_text('[{"CariTemelBilgi": {"CARI_KOD": "120-999"}}]')
    file = write(desk.folder / "x.json", [document("A-1"), document("A-2")])
    done = desk.ask("iceri-aktar", file, "--seri", "RDM", "--eksik-kartlari-olustur")
    assert done.status == 0
    return desk


def into_full(desk: Desk, *words: str) -> tuple[int, str]:
    with FULL.open("wb") as full:
        done = subprocess.run(
            command("--veritabani", desk.database, *words), cwd=desk.folder, stdout=full,
            env=environment(desk.folder), stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "done"),
    [
        (["disari-aktar", "g.json"], "Dosya yazıldı: g.json"),
        (["listele", "--yaz", "l.csv"], "Dosya yazıldı: l.csv"),
        (["ozet", "--yaz", "o.xlsx"], "Dosya yazıldı: o.xlsx"),
        (["aktarimlar", "1", "--yaz", "a.csv"], "Dosya yazıldı: a.csv"),
        (["kart-aktar", "disari", "k.json"], "Dosya yazıldı: k.json"),
        (["kart-aktar", "iceri", "yeni.json"], "Cari kartları: 1 yeni"),
        (["geri-al", "1"], "1. aktarım geri alındı: 2 belge "),
        (["geri-al", "1", "--json"], "1. aktarım geri alındı: 2 belge "),
        (["sirket", "Ada"], "Şirket adı kaydedildi"),
        (["doviz", "1", "USD"], "Döviz adı kaydedildi"),
    ],
)
def test_a_second_try_would_do_it_again(imported: Desk, words: list[str], done: str) -> None:
    status, told = into_full(imported, *words)
    assert status == 0
    assert told.startswith("çıktı: diskte yer kalmadı; yer açıp yeniden deneyin. ")
    assert done in told


def test_documents_that_came_back(imported: Desk) -> None:
    assert imported.ask("geri-al", 1).status == 0
    status, told = into_full(imported, "geri-getir", "1")
    assert status == 0
    assert "1. aktarım geri getirildi: 2 belge " in told


@pytest.mark.files_only
def test_a_backup_and_its_return(imported: Desk) -> None:
    for words, done in (
        (["yedekle", "y.db"], "Yedeklendi: y.db, 2 belge, denetlendi"),
        (["geri-yukle", "y.db"], "2 belge, denetlendi. Önceki veritabanı duruyor: "),
    ):
        status, told = into_full(imported, *words)
        assert status == 0
        assert done in told


@pytest.mark.parametrize("words", [["listele"], ["sirket"], ["doviz"], ["geri-al", "1", "--dene"]])
def test_what_only_reads_fails(imported: Desk, words: list[str]) -> None:
    imported.ask("doviz", 1, "USD")
    status, told = into_full(imported, *words)
    assert status
    assert told == "çıktı: diskte yer kalmadı; yer açıp yeniden deneyin\n"


@pytest.mark.parametrize("word", ["--help", "-h", "--surum"])
def test_what_needs_no_books_fails_alike(tmp_path: Path, word: str) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            command(word), cwd=tmp_path, stdout=full, env=environment(tmp_path),
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    told = "çıktı: diskte yer kalmadı; yer açıp yeniden deneyin\n"
    assert (done.returncode, done.stderr) == (1, told)
