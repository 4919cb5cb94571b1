"""Turkish text: order, case, search and patterns; and what may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import find_control, fold, lower, matcher, one_line, shorten, sort_key, upper

LETTERS = st.text(st.sampled_from("abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ 019"))


def test_the_four_i_keep_their_dots() -> None:
    assert lower("ISPARTA İZMİR") == "ısparta izmir"
    assert upper("ısparta izmir") == "ISPARTA İZMİR"


def test_a_name_is_found_however_it_is_typed() -> None:
    for typed in ("ŞİŞLİ", "şişli", "Şişli", "sisli", "SISLI", "SİSLİ"):
        assert fold(typed) == "sisli"
    assert fold("Çağrı Öğütücü, Kâğıt") == "cagri ogutucu, kagit"
    assert fold("i\u0307stanbul I\u0307STANBUL s\u0327is\u0327li") == "istanbul istanbul sisli"


@given(LETTERS)
def test_case_never_matters_to_a_search(text: str) -> None:
    assert fold(upper(text)) == fold(lower(text)) == fold(text)
    assert fold(fold(text)) == fold(text)


@given(LETTERS)
def test_lower_undoes_upper(text: str) -> None:
    assert lower(upper(text)) == lower(text)
    assert len(lower(text)) == len(upper(text)) == len(text)


def test_names_stand_in_the_order_of_the_turkish_alphabet() -> None:
    names = ["Zorlu", "İzmir", "Isparta", "Çelik", "Cam", "Dağ", "Şeker", "Sarı", "Ütü", "Uz",
             "Öz", "Oya", "Ğ", "Gül", "3M", "Hız", "jant"]  # fmt: skip
    assert sorted(names, key=sort_key) == [
        "3M", "Cam", "Çelik", "Dağ", "Gül", "Ğ", "Hız", "Isparta", "İzmir", "jant", "Oya", "Öz",
        "Sarı", "Şeker", "Uz", "Ütü", "Zorlu",
    ]  # fmt: skip


def test_case_and_hats_decide_only_between_the_same_words() -> None:
    assert sorted(["kar", "Kar", "kâr", "karar"], key=sort_key)[-1] == "karar"
    assert sort_key("kâr") < sort_key("karar")
    assert sort_key("kar") != sort_key("Kar")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("A-1*", "a-12"),
        ("*market*", "ŞOK MARKET A.Ş."),
        ("*ısı", "Yapı Isı"),
        ("sisli", "Şişli Tekstil"),
        ("2?", "25"),
        ("1.234,5*", "1.234,50"),
        ("[x]*", "[x] y"),
        ("*", ""),
    ],
)
def test_a_pattern_is_like(typed, text):
    assert matcher(typed)(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("A-1*", "BA-12"), ("2?", "2"), ("2?", "255"), ("1.2*", "1x2"), ("[x]*", "x"), ("ab", "a b")],
)
def test_a_pattern_is_not_like(typed, text):
    assert not matcher(typed)(text)


def test_controls_are_found_and_never_shown() -> None:
    for sign in ("\x1b", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ud800"):
        assert find_control(f"a{sign}b") == f"U+{ord(sign):04X}"
        assert one_line(f"a{sign}b") == "a\ufffdb"
    assert find_control("Şişli\tİzmir\r\n") is None
    assert one_line("a\tb\nc\rd") == "a b c d"


@given(st.text(st.characters()))
def test_one_line_is_one_line_and_can_be_written(text: str) -> None:
    shown = one_line(text)
    assert find_control(shown) is None
    assert shown.splitlines() in ([shown], [])
    shown.encode()
    assert len(shown) == len(text)


def test_shortened_text_says_so() -> None:
    assert shorten("Mart", 4) == "Mart"
    assert shorten("Mart sevkiyatı", 6) == "Mart …"
    assert shorten("Mart", 0) == "…"
