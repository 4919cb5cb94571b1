"""What a key does once something else has changed: rows were saved, the books grew, a list failed.

Each story does one thing that changes rows, books or list, and then looks at what another does.
"""

import json
import threading

import apsw
import pytest
from desk import desk
from test_typing_ahead import at_once

from app.errors import CommitUncertain
from app.store import database as store
from app.store import journal
from app.store.database import connected, reading, writing
from app.store.database import database as connection
from app.store.preview import FileRows
from app.transfer import batch_writer
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, enter

pytestmark = pytest.mark.usefixtures("office")

IMPORT = ("f3", "f5")
SAVE = ("f2", "up", "up", "enter")
ROUND = ("s", "s")
"""Sorted by the column of the cursor, from its end."""
TO_DURUM = ("right",) * 7


def number(row):
    return row[2:].split()[0]


def marked(it):
    return sorted(number(row) for row in it.rows if row[0] == "✓")


def count():
    with reading():
        return connection.execute_sql("SELECT count(*) FROM invoice").fetchone()[0]


def holders(wanted):
    with reading():
        return connection.execute_sql(
            "SELECT count(*) FROM invoice WHERE number = ?", (wanted,)
        ).fetchone()[0]


def as_another(work):
    def alone():
        with connected():
            work()

    thread = threading.Thread(target=alone)
    thread.start()
    thread.join()


def numbers(path):
    return [document["FatUst"]["FATIRS_NO"] for document in json.loads(path.read_text("utf-8"))]


# Rows that were saved


@pytest.mark.parametrize("sort", [("s",), ROUND, (*TO_DURUM, "s"), (*TO_DURUM, *ROUND)])
async def test_a_saved_row_is_offered_in_no_order(sort):
    async with desk("", "dosyalar/temiz.json", size=(120, 60)) as it:
        await it.press(*IMPORT, "down", "down", "space", *SAVE)
        assert "1 belge aktarıldı (SUB202600000003)" in it.message
        await it.press(*sort, "a")
        assert it.status.startswith("40 belge · 39 işaretli")
        assert "SUB202600000003" not in marked(it)
        await it.press("u", "plus")
        await it.type("*")
        await it.press("enter")
        assert "39 işaretli" in it.status
        await it.press("asterisk")
        assert "işaretli" not in it.status
        await it.press("asterisk", *SAVE)
        assert "39 belge aktarıldı" in it.message
        await it.press("a")
        assert it.message == "Aktarılabilecek belge yok; Durum sütununa bakın"
    assert count() == 190
    assert holders("SUB202600000003") == 1


async def test_a_saved_row_keeps_its_warning_and_its_number_in_every_order():
    async with desk("", "dosyalar/temiz.json", size=(120, 60)) as it:
        await it.press(*IMPORT, "space", *SAVE, "f5", "down", "up")
        assert it.durum == "Uyarı: daha önce aktarıldı, SUB202600000001"
        await it.press("space", *SAVE)
        assert "1 belge aktarıldı (SUB202600000002)" in it.message
        await it.press("s", "y")
        assert [number(row) for row in it.rows] == ["SUB202600000001"]
        await it.press("escape", "s")
        await it.press("end")
        note = "GİB No (GIB_FATIRS_NO): SUB2026000000001 yazılmadı, SUB202600000001 belgesinde var"
        assert it.durum == f"Aktarıldı (uyarı: daha önce aktarıldı, SUB202600000001; {note})"


async def test_narrowed_saved_widened():
    async with desk("", "dosyalar/temiz.json", size=(80, 60)) as it:
        await it.press(*IMPORT, "space", "down", "space", "y")
        assert [number(row) for row in it.rows] == ["SUB202600000001", "SUB202600000003"]
        await it.press(*SAVE)
        assert "2 belge aktarıldı" in it.message
        assert it.status.startswith("yalnız işaretliler: 2 / 40 belge")
        assert all("Aktarıldı" in row for row in it.rows)
        await it.press("a")
        assert it.message == "Aktarılabilecek belge yok; Durum sütununa bakın"
        await it.press("escape", "a")
        assert it.status.startswith("40 belge · 38 işaretli")
        assert not {"SUB202600000001", "SUB202600000003"} & set(marked(it))
        await it.press("s", *SAVE)
        assert "38 belge aktarıldı" in it.message
    assert count() == 190


