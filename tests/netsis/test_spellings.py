"""A document in any spelling is read quickly, and as the tolerant parser reads it."""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain.invoice import Invoice
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import DocumentError
from app.domain.record import summarize, to_record
from app.netsis import loose_values, respelling, shapes, unknown_members
from app.netsis.fast_parser import fast_record, fast_summary
from app.netsis.parse_ways import read_record, read_summary
from app.netsis.tolerant.parser import read_invoice
from tests.netsis.examples import compact, example
from tests.netsis.spellings import Speller
from tests.netsis.strategies import invoices, plain_invoices

DEMO = [encode_invoice(invoice) for invoice in Company(5).invoices(300)]


def is_read_quickly(raw: bytes) -> bool:
    """Whether the fast parser takes a document; what it finds is what the tolerant one finds."""
    quick = fast_record(raw)
    assert fast_summary(raw) == (quick and summarize(quick))
    if quick is None:
        return False
    assert quick == to_record(read_invoice(raw))
    return True


@pytest.mark.long
@settings(max_examples=300)
@given(st.one_of(invoices(), plain_invoices()), st.integers(0, 1 << 32))
def test_no_spelling_is_read_otherwise_by_the_fast_parser(invoice: Invoice, seed: int) -> None:
    own = encode_invoice(invoice)
    fingerprint = to_record(read_invoice(own)).fingerprint
    random = Random(seed)
    for wild in (False, True, False, True):  # an invoice takes longer to invent than to spell
        raw = Speller(random, wild=wild).document(own)
        is_read_quickly(raw)
        try:
            found = to_record(read_invoice(raw))
        except DocumentError:
            assert wild  # a longer number than any that we take
        else:
            assert found.fingerprint == fingerprint


def forget(patch: pytest.MonkeyPatch) -> None:
    """Let the parser have seen no document yet."""
    patch.setattr(shapes, "HEADER", shapes.ShapeCache(shapes.HEADER_MEMBERS))
    patch.setattr(shapes, "LINE", shapes.ShapeCache(shapes.LINE_MEMBERS))
    patch.setattr(loose_values, "HEADER", loose_values.of_headers())
    patch.setattr(loose_values, "LINE", loose_values.of_lines())


def in_case(document: dict[str, Any], case: Callable[[str], str]) -> bytes:
    """A document whose members are spelled in this case."""

    def spelled(part: dict[str, Any]) -> dict[str, Any]:
        return {case(name): value for name, value in part.items()}

    lines = list(map(spelled, document["Kalems"]))
    return compact(document | {"FatUst": spelled(document["FatUst"]), "Kalems": lines})


@given(st.data())
def test_a_case_that_was_learnt_hides_nothing(data: st.DataObject) -> None:
    """Members that come and go, unknown ones, repeated ones, and a case that changes."""
    with pytest.MonkeyPatch.context() as patch:
        forget(patch)
        for raw in data.draw(st.lists(st.sampled_from(DEMO), min_size=4, max_size=8)):
            document = json.loads(raw)
            part = data.draw(st.sampled_from([document["FatUst"], *document["Kalems"]]))
            if data.draw(st.booleans()):
                part["Yeni"] = data.draw(st.sampled_from([None, 1, {"a": 1}]))
            changes = data.draw(st.sampled_from([str.swapcase, str.swapcase, str.title]))
            spelled = in_case(document, changes)
            if data.draw(st.booleans()):
                key = b'"%b":' % changes(data.draw(st.sampled_from(sorted(part)))).encode()
                spelled = spelled.replace(key, key + b"null," + key, 1)
            quick = fast_record(spelled)
            try:
                found = to_record(read_invoice(spelled))
            except DocumentError:
                assert quick is None
            else:
                assert quick in (None, found)


def test_a_file_in_no_one_case_is_read_by_what_was_learnt_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forget(monkeypatch)
    examined = []
    real = respelling.decode_objects
    monkeypatch.setattr(respelling, "decode_objects", lambda raw: examined.append(raw) or real(raw))
    for raw in DEMO:
        assert is_read_quickly(in_case(json.loads(raw), str.swapcase))
    assert len(examined) < len(DEMO) // 2  # those with members that we do not model, and lessons


@pytest.mark.parametrize("wild", [False, True])
def test_ordinary_documents_are_read_quickly_however_they_are_spelled(wild: bool) -> None:
    random = Random(12)
    found = Counter(is_read_quickly(Speller(random, wild=wild).document(raw)) for raw in DEMO)
    assert found[True] > 0.95 * len(DEMO)


