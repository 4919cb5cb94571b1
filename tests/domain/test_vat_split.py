"""A document's matrah and KDV by rate: what explains them, and what is left of unknown rate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_stated_totals import invoice, line

from app.domain.amounts import EXACT, ZERO
from app.domain.vat_split import split
from tests.netsis.strategies import canonical_amounts, invoices

D = Decimal
TWENTY = line(vat_rate=D("20.0"))  # 2 × 100
TEN = line(vat_rate=D("10.0"))
EXEMPT = line(vat_rate=D("0.0"))
SILENT = line(vat_rate=None)
UNPRICED = line(gross_price=None, net_price=None)
UNKNOWN = None


def parts(lines, **header):
    """Rate → (matrah, KDV), as plain texts."""
    document = invoice(lines, **header)
    return {
        rate if rate is None else f"{rate.normalize():f}": (f"{base:.2f}", f"{vat:.2f}")
        for rate, base, vat in split(document.header, document.lines)
    }


def buckets(*pairs):
    names = (f"vat_{what}{n}" for n in range(1, 6) for what in ("rate", "amount"))
    return dict(zip(names, (text for pair in pairs for text in pair), strict=False))


@pytest.mark.parametrize(
    ("lines", "header", "expected"),
    [
        # One rate
        ([TWENTY], {"vat_total": "40.0", "grand_total": "240.0"}, {"20": ("200.00", "40.00")}),
        (
            [TWENTY],
            {"vat_total": "40.03", "grand_total": "240.03"} | buckets(("20.0", "40.03")),
            {"20": ("200.00", "40.03")},
        ),
        # Several: by the buckets, by the lines; the kuruş of rounding go to the greatest
        (
            [TWENTY, TEN],
            {"vat_total": "60.0", "grand_total": "460.0"}
            | buckets(("20.0", "40.0"), ("10.0", "20.0")),
            {"20": ("200.00", "40.00"), "10": ("200.00", "20.00")},
        ),
        (
            [TWENTY, TEN],
            {"vat_total": "60.01", "grand_total": "460.01"},
            {"20": ("200.00", "40.01"), "10": ("200.00", "20.00")},
        ),
        (
            [TWENTY, TEN],
            {"vat_total": "59.4", "grand_total": "455.4", "general_discount1": "4.0"},
            {"20": ("198.00", "39.60"), "10": ("198.00", "19.80")},
        ),
        (
            [TWENTY, EXEMPT],
            {"vat_total": "40.0", "grand_total": "440.0"} | buckets(("20.0", "40.0")),
            {"20": ("200.00", "40.00"), "0": ("200.00", "0.00")},
        ),
        # KDV edited by hand: the buckets are what is stated; without them the rate is unknown
        (
            [TWENTY, TEN],
            {"vat_total": "70.0", "grand_total": "470.0"}
            | buckets(("20.0", "45.0"), ("10.0", "25.0")),
            {"20": ("200.00", "45.00"), "10": ("200.00", "25.00")},
        ),
        ([TWENTY], {"vat_total": "30.0", "grand_total": "230.0"}, {UNKNOWN: ("200.00", "30.00")}),
        # Buckets that do not come to KDV
        (
            [TWENTY],
            {"vat_total": "40.0", "grand_total": "240.0"} | buckets(("20.0", "35.0")),
            {"20": ("200.00", "35.00"), UNKNOWN: ("0.00", "5.00")},
        ),
        (
            [TWENTY],
            {"vat_total": "40.0", "grand_total": "240.0"} | buckets((None, "40.0")),
            {UNKNOWN: ("200.00", "40.00")},
        ),
        # A bucket of a rate that no line has, a line without one
        (
            [TEN],
            {"vat_total": "40.0", "grand_total": "240.0"} | buckets(("20.0", "40.0")),
            {"20": ("200.00", "40.00")},
        ),
        (
            [SILENT],
            {"vat_total": "40.0", "grand_total": "240.0"} | buckets(("20.0", "40.0")),
            {"20": ("200.00", "40.00")},
        ),
        (
            [TWENTY, SILENT],
            {"vat_total": "40.0", "grand_total": "440.0"},
            {"20": ("200.00", "40.00"), "0": ("200.00", "0.00")},
        ),
        # No KDV
        ([TWENTY], {"vat_total": "0.0", "grand_total": "200.0"}, {"0": ("200.00", "0.00")}),
        ([TWENTY], {"grand_total": "200.0"}, {"0": ("200.00", "0.00")}),
        ([TWENTY], {"grand_total": "240.0"}, {"20": ("200.00", "40.00")}),
        ([TWENTY], {"grand_total": "300.0"}, {UNKNOWN: ("300.00", "0.00")}),
        (
            [TWENTY],
            {"grand_total": "240.0"} | buckets(("20.0", "40.0")),
            {"20": ("200.00", "40.00")},
        ),
        (
            [TWENTY],
            {"grand_total": "200.0", "vat_included": True},
            {"20": ("166.67", "33.33")},
        ),
        # Withholding, rounding and costs are no matrah; ÖTV is
        (
            [TWENTY],
            {"vat_total": "40.0", "grand_total": "228.0", "extra_cost2": "-12.0"},
            {"20": ("200.00", "40.00")},
        ),
        (
            [TWENTY],
            {"vat_total": "40.0", "grand_total": "241.0", "rounding": "1.0"},
            {"20": ("200.00", "40.00")},
        ),
        (
            [TWENTY, TEN],
            {"vat_total": "66.0", "grand_total": "506.0", "special_tax": "40.0"},
            {"20": ("220.00", "44.00"), "10": ("220.00", "22.00")},
        ),
        # Another tax in the total, of which we know nothing
        (
            [TWENTY, TEN],
            {"vat_total": "60.0", "grand_total": "470.0"},
            {"20": ("200.00", "40.00"), "10": ("200.00", "20.00"), UNKNOWN: ("10.00", "0.00")},
        ),
        # Nothing to compute with
        (
            [UNPRICED, TEN],
            {"vat_total": "40.0", "grand_total": "240.0"},
            {UNKNOWN: ("200.00", "40.00")},
        ),
        (
            [UNPRICED, TEN],
            {"vat_total": "40.0", "grand_total": "240.0"} | buckets(("20.0", "40.0")),
            {"20": ("200.00", "40.00")},
        ),
    ],
)
def test_matrah_and_kdv_by_rate(lines, header, expected):
    assert parts(lines, **header) == expected


@given(invoices(), st.none() | canonical_amounts())
def test_the_parts_of_any_document_come_to_its_kdv_and_its_matrah_exactly(document, vat):
    header = document.header
    header.vat_total = vat
    header.grand_total = header.grand_total or ZERO
    found = split(header, document.lines)
    base, sum_of_vat = ZERO, ZERO
    for part in found:
        base, sum_of_vat = EXACT.add(base, part.base), EXACT.add(sum_of_vat, part.vat)
    if vat is not None:
        assert sum_of_vat == vat
    whole = EXACT.add(base, sum_of_vat)
    for cost in (header.extra_cost1, header.extra_cost2, header.extra_cost3, header.rounding):
        whole = EXACT.add(whole, cost or ZERO)
    assert whole == header.grand_total
    assert len({part.rate for part in found}) == len(found)
