"""Every file of the corpus is refused, or its documents are taken or refused, as it says there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from app.domain.codes import find_invisible, normalized
from app.domain.computed_totals import with_totals
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine, Member, members
from app.domain.labels import labelled
from app.domain.netsis_json import encode_invoice
from app.domain.numbers import check_series
from app.domain.reasons import DocumentError, NumberError, Reason, text
from app.domain.record import summarize, to_record
from app.domain.text import one_line, shorten
from app.errors import FileRefused
from app.netsis.fast_parser import fast_record, fast_summary
from app.netsis.input_file import open_source
from app.netsis.parse_ways import RECORDS
from app.netsis.parse_workers import read_batch
from app.netsis.tolerant.parser import read_invoice
from app.transfer import import_run
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.cli.commandline import Desk
from tests.netsis.corpus_cases import (
    BEFORE,
    CLASSES,
    DOC,
    GOOD,
    Case,
    Row,
    Taken,
    cases,
    expanded,
    load,
    meant,
)
from tests.netsis.corpus_paths import CHANGES, at_path
from tests.netsis.examples import changed, compact, spelled
from tests.short_steps import short_steps
from tests.store import bookkeeping
from tests.transfer.carrying import carry

EXAMPLE = read_invoice(DOC)


def named(entries: list[dict[str, Any]]) -> list[Any]:
    """The entries of a table, each as a test of its own."""
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


# --- What stands in a file.


@pytest.mark.long
@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{kind}: {case.name}") for kind in CLASSES for case in cases(kind)],
)
def test_a_file_is_told_from_a_good_one(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "fatura.json"
    path.write_bytes(case.content)
    for at_once in (False, True):
        found = look(path, case.opened_as, at_once=at_once)
        if case.refused is not None:
            assert found == f"fatura.json: {case.refused}"
        else:
            shown = [text(reading) if isinstance(reading, Reason) else GOOD for _, reading in found]
            assert shown == [GOOD if isinstance(row, Taken) else row for row in case.rows]
            assert all(one_line(sentence) == sentence for sentence in shown)
    for (raw, reading), row in zip(found if case.rows else (), case.rows, strict=True):
        check_ways(raw)
        if isinstance(row, Taken):
            assert written(raw, row.member) == row.written
        elif row == GOOD:
            assert read_invoice(raw) == EXAMPLE
        if not isinstance(reading, Reason):
            assert reading == to_record(read_invoice(raw))


def look(path: Path, opened_as: str, *, at_once: bool) -> list[tuple[bytes, Any]] | str:
    """Each document of a file with what is read of it; or why the file cannot be read."""
    try:
        with open_source(path, opened_as, at_once=at_once) as source:
            spans = list(source.spans())
            raws = [source.read(span) for span in spans]
            return list(zip(raws, read_batch(source, RECORDS, spans), strict=True))
    except FileRefused as error:
        return error.sentence


def check_ways(raw: bytes) -> None:
    """The quick ways find what the careful one finds, or leave it to that."""
    quick, listed = fast_record(raw), fast_summary(raw)
    if quick is not None or listed is not None:
        careful = to_record(read_invoice(raw))
        assert quick in (None, careful)
        assert listed in (None, summarize(careful))


def written(raw: bytes, member: str) -> str:
    """How we write a member (`Kalems.1.STra_GCMIK`) of a document that we have read."""
    found: Any = Raw(encode_invoice(read_invoice(raw)))
    *outer, name = member.split(".")
    for step in outer:
        if step.isdigit():
            found = msgspec.json.decode(found, type=list[Raw])[int(step)]
        else:
            found = msgspec.json.decode(found, type=dict[str, Raw])[step]
    return bytes(msgspec.json.decode(found, type=dict[str, Raw]).get(name, b"")).decode()


def refusal(raw: bytes) -> str:
    """What is wrong with a document."""
    check_ways(raw)
    with pytest.raises(DocumentError) as error:
        read_invoice(raw)
    assert one_line(str(error.value)) == str(error.value)
    return str(error.value)


# --- Text.

TOP = [member for member in members(Invoice) if member.attribute == "series"]
HEADER, LINE = members(InvoiceHeader), members(InvoiceLine)
PLACES = [
    *((member.name, labelled(member.name), member) for member in TOP),
    *((f"FatUst.{member.name}", labelled(member.name), member) for member in HEADER),
    *((f"Kalems.1.{member.name}", f"2. kalem, {labelled(member.name)}", member) for member in LINE),
]  # path, place in a sentence, what we know of it
UNKNOWN = [("Ozel", "Ozel"), ("FatUst.Ozel", "Ozel"), ("Kalems.1.Ozel", "2. kalem, Ozel")]
TEXT = load("text")


def spellings(text: str) -> Iterator[str]:
    """A text as JSON: with escapes, and where no escape is needed without."""
    yield json.dumps(text)
    if json.loads(json.dumps(text)) == text and min(text, default=" ") >= " ":
        yield json.dumps(text, ensure_ascii=False)


@cache
def _around(path: str) -> list[bytes]:
    return spelled(path, "\ufffc").split("\ufffc".encode())


def with_value(path: str, spelling: str) -> bytes:
    """As `spelled`, in a loop."""
    return spelling.encode().join(_around(path))


@pytest.mark.long
@pytest.mark.parametrize("attack", named(TEXT["attack"]))
def test_a_text_that_attacks_is_kept_and_told_in_free_text_and_refused_in_codes(
    attack: dict[str, str],
) -> None:
    text, sign = attack["text"], attack["sign"]
    ways = cycle((text, f"1{text}", f"{text}1", f" {text} ", f" {text}"))
    for (path, place, member), value in zip(PLACES, islice(ways, len(text), None), strict=False):
        for spelling in spellings(value):
            raw = with_value(path, spelling)
            if value == "\0":
                check_unset(raw, path, place, member)
            elif not member.free:
                assert refusal(raw) == f"{place}: {quoted(value)}izin verilmeyen karakter ({sign})"
            elif len(value) > member.max_length:
                assert f"{quoted(value)[:-2]} en çok {member.max_length} karakter" in refusal(raw)
            else:
                assert json.loads(written(raw, path)) == value
                assert told(raw) == [f"{place}: görünmeyen karakter var ({sign})"]
    for spelling in spellings(f"a{text}b"):
        for path, place in UNKNOWN:
            nested = [spelling, f"[{spelling}]", f'{{"a":{spelling}}}', f'[[{{"a":[{spelling}]}}]]',
                      f"{{{spelling}:1}}", f'{{"a":{{{spelling}:1}}}}']  # fmt: skip
            for inner in nested:
                raw = with_value(path, inner)
                assert written(raw, path) == inner
                assert told(raw) == [f"{place}: görünmeyen karakter var ({sign})"]


def quoted(value: str) -> str:
    """A bad value as a sentence begins with it."""
    shown = shorten(one_line(value.strip()), 30)
    return f"“{shown}”, " if shown else ""


def check_unset(raw: bytes, path: str, place: str, member: Member) -> None:
    """An unset char is no value, wherever it stands."""
    check_ways(raw)
    if member.required:
        assert refusal(raw) == f"{place}: yok"
    else:
        assert written(raw, path) == ""
        assert told(raw) == []


def told(raw: bytes) -> list[str]:
    """The warnings of a document about its texts."""
    check_ways(raw)
    found = map(text, to_record(read_invoice(raw)).warnings)
    return [sentence for sentence in found if "karakter" in sentence]


@pytest.mark.parametrize("attack", named(TEXT["attack"]))
def test_a_key_that_attacks_is_kept_and_shown_without_its_sting(attack: dict[str, str]) -> None:
    for spelling in spellings(f"a{attack['text']}b"):
        for once, line in (('"Seri":', ""), ('"KOD1":', ""), ('"Sira":2', "2. kalem, ")):
            raw = DOC.replace(once.encode(), f"{spelling}:7,{once}".encode())
            (found,) = told(raw)
            assert found.endswith(f": görünmeyen karakter var ({attack['sign']})")
            assert found.startswith(f"{line}a")
            assert one_line(found) == found
            again = read_invoice(encode_invoice(read_invoice(raw)))
            assert again == read_invoice(raw)


@pytest.mark.parametrize("plain", named(TEXT["plain"]))
def test_every_other_text_is_taken_and_kept_to_the_letter(plain: dict[str, Any]) -> None:
    text = plain["text"]
    places = [path for path, _, member in PLACES if fits(member, text, plain.get("codes", True))]
    assert len(places) > 15
    places += [path for path, _ in UNKNOWN]
    for path, spelling in zip(places, cycle(spellings(text)), strict=False):
        raw = with_value(path, spelling)
        assert json.loads(written(raw, path)) == text
        check_ways(encode_invoice(read_invoice(raw)))
    for path, _ in UNKNOWN:
        raw = with_value(path, json.dumps({text: [text, {text: text}]}))
        assert json.loads(written(raw, path)) == {text: [text, {text: text}]}


def fits(member: Member, text: str, codes: bool) -> bool:
    """Whether a member may hold a text."""
    is_code = member.min_length or member.attribute in ("gib_number", "series")
    stored_so = find_invisible(text) is None and normalized(text) == text
    may_be = not is_code or (codes and stored_so)
    return member.kind is str and len(text) <= member.max_length and may_be


def test_the_quick_way_is_tried_too() -> None:
    """What is compared to the careful way is not always nothing."""
    assert fast_record(encode_invoice(EXAMPLE)) == to_record(EXAMPLE)
    for note in ("[/foo]", "₺€£¥", "Z\u0351", "a\u200bb"):
        raw = encode_invoice(read_invoice(compact(changed("FatUst.EKACK1", note))))
        assert fast_record(raw) == to_record(read_invoice(raw))


# --- Numbers and series.


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("entry", named(load("series")["numbering"]))
def test_numbers_that_cannot_be_continued(entry: dict[str, Any], tmp_path: Path) -> None:
    documents = []
    for place, number in enumerate(entry["numbers"]):
        document = changed("FatUst.FATIRS_NO", number)
        document["Seri"] = None
        document["FatUst"]["EKACK1"] = f"{place}. belge"
        del document["FatUst"]["GIB_FATIRS_NO"]
        documents.append(document)
    path = tmp_path / "fatura.json"
    path.write_bytes(compact(documents))
    carried = carry(path, import_run.ImportRule(create_cards=True))
    assert [result.message or result.new_number for result in carried.results] == entry["given"]


@pytest.mark.parametrize("entry", named(load("series")["typed"]))
def test_a_series_as_it_is_typed(entry: dict[str, str]) -> None:
    if "becomes" in entry:
        assert check_series(entry["series"]) == entry["becomes"]
        return
    with pytest.raises(NumberError) as error:
        check_series(entry["series"])
    assert str(error.value) == entry["error"]


# --- What stands at a path.


PATHS = load("paths")


@pytest.mark.parametrize("entry", named(PATHS["path"]))
def test_what_stands_at_a_path(entry: dict[str, Any]) -> None:
    before = os.listdir("/proc/self/fd")
    with at_path(entry.get("there", "nothing")) as path:
        if "path" in entry:
            path = Path(os.fsdecode(expanded(entry["path"])[0]))
        sentence = entry.get("refused", "").replace("<name>", path.name)
        sentence = meant(sentence.replace("<end>", str(len(DOC) + 1)))
        for at_once in (False, True):
            found = look(path, entry.get("opened_as", "utf-8"), at_once=at_once)
            assert found == (sentence or [(DOC, to_record(EXAMPLE))])
    assert len(os.listdir("/proc/self/fd")) == len(before)


# --- A file that changes while it is read.


def three_lines(path: Path, layout: str) -> Path:
    """A file of three documents, older than whatever changes it."""
    end = b"\n" if layout == "objects" else b",\n"
    text = end.join([DOC] * 3) + b"\n"
    path.write_bytes(text if layout == "objects" else b"[\n" + text + b"]\n")
    os.utime(path, (10**9, 10**9))
    return path


@pytest.mark.parametrize("moment", ["opened", "opened at once", "first read", "only counted"])
@pytest.mark.parametrize("entry", named(PATHS["change"]))
def test_a_file_that_changes(entry: dict[str, Any], moment: str, tmp_path: Path) -> None:
    path = three_lines(tmp_path / "fatura.json", entry.get("layout", "array"))
    with open_source(path, at_once=moment == "opened at once") as source:
        spans = source.spans()
        if moment == "first read":
            source.read(next(spans))
        CHANGES[entry["how"]](path)
        with pytest.raises(FileRefused) as error:
            _ = [moment == "only counted" or source.read(span) for span in spans]
    assert str(error.value) == entry["refused"]


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("entry", named(PATHS["change"]))
def test_a_file_that_changes_during_its_import(
    entry: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_steps(monkeypatch, transaction=1)
    folder = tmp_path / "gelen"
    folder.mkdir()
    path = three_lines(folder / "fatura.json", entry.get("layout", "array"))
    incoming = IncomingFile(path)
    saved: list[str] = []

    def told(results: list[Any]) -> None:
        if not saved:
            CHANGES[entry["how"]](path)
        saved.extend(result.new_number for result in results)

    with closing(incoming), pytest.raises(FileRefused) as error:
        run_import(incoming, None, import_run.ImportRule(create_cards=True), told=told)
    assert str(error.value) == entry["refused"]
    assert [(number,) for number in saved] == bookkeeping.rows("SELECT number FROM invoice")


# --- All documents of the corpus in one file, through the whole program.

PAD = b" " * (4 << 20)  # so that processes of their own read it
_BYTE = re.compile(r"\(bayt ([0-9]+)\)")


def every_document() -> Iterator[tuple[str, bytes, Row]]:
    """(name, document, what becomes of it), of all that the corpus has to say of one document."""
    for kind in CLASSES:
        yield from (
            (case.name, case.document, case.rows[1]) for case in cases(kind) if case.document
        )
    for attack in TEXT["attack"]:
        document = changed("Kalems.0.MALADI", f"a{attack['text']}")
        yield attack["name"], compact_ascii(document), Taken("", "")
        document["Kalems"][0]["StokKodu"] = f"a{attack['text']}"
        shown = quoted(document["Kalems"][0]["StokKodu"])
        sentence = f"{shown}izin verilmeyen karakter ({attack['sign']})"
        sentence = f"1. kalem, Stok Kodu (StokKodu): {sentence}"
        yield attack["name"], compact_ascii(document), sentence
    for plain in TEXT["plain"]:
        document = changed("Kalems.0.MALADI", plain["text"])
        document["FatUst"]["EKACK1"] = plain["text"]
        document[plain["text"]] = [plain["text"]]
        yield plain["name"], compact(document), Taken("", "")


def compact_ascii(document: Any) -> bytes:
    """One line of JSON with escapes."""
    return json.dumps(document, separators=(",", ":")).encode()


def moved(sentence: str, by: int) -> str:
    """The sentence of a document that stands further behind in the file."""
    return _BYTE.sub(lambda found: f"(bayt {int(found[1]) + by})", sentence)


def good(number: int) -> bytes:
    """A document that nothing is wrong with."""
    document = changed("FatUst.FATIRS_NO", f"IYI{number:012}")
    del document["FatUst"]["GIB_FATIRS_NO"]
    document["Seri"] = "IYI"
    return compact(document)


def test_in_one_file_each_bad_document_is_refused_alone_and_every_good_one_saved(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    content, expected = b"[\n", []
    for place, (name, document, row) in enumerate(every_document(), 1):
        sentence = None
        if isinstance(row, str):
            sentence = f"{2 * place - 1}. belge, {moved(row, len(content) - len(BEFORE))}"
        expected.append((name, document, sentence))
        expected.append((f"good {place}", good(place), None))
        content += document + b",\n" + good(place) + b",\n"
    (tmp_path / "hepsi.json").write_bytes(content[:-2] + PAD + b"\n]\n")

    said = desk.ask(
        "iceri-aktar", "hepsi.json", "--kaynak-no", "--eksik-kartlari-olustur", "--json"
    )
    *records, last = said.records
    assert said.status == 1
    shared = [one for one in records if "belgesinde var" in str(one["mesaj"])]
    for record in shared:  # nearly all have the example's GİB number
        record["mesaj"] = None
    told = [(name, record["mesaj"]) for (name, _, _), record in zip(expected, records, strict=True)]
    assert told == [(name, sentence) for name, _, sentence in expected]
    refused = sum(sentence is not None for _, _, sentence in expected)
    refused += sum(record["durum"] == "hata" for record in shared)
    saved = len(expected) - refused
    counts = last["ozet"]
    assert (counts["toplam"], counts["atlanan"]) == (len(expected), 0)
    assert (counts["aktarilan"], counts["hatali"]) == (saved, refused)
    assert refused > 250
    for (name, _, sentence), record in zip(expected, records, strict=True):
        if record not in shared:
            assert record["durum"] == ("aktarildi" if sentence is None else "hata"), name

    assert desk.ask("denetle").out == ""
    assert desk.ask("disari-aktar", "geri.json").status == 0
    stored = {}
    for line in (tmp_path / "geri.json").read_bytes().splitlines()[1:-1]:
        invoice = read_invoice(line.rstrip(b","))
        stored[invoice.header.number] = invoice
    assert len(stored) == saved
    for (name, document, sentence), record in zip(expected, records, strict=True):
        if sentence is None and record["durum"] == "aktarildi":
            (wanted, _), found = with_totals(read_invoice(document)), stored[record["belgeNo"]]
            wanted.series, wanted.header.number = found.series, found.header.number
            if record in shared:
                wanted.header.gib_number = None
            assert found == wanted, name
