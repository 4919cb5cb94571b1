import os
import unicodedata

import pytest

from app.tui.paths import complete


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder as bookkeepers have it, and the working folder."""
    for folder in ("faturalar", "Çıkış", "Cari", "İade", "Isparta", ".gizli", "muhasebe/2025"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("mart.json", "mayıs.JSON", "not.txt", ".sakli.json", "kötü\x1b.json"):
        (tmp_path / file).write_text("[]")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_only_folder_that_fits_is_completed_with_a_slash(home):
    assert complete(f"{home}/fat", "folder") == (f"{home}/faturalar/", ["faturalar/"])


def test_several_are_completed_as_far_as_they_agree(home):
    assert complete(f"{home}/m", "json") == (
        f"{home}/m",
        ["mart.json", "mayıs.JSON", "muhasebe/"],
    )
    assert complete(f"{home}/ma", "json").text == f"{home}/ma"
    assert complete(f"{home}/mar", "json").text == f"{home}/mart.json"


def test_where_a_folder_is_wanted_files_are_not_offered(home):
    assert complete(f"{home}/m", "folder") == (f"{home}/muhasebe/", ["muhasebe/"])


def test_names_come_in_turkish_order_without_hidden_and_hostile_ones(home):
    assert complete(f"{home}/", "json").candidates == [
        "Cari/", "Çıkış/", "faturalar/", "Isparta/", "İade/", "mart.json", "mayıs.JSON",
        "muhasebe/",
    ]  # fmt: skip


def test_hidden_names_are_offered_after_a_dot(home):
    assert complete(f"{home}/.", "json").candidates == [".gizli/", ".sakli.json"]


def test_the_home_folder_is_written_out(home):
    assert complete("~", "folder").text == f"{home}/"
    assert complete("~/muh", "folder").text == f"{home}/muhasebe/"


@pytest.mark.usefixtures("home")
def test_a_relative_path_stays_relative():
    assert complete("muh", "folder").text == "muhasebe/"
    assert complete("muhasebe/", "folder").text == "muhasebe/2025/"


@pytest.mark.parametrize(
    "typed", ["yok", "yok/daha", "mart.json/", "a\0b", "~yok\0", "\udcff", ".."]
)
@pytest.mark.usefixtures("home")
def test_what_is_not_there_or_cannot_be_changes_nothing(typed):
    assert complete(typed, "json") == (typed, [])


@pytest.mark.parametrize("typed", ["FATURA", "Fatura", "FATURALAR"])
def test_the_only_name_is_found_whatever_the_case(home, typed):
    assert complete(f"{home}/{typed}", "folder").text == f"{home}/faturalar/"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cık", "Çıkış/"), ("ÇIK", "Çıkış/"), ("iade", "İade/"), ("ISP", "Isparta/")],
)
def test_the_only_name_is_found_without_dots_and_hooks(home, typed, found):
    assert complete(f"{home}/{typed}", "folder").text == f"{home}/{found}"


def test_the_case_that_was_typed_goes_first(home):
    (home / "FATURALAR").mkdir()
    assert complete(f"{home}/fat", "folder").text == f"{home}/faturalar/"
    assert complete(f"{home}/FAT", "folder").text == f"{home}/FATURALAR/"


def test_several_in_other_letters_are_told_and_what_was_typed_stays(home):
    assert complete(f"{home}/ç", "folder") == (f"{home}/Çıkış/", ["Çıkış/"])
    (home / "ÇIKAN").mkdir()
    assert complete(f"{home}/çık", "folder") == (f"{home}/çık", ["ÇIKAN/", "Çıkış/"])
    (home / "ÇIKAR").mkdir()
    (home / "Çıkış").rmdir()
    assert complete(f"{home}/çık", "folder") == (f"{home}/ÇIKA", ["ÇIKAN/", "ÇIKAR/"])
    assert complete(f"{home}/c", "folder") == (f"{home}/Cari/", ["Cari/"])


def test_blanks_are_letters(home):
    (home / "Nisan 2025" / "son hali").mkdir(parents=True)
    assert complete(f"{home}/nis", "folder").text == f"{home}/Nisan 2025/"
    assert complete(f"{home}/Nisan 2", "folder").text == f"{home}/Nisan 2025/"
    assert complete(f"{home}/Nisan 2025/", "folder").text == f"{home}/Nisan 2025/son hali/"


def test_a_name_whose_letters_the_disk_splits_is_found_by_whole_ones(home):
    split = unicodedata.normalize("NFD", "şube")
    (home / f"{split}.json").write_text("[]")
    assert complete(f"{home}/şu", "json").text == f"{home}/{split}.json"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_changes_nothing(home):
    (home / "Cari").chmod(0)
    assert complete(f"{home}/Cari/", "folder") == (f"{home}/Cari/", [])


def test_a_link_that_leads_nowhere_is_not_offered(home):
    (home / "zincir.json").symlink_to(home / "yok")
    (home / "zz").symlink_to(home / "zz")
    assert complete(f"{home}/z", "json").candidates == []


def test_a_name_that_is_not_unicode_is_not_offered(home):
    os.mkdir(os.fsencode(home) + b"/\xe7ek")
    assert complete(f"{home}/", "folder").candidates == complete("", "folder").candidates
    assert not any("ek" in name for name in complete("", "folder").candidates)
