"""Random invoices and other JSON for properties (hypothesis)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from msgspec import Raw

from app.domain import amounts
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import Member, members

# Turkish and other letters, signs that JSON escapes, an emoji; no control and no surrogate.
LETTERS = st.sampled_from("abcXYZ019 çğıöşüÇĞİÖŞÜ-_./:\"\\'{}[],\u20ba€☃😀")
TEXT = st.text(st.one_of(LETTERS, st.characters(codec="utf-8", exclude_categories=("C", "Z"))))
_KNOWN_NAMES = {"seri", "faturatip", "kalemadedi", "fatust", "kalems", "tip"} | {
    member.name.lower() for member in members(InvoiceHeader) + members(InvoiceLine)
}


def canonical_amounts(places: int = amounts.PLACES) -> st.SearchStrategy[Decimal]:
    """Amounts in canonical form, of every size that is allowed."""
    whole = 10**amounts.INTEGER_DIGITS - 1
    return st.integers(0, places).flatmap(
        lambda p: st.one_of(
            st.integers(-whole, whole).map(lambda n: n * 10**p),
            st.integers(-(10**4), 10**4),
            st.integers(-whole * 10**p, whole * 10**p),
        ).map(lambda n: amounts.canonical(Decimal(n).scaleb(-p, amounts.EXACT), places))
    )


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


def raw_values() -> st.SearchStrategy[Raw]:
    """The same as a file spells it, with some spellings that only a file has."""
    spelled = st.sampled_from(["1.50", "-0.0", "1e5", "12.25", "0.00000001", '"\\u011f"', "1.0E-3"])
    dumped = st.tuples(json_values(), st.booleans()).map(
        lambda pair: json.dumps(pair[0], ensure_ascii=pair[1], separators=(",", ":"))
    )
    return st.one_of(dumped, spelled).map(lambda text: Raw(text.encode()))


def extras() -> st.SearchStrategy[dict[str, Raw]]:
    """Members that are not modelled."""
    names = st.one_of(st.sampled_from(["SIPARIS_TEST", "ozelAlan", "extra", "Çeşit"]), TEXT)
    unknown = names.filter(lambda name: name.lower() not in _KNOWN_NAMES)
    return st.one_of(st.just({}), st.dictionaries(unknown, raw_values(), max_size=3))


def member_values(member: Member) -> st.SearchStrategy[object]:
    """What a member may hold."""
    if member.kind is Decimal:
        return canonical_amounts(member.places)
    if member.kind is int:
        return st.integers(member.low, member.high)
    if member.kind is bool:
        return st.booleans()
    if member.kind is date:
        years = (1900, 2100) if member.attribute == "document_date" else (1, 9999)
        return st.dates(date(years[0], 1, 1), date(years[1], 12, 31))
    longest = min(member.max_length, 40)
    text = TEXT.map(lambda value: value[:longest])
    if member.min_length:
        text = text.map(str.strip).filter(bool)
    if member.max_length > 20 and not member.min_length:
        text = st.one_of(text, st.sampled_from(["2024-03-15 00:00:00", '"a":1.5,', ":1.5,"]))
    return text


def _records(
    struct: type[InvoiceHeader] | type[InvoiceLine],
) -> st.SearchStrategy[InvoiceHeader | InvoiceLine]:
    table = members(struct)
    required = {m.attribute: member_values(m) for m in table if m.required}
    optional = {m.attribute: member_values(m) for m in table if not m.required}
    return st.builds(
        lambda values, extra: struct(**values, extra=extra),
        st.fixed_dictionaries(required, optional=optional),
        extras(),
    )


def lines() -> st.SearchStrategy[InvoiceLine]:
    """Kalems."""
    return _records(InvoiceLine)


def headers() -> st.SearchStrategy[InvoiceHeader]:
    """FatUsts."""
    return _records(InvoiceHeader)


def invoices() -> st.SearchStrategy[Invoice]:
    """Whole documents that the reader takes and the writer gives back the same."""
    return st.builds(
        Invoice,
        series=st.none() | TEXT.map(lambda value: value[:15]),
        document_type=st.sampled_from(DocumentType),
        header=headers(),
        lines=st.lists(lines(), min_size=1, max_size=3),
        extra=extras(),
    )
