"""Random cards for properties (hypothesis)."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st
from msgspec import Raw

from app.domain.cards import ARPs, CardKind, CardRecord, Items, to_card_record
from app.domain.invoice import members
from tests.netsis.strategies import TEXT, codes, member_values, raw_values

_KNOWN = {kind.main.lower() for kind in CardKind} | {
    member.name.lower() for kind in CardKind for member in members(kind.struct)
}
_UNKNOWN = st.one_of(st.sampled_from(["CariEkBilgi", "Kull1N", "Çeşit"]), TEXT).filter(
    lambda name: name.lower() not in _KNOWN
)
_NESTED = st.dictionaries(
    TEXT,
    raw_values(),
    max_size=2,
).map(lambda found: Raw(b"{" + b",".join(_pair(*one) for one in found.items()) + b"}"))


def _pair(name: str, value: Raw) -> bytes:
    return msgspec.json.encode(name) + b":" + bytes(value)


def _distinct(found: dict[str, Raw]) -> bool:
    return len({name.lower() for name in found}) == len(found)


_EXTRAS = st.dictionaries(_UNKNOWN, st.one_of(raw_values(), _NESTED), max_size=3).filter(_distinct)


@st.composite
def cards(draw: st.DrawFn, kinds: tuple[CardKind, ...] = tuple(CardKind)) -> CardRecord:
    """A card as the database keeps it; some have only a code."""
    kind = draw(st.sampled_from(kinds))
    values: dict[str, object] = {}
    for member in members(kind.struct):
        if member.attribute == "name":
            values["name"] = draw(codes(TEXT).map(lambda text: text[:40]))
        elif member.required or draw(st.booleans()):
            values[member.attribute] = draw(member_values(member, TEXT))
    main = kind.struct(**values, extra=draw(_EXTRAS))  # type: ignore[arg-type]
    make = ARPs if kind is CardKind.ACCOUNT else Items
    return to_card_record(make(main=main, extra=draw(_EXTRAS)))  # type: ignore[arg-type]
