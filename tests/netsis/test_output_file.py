"""An invoice is written in Logo's conventions, into a file that is either whole or absent."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from app.domain.netsis_json import encode_invoice
from app.errors import FileRefused
from app.netsis.input_file import open_source
from app.netsis.output_file import JsonArrayFile
from app.netsis.tolerant.parser import read_invoice
from tests.netsis.examples import changed, compact, example

ROOT = Path(__file__).parents[2]


def export(path: Path, *documents: bytes, meanwhile=lambda _: None) -> None:
    with JsonArrayFile.create(path) as out:
        for document in documents:
            out.write(document)
        meanwhile(out)
        out.finish()


def refusal(path: Path, *documents: bytes, meanwhile=lambda _: None) -> str:
    with pytest.raises(FileRefused) as error:
        export(path, *documents, meanwhile=meanwhile)
    return str(error.value)


def test_the_worked_example_comes_out_as_it_came_in():
    assert json.loads(encode_invoice(read_invoice(compact(example())))) == example()


def test_keys_and_values_are_spelled_as_logo_does():
    text = encode_invoice(read_invoice(compact(example()))).decode()
    assert text.startswith('{"Seri":"RDM","FaturaTip":0,"KalemAdedi":2,"KayitliNumara')
    assert '"FatUst":{"Tip":0,"Sube_Kodu":0,"FATIRS_NO":' in text
    assert '"KDV_DAHILMI":false,"Aciklama":"Mart sevkiyatı"' in text
    assert '"Tarih":"2024-03-15 00:00:00"' in text
    assert '"STra_GCMIK":10.0' in text
    assert "null" not in text


def test_small_amounts_have_no_exponent():
    raw = compact(changed("FatUst.YUVARLAMA", "0.00000001"))
    assert b'"YUVARLAMA":0.00000001' in encode_invoice(read_invoice(raw))


def test_an_unknown_member_over_several_lines_comes_out_on_one():
    raw = compact(changed("FatUst.Ozel", 7)).replace(b'"Ozel":7', b'"Ozel":{\r\n"a":\n1}')
    assert b'"Ozel":{  "a": 1}' in encode_invoice(read_invoice(raw))


def test_a_file_is_an_array_with_one_invoice_a_line(tmp_path):
    path = tmp_path / "iki.json"
    with JsonArrayFile.create(path) as out:
        assert not path.exists()
        out.write(b'{"a":1}')
        out.write(b'{"b":2},\n{"c":3}')
        out.finish()
    assert path.read_bytes() == b'[\n{"a":1},\n{"b":2},\n{"c":3}\n]\n'
    assert path.stat().st_mode & 0o777 & ~0o640 == 0
    assert os.listdir(tmp_path) == ["iki.json"]


def test_without_a_document_the_file_is_an_empty_array(tmp_path):
    with JsonArrayFile.create(tmp_path / "bos.json") as out:
        out.finish()
    assert json.loads((tmp_path / "bos.json").read_bytes()) == []


def test_export_import_export_gives_the_same_bytes(tmp_path):
    document = changed("FatUst.SIPARIS_TEST", "2024-01-02T00:00:00")
    document["Kalems"][1]["Özel"] = [1, {"x": None}]
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_bytes(b"[\n" + encode_invoice(read_invoice(compact(document))) + b"\n]\n")
    with open_source(first) as source, JsonArrayFile.create(second) as out:
        for span in source.spans():
            out.write(encode_invoice(read_invoice(source.read(span))))
        out.finish()
    assert second.read_bytes() == first.read_bytes()
    assert json.loads(second.read_bytes()) == [document]


def test_what_is_not_finished_leaves_nothing(tmp_path):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / "x.json", b"{}" * 2_000_000, meanwhile=interrupt)
    assert os.listdir(tmp_path) == []


def test_an_existing_file_is_never_overwritten(tmp_path):
    path = tmp_path / "var.json"
    path.write_text("eski")
    assert refusal(path) == "var.json: zaten var; üzerine yazılmadı"
    assert path.read_text() == "eski"


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "var.json").write_text("eski")
    for place in ("olmayan", "var.json"):
        link = tmp_path / f"{place}-link.json"
        link.symlink_to(place)
        assert refusal(link) == (
            f"{link.name}: bu bir bağlantı; bağlantıya yazılmaz, başka bir ad verin"
        )
    assert (tmp_path / "var.json").read_text() == "eski"
    assert not (tmp_path / "olmayan").exists()


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "var.json"
    sentence = refusal(path, meanwhile=lambda _: path.write_text("başkasının"))
    assert sentence == "var.json: zaten var; üzerine yazılmadı"
    assert path.read_text() == "başkasının"


@pytest.mark.parametrize("in_its_place", [False, True])
def test_a_folder_that_was_moved_meanwhile_gets_no_file(tmp_path, in_its_place):
    """Its name is what the user is told of, and the file would not be there."""
    folder = tmp_path / "giden"
    folder.mkdir()

    def move(_):
        folder.rename(tmp_path / "eski")
        if in_its_place:
            folder.mkdir()

    sentence = refusal(folder / "x.json", meanwhile=move)
    assert sentence == "x.json: klasör bu arada taşındı ya da silindi; dosya yazılmadı"
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("yok/x.json", "yok: böyle bir dosya ya da klasör yok"),
        ("yok/alt/x.json", "yok: böyle bir klasör yok"),
        ("dosya/x.json", "dosya: bu bir klasör değil"),
        ("klasor", "klasor: bu bir klasör, dosya değil"),
        ("u" * 300, "u" * 59 + "…: dosya adı çok uzun"),
        ("a\0b", "a\ufffdb: dosya adında izin verilmeyen karakter var"),
    ],
)
def test_where_no_file_can_be_the_cause_is_told(tmp_path, name, sentence):
    (tmp_path / "dosya").touch()
    (tmp_path / "klasor").mkdir()
    assert refusal(tmp_path / name) == sentence
    assert sorted(os.listdir(tmp_path)) == ["dosya", "klasor"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path):
    def fill_disk(out):
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, out._file.descriptor)
        os.close(full)

    sentence = refusal(tmp_path / "x.json", b"{}", meanwhile=fill_disk)
    assert sentence == "x.json: diskte yer kalmadı; yer açıp yeniden deneyin"
    assert os.listdir(tmp_path) == []


def test_a_file_that_grows_too_large_is_told_and_nothing_is_left(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        sentence = refusal(tmp_path / "x.json", b"x" * (3 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sentence.startswith("x.json: dosya izin verilenden büyük oluyor; yöneticinizden")
    assert os.listdir(tmp_path) == []


def test_a_killed_export_leaves_nothing(tmp_path):
    program = (
        "import sys, pathlib\n"
        "from app.netsis.output_file import JsonArrayFile\n"
        "with JsonArrayFile.create(pathlib.Path(sys.argv[1])) as out:\n"
        "    print('yazıyor', flush=True)\n"
        "    while True:\n"
        "        out.write(b'{}' * 50_000)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "x.json")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert os.listdir(tmp_path) == []


class TestWithoutNamelessFiles:
    """As on file systems that know no O_TMPFILE."""

    @pytest.fixture(autouse=True)
    def _no_tmpfile(self, monkeypatch):
        real = os.open

        def refusing(path, flags, *rest, **named):
            if flags & os.O_TMPFILE == os.O_TMPFILE:
                raise OSError(errno.EOPNOTSUPP, "")
            return real(path, flags, *rest, **named)

        monkeypatch.setattr(os, "open", refusing)

    def test_a_file_is_whole_and_alone(self, tmp_path):
        with JsonArrayFile.create(tmp_path / "x.json") as out:
            out.write(b"{}")
            assert "x.json" not in os.listdir(tmp_path)
            out.finish()
        assert os.listdir(tmp_path) == ["x.json"]
        assert (tmp_path / "x.json").read_bytes() == b"[\n{}\n]\n"

    def test_what_is_not_finished_leaves_nothing(self, tmp_path):
        with pytest.raises(ZeroDivisionError), JsonArrayFile.create(tmp_path / "x.json"):
            raise ZeroDivisionError
        assert os.listdir(tmp_path) == []

    def test_a_file_that_came_meanwhile_is_not_overwritten(self, tmp_path):
        path = tmp_path / "x.json"
        refusal(path, meanwhile=lambda _: path.write_text("başkasının"))
        assert os.listdir(tmp_path) == ["x.json"]
        assert path.read_text() == "başkasının"

    def test_whichever_system_call_fails_nothing_is_left(self, tmp_path, monkeypatch):
        nth, said = 0, "-"
        while said:
            nth += 1
            with monkeypatch.context() as patch:
                FailingCalls(patch, nth)
                try:
                    export(tmp_path / "x.json", b"{}")
                    said = ""
                except FileRefused as error:
                    said = str(error)
            assert said in (
                "",
                "x.json: disk okuma/yazma hatası",
                f"{tmp_path.name}: disk okuma/yazma hatası",
            )
            assert os.listdir(tmp_path) == ([] if said else ["x.json"])
        assert nth == 8  # the seven calls, and none

    def test_what_cannot_be_closed_well_hides_no_reason(self, tmp_path, monkeypatch):
        def broken(*_, **__):
            raise OSError(errno.EIO, "")

        def break_disk(_):
            for name in ("unlink", "close", "fsync"):
                monkeypatch.setattr(os, name, broken)

        sentence = refusal(tmp_path / "x.json", meanwhile=break_disk)
        assert sentence == "x.json: disk okuma/yazma hatası"

    def test_without_hard_links_too(self, tmp_path, monkeypatch):
        def no_links(*_, **__):
            raise OSError(errno.EPERM, "")

        monkeypatch.setattr(os, "link", no_links)
        with JsonArrayFile.create(tmp_path / "x.json") as out:
            out.write(b"{}")
            out.finish()
        assert os.listdir(tmp_path) == ["x.json"]
        assert (tmp_path / "x.json").read_bytes() == b"[\n{}\n]\n"


class FailingCalls:
    """The system calls of an export, of which the Nth fails."""

    names = ("open", "write", "fsync", "link")

    def __init__(self, monkeypatch, nth: int) -> None:
        self.nth, self.count = nth, 0
        for name in self.names:
            monkeypatch.setattr(os, name, partial(self.call, getattr(os, name)))

    def call(self, real, *given, **named):
        self.count += 1
        if self.count == self.nth:
            raise OSError(errno.EIO, "")
        return real(*given, **named)


def test_whichever_system_call_fails_nothing_is_left(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    for nth in range(1, 7):  # two opens, write, fsync, link, fsync of the folder
        with monkeypatch.context() as patch:
            FailingCalls(patch, nth)
            assert refusal(path, b"{}").endswith(": disk okuma/yazma hatası")
        assert os.listdir(tmp_path) == []
    with monkeypatch.context() as patch:
        calls = FailingCalls(patch, 7)
        export(path, b"{}")
        assert calls.count == 6
