"""Random invoices and other JSON for properties (hypothesis).

Each strategy is made once: to make one anew for an example takes longer than to draw from it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import TypeVar

from hypothesis import strategies as st
from msgspec import Raw, Struct

from app.domain import amounts, arithmetic, dates
from app.domain.codes import find_invisible, normalized
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine, Member, members

# Turkish and other letters, signs that JSON escapes, an emoji; no control and no surrogate.
_LETTERS = "abcXYZ019 çğıöşüÇĞİÖŞÜ-_./:\"\\'{}[],\u20ba€☃😀"
_ANY = st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" ")
TEXT = st.text(_LETTERS) | st.text(_ANY)
PLAIN_TEXT = st.text("abcXYZ019 çğıöşüÇĞİÖŞÜ-_./'{}[],")
_PERCENTAGES = ("discount", "general_discount_rate")
S = TypeVar("S", bound=Struct)
_KNOWN_NAMES = {"seri", "faturatip", "kalemadedi", "fatust", "kalems", "tip"} | {
    member.name.lower() for member in members(InvoiceHeader) + members(InvoiceLine)
}


@cache
def canonical_amounts(places: int = amounts.PLACES) -> st.SearchStrategy[Decimal]:
    """Amounts in canonical form, of every size that is allowed."""
    return st.integers(0, places).flatmap(partial(_with_places, most=places))


@cache
def _with_places(places: int, most: int) -> st.SearchStrategy[Decimal]:
    whole, unit = 10**amounts.INTEGER_DIGITS - 1, 10**places
    digits = st.one_of(
        st.integers(-whole, whole).map(lambda n: n * unit),
        st.integers(-(10**4), 10**4),
        st.integers(-whole * unit, whole * unit),
    )
    return digits.map(lambda n: amounts.canonical(Decimal(n).scaleb(-places, amounts.EXACT), most))


@cache
def json_values() -> st.SearchStrategy[object]:
    """Any JSON value that a document may hold; numbers are integers or Decimals."""
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), TEXT,
        st.sampled_from(["2024-03-15 00:00:00", "2024-03-15", ":1.5,", '":2.5,'])
    )  # fmt: skip
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=5,
    )


@cache
def raw_values() -> st.SearchStrategy[Raw]:
    """The same as a file spells it, with some spellings that only a file has."""
    spelled = st.sampled_from(["1.50", "-0.0", "1e5", "12.25", "0.00000001", '"\\u011f"', "1.0E-3"])
    dumped = st.tuples(json_values(), st.booleans()).map(
        lambda pair: json.dumps(pair[0], ensure_ascii=pair[1], separators=(",", ":"))
    )
    return st.one_of(dumped, spelled).map(lambda text: Raw(text.encode()))


@cache
def plain_raw_values() -> st.SearchStrategy[Raw]:
    """Values that stand in ordinary documents."""
    spelled = ["1.5", "-0.5", "7", "true", '"2024-03-15 00:00:00"', '"2024-03-15"', '""']
    return st.sampled_from(spelled).map(lambda text: Raw(text.encode()))


@cache
def extras(
    text: st.SearchStrategy[str], values: st.SearchStrategy[Raw]
) -> st.SearchStrategy[dict[str, Raw]]:
    """Members that are not modelled."""
    names = st.one_of(st.sampled_from(["SIPARIS_TEST", "ozelAlan", "Çeşit"]), text)
    unknown = names.filter(lambda name: name.lower() not in _KNOWN_NAMES)
    filled = st.dictionaries(unknown, values, max_size=3)
    return st.one_of(st.just({}), filled)


@cache
def plain_amounts(member: Member) -> st.SearchStrategy[Decimal]:
    """Amounts of ordinary documents: not many digits, VAT rates that are known."""
    if member.places == amounts.RATE_PLACES:
        return st.sampled_from(sorted(arithmetic.KNOWN_RATES)).map(amounts.canonical)
    most = 100 if member.attribute.startswith(_PERCENTAGES) else 10**6
    return st.decimals(0, most, places=2).map(amounts.canonical)


@cache
def codes(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts as codes are stored: composed, and nothing invisible in them."""
    return text.map(normalized).filter(lambda code: find_invisible(code) is None)


