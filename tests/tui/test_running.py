"""While a job runs: the list stays usable, Esc and F10 ask, and nothing is half done.

A second connection that holds the write lock keeps a job waiting for as long as a test needs.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest
from desk import desk
from textual.css.stylesheet import Stylesheet

from app import log, wait_notice
from app.domain.text import turkish_count
from app.paths import is_address
from app.store import checks
from app.store.database import database as connection
from app.store.database import reading
from app.store.engine.postgres_schema import MARK
from app.tui import judging
from app.tui.jobs import Job, JobProgress
from app.tui.screens import numbering, patterns
from app.tui.screens.job_runner import progress_text
from app.tui.screens.transfer_tab import TransferTab
from tests.store.bookkeeping import address_of

pytestmark = pytest.mark.usefixtures("office")

MANY = 2500


@contextmanager
def somebody_else_writes():
    address = address_of(Path("ornek.db").resolve())
    if is_address(address):
        from tests.store.whole_books import other_session  # with the driver

        with other_session(address) as other, other.transaction():
            other.execute(f"SELECT version FROM {MARK} FOR UPDATE")
            yield
        return
    other = apsw.Connection(address)
    other.set_busy_timeout(5000)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def many(office) -> Path:
    """A file of many documents, so that an import takes several transactions."""
    document = json.loads((office / "dosyalar/temiz.json").read_text(encoding="utf-8"))[0]
    del document["FatUst"]["GIB_FATIRS_NO"]  # it would be one document's
    documents = []
    for n in range(1, MANY + 1):
        document["FatUst"]["FATIRS_NO"] = f"COK2026{n:08}"
        documents.append(json.dumps(document))
    path = office / "dosyalar/cok.json"
    path.write_text("[" + ",\n".join(documents) + "]")
    return path


def saved():
    with reading():
        found = connection.execute_sql("SELECT count(*) FROM invoice WHERE number LIKE 'COK%'")
        return found.fetchone()[0]


class Held:
    """A job that goes no further than its first word of progress, until it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._free = threading.Event()
        tell = Job.progress

        def progress(job: Job, done: int, of: int) -> None:
            tell(job, done, of)
            self._free.wait(60)

        monkeypatch.setattr(Job, "progress", progress)
        monkeypatch.setattr(judging, "_BIG", 1)

    def go_on(self) -> None:
        self._free.set()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """The reading of a file, held behind its first documents."""
    found = Held(monkeypatch)
    yield found
    found.go_on()


async def test_while_a_job_waits_for_the_server_the_screen_says_so():
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2")
        with somebody_else_writes():
            await it.pilot.press("e")
            for what in (wait_notice.FOR_SERVER, "", wait_notice.FOR_LOCK, ""):
                wait_notice._wait.listener(what)
                await it.pilot.pause()
                assert it.message == what
            wait_notice._wait.listener(wait_notice.FOR_LOCK)
            await it.pilot.pause()
        await it.settle()
        assert "Aktarım tamamlandı" in it.message
        await it.press("f5")
        wait_notice._wait.listener(wait_notice.FOR_LOCK)
        await it.pilot.pause()
        assert wait_notice.FOR_LOCK not in it.text  # nobody waits


@pytest.mark.usefixtures("many")
async def test_one_looks_about_in_a_big_file_while_it_is_still_read(held):
    async with desk("", "dosyalar/cok.json") as it:
        await it.pilot.press("f3", "f5")
        await it.until("oklarla bakabilirsiniz")
        assert it.status.startswith("Dosya okuma")
        assert "oklarla bakabilirsiniz" in it.message
        await it.pilot.press("down", "down", "a", "up")
        assert it.rows[2].startswith("  COK202600000003")
        assert "satır" not in it.status
        assert it.app.screen.query_one("#list").cursor == 2
        held.go_on()
        await it.settle()
        assert it.status.startswith(f"{turkish_count(MANY)} belge · {turkish_count(MANY)} işaretli")
        assert it.app.screen.query_one("#list").cursor == 1


