"""An invoice is read whatever its spelling, and refused with a sentence that names the place."""

import datetime
import json
import re
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import example as also
from hypothesis import strategies as st
from msgspec.structs import replace

from app.demo import Company
from app.domain.codes import find_invisible, normalized
from app.domain.invoice import MAX_LINES, DocumentType, InvoiceKind
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import DocumentError, text
from app.domain.record import summarize, to_record
from app.netsis.fast_parser import fast_record, fast_summary
from app.netsis.parse_ways import read_record, read_summary
from app.netsis.tolerant import parser, strictness
from app.netsis.tolerant.parser import read_invoice
from app.netsis.tolerant.strictness import MAX_VALUES_OF_PART
from tests.netsis.examples import ABSENT, changed, compact, example, spelled
from tests.netsis.strategies import invoices, plain_invoices


def refusal(raw: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        read_invoice(raw)
    return str(error.value)


def test_the_worked_example_is_read_exactly():
    invoice = read_invoice(compact(example()))
    header, first, second = invoice.header, *invoice.lines
    assert (invoice.series, invoice.document_type) == ("RDM", DocumentType.SALES)
    assert (header.number, header.gib_number) == ("RDM202400000348", "RDM2024000000348")
    assert (header.document_date, header.kind) == (datetime.date(2024, 3, 15), InvoiceKind.OPEN)
    assert str(header.grand_total) == "1833.78"
    assert header.description == "Mart sevkiyatı"
    assert header.vat_included is False
    assert (str(first.quantity), str(first.net_price)) == ("10.0", "128.25")
    assert first.discounts[:3] == (Decimal(10), Decimal(5), None)
    assert (second.stock_code, second.ledger_account) == ("HIZ-NAKLIYE", "600-01-001")
    assert {name: bytes(raw) for name, raw in invoice.extra.items()} == {
        "KayitliNumaraOtomatikGuncellensin": b"false"
    }


@given(invoices())
def test_an_invoice_that_is_written_is_read_the_same(invoice):
    raw = encode_invoice(invoice)
    assert read_invoice(raw) == invoice
    assert read_record(raw) == to_record(invoice)
    assert read_summary(raw) == summarize(to_record(invoice))


DEMO_INVOICE = next(iter(Company(3).invoices(1)))
DEMO = [encode_invoice(invoice) for invoice in Company(3).invoices(300)]


def test_what_we_write_is_nearly_all_read_the_quick_way():
    quick = [fast_record(raw) for raw in DEMO]
    assert sum(found is not None for found in quick) > 0.97 * len(DEMO)
    for raw, found in zip(DEMO, quick, strict=True):
        assert found in (None, to_record(read_invoice(raw)))


VALUE = re.compile(rb'(?<=":)(?:"[^"]*"|[^"{}\[\], ]+)')
MEMBER = re.compile(rb',"[^"]*":(?:"[^"]*"|[^"{}\[\], ]+)')
KEY = re.compile(rb'"[^"]*":')
VALUES = [
    b"7", b"1.5", b"-0.0", b"1.50", b"12.125", b"0.123456789", b"0.0000001", b"1e-7", b"1e1",
    b"1e16", b"999999999999999.0", b"1000000000000000.0", b"9007199254740993.0",
    b"123456789012345.12345678", b"20.001", b"32768", b"null", b"true", b'""', b'"12,5"',
    b'"12.5"', b'" x"', b'"x "', b'"x\xe3\x80\x80"', b'":1.5,"', b'"},{"', b'"2024-03-15"',
    b'"2024-03-15 00:00:00"', b'"1850-03-15 00:00:00"', b'"2024-02-30 00:00:00"',
    b'"2024-03-15T25:00:00"', b'{"a":1.5}', b"[1.5]", b'[{"a":1},{"b":2}]', b'{"a":1,"a":2}',
    b'7,"KDV":1.5', b'7,"Tarih":"2024-03-15"', b'7,"sira":1', b'7,"Tip":1',
    b'7,"Yeni":2.5', b'7,"Yeni":1,"yeni":2', b'7,"Yeni":1,"Yeni":2', b"7 ", b'"\xc2\x9b"',
    b'"\\u001b"', b'"\\n"', b'"\\""', b'"\\\\"', b'"\\\\u001b"', b'"\\/"', b'"\xe2\x82\xac"',
    b'"\xe2\x80\xae"', b'"\x7f"', b'"\xff"', b'"\xed\xa0\x80"', b'7,"extra":{}', b"01", b"NaN",
    b'"' + b"x" * 16 + b'"', b'"' + b"x" * 4001 + b'"', b'"RDM2024000000348"',
    b'"0001-01-01 00:00:00"', b'"1899-12-30 00:00:00"', b'"30.12.1899"', b'"15.03.2024 14:05:09"',
    b'"\\u0000"', b'"\\u0000x"', b'"\\u000b"', b'"\xe2\x80\xa8"', b'" "', b'"fkitTutar"', b"false",
    b'"E"', b"0", b"0.0",
]  # fmt: skip
ENDS = [b"}", b',"Yeni":1}', b',"Yeni":1.50,"b":"x"}', b',"KDV":1.0}', b',"tip":0}']
KEYS = [
    b'"Yeni":', b'"yeni":', b'"kdv":', b'"STra_KDV":', b'"STRA_KDV":', b'"KDV":', b'"Tip":',
    b'"S\\u0065ri":', b'"":', b'"a\\"b":', '"\u212aDV":'.encode(), '"\u212aalems":'.encode(),
]  # fmt: skip
SIGNS = [b" ", b"\n", b"}", b"{", b",", b'"', b":", b"\\", b"0", b"-", b".", b"e", b"\x00"]


def places(raw: bytes) -> list[int]:
    """Where a sign makes a difference: at both ends of each word and number, and within it."""
    words = [(word.start(), word.end()) for word in re.finditer(rb"\w+|\W", raw)]
    return sorted({place for start, end in words for place in (start, min(start + 1, end), end)})


def neighbours(raw: bytes, how: str) -> Iterator[bytes]:
    """The document with one thing in it another: a value, a key, a member gone or moved, a sign."""
    if how == "sign":
        for place in places(raw):
            yield from (raw[:place] + sign + raw[place:] for sign in SIGNS)
    elif how == "moved":
        for found in MEMBER.finditer(raw):
            for other in MEMBER.finditer(raw):
                yield raw[: other.start()] + found[0] + raw[other.start() :]
    else:
        pattern, choices = {"value": (VALUE, VALUES), "key": (KEY, KEYS), "gone": (MEMBER, [b""])}[
            how
        ]
        for found in pattern.finditer(raw):
            yield from (raw[: found.start()] + other + raw[found.end() :] for other in choices)


def same_or_left(raw: bytes) -> bool:
    """The quick ways read what the careful one reads (True), or leave it to that."""
    quick = fast_record(raw)
    assert quick is None or quick == to_record(read_invoice(raw))
    assert fast_summary(raw) == (quick and summarize(quick))
    return quick is not None


def without_like_lines(raw: bytes) -> bytes:
    """The document without the lines whose members others have, too."""
    invoice, keys = read_invoice(raw), set(KEY.findall(raw))
    for line in invoice.lines:
        fewer = replace(invoice, lines=[one for one in invoice.lines if one is not line])
        if set(KEY.findall(encode_invoice(fewer))) == keys:
            invoice = fewer
    return encode_invoice(invoice)


RICH = without_like_lines(max(DEMO, key=lambda raw: len(set(KEY.findall(raw)))))
CASCADE = min((raw for raw in DEMO if b"STra_SatIsk3" in raw), key=len)


@pytest.mark.long
@pytest.mark.parametrize("how", ["value", "key", "gone", "moved", "sign"])
@pytest.mark.parametrize("raw", [RICH, CASCADE], ids=["rich", "cascade"])
def test_whatever_one_thing_is_another_the_quick_way_never_differs(raw, how):
    assert same_or_left(raw)
    assert len(list(map(same_or_left, set(neighbours(raw, how))))) >= 10


@settings(max_examples=800)
@given(st.sampled_from(DEMO[:40]), st.data())
def test_the_quick_way_never_differs_from_the_careful_one(raw, data):
    """Some values of a document are others: it is read the same, or left to care."""
    for _ in range(data.draw(st.integers(0, 2))):
        found = data.draw(st.sampled_from(list(VALUE.finditer(raw))))
        raw = raw[: found.start()] + data.draw(st.sampled_from(VALUES)) + raw[found.end() :]
    ends = [place for place, sign in enumerate(raw) if sign == ord("}")]
    place = data.draw(st.sampled_from(ends))
    same_or_left(raw[:place] + data.draw(st.sampled_from(ENDS)) + raw[place + 1 :])


def test_documents_with_much_that_we_do_not_model_do_not_pile_up():
    document = DEMO[0].replace(b'"FatUst"', b'"Ek":"%b","FatUst"' % (b"x" * 100_000))
    assert fast_record(document)
    tracemalloc.start()
    try:
        for place in range(200):
            assert fast_record(document.replace(b"xx", b"%03d" % place, 1))
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 1 << 20


@given(plain_invoices())
def test_plain_invoices_are_mostly_read_the_quick_way(invoice):
    quick = fast_record(encode_invoice(invoice))
    assume(quick is not None)  # too many that are not would fail the test
    assert quick == to_record(invoice)


@given(st.binary(max_size=200) | st.text().map(str.encode))
@also(b"[" * 5000)
@also(b'{"FatUst":' + b"[" * 900 + b"]" * 900 + b"}")
@also(b'{"a":"\xff"}')
def test_whatever_the_bytes_only_a_document_error_leaves(raw):
    assert "\n" not in refusal(raw)


@given(st.data())
def test_whatever_is_broken_in_an_invoice_only_a_document_error_leaves(data):
    raw = bytearray(compact(example()))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    sentence = ""
    try:
        read_invoice(bytes(raw))
    except DocumentError as error:
        sentence = str(error)
    assert not sentence or sentence.isprintable()


DEEP = "[" * 500 + "]" * 500

DAY = datetime.date(2024, 3, 15)

ACCEPTED = [
    # path, spelling in the file, attribute of header or first line, value
    ("FatUst.Tarih", '"2024-03-15T10:20:30"', "document_date", DAY),
    ("FatUst.Tarih", '"2024-03-15"', "document_date", DAY),
    ("FatUst.Tarih", '"2024-03-15T00:00:00.000+03:00"', "document_date", DAY),
    ("FatUst.Tarih", '"15.03.2024 14:05:09"', "document_date", DAY),
    ("FatUst.FiiliTarih", '"0001-01-01T00:00:00"', "actual_date", None),
    ("FatUst.ODEMETARIHI", '"1899-12-30 00:00:00"', "payment_date", None),
    ("FatUst.ODEMETARIHI", '""', "payment_date", None),
    ("FatUst.KDV", '""', "vat_total", None),
    ("FatUst.KDV", '" "', "vat_total", None),
    ("FatUst.Sube_Kodu", '""', "branch", None),
    ("FatUst.Sube_Kodu", r'"\u0000"', "branch", None),
    ("FatUst.TIPI", '""', "kind", None),
    ("FatUst.KDV_DAHILMI", '""', "vat_included", None),
    ("FatUst.KOD1", r'"\u0000"', "code1", None),
    ("FatUst.KOD1", '""', "code1", ""),
    ("FatUst.GIB_FATIRS_NO", '""', "gib_number", ""),
    ("FatUst.GENELTOPLAM", '"1.833,78"', "grand_total", Decimal("1833.78")),
    ("FatUst.GENELTOPLAM", '"12,50"', "grand_total", Decimal("12.5")),
    ("FatUst.GENELTOPLAM", '"12.50"', "grand_total", Decimal("12.5")),
    ("FatUst.GENELTOPLAM", "1833", "grand_total", Decimal(1833)),
    ("FatUst.GENELTOPLAM", "1.8e3", "grand_total", Decimal(1800)),
    ("FatUst.GENELTOPLAM", "0.1000000000000000055", "grand_total", Decimal("0.1")),
    ("FatUst.GENELTOPLAM", "999999999999999.99999999", "grand_total",
     Decimal("999999999999999.99999999")),
    ("FatUst.KDV1O", "19.999", "vat_rate1", Decimal(20)),
    ("FatUst.TIPI", '"ft_Iade"', "kind", 4),
    ("FatUst.TIPI", '"FT_YURTICI"', "kind", 7),
    ("FatUst.TIPI", '"ZayiIade"', "kind", 5),
    ("FatUst.TIPI", '"ft_ZIade"', "kind", 5),
    ("FatUst.TIPI", "8.0", "kind", 8),
    ("FatUst.TIPI", '"JTFaturaTipi.ft_Iade"', "kind", 4),
    ("FatUst.ODEMEGUNU", '" 30 "', "payment_days", 30),
    ("FatUst.ODEMEGUNU", "30.00", "payment_days", 30),
    ("FatUst.ODEMEGUNU", "-5", "payment_days", -5),
    ("FatUst.KDV_DAHILMI", "1", "vat_included", True),
    ("FatUst.KDV_DAHILMI", "0.0", "vat_included", False),
    ("FatUst.KDV_DAHILMI", '"False"', "vat_included", False),
    ("FatUst.KDV_DAHILMI", '"1"', "vat_included", True),
    ("FatUst.KDV_DAHILMI", '"E"', "vat_included", True),
    ("FatUst.KDV_DAHILMI", '"HAYIR"', "vat_included", False),
    ("FatUst.Aciklama", r'"a\u000bb"', "description", "a\vb"),
    ("FatUst.EKACK1", '"a\u2028b\x7f"', "note1", "a\u2028b\x7f"),
    ("FatUst.CariKod", '" 120-001-001  "', "account_code", "120-001-001"),
    ("FatUst.FATIRS_NO", '" RDM202400000348"', "number", "RDM202400000348"),
    ("FatUst.FATIRS_NO", "null", "number", ""),
    ("FatUst.FATIRS_NO", '""', "number", ""),
    ("FatUst.FATIRS_NO", '" \\t\\n "', "number", ""),
    ("FatUst.FATIRS_NO", '"RDM2024900000348"', "number", "RDM2024900000348"),
    ("FatUst.FATIRS_NO", '"A1234567890123456"', "number", "A1234567890123456"),
    ("FatUst.FATIRS_NO", r'"\u0000"', "number", ""),
    ("FatUst.GENELTOPLAM", "null", "grand_total", None),
    ("FatUst.GENELTOPLAM", '""', "grand_total", None),
    ("FatUst.Aciklama", '""', "description", ""),
    ("FatUst.Aciklama", "null", "description", None),
    ("FatUst.Aciklama", r'"\u015eubat\tiki \"\\"', "description", 'Şubat\tiki "\\'),
    ("FatUst.EKACK1", '":1.5,"', "note1", ":1.5,"),
    ("FatUst.EKACK1", '"2024-03-15 00:00:00"', "note1", "2024-03-15 00:00:00"),
    ("FatUst.EKACK1", r'"\":1.5,"', "note1", '":1.5,'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "spelling", "attribute", "value"), ACCEPTED)
def test_every_spelling_of_the_wild_is_taken(path, spelling, attribute, value):
    assert getattr(read_invoice(spelled(path, spelling)).header, attribute) == value


REFUSED = [
    # path, spelling in the file, the sentence
    ("FatUst", "null", "Üst bilgiler (FatUst): yok"),
    ("FatUst", "[]", "Üst bilgiler (FatUst): alanlardan oluşmuyor"),
    ("Kalems", "null", "Kalemler (Kalems): yok"),
    ("Kalems", "{}", "Kalemler (Kalems): liste değil"),
    ("Kalems", "[]", "Kalemler (Kalems): kalem yok"),
    ("Kalems.1", "7", "2. kalem: alanlardan oluşmuyor"),
    ("KalemAdedi", "3", "Kalem sayısı (KalemAdedi): 3 yazıyor, belgede 2 kalem var"),
    ("KalemAdedi", '"iki"', "Kalem sayısı (KalemAdedi): “iki” tam sayı değil"),
    ("Seri", '"ABCDEFGHIJKLMNOP"',
     "Seri: “ABCDEFGHIJKLMNOP” en çok 15 karakter olabilir (16 karakter)"),
    ("FaturaTip", "1", "Belge Tipi (Tip): FaturaTip ile çelişiyor"),
    ("FaturaTip", '"0"',
     "Belge Tipi (FaturaTip): “0” belge tipi değil (0, 1, ftSFat ya da ftAFat)"),
    ("FaturaTip", '"ftSIrs"',
     "Belge Tipi (FaturaTip): “ftSIrs”, yalnız satış ve alış faturası aktarılır"),
    ("FaturaTip", "4", "Belge Tipi (FaturaTip): “4”, yalnız satış ve alış faturası aktarılır"),
    ("FaturaTip", "true",
     "Belge Tipi (FaturaTip): “true” belge tipi değil (0, 1, ftSFat ya da ftAFat)"),
    ("FaturaTip", "0.5",
     "Belge Tipi (FaturaTip): “0.5” belge tipi değil (0, 1, ftSFat ya da ftAFat)"),
    ("FatUst.FATIRS_NO", "348", "Fatura No (FATIRS_NO): “348” metin olmalı (tırnak içinde)"),
    ("FatUst.FATIRS_NO", '"A%s"' % ("0" * 40),
     "Fatura No (FATIRS_NO): “A0000000000000000000000000000…” "
     "en çok 40 karakter olabilir (41 karakter)"),
    ("FatUst.FATIRS_NO", r'"A\n1"',
     "Fatura No (FATIRS_NO): “A 1”, izin verilmeyen karakter (U+000A)"),
    ("FatUst.FATIRS_NO", r'"A\u001b1"',
     "Fatura No (FATIRS_NO): “A�1”, izin verilmeyen karakter (U+001B)"),
    ("FatUst.FATIRS_NO", '"A\u200b1"',
     "Fatura No (FATIRS_NO): “A​1”, izin verilmeyen karakter (U+200B)"),
    ("FatUst.FATIRS_NO", '"A\u03781"',
     "Fatura No (FATIRS_NO): “A͸1”, izin verilmeyen karakter (U+0378)"),
    ("FatUst.CariKod", '"120\u00ad-A"',
     "Cari Kodu (CariKod): “120­-A”, izin verilmeyen karakter (U+00AD)"),
    ("FatUst.GIB_FATIRS_NO", '"A\ufeff1"',
     "GİB No (GIB_FATIRS_NO): “A﻿1”, izin verilmeyen karakter (U+FEFF)"),
    ("Kalems.1.StokKodu", '"S\u31641"',
     "2. kalem, Stok Kodu (StokKodu): “Sㅤ1”, izin verilmeyen karakter (U+3164)"),
    ("Seri", '"R\u2060"', "Seri: “R⁠”, izin verilmeyen karakter (U+2060)"),
    ("FatUst.CariKod", "120001", "Cari Kodu (CariKod): “120001” metin olmalı (tırnak içinde)"),
    ("FatUst.Tarih", '"15/03/2024"',
     "Belge Tarihi (Tarih): “15/03/2024” geçersiz tarih (yyyy-aa-gg olmalı)"),
    ("FatUst.Tarih", "20240315",
     "Belge Tarihi (Tarih): “20240315” geçersiz tarih (yyyy-aa-gg olmalı)"),
    ("FatUst.Tarih", '"2024-02-30"', "Belge Tarihi (Tarih): “2024-02-30”, böyle bir gün yok"),
    ("FatUst.Tarih", '"2024-03-15 24:00:00"',
     "Belge Tarihi (Tarih): “2024-03-15 24:00:00” geçersiz tarih (yyyy-aa-gg olmalı)"),
    ("FatUst.Tarih", '"1899-12-31"',
     "Belge Tarihi (Tarih): “1899-12-31”, yıl 1900 ile 2100 arasında olmalı"),
    ("FatUst.Tarih", '"0001-01-01"', "Belge Tarihi (Tarih): yok"),
    ("FatUst.Tarih", '""', "Belge Tarihi (Tarih): yok"),
    ("FatUst.TIPI", "9", "Tipi (TIPI): “9”, 0 ile 8 arasında olmalı"),
    ("FatUst.TIPI", '"ft_Baska"', "Tipi (TIPI): “ft_Baska” bilinmeyen tip"),
    ("FatUst.ODEMEGUNU", "32768",
     "Ödeme günü (ODEMEGUNU): “32768”, -32768 ile 32767 arasında olmalı"),
    ("FatUst.ODEMEGUNU", "1.5", "Ödeme günü (ODEMEGUNU): “1.5” tam sayı değil"),
    ("FatUst.ODEMEGUNU", "3e1", "Ödeme günü (ODEMEGUNU): “3e1” tam sayı değil"),
    ("FatUst.ODEMEGUNU", "true", "Ödeme günü (ODEMEGUNU): “true” tam sayı değil"),
    ("FatUst.ODEMEGUNU", '"١٢"', "Ödeme günü (ODEMEGUNU): “١٢” tam sayı değil"),
    ("FatUst.KDV_DAHILMI", "2", "KDV dahil mi (KDV_DAHILMI): “2” evet/hayır (true/false) olmalı"),
    ("FatUst.KDV_DAHILMI", '"belki"',
     "KDV dahil mi (KDV_DAHILMI): “belki” evet/hayır (true/false) olmalı"),
    ("FatUst.Aciklama", '"123456789012345678901"',
     "Açıklama (Aciklama): “123456789012345678901” en çok 20 karakter olabilir (21 karakter)"),
    ("FatUst.PLA_KODU", '"a\u202eb"',
     "Plasiyer (PLA_KODU): “a�b”, izin verilmeyen karakter (U+202E)"),
    ("FatUst.KOSULKODU", r'"a\u009bb"',
     "Koşul kodu (KOSULKODU): “a�b”, izin verilmeyen karakter (U+009B)"),
    ("FatUst.GENELTOPLAM", '"1.234"',
     "Genel toplam (GENELTOPLAM): “1.234” belirsiz bir sayı (binlik mi, ondalık mı?)"),
    ("FatUst.GENELTOPLAM", '"NaN"', "Genel toplam (GENELTOPLAM): “NaN” sayı değil"),
    ("FatUst.GENELTOPLAM", '"1_000"', "Genel toplam (GENELTOPLAM): “1_000” sayı değil"),
    ("FatUst.GENELTOPLAM", "true", "Genel toplam (GENELTOPLAM): “true” sayı değil"),
    ("FatUst.GENELTOPLAM", "[1]", "Genel toplam (GENELTOPLAM): “[1]” sayı değil"),
    ("FatUst.GENELTOPLAM", "1e999999999",
     "Genel toplam (GENELTOPLAM): “1e999999999” üssü çok büyük bir sayı"),
    ("FatUst.GENELTOPLAM", "1000000000000000.0",
     "Genel toplam (GENELTOPLAM): “1000000000000000.0” çok büyük bir sayı (en çok 15 basamak)"),
    ("FatUst.GENELTOPLAM", "1" * 61,
     "Genel toplam (GENELTOPLAM): “11111111111111111111111111111…” çok uzun bir sayı"),
    ("Kalems.1.STra_GCMIK", '"on"', "2. kalem, Miktar (STra_GCMIK): “on” sayı değil"),
    ("Kalems.0.StokKodu", "150",
     "1. kalem, Stok Kodu (StokKodu): “150” metin olmalı (tırnak içinde)"),
    ("Kalems.0.Irsaliyetar", '"dün"',
     "1. kalem, İrsaliye tarihi (Irsaliyetar): “dün” geçersiz tarih (yyyy-aa-gg olmalı)"),
    ("FatUst.Ozel", DEEP, "Ozel: çok derin iç içe"),
    ("FatUst.O\u202ezel", DEEP, "O\ufffdzel: çok derin iç içe"),
    ("FatUst.tarih", '"2024-03-15"', "Belge Tarihi (Tarih): iki kez yazılmış"),
    ("FATUST", "{}", "Üst bilgiler (FatUst): iki kez yazılmış"),
    ("Kalems.0.STRA_GCMIK", "1.0", "1. kalem, Miktar (STra_GCMIK): iki kez yazılmış"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "spelling", "sentence"), REFUSED)
def test_each_failure_is_told_with_its_place(path, spelling, sentence):
    assert refusal(spelled(path, spelling)) == sentence


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("FatUst", "Üst bilgiler (FatUst): yok"),
        ("Kalems", "Kalemler (Kalems): yok"),
        ("FatUst.CariKod", "Cari Kodu (CariKod): yok"),
        ("FatUst.Tarih", "Belge Tarihi (Tarih): yok"),
        ("Kalems.1.StokKodu", "2. kalem, Stok Kodu (StokKodu): yok"),
        ("Kalems.0.STra_GCMIK", "1. kalem, Miktar (STra_GCMIK): yok"),
    ],
)
def test_what_a_document_needs_and_lacks_is_named(path, sentence):
    assert refusal(compact(changed(path, ABSENT))) == sentence


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "JSON bozuk"),
        (b'{"a":', "JSON bozuk"),
        (b"[]", "fatura değil"),
        (b"7", "fatura değil"),
        (b'{"a":"\xe9"}', "UTF-8 değil"),
    ],
)
def test_what_is_no_document_at_all_is_told(raw, sentence):
    assert refusal(raw) == sentence


