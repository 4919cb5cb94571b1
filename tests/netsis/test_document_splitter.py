"""A file is split into its invoices, whatever its layout, and says where it cannot be read."""

import json
import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reasons import Code, Reason, text
from app.errors import FileRefused
from app.netsis.document_splitter import PEEK, Span, split
from app.netsis.json_stream import CHUNK, MAX_INVOICE, StreamOutcome, skip_value
from tests.netsis.examples import compact, example
from tests.netsis.strategies import json_values

INVOICE = compact(example())


def spans(raw: bytes, chunk: int = CHUNK) -> list[Span]:
    def read_at(offset: int, size: int) -> bytes:
        return raw[offset : offset + size]

    return list(split(read_at, "fatura.json", chunk))


def texts(raw: bytes, chunk: int = CHUNK) -> list[bytes]:
    found = spans(raw, chunk)
    assert [span.error for span in found] == [None] * len(found)
    return [raw[span.offset : span.offset + span.length] for span in found]


def broken(place: int) -> Reason:
    return Reason(Code.BROKEN_JSON_AT, values=(place,))


def errors(raw: bytes) -> list[str | None]:
    return [span.error and text(span.error) for span in spans(raw)]


def refusal(raw: bytes) -> str:
    with pytest.raises(FileRefused) as error:
        spans(raw)
    return str(error.value)


class TestMsgspecsWording:
    """The splitter leans on it: should it change, this must be seen first."""

    def test_what_follows_a_value_is_told_with_its_place(self):
        with pytest.raises(msgspec.DecodeError) as error:
            msgspec.json.decode(b'{"a":1} ,', type=msgspec.Raw)
        assert str(error.value) == "JSON is malformed: trailing characters (byte 9)"

    def test_a_value_that_is_cut_is_told_without_a_place(self):
        with pytest.raises(msgspec.DecodeError) as error:
            msgspec.json.decode(b'{"a":', type=msgspec.Raw)
        assert str(error.value) == "Input data was truncated"

    @pytest.mark.parametrize(
        ("raw", "outcome"),
        [
            (b'{"a":1}', (StreamOutcome.WHOLE, 7)),
            (b'{"a":1} ,{', (StreamOutcome.WHOLE, 8)),
            (b'{"a":[', (StreamOutcome.SHORT, 6)),
            (b'{"a" 1}', (StreamOutcome.BROKEN, 5)),
            (b"[" * 5000, (StreamOutcome.TOO_DEEP, 0)),
        ],
    )
    def test_skipping(self, raw, outcome):
        assert skip_value(raw) == outcome

    def test_no_cut_looks_broken_but_at_its_very_end(self):
        value = {"a": [-1.5e-3, True, None, '\\ğ😀"', {"b": -12.25, "c": 1e300}], "": "\u007f"}
        for raw in (json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()):
            for cut in range(len(raw)):
                assert skip_value(raw[:cut]) in (
                    (StreamOutcome.SHORT, cut),
                    (StreamOutcome.BROKEN, cut),
                )


OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), json_values(), max_size=4), min_size=1)
REPLIES = ("a reply a line", "pretty replies", "replies in an array", "pages", "pages in an array")
LAYOUTS = (
    "compact", "pretty", "a line each", "loose", "objects", "arrays", "envelope",
    "pretty envelope", *REPLIES,
)  # fmt: skip


