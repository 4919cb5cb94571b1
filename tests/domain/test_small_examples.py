"""Examples so small that a random search may miss them; each stands for a rule of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from test_quick_sums import quick

from app.domain import arithmetic, numbers, stated_totals
from app.domain.amounts import canonical, spell, total
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.reasons import NumberError, text
from app.domain.text import fold, lower, sort_key, turkish_amount, upper
from app.domain.totals import ForeignSum, Sums, Totals

SALES = DocumentType.SALES

D = Decimal


def line(price: str = "100.0", **more: object) -> InvoiceLine:
    return InvoiceLine(stock_code="S", quantity=D("1.0"), gross_price=D(price), **more)  # type: ignore[arg-type]


def invoice(*lines: InvoiceLine, grand_total: str, **amounts: str) -> Invoice:
    header = InvoiceHeader(
        number="A-1", account_code="C", document_date=date(2024, 3, 15),
        grand_total=D(grand_total), **{name: D(value) for name, value in amounts.items()},
    )  # fmt: skip
    return Invoice(document_type=DocumentType.SALES, header=header, lines=list(lines))


def told(document: Invoice) -> list[str]:
    return list(map(text, stated_totals.warnings(document)))


# Arithmetic


@pytest.mark.parametrize("place", range(1, 7))
def test_a_discount_in_one_place_alone_lessens_the_line(place: int) -> None:
    discounted = line(**{f"discount{place}": D("5.0")})
    assert arithmetic.line_net(discounted) == D("95.00")
    right = invoice(discounted, grand_total="95.0", line_discount="5.0", vat_total="0.0")
    assert told(right) == []
    wrong = invoice(discounted, grand_total="100.0", line_discount="0.0", vat_total="0.0")
    assert told(wrong) == [
        "Satır iskontoları (SAT_ISKT): belgede 0,00, kalemlerden 5,00",
        "Genel toplam (GENELTOPLAM): belgede 100,00, kalemlerden 95,00",
    ]
    assert not quick(wrong)


@pytest.mark.parametrize("place", range(1, 7))
def test_only_the_first_of_the_discounts_is_an_amount_if_one_is(place: int) -> None:
    discounted = line("200.0", discount1_is_amount=1, **{f"discount{place}": D("5.0")})
    assert arithmetic.line_net(discounted) == (D("195.00") if place == 1 else D("190.00"))


@pytest.mark.parametrize("member", ["gross_total", "line_discount", "grand_total"])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_tolerance_is_five_kurus_and_not_a_hundred_millionth_more(
    member: str, sign: int
) -> None:
    right = {"gross_total": "100.0", "line_discount": "0.0", "grand_total": "100.0"}
    for off, is_told in (("0.05", False), ("0.05000001", True), ("0.06", True)):
        amount = spell(canonical(D(right[member]) + sign * D(off)))
        document = invoice(line(), vat_total="0.0", **(right | {member: amount}))
        assert bool(told(document)) is is_told
        assert not (is_told and quick(document))


@pytest.mark.parametrize(
    ("member", "sign"),
    [
        ("special_tax", 1), ("rounding", 1), ("extra_cost1", 1), ("extra_cost2", 1),
        ("extra_cost3", 1), ("general_discount1", -1), ("general_discount2", -1),
        ("general_discount3", -1), ("free_goods_discount", -1),
    ],
)  # fmt: skip
def test_each_figure_of_the_header_is_in_the_total_with_its_sign(member: str, sign: int) -> None:
    for amount in ("7.0", "-7.0"):
        document = invoice(line(), grand_total=str(100 + sign * float(amount)), vat_total="0.0",
                           **{member: amount})  # fmt: skip
        assert told(document) == []
        assert quick(document)
        document.header.grand_total = D("100.0")
        assert len(told(document)) == 1
        assert not quick(document)


def test_vat_counts_once_where_prices_include_it() -> None:
    for included, grand_total in ((False, "120.0"), (True, "100.0")):
        document = invoice(line(), grand_total=grand_total, vat_total="20.0")
        document.header.vat_included = included
        assert told(document) == []
        assert quick(document)
        document.header.vat_included = not included
        assert told(document)
        assert not quick(document)


def test_no_lines_price_means_nothing_to_compare_and_one_missing_price_too() -> None:
    priceless = InvoiceLine(stock_code="S", quantity=D("1.0"))
    document = invoice(line(), priceless, grand_total="7.0", gross_total="9.0", vat_total="0.0")
    assert told(document) == []
    assert not quick(document)


# Amounts


def test_a_hundred_millionth_counts_in_sums() -> None:
    small, odd = D("0.00000001"), D("0.01000001")
    assert total([D("0.1")] * 10 + [small]) == D("1.00000001")
    found = Totals(
        [
            (0, None, spell(small), 1, spell(odd)),
            (0, 2, None, 1, "0.02"),
            (0, None, spell(odd), None, None),
        ]
    )
    assert found.sum(b"\1\1\1") == {
        SALES: Sums(D("0.03000002"), (ForeignSum(1, D("0.03000001"), 2),))
    }
    assert found.sum(b"\1\0\0") == {SALES: Sums(small, (ForeignSum(1, odd, 1),))}
    assert found.sum(b"\0\1\0") == {SALES: Sums(D("0.02"), (ForeignSum(1, D("0.02"), 1),))}
    assert found.sum(b"\0\0\1") == {SALES: Sums(odd)}


def test_a_negative_amount_in_a_currency_keeps_its_sign_below_one() -> None:
    found = Totals(
        [(0, -50, None, 1, "-0.5"), (0, -5, None, 1, "-0.05"), (0, 0, None, 1, "-12.345")]
    )
    assert found.sum(b"\1\1\1") == {SALES: Sums(D("-0.55"), (ForeignSum(1, D("-12.895"), 3),))}


def test_a_currency_of_which_nothing_is_chosen_is_not_told() -> None:
    found = Totals([(0, 100, None, 1, None), (0, 100, None, 2, "5.0")])
    assert found.sum(b"\1\0") == {SALES: Sums(D("1.0"), (ForeignSum(1, D("0.0"), 1, silent=1),))}
    assert found.sum(b"\0\0") == {}


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.0", "0,00"), ("-0.5", "-0,50"), ("0.00000001", "0,00000001"), ("1000.0", "1.000,00"),
     ("999.999", "999,999"), ("-1234567.1", "-1.234.567,10")],
)  # fmt: skip
def test_amounts_as_a_reader_sees_them(value: str, shown: str) -> None:
    assert turkish_amount(D(value)) == shown


# Document numbers


@pytest.mark.parametrize(
    ("number", "prefix", "tail"),
    [
        ("A00000000000123", "A", 123),
        ("A00000000000000", "A", 0),
        ("A10000000000001", "A1", 1),  # two prefixes share this number
        ("A10000000000001", "A", 10000000000001),
        ("A0000000000123", "A", 0),  # one too short
        ("A000000000000123", "A", 0),  # one too long
        ("B00000000000123", "A", 0),
        ("A0000000000012X", "A", 0),
        ("A-0000000000012", "A", 0),
        ("RDM202400000348", "RDM2024", 348),
        ("RDM202400000348", "RDM", 0),  # the year belongs to the prefix
        ("RDM202400000348", "RDM20", 0),
        ("RDM192400000348", "RDM", 192400000348),
        ("RDM192400000348", "RDM19", 2400000348),
        ("000000001234567", "", 1234567),
        ("123202400000001", "", 0),  # its first seven characters read as a series with a year
        ("123202400000001", "1232024", 1),
    ],
)
def test_the_tail_of_a_number_of_full_length(number: str, prefix: str, tail: int) -> None:
    assert numbers.full_tail(number, prefix) == tail


@pytest.mark.parametrize(
    ("number", "prefix", "tail"),
    [
        ("A-12", "A-", 12),
        ("A-12", "A", 0),
        ("RDM2024600", "RDM", 2024600),  # too short for a year
        ("RDM202400000348", "RDM", 0),
        ("FATURA", "FATURA", 0),
    ],
)
def test_the_tail_of_a_number_of_any_length(number: str, prefix: str, tail: int) -> None:
    assert numbers.tail_in(number, prefix) == tail


@pytest.mark.parametrize("digit", range(10))
def test_a_gib_number_loses_only_a_zero(digit: int) -> None:
    gib = f"RDM2024{digit}00000348"
    assert numbers.narrow_gib_number(gib) == (gib if digit else "RDM202400000348")


def test_the_last_numbers_of_a_length_and_of_a_series() -> None:
    assert numbers.compose("A-", 9, 3) == "A-9"
    assert numbers.compose("A-", 10, 3) == "A-10"
    assert numbers.compose("", 10**15 - 1) == "9" * 15
    with pytest.raises(NumberError):
        numbers.compose("", 10**15)
    assert numbers.compose("ABCDEFGHIJ", 99999) == "ABCDEFGHIJ99999"
    with pytest.raises(NumberError):
        numbers.compose("ABCDEFGHIJ", 100000)


@pytest.mark.parametrize(
    ("series", "is_refused"), [("ABCDEFGHIJ", False), ("ABCDEFGHIJK", True), ("A", False)]
)
def test_a_series_leaves_five_digits_free(series: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(NumberError):
            numbers.check_series(series)
    else:
        assert numbers.check_series(series.lower()) == series


def test_a_series_of_three_may_carry_a_year_and_no_other() -> None:
    assert [numbers.may_carry_year("A" * n) for n in range(1, 6)] == [False, False, True] + [
        False
    ] * 2
    assert numbers.series_of("RDM2024") == "RDM"
    assert numbers.series_of("RDM1924") == "RDM1924"
    assert numbers.series_of("RDM20245") == "RDM20245"


# Turkish letters


def test_words_stand_as_in_a_dictionary() -> None:
    words = [
        "3 M", "Çam", "çan", "çay", "dal", "Dağ", "ılık", "ibre", "kapı", "kar", "Kar", "kâr",
        "kara", "karar", "kış", "kitap", "oya", "öz", "sarı", "şal", "uç", "üç", "zil",
    ]  # fmt: skip
    words.sort(key=sort_key)
    assert words.index("kapı") + 1 == words.index("Kar")
    assert [w for w in words if lower(w) in ("kar", "kâr", "kara")] == ["Kar", "kar", "kâr", "kara"]
    assert words.index("Dağ") < words.index("dal")
    assert words.index("kış") < words.index("kitap")
    assert words.index("sarı") < words.index("şal")
    assert words[0] == "3 M"


def test_the_alphabet_in_both_cases() -> None:
    alphabet = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
    assert sorted(alphabet, key=sort_key) == list(alphabet)
    assert sorted(upper(alphabet), key=sort_key) == list(upper(alphabet))
    assert lower(upper(alphabet)) == alphabet
    for one, following in pairwise(alphabet):
        assert sort_key(upper(one)) < sort_key(following)
        assert sort_key(one + "z") < sort_key(following)
        assert sort_key("9") < sort_key(one)


def test_hats_fold_and_sort_as_their_letters() -> None:
    assert fold("Kâzım Âkif Hâlid Îmlâ Rûhî") == "kazim akif halid imla ruhi"
    assert [fold(c) for c in "âîûÂÎÛ"] == list("aiuaiu")
    assert sorted(["lâz", "lata", "lazer"], key=sort_key) == ["lata", "lâz", "lazer"]


def test_a_word_stands_before_those_that_begin_with_it() -> None:
    for words in (["A", "A 1", "A1", "Aa"], ["ş", "şa", "şş"], ["", " ", "0"], ["kâ", "kaa"]):
        assert sorted(set(words), key=sort_key) == words
