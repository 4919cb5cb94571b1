"""The amounts of a long list are summed exactly for whatever rows are chosen."""

import json
from decimal import Context, Decimal, localcontext

import apsw
from hypothesis import given
from hypothesis import strategies as st

from app.domain import amounts
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.totals import ForeignSum, Sums, Totals
from app.store.queries import total_columns
from tests.netsis.strategies import canonical_amounts

SALES = DocumentType.SALES
DOCUMENTS = st.lists(
    st.tuples(
        canonical_amounts(),
        st.sampled_from([None, 0, 1, 2, -3]),
        st.none() | canonical_amounts(),
        st.sampled_from(DocumentType),
        st.sampled_from([None, *InvoiceKind]),
    )
)


def as_sqlite_tells_them(documents):
    """In kuruş, or as text where they are no whole kuruş; an amount in TL is none in a currency."""
    rows = json.dumps(
        [
            {
                "total": amounts.spell(total),
                "currency": code,
                "amount": said if said is None else amounts.spell(said),
                "type": kind,
                "kind": tipi,
            }
            for total, code, said, kind, tipi in documents
        ]
    )
    return apsw.Connection("").execute(
        f"""
        SELECT {total_columns("amount")} FROM (
            SELECT value ->> 'total' AS grand_total, value ->> 'currency' AS currency,
                value ->> 'amount' AS amount, value ->> 'type' AS document_type,
                value ->> 'kind' AS kind FROM json_each(?))
        """,
        (rows,),
    )


@given(DOCUMENTS, st.data())
def test_any_choice_of_documents_is_summed_exactly_in_tl_and_in_each_currency(documents, data):
    totals = Totals(as_sqlite_tells_them(documents))
    flags = st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))
    chosen = bytes(data.draw(flags))
    assert len(totals) == len(documents)
    assert totals.sum(chosen) == expected_sums(documents, chosen)


@given(DOCUMENTS, st.sets(st.sampled_from(DocumentType)), st.randoms(use_true_random=False))
def test_all_documents_of_a_type_are_summed_exactly_in_any_order(documents, types, random):
    order = random.sample(range(len(documents)), len(documents))
    totals = Totals(as_sqlite_tells_them(documents)).permuted(order)
    documents = [documents[row] for row in order]
    chosen = bytes(one[3] in types for one in documents)
    assert totals.sum(chosen) == expected_sums(documents, chosen)


def expected_sums(documents, chosen):
    of_these = [one for one, on in zip(documents, chosen, strict=True) if on]
    expected = {}
    for kind in DocumentType:
        if alike := [one for one in of_these if one[3] is kind]:
            total = sum((signed(total, tipi) for total, *_, tipi in alike), Decimal(0))
            expected[kind] = Sums(total, tuple(foreign_sums(alike)))
    return expected


def foreign_sums(documents):
    for code in (-3, 1, 2):
        said = [
            signed(amount, tipi) for _, currency, amount, _, tipi in documents if currency == code
        ]
        known = [amount for amount in said if amount is not None]
        if said:
            yield ForeignSum(code, sum(known, Decimal(0)), len(said), len(said) - len(known))


def signed(amount, tipi):
    """A return counts negative."""
    return -amount if amount is not None and tipi in (4, 5) else amount


def test_sums_do_not_depend_on_the_context_of_the_thread():
    huge = "999999999999999.99999999"
    rows = [(0, None, huge, 1, huge), (0, 1, None, 1, "0.01"), (0, 10**17 - 1, None, None, None)]
    with localcontext(Context(prec=3)):
        found = Totals(rows).sum(b"\1" * len(rows))[SALES]
        both = amounts.total([Decimal(huge), Decimal("0.01")])
    assert found.total == Decimal("1999999999999999.99999999")
    assert both == found.foreign[0].amount == Decimal("1000000000000000.00999999")


def test_a_row_without_an_amount_counts_for_nothing():
    totals = Totals([(None,) * 5, (0, 150, None, 0, None)])
    assert totals.sum(b"\1\1") == {SALES: Sums(Decimal("1.5"))}
    assert totals.sum(b"\1\0") == {}