def laid_out(objects: list, layout: str) -> bytes:
    compacted = [json.dumps(value, separators=(",", ":")) for value in objects]
    replies = [{"Meta": {"n": [1]}, "IsSuccessful": True, "Data": value} for value in objects]
    pages = [{"data": objects[at : at + 2], "TotalCount": 3} for at in range(0, len(objects), 2)]
    text = {
        "arrays": "".join(json.dumps([value], indent=1) for value in objects),
        "a reply a line": "\n".join(map(json.dumps, replies)),
        "pretty replies": "\n".join(json.dumps(reply, indent=1) for reply in replies),
        "replies in an array": json.dumps(replies),
        "pages": "".join(map(json.dumps, pages)),
        "pages in an array": json.dumps(pages, indent=1),
        "compact": json.dumps(objects, ensure_ascii=False, separators=(",", ":")),
        "pretty": json.dumps(objects, ensure_ascii=False, indent=2),
        "a line each": "[\n" + ",\n".join(compacted) + "\n]\n",
        "loose": "\n\n [ " + "\t,  \n\n".join(compacted) + " \n ] \n",
        "objects": "\n".join(compacted) + "\n",
        "envelope": '{"IsSuccessful":true,"X":[{}],"data":' + json.dumps(objects) + ',"Y":{}}',
        "pretty envelope": json.dumps({"Data": objects, "Toplam": 1}, indent=1),
    }[layout]
    return text.encode()


@given(
    OBJECTS, st.sampled_from(LAYOUTS), st.sampled_from([b"\n", b"\r\n"]), st.booleans(),
    st.integers(1, 64) | st.just(CHUNK),
)  # fmt: skip
def test_any_layout_gives_what_json_itself_gives(objects, layout, line_end, mark, chunk):
    objects = [{"FatUst": 1, **one} for one in objects]  # what tells it from a reply
    raw = laid_out(objects, layout).replace(b"\n", line_end)
    raw = b"\xef\xbb\xbf" * mark + raw
    found = texts(raw, chunk)
    assert [json.loads(text) for text in found] == json.loads(json.dumps(objects))
    assert all(text[:1] == b"{" and text[-1:] == b"}" for text in found)


@given(st.sampled_from(LAYOUTS), st.data(), st.integers(1, 64) | st.just(CHUNK))
def test_a_file_cut_anywhere_gives_the_whole_documents_before_it(layout, data, chunk):
    objects = [{"FatUst": {"n": n}, "Kalems": [{"a": "b"}]} for n in range(3)]
    raw = laid_out(objects, layout).rstrip()
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    if not cut.strip():
        assert refusal(cut) == "fatura.json: dosya boş"
        return
    found = spans(cut, chunk)
    whole = [json.loads(cut[s.offset : s.offset + s.length]) for s in found if not s.error]
    assert whole == objects[: len(whole)]
    assert all(span.error is None for span in found[:-1])
    if layout not in ("objects", "arrays", "a reply a line", "pretty replies", "pages"):
        assert found[-1].error == Reason(Code.CUT_SHORT)


@given(st.binary(max_size=60), st.integers(1, 20))
def test_whatever_the_bytes_the_chunks_do_not_matter(raw, chunk):
    def outcome(size: int) -> object:
        try:
            return spans(b"[" + raw, size)
        except FileRefused as error:
            return str(error)

    assert outcome(chunk) == outcome(CHUNK)


def test_one_object_is_one_invoice():
    assert texts(b" " + INVOICE + b"\n") == [INVOICE]


def test_an_invoice_with_a_member_data_is_no_envelope():
    raw = compact({"Data": [{"a": 1}], **example()})
    assert texts(raw) == [raw]


def test_an_envelope_may_hold_one_object():
    assert texts(b'{"IsSuccessful":true,"Data":' + INVOICE + b"}") == [INVOICE]


FAILURE = b'{"IsSuccessful":false,"ErrorDesc":"Yok","Data":null}'


@pytest.mark.parametrize("chunk", [7, CHUNK])
def test_a_reply_that_failed_is_a_row_between_the_others(chunk):
    reply = b'{"IsSuccessful":true,"Data":' + INVOICE + b"}"
    raw = b"\n".join([reply, FAILURE, reply, FAILURE])
    found = spans(raw, chunk)
    failed = Reason(Code.ERROR_RESPONSE, values=("Yok",))
    assert [span.error for span in found] == [None, failed, None, failed]
    shown = [raw[span.offset : span.offset + span.length] for span in found]
    assert shown == [INVOICE, FAILURE, INVOICE, FAILURE]


