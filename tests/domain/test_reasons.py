"""Reasons are data; one module says them in Turkish."""

import re

import msgspec
import pytest

from app.domain import reasons
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine, members
from app.domain.labels import LABELS, labelled
from app.domain.reasons import BadValue, Code, DocumentError, NumberError, Reason


def test_a_place_is_told_from_the_outside_in() -> None:
    reason = Reason(Code.NOT_A_NUMBER).at("STra_GCMIK").at(line=2)
    assert reason == Reason(Code.NOT_A_NUMBER, "STra_GCMIK", line=2)
    assert reasons.text(reason) == "2. kalem, Miktar (STra_GCMIK): sayı değil"
    assert reasons.text(reason, 3) == "3. belge, 2. kalem, Miktar (STra_GCMIK): sayı değil"
    assert reasons.text(Reason(Code.BROKEN_JSON), 3) == "3. belge, JSON bozuk"
    assert reasons.text(Reason(Code.NOT_AN_OBJECT, line=2)) == "2. kalem: alanlardan oluşmuyor"
    assert reasons.text(Reason(Code.REPEATED, "a", outer="Ek")) == "Ek, a: iki kez yazılmış"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (
            Reason(Code.TOTAL_DIFFERS, "KDV", ("1802.0", "1.125")),
            "KDV tutarı (KDV): belgede 1.802,00, kalemlerden 1,125",
        ),
        (
            Reason(Code.NET_PRICE_DIFFERS, "STra_NF", ("55.0", "100.0"), 2),
            "2. kalem, Net fiyat (STra_NF): belgede 55,00, fiyat ve iskontolardan 100,00",
        ),
        (
            Reason(Code.VAT_SPLIT_DIFFERS, "KDV", ("40.0", "45.0")),
            "KDV tutarı (KDV): belgede 40,00, oranlara göre tutarların toplamı 45,00",
        ),
        (
            Reason(Code.RATE_NOT_ON_LINES, "KDV2O", ("18.0", "20.0", "1.5")),
            "2. KDV oranı (KDV2O): belgede %18, kalemlerde %20, %1,5",
        ),
        (Reason(Code.UNKNOWN_RATE, values=("17.5",)), "bilinmeyen oran %17,5"),
        (
            Reason(Code.SERIES_FULL, values=("RDM",)),
            "RDM serisi dolu; başka bir Fatura Serisi seçin",
        ),
        (
            Reason(Code.SERIES_FULL, values=("",)),
            "numara serisi dolu; başka bir Fatura Serisi seçin",
        ),
        (Reason(Code.ERROR_RESPONSE, values=("",)), "sunucunun hata yanıtı, nedeni yazılmamış"),
        (Reason(Code.TOO_LONG, values=(15, 16)), "en çok 15 karakter olabilir (16 karakter)"),
        (
            Reason(Code.NO_STOCK_CARD, "StokKodu", ("{0}",), 4),
            "4. kalem, Stok Kodu (StokKodu): stok kartı yok ({0})",
        ),
        (Reason(Code.NO_STOCK_CARD, values=("A", "B")), "stok kartı yok (A, B)"),
        (Reason(Code.NUMBER_ELSEWHERE), "bu numara artık başka bir belgede"),
        (
            Reason(Code.NUMBER_ELSEWHERE, values=("a-1",)),
            "bu numara artık başka bir belgede (a-1)",
        ),
        (
            Reason(Code.GIB_NUMBER_ELSEWHERE, values=("A-1", "A-2")),
            "GİB numarası artık başka bir belgede (A-1, A-2)",
        ),
    ],
)
def test_values_are_shown(reason: Reason, text: str) -> None:
    assert reasons.text(reason) == text


def test_the_value_at_fault_is_quoted() -> None:
    reason = Reason(Code.NOT_A_NUMBER, "STra_GCMIK").at(quote="12 adet")
    assert reasons.text(reason) == "Miktar (STra_GCMIK): “12 adet” sayı değil"
    reason = Reason(Code.NO_SUCH_DAY, "Tarih").at(quote="2024-02-30")
    assert reasons.text(reason) == "Belge Tarihi (Tarih): “2024-02-30”, böyle bir gün yok"


def test_each_member_has_a_name_in_the_users_words() -> None:
    names = {
        member.name for part in (Invoice, InvoiceHeader, InvoiceLine) for member in members(part)
    }
    assert names <= LABELS.keys()
    assert labelled("STra_BF") == "Fiyat (STra_BF)"
    assert labelled("Ozel") == "Ozel"


@pytest.mark.parametrize("code", Code)
def test_each_code_has_a_text_of_one_line(code: Code) -> None:
    two = code in (
        Code.TOO_LONG, Code.WRONG_LINE_COUNT, Code.FOREIGN_LETTER, Code.UNNUMBERED,
        Code.YEAR_OR_DAY,
    )  # fmt: skip
    two = (
        two
        or code.name.endswith(("OUT_OF_RANGE", "_DIFFERS"))
        or code.name.startswith(("LIKE_", "GIB_NUMBER_"))
    )
    text = reasons.text(Reason(code, values=("1.5", "2.5") if two else ("1.5",)))
    assert re.fullmatch(r"[^\n{}]+", text)


def test_a_reason_crosses_a_pipe_unchanged() -> None:
    reason = Reason(Code.TOO_LONG, "FATIRS_NO", (15, "16"), 2, "Ek", "A1")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(reason), type=Reason) == reason
    assert msgspec.json.decode(msgspec.json.encode(reason), type=Reason) == reason


def test_an_error_carries_its_reason_and_says_it() -> None:
    assert str(BadValue(Code.NOT_A_NUMBER)) == "sayı değil"
    assert BadValue(Code.TOO_LONG, 1, 2).reason == Reason(Code.TOO_LONG, values=(1, 2))
    assert DocumentError(Reason(Code.MISSING, "Tarih")).sentence == "Belge Tarihi (Tarih): yok"
    assert NumberError(Code.SERIES_EMPTY).reason == Reason(Code.SERIES_EMPTY)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("CHECK constraint failed: line_count > 0", "izin verilmeyen değer: line_count > 0"),
        ("UNIQUE constraint failed: invoice.id", "aynısı var: invoice.id"),
        ("UNIQUE constraint failed: index 'invoice_number'", "aynısı var: index 'invoice_number'"),
        ("FOREIGN KEY constraint failed", "bağlı olduğu kayıt yok"),
        ("NOT NULL constraint failed: invoice.number", "boş değer: invoice.number"),
        (
            'duplicate key value violates unique constraint "invoice_number"\nDETAIL:  Key',
            "aynısı var: invoice_number",
        ),
        (
            'new row for relation "invoice" violates check constraint "invoice_kind_check"',
            "izin verilmeyen değer: invoice_kind_check",
        ),
        (
            'null value in column "number" of relation "invoice" violates not-null constraint',
            "boş değer",
        ),
        ("yedi olmaz", "yedi olmaz"),
    ],
)
def test_a_broken_constraint_is_told_in_turkish(said: str, sentence: str) -> None:
    told = reasons.text(Reason(Code.CONSTRAINT_BROKEN, values=(said,)))
    assert told == f"veritabanı kabul etmedi ({sentence})"