async def test_a_file_is_sorted_by_what_its_rows_say_since_they_were_saved():
    """Off the screen's thread, as conftest watches: the file may have a million documents."""
    async with desk("", "dosyalar/temiz.json", size=(120, 60)) as it:
        await it.press(*IMPORT, "down", "down", "space", "down", "space", *SAVE)
        saved = ["SUB202600000003", "SUB202600000005"]
        await it.press(*TO_DURUM, "s")
        assert [number(row) for row in it.rows[:2]] == saved
        assert all("Aktarıldı" in row for row in it.rows[:2])
        await it.press("s")
        assert [number(row) for row in it.rows[-2:]] == saved


async def test_a_search_after_saving_goes_by_the_new_number_and_by_the_new_error():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "slash")
        await it.type("kullanılmış")
        assert "listede yok" in it.lines[-1]
        await it.press("escape", "a", *SAVE, "home", "slash")
        await it.type("kullanılmış")
        await it.press("enter")
        assert it.message == "“kullanılmış”: 1 satırda var"
        assert it.status.endswith("31. satır")
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press(*IMPORT, "slash")
        await it.type("zz0")
        assert "listede yok" in it.lines[-1]
        await it.press("escape", "down", "space", "f2", "space", "down")
        await it.type("zz")
        await it.press("enter", "enter")
        assert "(ZZ0000000000001)" in it.message
        await it.press("n")
        assert it.message == "Önce aranacak metni yazın ( / )"
        await it.press("home", "slash")
        await it.type("ZZ0")
        await it.press("enter")
        assert it.message == "“ZZ0”: 1 satırda var"
        assert it.status.endswith("2. satır")


async def test_a_search_that_is_gone_on_with_finds_what_rows_say_now():
    """`n` looks anew where rows have changed since; what it found before is not so any more."""
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press(*IMPORT, "slash")
        await it.type("hazır")
        await it.press("enter")
        assert it.message == "“hazır”: 40 satırda var"
        await it.press("home", "space", "space", *SAVE, "home", "n")
        assert it.message == "“hazır”: 38 satırda var"
        assert it.status.endswith("3. satır")


async def test_what_failed_stays_marked_and_what_was_saved_is_not_tried_again():
    async with desk("", "dosyalar/hatali.json", size=(80, 60)) as it:
        await it.press(*IMPORT, "a", *SAVE)
        assert "11 belge aktarıldı" in it.message
        await it.press("s", "s", *SAVE)
        assert it.message == "Hiçbir belge aktarılamadı: 1 hatalı; Durum sütununa bakın"
        await it.press("a")
        assert "1 işaretli" in it.status
    assert count() == 161


@pytest.fixture
def small_steps(monkeypatch):
    short_steps(monkeypatch, transaction=10, batch=10)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("sort", [(), ROUND])
async def test_what_was_saved_before_a_run_failed_is_not_offered_again(office, monkeypatch, sort):
    file = office / "dosyalar/temiz.json"
    save = batch_writer.save

    def save_and_change(*arguments):
        save(*arguments)
        with file.open("ab") as open_file:
            open_file.write(b"\n")

    async with desk("", "dosyalar/temiz.json", size=(80, 60)) as it:
        await it.press(*IMPORT, *sort, "a")
        monkeypatch.setattr(batch_writer, "save", save_and_change)
        await it.press(*SAVE)
        assert "değişti" in it.message
        saved = count() - 150
        assert 0 < saved < 40
        left = f"kalan {40 - saved} belge işaretli"
        assert it.message.endswith(f". {saved} belge aktarıldı; {left}")
        assert f"{40 - saved} işaretli" in it.status
        rows = [number(row) for row in it.rows if "Aktarıldı" in row]
        assert len(rows) == saved
        assert not set(rows) & set(marked(it))
        await it.press("s", "u", "a")
        assert f"{40 - saved} işaretli" in it.status


def nth_call_fails(monkeypatch, owner, name, nth):
    """The disk is full once."""
    real, calls = getattr(owner, name), 0

    def call(*arguments):
        nonlocal calls
        calls += 1
        if calls == nth:
            raise apsw.FullError
        return real(*arguments)

    monkeypatch.setattr(owner, name, call)


