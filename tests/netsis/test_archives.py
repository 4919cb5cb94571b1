"""A compressed file, a zip and a folder are sources like a file; a broken part costs a row."""

import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest

from app.domain.reasons import text
from app.errors import FileRefused, Stopped
from app.netsis import archives
from app.netsis.archives import Watch
from app.netsis.encoding_names import BY_ITSELF, MIXED
from app.netsis.input_file import open_source
from tests.netsis.examples import changed, compact, example

ONE, TWO = compact(example()), compact(changed("FatUst.Aciklama", "Şişli"))
OLD = json.dumps(changed("FatUst.Aciklama", "Şişli"), ensure_ascii=False).encode("cp1254")


def rows(path: Path) -> list[tuple[str, object]]:
    """The name and the document, or the error, of each row."""
    with open_source(path, BY_ITSELF, at_once=True) as source:
        found = list(source.spans())
        return [
            (
                source.name_of(position),
                text(span.error) if span.error else json.loads(source.read(span)),
            )
            for position, span in enumerate(found, 1)
        ]


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name.replace("_", "."), raw)
    return path


def test_a_compressed_file_is_read_as_what_it_holds(tmp_path):
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(b"[" + ONE + b"," + TWO + b"]"))
    assert [json.dumps(row) for _, row in rows(path)] == [
        json.dumps(json.loads(raw)) for raw in (ONE, TWO)
    ]


def test_a_zip_is_read_in_the_order_of_names_and_a_broken_file_costs_one_row(tmp_path):
    path = zipped(
        tmp_path / "a.zip", c_json=OLD, a_json=b"[" + ONE + b"]", b_json=b"<xml/>",
        d_json_gz=gzip.compress(ONE), e_txt=b"x",
    )  # fmt: skip
    with open_source(path, BY_ITSELF) as source:
        assert source.encoding == MIXED
    assert rows(path) == [
        ("a.json", json.loads(ONE)),
        ("b.json", "b.json: JSON değil"),
        ("c.json", json.loads(TWO)),
        ("d.json.gz", "d.json.gz: sıkıştırılmış dosyanın içindeki sıkıştırılmış dosya"),
    ]


def test_a_file_within_whose_bytes_are_damaged_costs_one_row(tmp_path):
    path = zipped(tmp_path / "a.zip", a_json=ONE, b_json=TWO)
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)
    assert rows(path) == [
        ("a.json", "a.json: sıkıştırılmış dosya bozuk ya da yarım"),
        ("b.json", json.loads(TWO)),
    ]


def test_a_folder_is_read_in_the_order_of_names_and_is_watched(tmp_path):
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(TWO))
    (tmp_path / "a.json").write_bytes(ONE)
    (tmp_path / "c.json").write_bytes(b"")
    (tmp_path / "d.json.gz").write_bytes(gzip.compress(TWO)[:-9])
    (tmp_path / "e.json").symlink_to("/olmayan/e.json")  # on a share that is not mounted
    os.mkfifo(tmp_path / "f.json")
    (tmp_path / "g.json").symlink_to("g.json")
    (tmp_path / "klasor.json").mkdir()
    (tmp_path / ".gizli.json").write_bytes(ONE)
    (tmp_path / "oku.txt").write_bytes(b"x")
    assert rows(tmp_path) == [
        ("a.json", json.loads(ONE)),
        ("b.json.gz", json.loads(TWO)),
        ("c.json", "c.json: dosya boş"),
        ("d.json.gz", "d.json.gz: sıkıştırılmış dosya bozuk ya da yarım"),
        ("e.json", "e.json: böyle bir dosya ya da klasör yok"),
        ("f.json", "f.json: düz bir dosya değil"),
        ("g.json", "g.json: bağlantılar kendi içinde dönüyor"),
    ]
    with open_source(tmp_path, BY_ITSELF) as source:
        (tmp_path / "a.json").write_bytes(TWO)
        assert source.changed()
        with pytest.raises(FileRefused, match="açıldıktan sonra değişti"):
            source.make_sure()
        with pytest.raises(FileRefused, match="açıldıktan sonra değişti"):
            list(source.spans())