@pytest.mark.usefixtures("many")
async def test_a_reading_that_is_stopped_says_how_much_of_the_file_is_listed(held):
    async with desk("", "dosyalar/cok.json") as it:
        await it.pilot.press("f3", "f5")
        await it.until("oklarla bakabilirsiniz")
        await it.pilot.press("escape")
        await it.until("Dosya okuma sürüyor. Durdurulsun mu?")
        await it.pilot.press("e")
        held.go_on()
        await it.settle()
        assert it.message == "Durduruldu: ilk 100 belge listede, gerisi okunmadı"
        assert it.status.startswith("100 belge")


async def test_a_pattern_that_is_stopped_leaves_the_marks_as_they_are(held, monkeypatch):
    monkeypatch.setattr(patterns, "_LOOKED_AT_ONCE", 10)
    async with desk("cikis") as it:
        await it.press("f5", "space", "plus")
        await it.pilot.press("asterisk", "enter")
        await it.pilot.press("escape")
        await it.until("Kalıpla arama sürüyor. Durdurulsun mu?")
        assert "İşaretler olduğu gibi kalır." in it.text
        await it.pilot.press("e")
        held.go_on()
        await it.settle()
        assert it.message == "Durduruldu; işaretler olduğu gibi kaldı"
        assert "· 1 işaretli ·" in it.status


async def test_of_a_file_that_turns_out_to_be_no_text_nothing_stays_listed(held, many):
    with many.open("ab") as file:
        file.write("ş".encode() + b"\xff")
    async with desk("", "dosyalar/cok.json") as it:
        await it.pilot.press("f3", "f5")
        await it.until("oklarla bakabilirsiniz")
        held.go_on()
        await it.settle()
        assert it.message.startswith("cok.json: UTF-8 değil (bayt ")
        assert it.message.endswith("Kodlama'yı Windows-1254 yapıp F5'e basın")
        assert it.status.startswith("0 belge")
        assert "JSON dosyası, zip ya da klasör yazın" in it.text


async def test_a_file_that_turns_out_to_be_windows_1254_is_listed_anew(held, many):
    raw = many.read_bytes()
    end = raw.rindex(b'"Seri": "SUB"')
    many.write_bytes(raw[:end] + b'"Not": "\xde\xfe", ' + raw[end:])
    async with desk("", "dosyalar/cok.json") as it:
        await it.pilot.press("f3", "f5")
        await it.until("oklarla bakabilirsiniz")
        assert "‹ Kendiliğinden ›" in it.text
        held.go_on()
        await it.settle()
        assert it.message == "cok.json: 2.500 hazır"
        assert "‹ Kendiliğinden (Windows-1254) ›" in it.text


@pytest.mark.usefixtures("many")
async def test_rows_fill_in_as_transactions_commit_and_esc_stops_between_documents():
    async with desk("", "dosyalar/cok.json") as it:
        await it.press("f3", "f5", "a", "f2")
        await it.pilot.press("enter", "enter")
        while "Aktarıldı COK2026" not in it.words:
            assert it.app.jobs(), it.text
            await it.give_way()
        with somebody_else_writes():
            await it.pilot.press("down", "down", "f5")
            assert it.message == "İçeri aktarma sürüyor; durdurmak için Esc"
            await it.pilot.press("up")
            assert it.app.screen.query_one("#list").cursor == 1
            await it.pilot.press("escape")
            await it.until("İçeri aktarma sürüyor. Durdurulsun mu?")
            assert it.place == "no"
            await it.pilot.press("enter")
            assert "Durdurulsun mu?" not in it.text
            await it.pilot.press("escape", "e")
            assert "durduruluyor…" in it.text
        await it.settle()
        count = saved()
        assert 0 < count < MANY
        assert count % 50 == 0
        assert it.message.startswith(
            f"Durduruldu: {turkish_count(count)} belge aktarıldı (ilk COK202600000001, son "
        )
        assert it.message.endswith(" belge işaretli")
        assert f"{turkish_count(MANY - count)} işaretli" in it.status
        await it.press("f2", "enter", "enter")
        assert f"{turkish_count(MANY - count)} belge aktarıldı" in it.message
    assert saved() == MANY
    with reading():
        assert checks.failures() == []