@pytest.mark.files_only  # SQLite's words for a full disk
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize(
    ("owner", "name", "nth", "saved"),
    [
        (batch_writer, "save", 1, 0), (batch_writer, "save", 4, 30), (FileRows, "update", 1, 10),
        (FileRows, "update", 4, 40), (journal, "add_items", 2, 10),
    ],
)  # fmt: skip
async def test_rows_say_what_was_saved_before_the_disk_was_full(
    monkeypatch, owner, name, nth, saved
):
    async with desk("", "dosyalar/temiz.json", size=(110, 60)) as it:
        await it.press(*IMPORT, "a")
        nth_call_fails(monkeypatch, owner, name, nth)
        await it.press(*SAVE)
        done = f"{saved} belge aktarıldı" if saved else "Hiçbir belge aktarılamadı"
        left = f"; kalan {40 - saved} belge işaretli"
        assert it.message == (
            "Veritabanı: diskte yer kalmadı; yer açıp yeniden deneyin. "
            f"{done}{left if saved < 40 else ', aktarılmamış belge kalmadı'}"
        )
        assert count() == 150 + saved
        told = [row for row in it.rows if "Aktarıldı" in row]
        assert len(told) == saved
        assert all(holders(row.split()[-1]) == 1 for row in told)
        if saved < 40:
            await it.press(*SAVE)
            assert f"Aktarım tamamlandı: {40 - saved} belge aktarıldı" in it.message
    assert count() == 190


@pytest.mark.usefixtures("small_steps")
async def test_what_may_have_been_saved_is_to_be_listed_again(monkeypatch):
    """The disk takes no commit any more: neither the list nor the program knows what is there."""
    commit, calls = store.commit, 0

    def commit_twice(*what):
        nonlocal calls
        calls += 1
        if calls > 2:
            raise CommitUncertain("Veritabanı: disk okuma/yazma hatası")
        commit(*what)

    async with desk("", "dosyalar/temiz.json", size=(110, 60)) as it:
        await it.press(*IMPORT, "a")
        with monkeypatch.context() as patched:
            patched.setattr(store, "commit", commit_twice)
            await it.press(*SAVE)
        assert it.message == (
            "Veritabanı: disk okuma/yazma hatası; son yazılanların kaydedilip kaydedilmediği "
            "belli değil. 20 belge aktarıldı; kalanlar için F5 ile yeniden listeleyin"
        )
    assert count() == 170


@pytest.mark.files_only  # SQLite's words for a full disk
@pytest.mark.usefixtures("small_steps")
async def test_a_journal_that_cannot_be_closed_costs_no_document(monkeypatch):
    async with desk("", "dosyalar/temiz.json", size=(80, 60)) as it:
        await it.press(*IMPORT, "a")
        nth_call_fails(monkeypatch, journal, "close_transfer", 1)
        await it.press(*SAVE)
        assert it.message.startswith("Aktarım tamamlandı: 40 belge aktarıldı")
        assert it.message.endswith(
            "Aktarımın bittiği günlüğe yazılamadı: Veritabanı: diskte yer kalmadı; "
            "yer açıp yeniden deneyin"
        )
    assert count() == 190


@pytest.mark.usefixtures("small_steps")
async def test_what_failed_before_the_books_changed_is_not_tried_once_more_by_the_same_run():
    """The second question is about what is left, behind the documents that have failed."""
    async with desk("", "dosyalar/hatali.json", size=(80, 60)) as it:
        await it.press(*IMPORT, "s", "a")
        last = [number(row) for row in it.rows if row[0] == "✓"][-1]
        await it.press("f2")
        assert "1 belge aktarılamaz: 31. belge, HATALI-NUMARA kullanılmış" in it.words
        as_another(lambda: enter(document(last)))
        await it.press("enter", "enter")
        assert "Veritabanı bu arada değişti, 9 belge aktarılıp durduruldu." in it.text
        assert "kalan 2 belge:" in it.words
        await it.press("escape")
        assert "Vazgeçildi; 9 belge aktarıldı" in it.message
        assert "3 işaretli" in it.status


@pytest.mark.parametrize("tab", [(), ("f3",)])
async def test_a_move_typed_behind_a_sort_is_for_the_sorted_list(tab):
    async with desk("cikis", "dosyalar/temiz.json", size=(120, 200)) as it:
        await it.press(*tab, "f5", "s")
        last = it.rows[0]
        await it.press("s", "end")
        assert it.rows[-1] == last
        assert it.status.endswith(f"{len(it.rows)}. satır")
        await at_once(it, "space", "home", "space", "y", "down", "space")
        assert [row[0] for row in it.rows] == ["✓", " "]


# A list that failed


