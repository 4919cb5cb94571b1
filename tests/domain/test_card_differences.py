"""What differs between two cards is listed value by value; only a nameless card is filled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from app.domain.card_differences import Difference, Verdict, compare, filled
from app.domain.cards import CardKind, CardRecord
from app.netsis.card_parser import read_card
from tests.netsis.card_strategies import cards


def card(main: str, more: str = "") -> CardRecord:
    return read_card(f'{{"CariTemelBilgi":{{"CARI_KOD":"A",{main}}}{more}}}'.encode())


ACCOUNTS = (CardKind.ACCOUNT,)
FULL = card(
    '"CARI_ISIM":"Işık","CARI_IL":"İzmir","Sube_Kodu":1,"RISK":10.0',
    ',"CariEkBilgi":{"A":1,"B":"x"}',
)


@settings(max_examples=200)
@given(cards())
def test_a_card_is_the_same_as_itself(one: CardRecord) -> None:
    assert compare(one, one) == (Verdict.SAME, [])


@settings(max_examples=300)
@given(cards(ACCOUNTS), cards(ACCOUNTS))
def test_what_was_filled_is_the_same_and_lost_nothing(ours: CardRecord, theirs: CardRecord) -> None:
    theirs = theirs._replace(columns=(ours.code, *theirs.columns[1:]))
    verdict, found = compare(ours, theirs)
    assert (verdict is Verdict.SAME) == (not found)
    if verdict is not Verdict.FILL:
        return
    now = filled(ours, theirs)
    assert compare(now, theirs) == (Verdict.SAME, [])
    nameless = now._replace(columns=(now.code, ours.name, *now.columns[2:]))
    assert compare(nameless, ours) == (Verdict.SAME, [])


@pytest.mark.parametrize(
    "theirs",
    [
        card('"CARI_ISIM":"Işık"'),
        card('"CARI_IL":"","RISK":"" ,"Sube_Kodu":null'),
        card('"risk":1e1', ',"cariekbilgi":{"b":"x","C":null,"A":1.0}'),
    ],
)
def test_what_a_card_does_not_state_is_no_difference(theirs: CardRecord) -> None:
    assert compare(FULL, theirs) == (Verdict.SAME, [])


def test_each_value_that_differs_is_listed_with_both() -> None:
    theirs = card('"CARI_ISIM":"IŞIK","CARI_TEL":"232","RISK":11', ',"CariEkBilgi":{"A":2,"B":"x"}')
    assert compare(FULL, theirs) == (
        Verdict.DIFFERENT,
        [
            Difference("CARI_ISIM", "Işık", "IŞIK"),
            Difference("CARI_TEL", "", "232"),
            Difference("RISK", "10.0", "11"),
            Difference("CariEkBilgi.A", "1", "2"),
        ],
    )


def test_a_name_is_not_overwritten_by_another() -> None:
    assert compare(card('"CARI_ISIM":"Işık"'), card('"CARI_ISIM":"Işık A.Ş."'))[0] is (
        Verdict.DIFFERENT
    )


@pytest.mark.parametrize("name", ["A", ""])
def test_a_card_without_a_name_is_filled(name: str) -> None:
    ours = card(f'"CARI_ISIM":"{name}","RISK":10.0')
    verdict, _ = compare(ours, FULL)
    assert verdict is Verdict.FILL
    assert compare(filled(ours, FULL), FULL)[0] is Verdict.SAME


def test_a_nameless_card_with_another_value_is_left_as_it_is() -> None:
    ours = card('"CARI_ISIM":"A","RISK":12')
    assert compare(ours, FULL)[0] is Verdict.DIFFERENT