@cache
def member_values(member: Member, text: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """What a member may hold."""
    if member.kind is Decimal:
        return plain_amounts(member) if text is PLAIN_TEXT else canonical_amounts(member.places)
    if member.kind is int:
        return st.integers(member.low, member.high)
    if member.kind is bool:
        return st.booleans()
    if member.kind is date:
        years = (1900, 2100) if member.attribute == "document_date" else (1, 9999)
        days = st.dates(date(years[0], 1, 1), date(years[1], 12, 31))
        return days.filter(lambda day: day not in dates.UNSET)
    longest = min(member.max_length, 40)
    if member.min_length or member.attribute == "gib_number":
        text = codes(text)
    cut = text.map(lambda value: value[:longest])
    if member.attribute == "gib_number":
        return cut.map(str.strip)
    return cut.map(str.strip).filter(bool) if member.min_length else cut


@cache
def _records(
    struct: type[S], text: st.SearchStrategy[str], extra: st.SearchStrategy[dict[str, Raw]]
) -> st.SearchStrategy[S]:
    table = members(struct)
    required = {m.attribute: member_values(m, text) for m in table if m.required}
    optional = {m.attribute: member_values(m, text) for m in table if not m.required}
    return st.builds(
        lambda values, more: struct(**values, extra=more),
        st.fixed_dictionaries(required, optional=optional),
        extra,
    )


def _invoices(
    text: st.SearchStrategy[str], values: st.SearchStrategy[Raw]
) -> st.SearchStrategy[Invoice]:
    extra = extras(text, values)
    return st.builds(
        Invoice,
        series=st.none() | codes(text).map(lambda value: value[:15].strip()),
        document_type=st.sampled_from(DocumentType),
        header=_records(InvoiceHeader, text, extra),
        lines=st.lists(_records(InvoiceLine, text, extra), min_size=1, max_size=3),
        extra=extra,
    )


@cache
def invoices() -> st.SearchStrategy[Invoice]:
    """Whole documents that the reader takes and the writer gives back the same."""
    return _invoices(TEXT, raw_values())


def balanced(invoice: Invoice) -> Invoice:
    """The same, with totals that its lines explain."""
    header, lines = invoice.header, invoice.lines
    for line in lines:
        line.gross_price = line.gross_price or amounts.ZERO
        line.type_code = line.type_code and invoice.document_type.line_code
        line.net_price = None
    sums = arithmetic.line_sums(lines)
    gross = amounts.round_kurus(sum((gross for gross, _ in sums), amounts.ZERO))
    net = amounts.round_kurus(sum((net for _, net in sums), amounts.ZERO))
    for place in (1, 2, 3):  # small enough to leave something
        discount = getattr(header, f"general_discount{place}")
        setattr(header, f"general_discount{place}", discount and min(discount, amounts.KURUS))
    header.free_goods_discount = None
    if header.gross_total is not None:
        header.gross_total = amounts.canonical(gross)
    if header.line_discount is not None:
        header.line_discount = amounts.canonical(gross - net)
    discount = arithmetic.general_discount_total(header, net)
    _put_vat(header, vat_by_rate(lines, discount, bool(header.vat_included)))
    vat = header.vat_total or amounts.ZERO
    header.grand_total = amounts.canonical(arithmetic.grand_total(invoice, net, vat))
    return invoice


def vat_by_rate(
    lines: Sequence[InvoiceLine], general_discount: Decimal, included: bool = False
) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Rate → (base, VAT) of the lines, in TL."""
    nets = arithmetic.nets_by_rate(lines, map(arithmetic.line_net, lines))
    return arithmetic.vat_of_nets(nets, general_discount, included)


def _put_vat(header: InvoiceHeader, by_rate: dict[Decimal, tuple[Decimal, Decimal]]) -> None:
    used = [(rate, amounts.canonical(vat)) for rate, (_, vat) in by_rate.items() if rate]
    for place, (rate, vat) in enumerate((used + [(None, None)] * 5)[:5], 1):
        setattr(header, f"vat_rate{place}", rate)
        setattr(header, f"vat_amount{place}", vat)
    header.vat_total = amounts.canonical(amounts.total(vat for _, vat in used))


@cache
def plain_invoices() -> st.SearchStrategy[Invoice]:
    """Documents that add up, without any sign that JSON has to escape: most real ones."""
    return _invoices(PLAIN_TEXT, plain_raw_values()).map(balanced)
