"""The text of a document that cannot be read, around its fault."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from app.transfer.import_file import IncomingFile
from app.transfer.raw_page import RawDocument, load_raw
from tests.transfer.test_absent_values import slip

pytestmark = pytest.mark.usefixtures("books")


def raw_of(path: Path, position: int) -> RawDocument:
    incoming = IncomingFile(path)
    try:
        incoming.judge()
        return load_raw(incoming, incoming.rows.rows([position])[0])
    finally:
        incoming.close()


def test_a_document_is_shown_whole_with_the_member_at_fault(tmp_path: Path) -> None:
    bad = slip(line={"STra_GCMIK": "12 adet"})
    (tmp_path / "x.json").write_bytes(b"[" + slip() + b",\n" + bad + b"]")
    found = raw_of(tmp_path / "x.json", 2)
    assert found.fault == '"STra_GCMIK":"12 adet"'
    assert (found.before + found.fault + found.behind).encode() == bad
    assert found.message.endswith("Miktar (STra_GCMIK): “12 adet” sayı değil")


def test_of_a_huge_one_only_the_surroundings_of_the_fault(tmp_path: Path) -> None:
    much = ["Ş" * 10 for _ in range(20_000)]
    document = {"A": much, **json.loads(slip({"Tarih": "dün"})), "B": much * 2}
    bad = json.dumps(document, ensure_ascii=False).encode()
    (tmp_path / "x.json").write_bytes(b"[" + slip() + b"," + bad + b"]")
    found = raw_of(tmp_path / "x.json", 2)
    assert found.fault == '"Tarih": "dün"'
    assert len((found.before + found.fault + found.behind).encode()) < 17_000
    assert found.before.startswith("… ")
    assert found.behind.endswith(" bayt daha …")


@pytest.mark.parametrize("packed", ["json", "json.gz", "zip"])
def test_broken_json_is_marked_at_its_byte(tmp_path: Path, packed: str) -> None:
    broken = slip().replace(b'"KDV":', b'"KDV";')
    text = b"[" + slip() + b",\n" + broken + b",\n" + slip() + b"]"
    path = tmp_path / f"x.{packed}"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("a.json", slip())
            out.writestr("b.json", text)
    else:
        path.write_bytes(gzip.compress(text) if packed.endswith("gz") else text)
    found = raw_of(path, 3 if packed == "zip" else 2)
    assert found.fault == ";"
    assert found.before.endswith('"KDV"')


def test_a_file_that_is_cut_off_is_marked_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"[" + slip() + b"," + slip()[:-30])
    found = raw_of(tmp_path / "x.json", 2)
    assert slip().decode().startswith(found.before + found.fault)
    assert found.behind == ""