async def test_a_list_that_failed_is_fetched_again_and_saves_each_document_once(office):
    file = office / "dosyalar/temiz.json"
    whole = file.read_bytes()
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press(*IMPORT, "space", *SAVE)
        file.write_bytes(b"bu bir fatura degil")
        await it.press("f5")
        assert it.message.startswith("temiz.json: JSON değil")
        assert it.status.startswith("40 belge")
        await it.press("a")
        assert "39 işaretli" in it.status
        await it.press(*SAVE)
        assert it.message.startswith("temiz.json: ")  # it is not the file that was listed
        assert count() == 151
        file.write_bytes(whole)
        await it.press("f5", "a", "f2", "down", "down", "down", "space", "tab", "tab", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 39 belge aktarıldı")
        assert it.message.endswith("1 atlandı")
    assert count() == 190


async def test_a_list_that_failed_takes_no_mark_and_no_order_away(office):
    async with desk("cikis") as it:
        await it.press("f5", *ROUND, "space", "down", "space")
        before = it.rows
        await it.fill("date_from", "99")
        await it.press("f5")
        assert it.message.startswith("Belge Tarihi: ")
        await it.fill("date_from", "")
        await it.press("f2")
        assert "2 belge, toplam " in it.text
        await it.press("e")
        assert it.rows == before[: len(it.rows)]  # the message has two lines
    (written,) = (office / "cikis").iterdir()
    assert numbers(written) == [number(before[0]), number(before[2])]


# Somebody else's documents


@pytest.mark.parametrize("sort", [("s",), ROUND, ("right", "s"), ("y", "s", "escape")])
async def test_a_document_that_is_entered_meanwhile_comes_into_no_list(office, sort):
    async with desk("cikis", size=(80, 200)) as it:
        await it.press("f5", "a")
        before = sorted(map(number, it.rows))
        total = it.status.split(" · ")[2].partition(" TL")[0]
        as_another(lambda: enter(document("AAA202600000001"), document("ZZZ202600000001")))
        await it.press(*sort)
        assert sorted(map(number, it.rows)) == before
        assert it.status.startswith(f"100 belge · 100 işaretli · {total} TL")
        await it.press("u", "a", "f2")
        assert f"100 belge, {total} TL" in it.text
        await it.press("e")
        assert f"Aktarım tamamlandı: 100 belge, {total} TL (" in it.message
        (written,) = (office / "cikis").iterdir()
        assert sorted(numbers(written)) == before
        await it.press("f5")
        assert it.status.startswith("102 belge")


async def test_the_file_has_the_order_of_the_list_after_every_change(office):
    """Marks, another order, only the marked ones, the other way about, all again."""
    async with desk("cikis", size=(80, 200)) as it:
        await it.press("f5", "space", "down", "space", "down", "down", "space")
        chosen = marked(it)
        assert len(chosen) == 3
        await it.press("right", "right", "s", "y", "left", "left", *ROUND)
        assert [number(row) for row in it.rows] == sorted(chosen, reverse=True)
        await it.press("escape")
        assert marked(it) == chosen
        assert it.status.startswith("100 belge · 3 işaretli")
        await it.press("s", "u", "asterisk", "asterisk")
        assert marked(it) == []
        await it.press("home", "space", "end", "space")
        first, *_, last = (number(row) for row in it.rows)
        await it.press("s", "f2", "e")
    (written,) = (office / "cikis").iterdir()
    assert numbers(written) == [last, first]


@pytest.mark.broken_books
@pytest.mark.parametrize("sort", [("s",), (*["right"] * 3, *ROUND), (*["right"] * 4, "s")])
async def test_a_document_that_is_gone_stands_last_in_every_order_and_keeps_its_mark(office, sort):
    async with desk("cikis", size=(80, 200)) as it:
        await it.press("f5", "space")
        gone = marked(it)[0]
        ids = "(SELECT id FROM invoice WHERE number = ? AND document_type = 0)"
        with writing():
            connection.execute_sql(f"DELETE FROM line WHERE invoice_id IN {ids}", (gone,))
            connection.execute_sql(f"DELETE FROM invoice WHERE id IN {ids}", (gone,))
        await it.press(*sort)
        assert it.status.startswith("100 belge · 1 işaretli")
        assert gone not in it.text
        await it.press("f2", "e")
        assert it.message == "Belge artık yok; listeyi yeniden getirin"
        await it.press("u", "home", "space", "f2", "e")
        assert it.message.startswith("Aktarım tamamlandı: 1 belge")
    assert len(list((office / "cikis").iterdir())) == 1


# Files that somebody removed


@pytest.mark.files_only
@pytest.mark.broken_books
async def test_rows_that_cannot_be_read_say_so_and_so_does_a_list(office):
    async with desk("") as it:
        await it.press("f5")
        (office / "ornek.db-shm").unlink()
        await it.press("pagedown")
        assert [row.split() for row in it.rows] == [["okunamadı"]] * len(it.rows)
        await it.settle()  # the rows are read when they are drawn
        assert "günlüğü (-wal, -shm) silinmiş" in it.words
        await it.press("f9")
        assert "Okunamadı" in it.text
        assert "Okunuyor" not in it.text