async def test_a_stopped_export_leaves_no_file(office):
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2")
        with somebody_else_writes():
            await it.pilot.press("e", "escape")
            await it.until("Dışarı aktarma sürüyor. Durdurulsun mu?")
            assert "Dosya yazılmaz." in it.text
            await it.pilot.press("e")
        await it.settle()
        assert it.message == "Durduruldu; dosya yazılmadı"
        assert "100 işaretli" in it.status
    assert list((office / "cikis").iterdir()) == []


@pytest.mark.usefixtures("many")
async def test_a_running_import_is_seen_from_the_other_tab_and_behind_the_question_to_leave():
    async with desk("cikis", "dosyalar/cok.json") as it:
        await it.press("f3", "f5", "a", "f2")
        await it.pilot.press("enter", "enter")
        while "Aktarıldı" not in it.text:
            assert it.app.jobs(), it.text
            await it.give_way()
        with somebody_else_writes():
            await it.pilot.press("f3")
            running = re.search(r"\[Dışarı Aktar\] İçeri Aktar: %(\d+) *$", it.lines[0])
            assert running
            assert 0 < int(running[1]) < 100
            await it.pilot.press("f10")
            assert it.lines[0].endswith(f"İçeri Aktar: %{running[1]}")
            await it.pilot.press("h")
        await it.settle()
        assert it.lines[0].endswith("İçeri Aktar: bitti")
        await it.press("f3", "f3")
        assert it.lines[0].endswith("[Dışarı Aktar] İçeri Aktar")


async def test_after_f10_and_yes_the_screen_says_what_it_waits_for():
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2")
        with somebody_else_writes():
            await it.pilot.press("e", "f3", "f10", "e")
            assert it.message == "Dışarı aktarma durduruluyor; bitince program kapanır"
            assert " Dışarı Aktar: duruyor [İçeri Aktar]" in it.lines[0]
        while it.app._exit is False:
            await it.give_way()


@pytest.mark.parametrize("tab", ["here", "on the other tab"])
async def test_f10_asks_while_a_job_runs_and_leaves_when_it_has_stopped(office, tab):
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2")
        with somebody_else_writes():
            await it.pilot.press("e", *(["f3"] if tab == "on the other tab" else []), "f10")
            assert "Dışarı aktarma sürüyor. Durdurulup çıkılsın mı?" in it.words
            assert it.place == "no"
            await it.pilot.press("h")
            assert it.app.is_running
            await it.pilot.press("f10", "e")
            assert it.app.is_running
        while it.app._exit is False:
            await it.give_way()
    assert it.app.return_code == 0
    assert list((office / "cikis").iterdir()) == []


@pytest.mark.broken_books
@pytest.mark.files_only  # SQLite's words
async def test_a_fault_of_the_program_ends_it_with_a_sentence(capsys):
    with pytest.raises(Exception, match="no such table"):  # noqa: PT012
        async with desk("cikis") as it:
            other = apsw.Connection("ornek.db")
            other.execute("ALTER TABLE invoice RENAME TO gone")
            other.close()
            await it.pilot.press("f5")
            while it.app.is_running:
                await it.give_way()
    assert it.app.return_code == 1
    said = capsys.readouterr().err
    assert said.startswith("Program beklenmeyen bir hatayla durdu (SQLError, ")
    assert "app/store/queries.py:" in said  # not the engine, which runs what others ask
    assert "no such table" not in said
    assert len(said.splitlines()) == 2


def broken(*_, **__):
    raise ZeroDivisionError


async def test_a_fault_in_the_job_of_a_dialog_ends_the_program_with_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(numbering, "make_plan", broken)
    with pytest.raises(ZeroDivisionError):
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", "a", "f2")
    assert it.app.return_code == 1
    said = capsys.readouterr().err
    assert said.startswith("Program beklenmeyen bir hatayla durdu (ZeroDivisionError, ")


