"""Two import the same file at the same time: no second copy is made without a word."""

import json
import subprocess
import threading
from contextlib import contextmanager

import pytest
from desk import desk

from app.store.database import connected, writing
from tests.cli.commandline import command, environment
from tests.promises.crowd import wait_for_line
from tests.short_steps import short_steps
from tests.store.bookkeeping import address_of, rows

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/temiz.json"
CHANGED = "Veritabanı bu arada değişti"
AGAIN = "Dikkat: 40 belge daha önce aktarıldı, ikinci kez kaydedilecek."


@pytest.fixture
def small_steps(monkeypatch):
    """Transactions of ten documents: the file has four."""
    short_steps(monkeypatch, transaction=10, batch=10)


async def numbered(it, series):
    """The file, whole, in Yeni Numara Girişi; Enter saves it under numbers of the series."""
    await it.press("f3", "f5", "a", "f2", "space")
    await it.fill("series", series)
    assert f"{series}000000000001 – {series}000000000040  (40)" in it.text
    assert "Dikkat" not in it.text


def stored():
    """Each source number, and how many documents were imported from it."""
    return rows(
        "SELECT source_number, count(*) FROM transfer_item WHERE status = 'aktarildi'"
        " GROUP BY 1 ORDER BY 1"
    )


def said_twice():
    """The source numbers of documents that were saved though they had been before."""
    told = rows("SELECT source_number FROM transfer_item WHERE message LIKE 'daha önce aktar%'")
    return {number for (number,) in told}


@contextmanager
def nobody_writes():
    """Somebody else has the write lock."""
    held, go_on = threading.Event(), threading.Event()

    def hold():
        with connected(), writing():
            held.set()
            assert go_on.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    try:
        yield
    finally:
        go_on.set()
        holder.join()


def headless(office, *arguments):
    """The command line on the same database and file, in a process of its own."""
    books = address_of(office / "ornek.db")
    return subprocess.Popen(
        command("--veritabani", books, "iceri-aktar", FILE, *arguments, "--json"),
        cwd=office, env=environment(office), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def records(process):
    """What it has said of each document."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    return [json.loads(line) for line in out.splitlines()[:-1]]


async def test_the_second_of_two_screens_is_asked_again():
    async with desk("", FILE) as first, desk("", FILE) as second:
        await numbered(first, "ILK")
        await numbered(second, "SON")
        await first.press("enter", "enter")
        assert "40 belge aktarıldı" in first.message
        await second.press("enter", "enter")
        assert f"{CHANGED}, hiçbir belge aktarılmadan durduruldu." in second.text
        assert AGAIN in second.text
        second.app.screen.query_one("#skip").focus()
        await second.press("space")
        assert "40 belge atlanır (daha önce aktarıldı)." in second.text
        second.app.screen.query_one("#ok").focus()
        await second.press("enter")
        assert second.message == "Hiçbir belge aktarılmadı: 40 atlandı"
    assert rows("SELECT count(*) FROM invoice") == [(190,)]


async def test_who_wants_the_copies_is_told_of_each():
    async with desk("", FILE) as first, desk("", FILE) as second:
        await numbered(first, "ILK")
        await numbered(second, "SON")
        await first.press("enter", "enter")
        await second.press("enter", "enter")
        assert AGAIN in second.text
        second.app.screen.query_one("#ok").focus()
        await second.press("enter")
        assert "40 belge aktarıldı" in second.message
        await second.press("end", "home")
        assert second.durum.startswith("Aktarıldı (uyarı: daha önce aktarıldı, ILK000000000001")
    assert len(said_twice()) == 40
    assert rows("SELECT count(*) FROM invoice") == [(230,)]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("orders", [(0, 0), (0, 2)])
async def test_two_screens_that_save_at_once_make_one_of_each(orders):
    """From the same end or from both ends: where they meet, both stop and ask."""
    async with desk("", FILE) as first, desk("", FILE) as second:
        for it, series, sorts in zip((first, second), ("ILK", "SON"), orders, strict=True):
            await it.press("f3", "f5", *["s"] * sorts)
            assert ("SUB202600000040" in it.rows[0]) == (sorts == 2)
            await it.press("a", "f2", "space")
            await it.fill("series", series)
        with nobody_writes():
            await first.pilot.press("enter", "enter")
            await second.pilot.press("enter", "enter")
        asked = [CHANGED in (await it.settle()).text for it in (first, second)]
        assert any(asked)
        for it, was_asked in zip((first, second), asked, strict=True):
            if was_asked:
                await it.press("escape")
                assert it.message.startswith("Vazgeçildi; ")
    assert stored() == [(f"SUB2026000000{n:02}", 1) for n in range(1, 41)]
    assert said_twice() == set()


async def test_a_screen_is_asked_again_where_the_command_line_was_first(office):
    async with desk("", FILE) as it:
        await numbered(it, "ILK")
        assert {one["mesaj"] for one in records(headless(office, "--seri", "KMT"))} == {None}
        await it.press("enter", "enter")
        assert f"{CHANGED}, hiçbir belge aktarılmadan durduruldu." in it.text
        assert AGAIN in it.text
        await it.press("escape")
    assert rows("SELECT count(*) FROM invoice") == [(190,)]


@pytest.mark.files_only  # the line of those who wait is a file
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("skips", [True, False])
async def test_a_screen_and_the_command_line_at_once_copy_nothing_without_a_word(office, skips):
    arguments = ("--seri", "KMT", *["--aktarilanlari-atla"] * skips)
    async with desk("", FILE) as it:
        await numbered(it, "ILK")
        with nobody_writes():
            process = headless(office, *arguments)
            wait_for_line(office / "ornek.db", [process])
            await it.pilot.press("enter")
        told = records(process)
        await it.settle()
        if CHANGED in it.text:
            await it.press("escape")
    twice = {number for number, copies in stored() if copies > 1}
    assert len(stored()) == 40
    assert twice == said_twice() - {one["kaynakNo"] for one in told if one["durum"] == "atlandi"}
    assert twice == {
        one["kaynakNo"] for one in told if one["durum"] == "aktarildi" and one["mesaj"]
    }
    assert not (skips and twice)