def test_after_amounts_as_texts_other_spellings_are_still_read_quickly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts, then plain numbers, nulls, a total that is left out, and a quantity that is."""
    forget(monkeypatch)
    document = example()
    header, line = document["FatUst"], document["Kalems"][0]
    line["STra_BF"] = "12,5"
    assert is_read_quickly(compact(document))
    assert is_read_quickly(compact(example()))
    del header["GENELTOPLAM"], header["KDV"]
    assert is_read_quickly(compact(document))
    document = example()
    line = document["Kalems"][0]
    line["STra_BF"] = line["STra_NF"] = None
    assert is_read_quickly(compact(document))
    line["STra_GCMIK"] = None
    assert not is_read_quickly(compact(document))
    with pytest.raises(DocumentError):
        read_record(compact(document))


WARNED = [
    (b'"GENELTOPLAM":', b'"GENELTOPLAM":9'),
    (b'"STra_KDV":', b'"STra_KDV":7.5,"Eski":'),
    (b'"KDV":', b'"KDV":1.0,"Eski":'),
    (b'"STra_FTIRSIP":', b'"STra_FTIRSIP":"3","Eski":'),
    (b'"CariKod":"', b'"CariKod":"\xd0\x90'),
    (b'"GIB_FATIRS_NO":', b'"GIB_FATIRS_NO":"XYZ2020000000007","Eski":'),
]


@pytest.mark.parametrize(("old", "new"), WARNED)
@pytest.mark.parametrize("own", [True, False], ids=["own", "another"])
def test_a_document_with_a_warning_is_read_quickly(old: bytes, new: bytes, own: bool) -> None:
    raw = next(raw for raw in DEMO if old in raw and len(raw) < 900)
    warned = raw.replace(old, new, 1)
    if not own:
        warned = Speller(Random(3)).document(warned)
    assert is_read_quickly(warned)
    found = fast_record(warned)
    assert found
    assert found.warnings


@pytest.mark.parametrize("rate", [10.0, 17.0])  # 17: with a warning
@pytest.mark.parametrize("day", ["2024-13-01", "2024-02-30", "0000-00-00"])
def test_a_day_that_does_not_exist_is_refused_whatever_else_is_to_be_told(rate, day):
    document = example()
    document["Kalems"][1]["STra_KDV"] = rate
    written = encode_invoice(read_invoice(compact(document))).replace(b"2024-03-15", day.encode())
    for raw in (written, msgspec.json.format(written)):
        with pytest.raises(DocumentError):
            read_record(raw)
        with pytest.raises(DocumentError):
            read_summary(raw)


@pytest.mark.parametrize("line_tax", ["Stra_Otv", "STra_MALFISK"])
@pytest.mark.parametrize("total", ["KDV", "YUVARLAMA", "GENELTOPLAM", "KDV1T"])
def test_a_tax_that_is_not_modelled_excuses_a_total_whichever_way_it_is_read(total, line_tax):
    document = example()
    document["FatUst"][total] = document["Kalems"][0][line_tax] = 7.0
    raw = encode_invoice(read_invoice(compact(document)))
    assert (fast_record(raw) or read_record(raw)) == to_record(read_invoice(raw))


@pytest.mark.long
@pytest.mark.parametrize("place", ["document", "header", "line"])
def test_a_file_of_ever_new_keys_fills_no_memory(place, monkeypatch):
    monkeypatch.setattr(shapes, "_KEYS", 100)
    monkeypatch.setattr(shapes, "_WEIGHT", 20_000)

    document = example()
    parts = {"header": document["FatUst"], "line": document["Kalems"][0]}
    parts.get(place, document)["Yer"] = 0
    raw = compact(document)

    def held() -> int:
        kept = [tracemalloc.Filter(True, module.__file__) for module in (shapes, unknown_members)]
        traces = tracemalloc.take_snapshot().filter_traces(kept).traces
        return sum(trace.size for trace in traces)

    def most_held(numbers: range) -> int:
        """Return the most held over the last documents: the tables are cleared every forty."""
        found = []
        for number in numbers:
            key = b'"Yeni%d":{"Ic%d":null}' % (number, number % 10)
            assert fast_record(raw.replace(b'"Yer":0', key))
            if numbers.stop - number < 70 and number % 7 == 0:
                found.append(held())
        return max(found)

    tracemalloc.start()
    try:
        first = most_held(range(250))
        assert 1000 < most_held(range(250, 1000)) < 1.5 * first
    finally:
        tracemalloc.stop()


def test_every_cache_of_the_parsers_is_bounded():
    modules = [module for name, module in sys.modules.items() if name.startswith("app.netsis.")]
    found = [one for module in modules for one in vars(module).values()]
    sizes = {one.__name__: one.cache_info().maxsize for one in found if hasattr(one, "cache_info")}
    unbounded = {name for name, size in sizes.items() if size is None}
    assert len(sizes) > 10
    assert unbounded == {"members", "inside", "outside"}


def test_digits_of_an_iban_or_a_uuid_are_no_long_number():
    document = example()
    document["FatUst"]["EKACK1"] = "TR330006100519786457841326"
    document["FatUst"]["GUID"] = "1234567890123456-0e12345678"
    assert is_read_quickly(msgspec.json.format(compact(document)))


@pytest.mark.parametrize("number", ["1" + "0" * 70, "0e9999", "1e-9999", "0." + "0" * 70])
def test_a_hostile_number_is_left_to_the_tolerant_parser(number):
    raw = compact(example()).replace(b'"STra_KDV":20.0', b'"STra_KDV":' + number.encode(), 1)
    assert number.encode() in raw
    assert not is_read_quickly(raw)
    with pytest.raises(DocumentError):
        read_record(raw)