@pytest.mark.parametrize("kind", ["zip", "json.gz"])
def test_what_unpacks_to_far_more_is_not_unpacked(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(archives, "FREE_OF_RATIO", 1 << 16)
    raw = b"[" + b" " * (1 << 22) + b"]"
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        zipped(path, a_json=raw, b_json=ONE)
        assert [row for _, row in rows(path)] == [
            "a.json: açılınca 250 katından büyük oluyor; okunmadı", json.loads(ONE),
        ]  # fmt: skip
    else:
        path.write_bytes(gzip.compress(raw))
        with pytest.raises(FileRefused, match="açılınca 250 katından büyük"):
            open_source(path)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (gzip.compress(ONE, mtime=0)[:40], "a.zip: sıkıştırılmış dosya bozuk ya da yarım"),
        (b"PK\x03\x04abc", "a.zip: sıkıştırılmış dosya bozuk ya da yarım"),
        (gzip.compress(b"[]", mtime=0), "a.zip: dosyada fatura yok"),
        (b"PK\x05\x06" + bytes(18), "a.zip: içinde .json ya da .json.gz dosyası yok"),
    ],
)
def test_a_source_without_invoices_is_refused(tmp_path, raw, sentence):
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    with pytest.raises(FileRefused) as error:
        open_source(path, BY_ITSELF)
    assert str(error.value) == sentence


def test_too_many_files_within_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 1)
    with pytest.raises(FileRefused, match=r"çok fazla dosya var \(en çok 1\)"):
        open_source(zipped(tmp_path / "a.zip", a_json=ONE, b_json=ONE))


def test_a_file_within_a_zip_that_has_a_password_costs_one_row(tmp_path):
    path = zipped(tmp_path / "a.zip", a_json=ONE, b_json=TWO)
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag “encrypted”, in the file's own header and in the directory
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert rows(path) == [
        ("a.json", "a.json: parolalı; parolasız kaydedip yeniden deneyin"),
        ("b.json", json.loads(TWO)),
    ]


def test_a_zip_whose_file_is_replaced_after_it_was_listed_is_not_read_on(tmp_path):
    path = zipped(tmp_path / "a.zip", a_json=ONE, b_json=ONE)
    with open_source(path, BY_ITSELF) as source:
        first, *_ = source.spans()
        assert source.read(first) == ONE
        zipped(path, a_json=ONE, b_json=TWO)
        with pytest.raises(FileRefused, match="açıldıktan sonra değişti; baştan alın"):
            source.read(first)


@pytest.mark.parametrize("kind", ["zip", "json.gz", "folder"])
def test_unpacking_tells_how_far_it_is_and_stops_when_it_is_asked_to(tmp_path, kind):
    raw = b"[" + b",".join([ONE] * 4000) + b"]"
    path = tmp_path / f"a.{kind}"
    if kind == "zip":
        zipped(path, a_json=raw, b_json=TWO)
    elif kind == "folder":
        path.mkdir()
        (path / "a.json").write_bytes(raw)
        (path / "b.json.gz").write_bytes(gzip.compress(TWO))
    else:
        path.write_bytes(gzip.compress(raw))
    told: list[tuple[int, int]] = []
    watch = Watch(lambda *figures: told.append(figures))
    open_source(path, BY_ITSELF, watch=watch).close()
    assert len(told) > 1
    assert told == sorted(told)
    done, whole = told[-1]
    assert 0.9 * whole < done <= whole
    count = len(told)
    with pytest.raises(Stopped, match="Durduruldu; dosya açılmadı"):
        open_source(path, BY_ITSELF, watch=watch._replace(stop=lambda: True))
    assert len(told) == count + 1
