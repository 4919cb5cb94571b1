"""Which codes have no card, asked once and for all."""

from __future__ import annotations

import pytest

from app.store import cards
from app.store.cards import KnownCards
from app.store.database import database, reading, writing
from tests.store.bookkeeping import rows

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]


def make(*codes: str) -> None:
    with writing():
        cards.add_accounts((code, f"{code} Ltd. Şti.") for code in codes)
        cards.add_stock_items((code, f"{code} kutu") for code in codes)


@pytest.fixture(params=["missing_accounts", "missing_stock_items"])
def missing(request: pytest.FixtureRequest):
    """What a long job asks, of accounts and of stock alike."""
    known = KnownCards()

    def ask(*codes: str) -> set[str]:
        with reading():
            assert getattr(known, request.param)(set()) == set()
            return getattr(known, request.param)(set(codes))

    return ask


def test_a_card_that_is_made_meanwhile_is_found(missing):
    make("A", "Ç'\"")
    assert missing("A", "Ç'\"", "B") == {"B"}
    assert missing("A", "B", "C") == {"B", "C"}
    make("B")
    assert missing("A", "B", "C") == {"C"}


def test_a_card_that_was_seen_is_not_asked_for_again(missing):
    make("A")
    assert missing("A") == set()
    with writing():
        database.execute_sql("DELETE FROM account")
        database.execute_sql("DELETE FROM stock_item")
    assert missing("A") == set()


def test_an_account_is_no_stock_item():
    with writing():
        cards.add_accounts([("A", "Acar")])
        cards.add_stock_items([("S", "Saç")])
    known = KnownCards()
    with reading():
        assert known.missing_accounts({"A", "S"}) == {"S"}
        assert known.missing_stock_items({"A", "S"}) == {"A"}


def test_a_card_that_there_is_keeps_its_name():
    make("A")
    with writing():
        cards.add_accounts([("A", "başka"), ("İ", "İpek")])
    with reading():
        assert cards.names("account", ["A", "İ", "yok"]) == {"A": "A Ltd. Şti.", "İ": "İpek"}
    assert rows("SELECT search_key FROM account WHERE code = 'İ'") == [("i ipek",)]
