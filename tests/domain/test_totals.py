"""The amounts of a long list are summed exactly for whatever rows are chosen."""

from decimal import Decimal

import apsw
from hypothesis import given
from hypothesis import strategies as st

from app.domain import amounts
from app.domain.totals import Totals
from app.store.aggregates import kurus
from tests.files.strategies import canonical_amounts


@given(st.lists(canonical_amounts()), st.data())
def test_any_choice_of_amounts_is_summed_exactly(values, data):
    """As SQLite tells them: in kuruş, or as text where they are no whole kuruş."""
    column = kurus("value ->> 0")
    rows = apsw.Connection("").execute(
        f"SELECT {column}, iif({column} IS NULL, value ->> 0, NULL) FROM json_each(?)",
        (str([[amounts.spell(value)] for value in values]).replace("'", '"'),),
    )
    totals = Totals(rows)
    chosen = bytes(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    expected = sum((v for v, c in zip(values, chosen, strict=True) if c), Decimal(0))
    assert len(totals) == len(values)
    assert totals.sum(chosen) == expected


def test_a_row_without_an_amount_counts_for_nothing():
    assert Totals([(None, None), (150, None)]).sum(b"\1\1") == Decimal("1.5")
