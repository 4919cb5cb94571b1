"""A folder's entries: which they are, in what order, and how size and time are written."""

import os

import pytest

from app.errors import FileRefused
from app.tui.folders import Order, narrowed, ordered, read_folder, size_text, time_text


@pytest.fixture
def folder(tmp_path):
    """Two folders, three files, and what is neither; each entry a day newer than the one before."""
    for name in ("Çıkış", "cari"):
        (tmp_path / name).mkdir()
    for name in ("ocak.json", "Şubat.JSON", "mart.json", "not.txt", ".gizli.json"):
        (tmp_path / name).write_text("[]")
    (tmp_path / "kopuk.json").symlink_to(tmp_path / "yok")
    os.mkfifo(tmp_path / "boru.json")
    for day, name in enumerate(("Çıkış", "cari", "ocak.json", "Şubat.JSON", "mart.json"), 1):
        os.utime(tmp_path / name, (day * 86400, day * 86400))
    return str(tmp_path)


def names(entries):
    return [entry.name for entry in entries]


def test_folders_and_json_files_are_read_and_nothing_else(folder):
    assert set(names(read_folder(folder, "json"))) == {
        "Çıkış", "cari", "ocak.json", "Şubat.JSON", "mart.json", ".gizli.json",
    }  # fmt: skip
    assert set(names(read_folder(folder, "folder"))) == {"Çıkış", "cari"}


def test_folders_come_first_then_the_newest_or_the_turkish_alphabet(folder):
    seen = narrowed(read_folder(folder, "json"), "")
    assert names(ordered(seen, Order.NEWEST)) == [
        "cari", "Çıkış", "mart.json", "Şubat.JSON", "ocak.json",
    ]  # fmt: skip
    assert names(ordered(seen, Order.NAME)) == [
        "cari", "Çıkış", "mart.json", "ocak.json", "Şubat.JSON",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ŞU", ["Şubat.JSON"]),
        ("su", ["Şubat.JSON"]),
        ("CIK", ["Çıkış"]),
        ("a", ["cari", "mart.json", "ocak.json", "Şubat.JSON"]),
        ("o", ["ocak.json", "mart.json", "Şubat.JSON"]),
        (".g", [".gizli.json"]),
        ("yok", []),
    ],
)
def test_typing_leaves_what_fits_first_what_begins_so(folder, typed, found):
    assert names(narrowed(ordered(read_folder(folder, "json"), Order.NAME), typed)) == found


def test_a_folder_that_cannot_be_read_says_why(folder):
    with pytest.raises(FileRefused, match=r"yok: böyle bir dosya ya da klasör yok"):
        read_folder(f"{folder}/yok", "json")
    with pytest.raises(FileRefused, match=r"ocak\.json: bu bir klasör değil"):
        read_folder(f"{folder}/ocak.json", "json")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"), (1023, "1023 B"), (1024, "1,0 KB"), (12_700, "12,4 KB"),
        (154_000_000, "146,9 MB"), (5 << 30, "5,0 GB"), (3 << 50, "3072,0 TB"),
    ],
)  # fmt: skip
def test_sizes_are_short(size, text):
    assert size_text(size) == text


def test_times_are_turkish_and_impossible_ones_empty():
    assert time_text(86400 * 365).startswith(("01.01.1971", "31.12.1970"))
    assert time_text(1e30) == ""