REPEATED = [
    (
        '"BRUTTUTAR":1802.0',
        '"BRUTTUTAR":1802.0,"BRUTTUTAR":1.0',
        "Brüt toplam (BRUTTUTAR): iki kez yazılmış",
    ),
    ('"Sira":2', '"Sira":2,"Sira" : 3', "2. kalem, Sıra (Sira): iki kez yazılmış"),
    ('"Seri":"RDM"', r'"Seri":"RDM","S\u0065ri":"X"', "Seri: iki kez yazılmış"),
    ('"Seri":"RDM"', '"Seri":"RDM","X":{"a":1,"a":2}', "X, a: iki kez yazılmış"),
    ('"KOD1":"S"', '"KOD1":"S","Y":1,"Y":1', "Y: iki kez yazılmış"),
    (
        '"DOVIZTIP":0',
        r'"KOD2":"\"","DOVIZTIP":0,"DOVIZTIP":1',
        "Döviz (DOVIZTIP): iki kez yazılmış",
    ),
    (
        '"StokKodu":"150-01-0001"',
        r'"StokKodu":"X","StokKodu":"\u003aX"',
        "1. kalem, Stok Kodu (StokKodu): iki kez yazılmış",
    ),
]


@pytest.mark.parametrize(("once", "twice", "sentence"), REPEATED)
def test_a_key_that_stands_twice_is_refused_at_any_depth(once, twice, sentence):
    raw = compact(example()).decode()
    assert once in raw
    repeated = raw.replace(once, twice).encode()
    assert refusal(repeated) == sentence
    assert fast_record(repeated) is None