async def test_a_fault_in_a_job_that_nobody_needs_is_in_the_log(office, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def late(*_, **__):
        begun.set()
        assert go_on.wait(30)
        broken()

    monkeypatch.setenv("XDG_STATE_HOME", str(office / "durum"))
    log.begin("ekranlar")
    monkeypatch.setattr(numbering, "make_plan", late)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a")
        await it.pilot.press("f2")
        assert begun.wait(30)
        (planning,) = [thread for thread in threading.enumerate() if thread.name == "Plan"]
        await it.press("escape")
        go_on.set()
        planning.join(30)
        await it.settle()
        assert it.app.is_running
    log.end(0)
    (logged,) = (office / "durum").rglob("gunluk.log")
    assert ": hata ZeroDivisionError app/tui/jobs.py:" in logged.read_text()


async def test_listing_again_while_a_job_runs_is_refused():
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2")
        with somebody_else_writes():
            await it.pilot.press("e", "f5")
            assert it.message == "Dışarı aktarma sürüyor; durdurmak için Esc"
            await it.pilot.press("f2")
            assert it.message == "Dışarı aktarma sürüyor; durdurmak için Esc"
        await it.settle()
        assert it.message.startswith("Aktarım tamamlandı: 100 belge")


def test_progress_is_a_bar_with_percent_and_count():
    class Work:
        label = "İçeri aktarma"

    text = progress_text(JobProgress(Work(), 1250, 5000), "belge")
    assert text == "İçeri aktarma █████··············· %25  1.250/5.000 belge  Esc durdurur"
    assert "%0" in progress_text(JobProgress(Work(), 0, 0), "MB")
    assert "%50  22/46 MB" in progress_text(JobProgress(Work(), 22_900_000, 45_800_000), "MB")


@pytest.mark.parametrize("left", ["", "9 sn kaldı", "2 dk 30 sn kaldı"])
def test_the_time_left_stands_behind_the_percent_and_all_of_it_fits(left: str) -> None:
    class Work:
        label = "İçeri aktarılıyor"

    small, big = JobProgress(Work(), 430, 1000), JobProgress(Work(), 430_000, 1_000_000)
    for event in (small, big):
        for width in (60, 80, 120):
            text = progress_text(event, "belge", left, width)
            assert text.startswith("İçeri aktarılıyor")
            assert f"%43 · {left}  " in text or not left
            assert text.endswith("  Esc durdurur")
            assert len(text) <= width
    assert progress_text(small, "belge", left, 120).count("█") == 8
    assert "430/1.000 belge" in progress_text(small, "belge", left, 80)


async def test_the_style_sheets_are_never_read_again(monkeypatch):
    """Reading all of them anew took a twentieth of the time to the first frame."""
    readings = []
    reparse = Stylesheet.reparse
    monkeypatch.setattr(
        Stylesheet, "reparse", lambda sheet: (readings.append(1), reparse(sheet))[1]
    )
    async with desk("cikis") as it:
        await it.press("f3")
        assert "[İçeri Aktar]" in it.text
        assert not readings
        assert it.app.current_theme.name == "ansi-dark"


async def test_the_first_tab_finds_its_styles_at_its_mount_and_not_once_more(monkeypatch):
    """Thrice took a tenth of the time to the first frame."""
    whole = []
    update = Stylesheet.update_nodes

    def counted(sheet, nodes, **options):
        nodes = list(nodes)
        whole.extend(node for node in nodes if isinstance(node, TransferTab))
        update(sheet, nodes, **options)

    monkeypatch.setattr(Stylesheet, "update_nodes", counted)
    async with desk("cikis", size=(60, 24)) as it:
        assert not whole
        assert it.app.screen.has_class("-narrow")


async def test_the_program_may_begin_with_either_tab():
    async with desk("cikis", opens="iceri") as it:
        assert "[İçeri Aktar]" in it.text
        await it.press("f3")
        assert "[Dışarı Aktar]" in it.text
