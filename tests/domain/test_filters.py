"""Filters: what can be asked for, and how it is typed."""

from datetime import date
from decimal import Decimal
from functools import partial

import msgspec
import pytest

from app.domain.filters import (
    FIELD_OF,
    InvoiceFilter,
    advanced,
    advanced_words,
    parse_amount,
    parse_currency,
    parse_rate,
    parse_small,
    with_advanced,
)
from app.domain.invoice import DocumentType, InvoiceKind
from app.errors import UsageError


def test_ranges_may_be_open_or_of_one_value() -> None:
    InvoiceFilter(date_from=date(2024, 1, 1))
    InvoiceFilter(date_from=date(2024, 1, 1), date_to=date(2024, 1, 1))
    InvoiceFilter(number_from="A", number_to="A")
    InvoiceFilter(account_code="120-034*")


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="son tarih ilk tarihten önce"):
        InvoiceFilter(date_from=date(2024, 1, 2), date_to=date(2024, 1, 1))
    with pytest.raises(UsageError, match="Fatura No: son numara ilk numaradan küçük"):
        InvoiceFilter(number_from="B-2", number_to="B-1")
    with pytest.raises(UsageError, match=r"Cari Kodu: \* yalnız sonda olabilir"):
        InvoiceFilter(account_code="120*034")
    with pytest.raises(UsageError, match="Tutar: en çok, en azdan küçük"):
        InvoiceFilter(amount_from=Decimal("0.0"), amount_to=Decimal("-0.01"))
    with pytest.raises(UsageError, match="Kayıt Tarihi: son tarih ilk tarihten önce"):
        InvoiceFilter(entered_from=date(2024, 1, 2), entered_to=date(2024, 1, 1))


PLAIN = InvoiceFilter(
    document_type=DocumentType.PURCHASE,
    date_from=date(2024, 1, 1),
    date_to=date(2024, 1, 31),
    number_from="A-1",
    number_to="A-9",
    account_code="320-001",
)
ADVANCED = InvoiceFilter(
    kind=InvoiceKind.RETURN,
    branch=-1,
    currency=0,
    amount_from=Decimal("1000.0"),
    amount_to=Decimal("2500.125"),
    series="RDM",
    project="PRJ-1",
    salesman="P-01",
    vat_rate=Decimal("0.5"),
    note="mart",
    entered_from=date(2024, 3, 1),
    entered_to=date(2024, 3, 1),
    exported=False,
    imported=True,
)
WHOLE = with_advanced(PLAIN, ADVANCED)


def test_one_number_on_the_screen_is_that_number() -> None:
    number, day = FIELD_OF["number_from"], FIELD_OF["date_from"]
    one = InvoiceFilter(**number.meant("A600", None))
    assert (one.number_from, one.number_to) == ("A600", "A600")
    assert number.shown(one) == ("A600", None)
    assert number.meant(None, "A600") == {"number_from": None, "number_to": "A600"}
    assert number.words(one) == "Fatura No A600"
    assert number.words(PLAIN) == "Fatura No A-1–A-9"
    assert day.meant(date(2024, 1, 1), None)["date_to"] is None


def test_a_filter_is_plain_data_and_comes_back_the_same() -> None:
    for wanted in (InvoiceFilter(), PLAIN, ADVANCED, WHOLE):
        kept = msgspec.json.encode(wanted)
        assert msgspec.json.decode(kept, type=InvoiceFilter) == wanted
    assert msgspec.json.encode(InvoiceFilter()) == b"{}"


def test_a_filter_is_its_fields_and_its_ileri_kisit() -> None:
    assert None not in [getattr(WHOLE, name) for name in WHOLE.__struct_fields__]
    assert advanced(WHOLE) == ADVANCED
    assert advanced(PLAIN) == InvoiceFilter()
    assert with_advanced(WHOLE, InvoiceFilter()) == PLAIN


def test_ileri_kisit_is_told_in_words() -> None:
    assert advanced_words(WHOLE) == (
        "Tipi İade, Şube -1, Döviz TL, Tutar 1.000,00–2.500,125, Seri RDM, Proje PRJ-1, "
        "Plasiyer P-01, KDV %0,5, Açıklama “mart”, Kayıt Tarihi 01.03.2024, "
        "dışarı aktarılmamış, dosyadan alınmış"
    )
    assert advanced_words(PLAIN) == ""
    assert advanced_words(InvoiceFilter(currency=1), {1: "USD", 2: "EUR"}) == "Döviz USD"
    assert advanced_words(InvoiceFilter(currency=3), {1: "USD", 2: "EUR"}) == "Döviz 3"
    assert advanced_words(InvoiceFilter(currency=0), {1: "USD"}) == "Döviz TL"
    some = InvoiceFilter(branch=1, amount_from=Decimal("1000.0"), currency=1, note="a\x1b[2Jb")
    assert advanced_words(some) == "Şube 1, Döviz 1, Tutar ≥ 1.000,00, Açıklama “a\ufffd[2Jb”"
    rest = InvoiceFilter(entered_to=date(2024, 3, 1), exported=True, imported=False)
    assert advanced_words(rest) == (
        "Kayıt Tarihi ≤ 01.03.2024, dışarı aktarılmış, dosyadan alınmamış"
    )


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.000", "1000.0"), ("1000", "1000.0"), ("1.000,5", "1000.5"), ("12.50", "12.5"),
     (" -5,25 ", "-5.25"), ("1.234.567", "1234567.0")],
)  # fmt: skip
def test_an_amount_may_be_typed_as_it_is_read(typed: str, amount: str) -> None:
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("parse", "typed", "reason"),
    [
        (parse_amount, "bin", "sayı değil"),
        (parse_amount, "1" * 16, "çok büyük bir sayı"),
        (parse_rate, "%", "sayı değil"),
        (parse_small, "1.5", "tam sayı değil"),
        (parse_small, "١", "tam sayı değil"),
        (parse_small, "40000", "-32768 ile 32767 arasında olmalı"),
        (parse_small, "2147483648", "-32768 ile 32767 arasında olmalı"),
        (parse_small, "-" + "9" * 5000, "-32768 ile 32767 arasında olmalı"),
        (partial(parse_currency, names={}), "dolar", "böyle bir döviz yok; TL ya da bir kod yazın"),
        (partial(parse_currency, names={1: "USD"}), "dolar", "bilinenler: TL, USD"),
        (partial(parse_currency, names={1: "USD", 2: "usd"}), "Usd", "birden çok kodun adı"),
    ],
)
def test_what_cannot_be_meant_is_refused(parse: object, typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(typed)  # type: ignore[operator]


def test_tl_has_a_name_and_other_currencies_their_code() -> None:
    texts = ("TL", "tl", "0", " 1 ", " usd")
    assert [parse_currency(text, {2: "USD"}) for text in texts] == [0, 0, 0, 1, 2]
    assert parse_rate("%20") == parse_rate("20,0") == 20