def test_the_type_may_stand_in_either_place_and_as_a_name():
    assert read_invoice(compact(changed("FaturaTip", ABSENT))).document_type is DocumentType.SALES
    assert read_invoice(compact(changed("FatUst.Tip", ABSENT))).document_type is DocumentType.SALES
    named = changed("FaturaTip", "ftAFat")
    named["FatUst"]["Tip"] = "FTAFAT"
    assert read_invoice(compact(named)).document_type is DocumentType.PURCHASE
    without = changed("FaturaTip", ABSENT)
    del without["FatUst"]["Tip"]
    assert refusal(compact(without)) == "Belge Tipi (FaturaTip): yok"


@pytest.mark.parametrize(
    ("spelling", "flag"),
    [
        ('"fkitOran"', 0), ('"fkitTutar"', 1), ('"FKITTUTAR"', 1), ('"JTfkitOran"', 0),
        ('"JTFatKalemIskTipi.fkitTutar"', 1), ("true", 1), ("false", 0), ('"True"', 1), ("1", 1),
        ('"0"', 0), ('""', None), ("null", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_discount_in_every_spelling(spelling, flag):
    line = read_invoice(spelled("Kalems.0.Isk_Flag", spelling)).lines[0]
    assert line.discount1_is_amount == flag


@pytest.mark.parametrize("name", ["ftAFat", "JTFaturaTip.ftAFat", "JTftAFat", " FTAFAT "])
def test_a_type_by_its_name(name):
    document = changed("FaturaTip", name)
    document["FatUst"]["Tip"] = ""
    assert read_invoice(compact(document)).document_type is DocumentType.PURCHASE


def test_an_unset_char_is_kept_where_we_know_no_member():
    raw = spelled("Siralama", r'"\u0000"')
    invoice = read_invoice(raw)
    assert bytes(invoice.extra["Siralama"]) == rb'"\u0000"'
    assert rb'"Siralama":"\u0000"' in encode_invoice(invoice)
    assert to_record(invoice).warnings == to_record(read_invoice(compact(example()))).warnings


def test_a_line_tells_its_first_control_character_once():
    document = changed("Kalems.1.MALADI", "a\vb")
    document["Kalems"][1] |= {"Ekalan": "\u2028", "Ozel": ["\b"], "STra_ACIK": "\0"}
    document["FatUst"]["Ozel"] = {"a": {"\x7f": 1}}
    assert [
        str(reason) for reason in map(text, to_record(read_invoice(compact(document))).warnings)
    ] == [
        "Ozel: görünmeyen karakter var (U+007F)",
        "2. kalem, Ek alan (Ekalan): görünmeyen karakter var (U+2028)",
    ]


def test_keys_are_matched_whatever_their_case():
    def lowered(value):
        if isinstance(value, dict):
            return {name[0].lower() + name[1:]: lowered(inner) for name, inner in value.items()}
        return [lowered(inner) for inner in value] if isinstance(value, list) else value

    camel = read_invoice(compact(lowered(example())))
    assert camel.header == read_invoice(compact(example())).header
    assert "kayitliNumaraOtomatikGuncellensin" in camel.extra


def test_a_key_that_only_looks_like_one_of_ours_is_an_unknown_member():
    kelvin = spelled("\u212aalems", "7")
    assert bytes(read_invoice(kelvin).extra["\u212aalems"]) == b"7"


def test_a_gib_number_loses_a_zero_and_is_kept_whole_beside():
    document = changed("FatUst.FATIRS_NO", "RDM2024000000348")
    del document["FatUst"]["GIB_FATIRS_NO"]
    header = read_invoice(compact(document)).header
    assert (header.number, header.gib_number) == ("RDM202400000348", "RDM2024000000348")


def test_unknown_members_come_back_as_they_were_spelled():
    spelling = '{"a": [1.50, 1E400, null, "\\u011f"]}'
    raw = spelled("FatUst.Ozel", spelling)
    invoice = read_invoice(raw)
    assert bytes(invoice.header.extra["Ozel"]) == spelling.encode()
    assert spelling.encode() in encode_invoice(invoice)


def test_a_note_that_reads_like_a_day_is_kept_beside_a_day_that_is_left_out():
    document = changed("FatUst.EKACK1", "2024-03-15 00:00:00")
    document["FatUst"]["FiiliTarih"] = None
    header = read_invoice(compact(document)).header
    assert (header.note1, header.actual_date) == ("2024-03-15 00:00:00", None)


@pytest.mark.parametrize("spelling", ["1", "{}", '{"a":1}', "null"])
@pytest.mark.parametrize("place", ["extra", "FatUst.extra", "Kalems.0.extra"])
def test_a_member_that_is_called_as_our_own_field_is_one_more_unknown_member(place, spelling):
    raw = spelled(place, spelling)
    assert json.loads(encode_invoice(read_invoice(raw))) == json.loads(raw)


def test_a_sentence_quotes_no_more_of_the_file_than_fits_a_line():
    name = "Uzun\u0007" + "x" * 5000
    sentence = refusal(spelled(f"FatUst.{name}", DEEP))
    assert len(sentence) < 80
    assert sentence.isprintable()


CODES = ["FatUst.FATIRS_NO", "FatUst.CariKod", "FatUst.GIB_FATIRS_NO", "Kalems.0.StokKodu", "Seri"]
NEEDED_CODES = ["FatUst.CariKod", "Kalems.0.StokKodu"]
CODE_LETTERS = st.sampled_from("AB1-şŞ\u0327\u0306I\u0301\u200b\u00ad\u3164\u0378Ａ２А ")


@given(st.sampled_from(CODES), st.text(CODE_LETTERS, min_size=1, max_size=8))
def test_a_code_is_stored_composed_or_named_however_it_is_parsed(path, code):
    document = json.loads(encode_invoice(DEMO_INVOICE))
    *outer, name = path.split(".")
    part = document
    for step in outer:
        part = part[int(step) if step.isdigit() else step]
    part[name] = code
    raw = compact(document)
    quick = fast_record(raw)
    try:
        slow = to_record(read_invoice(raw))
    except DocumentError:
        slow = None
    assert quick is None or quick == slow
    emptied = not code.strip() and path in NEEDED_CODES
    assert (slow is None) == (emptied or find_invisible(code.strip()) is not None)
    if slow is None:
        return
    for stored in (slow.number, slow.account_code, slow.stock_codes[0], slow.series):
        assert stored is None or stored == normalized(stored)


def many_lines(count: int, stated: int | None = None) -> bytes:
    document = example()
    document["KalemAdedi"] = count if stated is None else stated
    document["Kalems"] = []
    lines = b",".join([b'{"StokKodu":"A{1,","STra_GCMIK":1.0}'] * count)
    return compact(document).replace(b'"Kalems":[]', b'"Kalems":[%b]' % lines)


def test_a_document_has_as_many_lines_as_netsis_can_number():
    assert len(read_invoice(many_lines(MAX_LINES)).lines) == MAX_LINES
    assert refusal(many_lines(MAX_LINES + 1)) == "Kalemler (Kalems): en çok 32767 kalem olabilir"


def with_members(count: int, path: str, value: bytes = b"1") -> bytes:
    """The example with so many members that we do not model, in a part of it."""
    found = compact(changed(path, {"Yer": 0}))
    members = b",".join(b'"X%d":%b' % (number, value) for number in range(count))
    return found.replace(b'"Yer":0', members)


MOST_OF_PART = "çok fazla değer var (en çok 100000)"
SIGNS_IN_TEXT = b'",[{,\\",["'
PARTS = {
    "Ozel": ("Ozel: ", 0),
    "FatUst.Ozel": ("Üst bilgiler (FatUst): ", len(example()["FatUst"]) + 1),
    "Kalems.1.Ozel": ("2. kalem: ", len(example()["Kalems"][1]) + 1),
}
"""A member of each part: how a refusal names the part, and how many values it has besides."""


@pytest.mark.long
@pytest.mark.parametrize("path", PARTS)
def test_a_part_has_so_many_values(path):
    place, besides = PARTS[path]
    most = MAX_VALUES_OF_PART - besides
    assert read_record(with_members(most, path, SIGNS_IN_TEXT))
    assert refusal(with_members(most + 1, path, SIGNS_IN_TEXT)) == place + MOST_OF_PART


@pytest.mark.parametrize("value", [b"1", SIGNS_IN_TEXT, b"[]", b"{ }"])
@pytest.mark.parametrize("path", PARTS)
def test_values_of_a_part_are_counted_whatever_stands_in_its_texts(path, value, monkeypatch):
    """With a limit that takes a fiftieth of the time."""
    for module in (strictness, parser):
        monkeypatch.setattr(module, "MAX_VALUES_OF_PART", 2000)
    place, besides = PARTS[path]
    assert read_invoice(with_members(2000 - besides, path, value))
    told = refusal(with_members(2001 - besides, path, value))
    assert told == place + MOST_OF_PART.replace("100000", "2000")


def test_a_document_has_so_many_members():
    most = MAX_VALUES_OF_PART - len(example())
    more = b",".join(b'"X%d":1' % number for number in range(most + 1))
    assert refusal(b"{%b,%b" % (more, compact(example())[1:])) == MOST_OF_PART
    assert read_record(b"{%b,%b" % (more[: more.rindex(b",")], compact(example())[1:]))


def test_a_document_has_so_many_values_in_all():
    parts = b",".join(b'"X%d":[%b]' % (part, b"1," * 90_000 + b"1") for part in range(6))
    raw = b"{%b,%b" % (parts, compact(example())[1:])
    assert refusal(raw) == "çok fazla değer var (en çok 500000)"
    assert fast_record(raw) is None


@pytest.mark.long
@pytest.mark.parametrize("stated", [None, 2])
def test_too_many_lines_are_refused_before_anything_is_made_of_them(stated):
    raw = many_lines(40_000, stated)
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError):
            read_record(raw)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(raw)
    finally:
        tracemalloc.stop()