def test_a_broken_page_in_a_line_costs_what_is_left_of_that_line():
    page = b'{"IsSuccessful":true,"Data":[' + INVOICE + b"," + INVOICE + b"]}"
    fault = page.rindex(b'"Kalems"')
    raw = b"\n".join([page, page[:fault] + b"x" + page[fault:], page, FAILURE, page])
    taken = [span.error is None for span in spans(raw)]
    assert taken == [True] * 3 + [False] + [True] * 2 + [False] + [True] * 2


def test_objects_that_are_neither_invoice_nor_reply_are_not_searched_far():
    raw = b"[" + b'{"a":1},' * 20_000 + b"{}]"
    assert len(spans(raw)) == 20_001  # a search of all that follows, for each, would take minutes


def test_a_large_envelope_is_told_from_an_invoice_too():
    raw = b'{"ErrorDesc":null,"Data":[' + b",".join([INVOICE] * 1500) + b'],"Toplam":1500}'
    assert len(raw) > PEEK
    assert len(texts(raw)) == 1500


def test_a_large_invoice_is_split_as_any_other():
    document = example()
    document["FatUst"]["Buyuk"] = "x" * (3 << 20)
    large = compact(document)
    assert texts(large) == [large]
    pretty = json.dumps([example(), document, example()], indent=1).encode()
    assert [len(json.loads(text)["Kalems"]) for text in texts(pretty)] == [2, 2, 2]
    lines = b"[\n" + b",\n".join([INVOICE, large, INVOICE]) + b"\n]"
    assert texts(lines) == [INVOICE, large, INVOICE]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "dosya boş"),
        (b" \n\xef", "JSON değil"),
        (b"\xef\xbb\xbf \n", "dosya boş"),
        (b"Seri;Tarih", "JSON değil"),
        (b"<xml/>", "JSON değil"),
        (b"[ ]", "dosyada fatura yok"),
        (b'{"Data":[]}', "dosyada fatura yok"),
        (b'{"Data":null,"IsSuccessful":true}', "dosyada fatura yok"),
        (b'{"IsSuccessful":false,"ErrorDesc":"Yetki\\nyok","Data":null}',
         "sunucunun hata yanıtı: “Yetki yok”"),
        (b'{"IsSuccessful":false}', "sunucunun hata yanıtı, nedeni yazılmamış"),
    ],
)  # fmt: skip
def test_a_file_without_invoices_is_refused(raw, sentence):
    assert refusal(raw) == f"fatura.json: {sentence}"


def test_elements_that_are_no_objects_are_errors_of_their_own():
    raw = b'[1,{"FatUst":1},[{}],"x",null]'
    no_object = "fatura değil"
    assert errors(raw) == [no_object, None, no_object, no_object, no_object]


BROKEN = INVOICE.replace(b'"BRUTTUTAR":1802.0', b'"BRUTTUTAR":18,02.0')


@pytest.mark.parametrize(("begin", "between", "end"), [(b"[\n", b",\n", b"\n]"), (b"", b"\n", b"")])
def test_of_a_file_with_one_invoice_a_line_only_the_broken_line_is_lost(begin, between, end):
    raw = begin + between.join([INVOICE, BROKEN, INVOICE, INVOICE]) + end
    place = raw.index(b"18,02.0") + 3
    found = spans(raw)
    assert [span.error for span in found] == [None, broken(place), None, None]
    assert raw[found[1].offset :].startswith(BROKEN)


@pytest.mark.parametrize(
    "kept", [b'{"Seri":"RD', b'"STra_GC":"C",', b'"STra_DOVTIP":0}', b'"Kalems":[', b'"Kalems":']
)
def test_a_line_that_was_cut_does_not_swallow_the_next(kept):
    cut = INVOICE[: INVOICE.index(kept) + len(kept)]
    raw = b"[\n" + b",\n".join([INVOICE, cut, INVOICE, INVOICE]) + b"\n]"
    found = spans(raw)
    assert [span.error is None for span in found] == [True, False, True, True]
    end = found[1].offset + len(cut)
    assert found[1].error in (broken(end), broken(end + 1))


