"""The file of the last choices: kept for the user alone, and never in anybody's way."""

import json
import os
import stat
from datetime import date
from pathlib import Path

import msgspec
import pytest

from app import paths
from app.domain.dates import Period
from app.domain.filters import InvoiceFilter
from app.domain.invoice import DocumentType
from app.tui import remembered as module
from app.tui.remembered import Choices, Remembered

TODAY = date(2026, 3, 15)
BOOKS = Path("defter.db")
WANTED = InvoiceFilter(
    document_type=DocumentType.PURCHASE,
    date_from=date(2025, 1, 2),
    date_to=date(2025, 3, 4),
    number_from="A00000000000001",
    account_code="320-001",
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "toplu-fatura" / "secimler.json"


def test_the_first_time_nothing_is_offered_and_nothing_is_written(file):
    assert Remembered(file, BOOKS).choices == Choices()
    assert Choices().wanted(TODAY) is None
    assert Remembered(file, BOOKS).paths() == []
    assert not file.parent.exists()


def test_all_that_was_chosen_comes_back_at_the_next_start(file, tmp_path):
    written, read = tmp_path / "satis.json", tmp_path / "gelen" / "alis.json"
    read.parent.mkdir()
    for path in (written, read):
        path.write_text("[]")
    last = Remembered(file, BOOKS)
    last.keep_filters(WANTED, None)
    last.keep_export(written)
    last.keep_import(read)
    last.keep_numbering("ZZZ", skip_transferred=True)

    again = Remembered(file, BOOKS)
    assert again.choices.wanted(TODAY) == WANTED
    assert again.choices.export_folder == str(tmp_path)
    assert again.choices.import_folder == str(read.parent)
    assert again.choices.series == "ZZZ"
    assert again.choices.skip_transferred
    assert again.paths() == [str(read), str(written)]


def test_a_period_comes_back_as_that_of_the_day_and_other_days_as_they_were(file):
    last = Remembered(file, BOOKS)
    days = dict(zip(("date_from", "date_to"), Period.LAST_MONTH.days(TODAY), strict=True))
    last.keep_filters(InvoiceFilter(**days), Period.LAST_MONTH)
    in_may = last.choices.wanted(date(2026, 5, 2))
    assert (in_may.date_from, in_may.date_to) == (date(2026, 4, 1), date(2026, 4, 30))
    last.keep_filters(InvoiceFilter(**days), None)
    in_may = last.choices.wanted(date(2026, 5, 2))
    assert (in_may.date_from, in_may.date_to) == (date(2026, 2, 1), date(2026, 2, 28))


def test_it_is_the_users_own_and_whole(file):
    Remembered(file, BOOKS).keep_numbering("A", skip_transferred=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert os.listdir(file.parent) == [file.name]


def test_each_company_has_its_own_choices_and_all_share_the_paths(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    moved = tmp_path / "giden.json"
    moved.write_text("[]")
    one, other = Remembered(file, Path("bir.db")), Remembered(file, Path("iki.db"))
    one.keep_numbering("AAA", skip_transferred=False)
    other.keep_numbering("BBB", skip_transferred=False)
    one.keep_export(moved)
    assert (one.choices.series, other.choices.series) == ("AAA", "BBB")
    assert other.choices.export_folder == ""
    assert other.paths() == [str(moved)]
    assert Remembered(file, tmp_path / "bir.db").choices.series == "AAA"


def test_two_programs_at_once_lose_nothing_of_each_other(file):
    one, other = Remembered(file, BOOKS), Remembered(file, BOOKS)
    one.keep_filters(WANTED, None)
    other.keep_numbering("B", skip_transferred=False)
    assert one.choices.wanted(TODAY) == other.choices.wanted(TODAY) == WANTED
    assert one.choices.series == "B"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"\xff\xfe", b"[]", b"null", b'{"books": 5}',
        b'{"books": {"x": {"series": 1}}}',
        b"{" * 5000, b"[" * 100_000, b'{"paths": ["' + b"x" * 300_000 + b'"]}',
        b'{"books": {}, "paths": [', '{"paths": "ş"}'.encode("cp1254"),
    ],
)  # fmt: skip
def test_a_broken_or_foreign_file_is_none_and_is_written_anew(file, content):
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    last = Remembered(file, BOOKS)
    assert last.choices == Choices()
    assert last.paths() == []
    last.keep_numbering("A", skip_transferred=False)
    assert Remembered(file, BOOKS).choices.series == "A"
    json.loads(file.read_text(encoding="utf-8"))


def test_what_no_version_knows_is_left_out_and_the_rest_stays(file):
    last = Remembered(file, BOOKS)
    last.keep_filters(WANTED, None)
    kept = json.loads(file.read_text(encoding="utf-8"))
    (choices,) = kept["books"].values()
    choices["filters"] |= {"planet": "Mars", "account_code": 5, "date_to": "dün"}
    choices["colour"] = "mor"
    file.write_text(json.dumps(kept | {"more": 1}), encoding="utf-8")
    assert last.choices.wanted(TODAY) == InvoiceFilter(
        document_type=DocumentType.PURCHASE,
        date_from=date(2025, 1, 2),
        number_from="A00000000000001",
    )


def test_filters_that_cannot_hold_together_are_not_offered(file):
    Remembered(file, BOOKS).keep_filters(WANTED, None)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("2025-03-04", "2024-03-04"), encoding="utf-8")
    assert Remembered(file, BOOKS).choices.wanted(TODAY) is None


def test_where_it_cannot_be_written_nothing_is_said(tmp_path):
    (tmp_path / "dosya").write_text("")
    (tmp_path / "klasör" / "secimler.json").mkdir(parents=True)
    for file in (tmp_path / "dosya/secimler.json", tmp_path / "klasör/secimler.json"):
        last = Remembered(file, BOOKS)
        last.keep_numbering("A", skip_transferred=False)
        assert last.choices == Choices()
    assert os.listdir(tmp_path / "klasör") == ["secimler.json"]


