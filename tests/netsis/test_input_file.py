"""A file is opened only if it can be what it should be; otherwise the true cause is told."""

import json
import os
import socket
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FileRefused, NotUtf8, UsageError
from app.netsis.encoding_names import BY_ITSELF
from app.netsis.input_file import open_source
from tests.netsis.examples import changed, compact, example


def refusal(path: Path, encoding: str = "utf-8") -> str:
    before = set(os.listdir("/proc/self/fd"))
    with pytest.raises(FileRefused) as error:
        open_source(path, encoding)
    assert len(os.listdir("/proc/self/fd")) == len(before)
    return str(error.value)


def written(folder: Path, raw: bytes) -> Path:
    path = folder / "fatura.json"
    path.write_bytes(raw)
    return path


def test_spans_and_bytes_of_a_file(tmp_path):
    path = written(tmp_path, json.dumps([example()] * 3, indent=2).encode())
    with open_source(path) as source:
        assert (source.path, source.size) == (path, path.stat().st_size)
        found = list(source.spans())
        assert [json.loads(source.read(span)) for span in found] == [example()] * 3
        assert list(source.spans()) == found
        assert not source.changed()


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "boru")
    (tmp_path / "klasor").mkdir()
    (tmp_path / "dongu").symlink_to("dongu")
    (tmp_path / "bos.json").touch()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "soket"))
    assert refusal(tmp_path / "yok.json") == "yok.json: böyle bir dosya ya da klasör yok"
    assert refusal(tmp_path / "klasr" / "yok.json") == "klasr: böyle bir klasör yok"
    assert refusal(tmp_path / "klasor") == "klasor: içinde .json ya da .json.gz dosyası yok"
    assert refusal(tmp_path / "boru") == "boru: bu düz bir dosya değil"
    assert refusal(tmp_path / "soket") == "soket: bu düz bir dosya değil"
    assert refusal(Path("/dev/null")) == "null: bu düz bir dosya değil"
    assert refusal(tmp_path / "dongu") == "dongu: bağlantılar kendi içinde dönüyor"
    assert refusal(tmp_path / "bos.json") == "bos.json: dosya boş"
    assert refusal(tmp_path / "bos.json" / "x") == "bos.json: bu bir klasör değil"
    assert refusal(tmp_path / ("u" * 300)).endswith("…: dosya adı çok uzun")
    assert refusal(tmp_path / "a\0b") == "a\ufffdb: dosya adında izin verilmeyen karakter var"
    assert refusal(tmp_path / "a\x1b[2Jb") == ("a\ufffd[2Jb: böyle bir dosya ya da klasör yok")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = written(tmp_path, b"[]")
    path.chmod(0)
    assert refusal(path) == "fatura.json: erişim izni yok"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"[]", "dosyada fatura yok"),
        (b"merhaba", "JSON değil"),
        ("[{}]".encode("utf-16"), "UTF-16 kodlamalı; UTF-8 olarak kaydedip yeniden deneyin"),
        ("[{}]".encode("utf-32"), "UTF-32 kodlamalı; UTF-8 olarak kaydedip yeniden deneyin"),
        ("[{}]".encode("utf-16-le"), "UTF-16 kodlamalı; UTF-8 olarak kaydedip yeniden deneyin"),
        ('[{"a":"ş"}]'.encode("cp1254"),
         "UTF-8 değil (bayt 7); Windows-1254 ise --kodlama cp1254 ile açın"),
        (b'[{"a":"' + b"x" * ((1 << 20) - 8) + "ş".encode() + b"\xff",
         "UTF-8 değil (bayt 1048577); Windows-1254 ise --kodlama cp1254 ile açın"),
        (b'{"IsSuccessful":false,"ErrorDesc":"Oturum yok"}', "sunucunun hata yanıtı: “Oturum yok”"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_invoices_is_refused(tmp_path, raw, sentence):
    assert refusal(written(tmp_path, raw)) == f"fatura.json: {sentence}"


@pytest.mark.parametrize("ahead", [0, 1, 5000], ids=["first", "second", "far behind"])
@pytest.mark.parametrize("tail", [b"\xff", b"}]\n\xfc", b'{"a":"\xfe"}]', b'"\xfe', b"\n]\xfc"])
def test_a_file_opened_at_once_is_refused_where_its_spans_come_to_what_is_no_text(
    tmp_path, ahead, tail
):
    document = json.dumps(example(), ensure_ascii=False).encode()
    raw = b"[" + b",\n".join([document] * ahead + [tail])
    path = written(tmp_path, raw)
    bad = raw.index(tail[-1:] if tail[-1] > 0x7F else b"\xfe", len(raw) - len(tail))
    sentence = f"fatura.json: UTF-8 değil (bayt {bad}); Windows-1254 ise --kodlama cp1254 ile açın"
    assert refusal(path) == sentence
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(FileRefused) as error, open_source(path, at_once=True) as source:
        list(source.spans())
    assert str(error.value) == sentence
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_file_opened_at_once_has_the_same_spans(tmp_path):
    raw = json.dumps([example()] * 3000, indent=1, ensure_ascii=False).encode()
    path = written(tmp_path, raw)
    with open_source(path) as slowly, open_source(path, at_once=True) as at_once:
        assert list(at_once.spans()) == list(slowly.spans())
        assert len(list(at_once.spans())) == 3000


def test_windows_1254_is_read_where_it_is_asked_for(tmp_path):
    document = changed("FatUst.Aciklama", "Şişli ığüöç İ€")
    path = written(tmp_path, json.dumps([document] * 3, ensure_ascii=False).encode("cp1254"))
    with open_source(path, "cp1254") as source:
        assert [json.loads(source.read(s)) for s in source.spans()] == [document] * 3
    assert os.listdir(tmp_path) == ["fatura.json"]


NAMES = "Şişli İğde Çorlu "


@given(st.text(NAMES, max_size=30), st.sampled_from(["utf-8", "cp1254"]), st.booleans())
def test_the_encoding_is_recognised_wherever_its_first_letter_stands(word, encoding, at_once):
    document = changed("FatUst.Aciklama", word)
    with TemporaryDirectory() as folder:
        path = written(Path(folder), json.dumps([document], ensure_ascii=False).encode(encoding))
        with open_source(path, BY_ITSELF, at_once=at_once) as source:
            assert source.encoding == encoding
            assert [json.loads(source.read(s)) for s in source.spans()] == [document]


def test_letters_of_windows_1254_that_look_like_utf8_do_not_hide_the_others(tmp_path):
    document = changed("FatUst.Aciklama", "ÖZGÜ’NÜN AĞI")  # Ü’ reads as one letter of UTF-8
    path = written(tmp_path, json.dumps([document], ensure_ascii=False).encode("cp1254"))
    with open_source(path, BY_ITSELF) as source:
        assert json.loads(source.read(next(source.spans()))) == document


def test_a_damaged_file_of_utf8_is_not_taken_for_windows_1254(tmp_path):
    raw = json.dumps([changed("FatUst.Aciklama", "Şişli")], ensure_ascii=False).encode()
    damaged = written(tmp_path, raw.replace("ş".encode(), b"\xfe"))
    assert "UTF-8 değil (bayt " in refusal(damaged, BY_ITSELF)
    marked = written(tmp_path, b"\xef\xbb\xbf" + raw.replace("Şişli".encode(), b"\xde\xfe"))
    assert "UTF-8 değil (bayt " in refusal(marked, BY_ITSELF)


def test_what_was_listed_early_is_not_read_again_before_the_rest_is_known(tmp_path):
    path = written(tmp_path, compact([example()] * 3000) + b"\xff")
    with open_source(path, BY_ITSELF, at_once=True) as source:
        next(source.spans())
        with pytest.raises(NotUtf8):
            source.make_sure()


def test_what_is_no_windows_1254_is_refused(tmp_path):
    path = written(tmp_path, b'[{"a":"\x81"}]')
    assert refusal(path, "cp1254") == "fatura.json: Windows-1254 değil (bayt 7)"
    path = written(tmp_path, b"\xef\xbb\xbf[{}]")
    assert refusal(path, "cp1254") == ("fatura.json: dosya UTF-8 işaretli; Kodlama'yı UTF-8 yapın")
    with pytest.raises(UsageError):
        open_source(path, "latin-1")


def test_a_file_that_changes_meanwhile_is_seen(tmp_path):
    path = written(tmp_path, compact([example()] * 2))
    with open_source(path) as source:
        first, second = source.spans()
        path.write_bytes(b"[" + compact(example()))
        assert source.changed()
        for span in (first, second):
            with pytest.raises(FileRefused, match="açıldıktan sonra değişti"):
                source.read(span)


@pytest.mark.long
def test_memory_does_not_grow_with_the_file(tmp_path):
    invoice = compact(example())
    path = tmp_path / "buyuk.json"
    with path.open("wb") as file:
        file.write(b"[\n" + invoice)
        for _ in range(19_999):
            file.write(b",\n" + invoice)
        file.write(b"\n]\n")
    tracemalloc.start()
    try:
        with open_source(path) as source:
            count = sum(len(source.read(span)) == len(invoice) for span in source.spans())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 16 << 20