def test_a_cut_line_does_not_make_the_rest_of_the_file_be_held():
    cut = INVOICE[: INVOICE.index(b',{"Sira":2')]
    raw = b"[\n" + b",\n".join([INVOICE, cut, *[INVOICE] * 8000]) + b"\n]"
    furthest = 0

    def read_at(offset: int, size: int) -> bytes:
        nonlocal furthest
        furthest = offset + size
        return raw[offset : offset + size]

    found = split(read_at, "fatura.json", 1 << 16)
    assert [next(found).error is None for _ in range(3)] == [True, False, True]
    assert furthest < 3 * PEEK < len(raw)
    assert sum(span.error is None for span in found) == 7999


def test_a_broken_line_without_end_is_not_held():
    head = b"[\n" + INVOICE + b",\n"

    def read_at(offset: int, size: int) -> bytes:
        return head if offset == 0 else bytes(min(size, (1 << 30) - offset))

    tracemalloc.start()
    try:
        found = list(split(read_at, "fatura.json"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    sentence = f"JSON bozuk (bayt {len(head)}); bundan sonrası okunamadı"
    assert [span.error and text(span.error) for span in found] == [None, sentence]
    assert peak < 8 << 20


def test_in_any_other_layout_the_rest_cannot_be_read():
    raw = json.dumps([example()] * 3, indent=2).encode()
    place = raw.index(b"1802.0", raw.index(b"1802.0") + 1)
    raw = raw[:place] + b"x" + raw[place:]
    assert errors(raw) == [None, f"JSON bozuk (bayt {place}); bundan sonrası okunamadı"]


@pytest.mark.parametrize(
    ("raw", "last"),
    [
        (b'[{"FatUst":1},]', "JSON bozuk (bayt 14); bundan sonrası okunamadı"),
        (b'[{"FatUst":1};{}]', "JSON bozuk (bayt 13); bundan sonrası okunamadı"),
        (b'[{"FatUst":1}', "dosya burada kesilmiş; bu belge ve sonrası yok"),
        (b'[{"FatUst":1}, {"a":', "dosya burada kesilmiş; bu belge ve sonrası yok"),
        (b'[{"FatUst":1}] {}', "faturaların sonundan sonra fazladan veri var"),
        (b'{"Data":[{"FatUst":1}]} x', "JSON bozuk (bayt 24); bundan sonrası okunamadı"),
        (b'{"Data":[{"FatUst":1}],', "dosya burada kesilmiş; bu belge ve sonrası yok"),
        (b'{"Data":[{"FatUst":1}],"IsSuccessful":false,"ErrorDesc":"Olmad\xc4\xb1"}',
         "sunucunun hata yanıtı: “Olmadı”"),
        (b'{"FatUst":1} [', "JSON bozuk (bayt 13); bundan sonrası okunamadı"),
        (b'[{"FatUst":1},' + b"[" * 5000, "JSON çok derin iç içe; bundan sonrası okunamadı"),
    ],
)  # fmt: skip
def test_what_comes_before_the_fault_is_kept(raw, last):
    assert errors(raw) == [None, last]


def test_an_invoice_beyond_the_limit_is_an_error():
    small, big = b'{"FatUst":"a"}', b'{"FatUst":"' + b"a" * MAX_INVOICE + b'"}'
    sentence = "belge çok büyük (en çok 12 MiB)"
    lines = b"[\n" + b",\n".join([small, big, small]) + b"\n]"
    assert errors(lines) == [None, sentence, None]
    apart = b"[" + b",".join([small, big, small]) + b"]"
    assert errors(apart) == [None, sentence + "; bundan sonrası okunamadı"]
