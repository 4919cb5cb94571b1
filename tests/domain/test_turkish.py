"""Turkish letters: what a search finds and in which order names stand."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.turkish import fold, lower, sort_key, upper

LETTERS = st.text(st.sampled_from("abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ 019"))


def test_the_four_i_keep_their_dots() -> None:
    assert lower("ISPARTA İZMİR") == "ısparta izmir"
    assert upper("ısparta izmir") == "ISPARTA İZMİR"


def test_a_name_is_found_however_it_is_typed() -> None:
    for typed in ("ŞİŞLİ", "şişli", "Şişli", "sisli", "SISLI", "SİSLİ"):
        assert fold(typed) == "sisli"
    assert fold("Çağrı Öğütücü, Kâğıt") == "cagri ogutucu, kagit"


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
