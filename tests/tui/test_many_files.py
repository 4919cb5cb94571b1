"""A folder, a zip, a compressed file: each row says its file; unpacking can be stopped."""

import gzip
import json
import threading
import zipfile

import pytest
from desk import desk

from app.tui.jobs import Job

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def folder(office):
    """Three files: one document, two documents, and what is no JSON."""
    documents = json.loads((office / "dosyalar/temiz.json").read_text(encoding="utf-8"))
    inside = office / "gelen"
    inside.mkdir()
    (inside / "mart.json").write_text(json.dumps(documents[:1]))
    (inside / "nisan.json.gz").write_bytes(gzip.compress(json.dumps(documents[1:3]).encode()))
    (inside / "ocak.json").write_text("merhaba")
    return inside


@pytest.mark.usefixtures("folder")
async def test_each_row_names_its_file_and_so_does_the_document_page():
    async with desk("", "gelen") as it:
        await it.press("f3", "f5")
        assert "Dosya" in next(line for line in it.lines if line.startswith("  Fatura No"))
        named = ["mart.json", "nisan.json.…", "nisan.json.…", "ocak.json"]
        assert all(name in row for name, row in zip(named, it.rows, strict=True))
        await it.press("down", "down", "enter", "end")
        assert "  Dosya  gelen\n  İçinde nisan.json.gz (dosyada 2.)" in it.text
        await it.press("escape", *["right"] * 3, "s", "s")
        assert it.rows[0].startswith("  4. belge")


async def test_a_file_that_stands_alone_has_no_such_column(office):
    (office / "tek.json.gz").write_bytes(
        gzip.compress((office / "dosyalar/temiz.json").read_bytes())
    )
    async with desk("", "tek.json.gz", size=(160, 24)) as it:
        await it.press("f3", "f5")
        assert " Dosya " not in next(line for line in it.lines if line.startswith("  Fatura No"))


@pytest.mark.usefixtures("folder")
async def test_unpacking_shows_how_far_it_is_and_esc_stops_it(monkeypatch):
    free = threading.Event()
    tell = Job.progress

    def progress(job, done, of):
        tell(job, done, of)
        free.wait(60)

    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5")
        listed = it.rows
        await it.fill("path", "gelen")
        monkeypatch.setattr(Job, "progress", progress)
        await it.pilot.press("f5")
        while "%" not in it.status:
            await it.give_way()
        assert it.status.startswith("Dosya açma ")
        await it.pilot.press("escape", "e")
        free.set()
        await it.settle()
        assert it.message == "Durduruldu; dosya açılmadı"
        assert it.rows == listed


async def test_a_file_is_written_compressed_where_its_name_says_so(office):
    async with desk("cikis/ocak.json.gz") as it:
        await it.press("f5", "space", "space", "f2", "e")
        assert "Aktarım tamamlandı: 2 belge" in it.message
    written = json.loads(gzip.decompress((office / "cikis/ocak.json.gz").read_bytes()))
    assert len(written) == 2
    assert [path.name for path in (office / "cikis").iterdir()] == ["ocak.json.gz"]


async def test_a_zip_that_is_replaced_after_it_was_listed_is_not_saved(folder):
    def pack(path, names):
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.write(folder / name, "a.json")

    path = folder.parent / "gelen.zip"
    pack(path, ["mart.json"])
    async with desk("", "gelen.zip") as it:
        await it.press("f3", "f5", "a", "f2")
        pack(path, ["ocak.json"])
        await it.press("enter", "enter")
        assert "açıldıktan sonra değişti" in it.message
        assert "Aktarıldı" not in it.text
