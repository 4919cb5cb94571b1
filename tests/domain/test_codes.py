"""A number that looks the same is the same; what cannot be seen is no part of a code."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import find_foreign, find_invisible, normalized, same_key, unique_key

NUMBER = "ŞB-2024-0077"
SAME = [
    "şb-2024-0077",
    "Şb-2024-0077",
    unicodedata.normalize("NFD", NUMBER),
    unicodedata.normalize("NFD", NUMBER.lower()),
    "ŞＢ-2024-0077",
    "ŞB-２０２４-0077",
    "ŞB－2024－0077",
    "ŞB-٢٠٢٤-0077",
    "ŞB-۲۰۲۴-0077",
    "ŞB\u20102024\u20100077",
    "ŞB\u20112024\u20110077",
    "ŞB\u20122024\u20120077",
    "ŞB\u20132024\u20130077",
    "ŞB\u20142024\u20140077",
    "ŞB\u22122024\u22120077",
    "ŞB\ufe632024\ufe630077",
    "ŞB\u02d72024\u02d70077",
    "ŞB\u27962024\u27960077",
    "ŞB\u05be2024\u05be0077",
]
DASHES = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Pd"]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u115f",
             "\u3164", "\ufe0f", "\u034f", "\u2800", "\u061c", "\u202e", "\U000e0101", "\u0378",
             "\ue000", "\t", "\x7f", "\u2028"]  # fmt: skip
DIFFERENT = ["SB-2024-0077", "ŞB2024-0077", "ŞB-2024-077", "ŞB_2024_0077", "ŞB 2024-0077"]


@pytest.mark.parametrize("spelling", SAME)
def test_spellings_of_one_number_share_their_key(spelling):
    assert same_key(spelling) == same_key(NUMBER)
    assert find_invisible(spelling) is None


def test_all_dashes_and_minus_signs_are_one():
    for dash in [*DASHES, "\u2212", "\u207b", "\u208b", "\u2796", "\u02d7", "\u2052"]:
        assert same_key(f"A{dash}1") == "a-1", f"U+{ord(dash):04X}"


@given(st.lists(st.sampled_from(" \u00a0\u1680\u2003\u202f\u3000"), min_size=1))
def test_a_run_of_blanks_is_one_blank(blanks):
    assert same_key(f"A{''.join(blanks)}1") == "a 1"


@given(st.lists(st.sampled_from(["I", "ı", "İ", "i", "i\u0307", "I\u0307", "ı\u0307"]), min_size=1))
def test_every_i_is_one_letter(letters):
    """Whether a Turkish keyboard wrote it or another, a Turkish program lowered it or another."""
    assert unique_key("".join(letters)) == "I" * len(letters)


@pytest.mark.parametrize("other", DIFFERENT)
def test_other_numbers_have_another_key(other):
    assert same_key(other) != same_key(NUMBER)


@pytest.mark.parametrize("letter", INVISIBLE)
def test_what_cannot_be_seen_is_named(letter):
    assert find_invisible(f"A{letter}1") == f"U+{ord(letter):04X}"


@pytest.mark.parametrize("code", ["A-1", "ŞÇĞÖÜİı-7", "âîû", "A 1", "№ 7", "A/B_C.D"])
def test_what_can_be_seen_and_is_latin_is_fine(code):
    assert find_invisible(code) is None
    assert find_foreign(code) is None


@pytest.mark.parametrize("letter", ["А", "Β", "Ѕ", "ա", "٧", "۷"])
def test_a_look_alike_is_found(letter):
    assert find_foreign(f"A{letter}7") == letter


def test_a_code_is_stored_composed_and_as_written():
    assert normalized(unicodedata.normalize("NFD", "Şb-7")) == "Şb-7"
    assert normalized("ＡB") == "ＡB"


@given(st.text(max_size=15))
def test_a_key_is_its_own_key(code):
    assert same_key(same_key(code)) == same_key(code)


@given(st.text(max_size=15), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_no_form_of_unicode_makes_another_number(code, form):
    assert same_key(unicodedata.normalize(form, code)) == same_key(code)


@given(st.text(max_size=15))
def test_case_makes_no_other_number(code):
    assert same_key(code.casefold()) == same_key(code)


@given(st.text(st.characters(codec="ascii"), max_size=15), st.text(st.characters(codec="ascii")))
def test_plain_codes_are_the_same_exactly_where_they_differ_in_case_and_blanks(one, other):
    one_blank = [re.sub(" +", " ", code.lower()) for code in (one, other)]
    assert (same_key(one) == same_key(other)) == (one_blank[0] == one_blank[1])
