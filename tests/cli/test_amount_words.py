"""Amounts of --json: every verb spells them as the file does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.output import amount_word
from app.domain.amounts import EXACT, PLACES
from tests.cli.commandline import Desk
from tests.store.bookkeeping import vandalise

CANONICAL = re.compile(r"-?(0|[1-9][0-9]*)\.([0-9]|[0-9]{1,7}[1-9])\Z")
AMOUNTS = {"toplam", "satis", "alis", "matrah", "kdv", "dovizToplam"}


@given(st.integers(-(10**17), 10**17), st.integers(-3, PLACES), st.integers(0, 6))
def test_an_amount_keeps_its_value_and_has_one_spelling(
    digits: int, places: int, zeros: int
) -> None:
    value = Decimal(digits).scaleb(-places, EXACT)
    word = amount_word(value)
    assert Decimal(word) == value
    assert CANONICAL.match(word), word
    assert word != "-0.0"
    padded = Decimal(digits * 10**zeros).scaleb(-places - zeros, EXACT)
    assert amount_word(padded) == word


def amounts(found: Any, name: str = "") -> Iterator[str]:
    """The amounts in a record, wherever they stand."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from amounts(value, key)
    elif isinstance(found, list):
        for value in found:
            yield from amounts(value, name)
    elif isinstance(found, str) and name in AMOUNTS:
        yield found


@pytest.mark.broken_books
def test_every_verb_spells_them_so_whatever_the_database_has(shop: Desk) -> None:
    vandalise(
        shop.database, "UPDATE invoice SET grand_total = '1234.500' WHERE account_code = '120-001'"
    )
    for verb in (
        ["listele"], ["ozet"], ["disari-aktar", "x.json"], ["listele", "--yaz", "l.csv"],
        ["aktarimlar"], ["aktarimlar", "1"],
    ):  # fmt: skip
        words = [word for record in shop.ask(*verb, "--json").records for word in amounts(record)]
        assert words, verb
        assert [word for word in words if not CANONICAL.match(word)] == [], verb
    listed = {one["belgeNo"]: one["toplam"] for one in shop.ask("listele", "--json").records}
    assert listed["A00000000000001"] == "1234.5"
    (shop.folder / "y.json").write_text(
        json.dumps([{"FatUst": {"GENELTOPLAM": "12,50", "FATIRS_NO": "X"}}])
    )
    said = shop.ask("iceri-aktar", "y.json", "--kaynak-no", "--json")
    assert said.records[0]["toplam"] == "12.5"