def test_a_disk_that_fails_leaves_what_was_there(file, monkeypatch):
    last = Remembered(file, BOOKS)
    last.keep_numbering("A", skip_transferred=False)

    def fails(*_, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "rename", fails)
    last.keep_numbering("B", skip_transferred=False)
    assert last.choices.series == "A"
    assert os.listdir(file.parent) == [file.name]


def test_without_a_file_nothing_is_remembered():
    nothing = Remembered()
    nothing.keep_numbering("A", skip_transferred=True)
    assert nothing.choices == Choices()


def test_paths_that_are_gone_are_not_offered_and_only_the_last_are_kept(file, tmp_path):
    last = Remembered(file, BOOKS)
    for n in range(30):
        path = tmp_path / f"{n}.json"
        path.write_text("[]")
        last.keep_import(path)
    last.keep_import(tmp_path / "20.json")
    (tmp_path / "29.json").unlink()
    names = [os.path.basename(path) for path in last.paths()]
    assert names[:3] == ["20.json", "28.json", "27.json"]
    assert len(names) == 19
    assert len(set(names)) == 19


def test_a_name_that_is_no_text_keeps_the_file_as_it_was(file):
    last = Remembered(file, BOOKS)
    last.keep_numbering("A", skip_transferred=False)
    last.keep_import(Path("\udcff.json"))
    assert last.choices.series == "A"


def test_the_books_of_long_ago_are_forgotten(file):
    for n in range(60):
        Remembered(file, Path(f"{n}.db")).keep_numbering("A", skip_transferred=False)
    assert Remembered(file, Path("5.db")).choices == Choices()
    assert Remembered(file, Path("59.db")).choices.series == "A"


def test_the_file_lies_in_the_state_folder_and_that_of_the_demo_with_the_demo(monkeypatch):
    monkeypatch.setenv("HOME", "/srv/ali")
    monkeypatch.setenv("XDG_STATE_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", "")
    assert str(paths.choices_file()) == "/srv/ali/.local/state/toplu-fatura/secimler.json"
    assert paths.demo_choices_file().parent == paths.demo_database().parent
    monkeypatch.setenv("XDG_STATE_HOME", "/srv/state")
    assert str(paths.choices_file()) == "/srv/state/toplu-fatura/secimler.json"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert str(paths.choices_file()) == "/srv/ali/.local/state/toplu-fatura/secimler.json"


# Something hostile in its place


IGNORED = "Geçen seferki seçimler yok sayıldı: "


def hostile(file: Path, what: str) -> None:
    file.parent.mkdir(parents=True)
    if what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    elif what == "device":
        os.mknod(file, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero: it has no end
    elif what == "link":
        file.symlink_to("/dev/zero")
    elif what == "second name":
        Remembered(file.with_name("asil"), BOOKS).keep_numbering("A", skip_transferred=True)
        file.hardlink_to(file.with_name("asil"))
    elif what == "another's":
        Remembered(file, BOOKS).keep_numbering("A", skip_transferred=True)
        os.chown(file, 61_234, 61_234)
    else:
        file.write_bytes({"huge": b" " * 300_000, "deep": b"[" * 100_000}[what])


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a device or give a file away")
@pytest.mark.parametrize(
    ("what", "why"),
    {
        "folder": "secimler.json düz bir dosya değil; kaldırın",
        "pipe": "secimler.json düz bir dosya değil; kaldırın",
        "device": "secimler.json düz bir dosya değil; kaldırın",
        "link": "secimler.json bir bağlantı; bağlantıya yazılmaz, kaldırın",
        "second name": "secimler.json başka bir dosyanın ikinci adı; kaldırın",
        "another's": "secimler.json başka bir kullanıcının; kaldırın",
        "huge": "secimler.json çok büyük; kaldırın",
        "deep": "secimler.json bozuk; seçim yaptıkça yenilenir",
    }.items(),
)
def test_what_stands_in_its_place_is_ignored_with_a_word_once(file, what, why):
    hostile(file, what)
    last = Remembered(file, BOOKS)
    assert last.choices == last.choices == Choices()
    assert last.take_note() == IGNORED + why
    assert last.paths() == []
    assert last.take_note() == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("amount_from", "vat_rate")
          for value in ("1e999999", "sNaN", "NaN", "-Infinity", "1" * 16, "1" * 100_000, True)),
        *((name, value) for name in ("branch", "currency") for value in (10**9, "1", 1.5)),
        ("note", "a" * 100_000), ("note", "\x1b]52;c;AA\x07"), ("date_from", "9999-99-99"),
        ("kind", 99), ("document_type", []), ("exported", {}),
    ],
)  # fmt: skip
def test_a_filter_that_could_not_be_typed_is_left_out_with_a_word(file, name, value):
    last = Remembered(file, BOOKS)
    last.keep_filters(WANTED, None)
    kept = json.loads(file.read_text(encoding="utf-8"))
    (choices,) = kept["books"].values()
    choices["filters"] |= {name: value}
    file.write_text(json.dumps(kept), encoding="utf-8")
    assert last.choices.wanted(TODAY) == msgspec.structs.replace(WANTED, **{name: None})
    assert last.take_note() == IGNORED + "bazıları kullanılamıyor"


def test_a_series_that_is_none_is_not_offered(file):
    last = Remembered(file, BOOKS)
    last.keep_numbering("\x1b[2J", skip_transferred=True)
    assert last.choices.series == ""
    assert last.take_note() == IGNORED + "bazıları kullanılamıyor"
