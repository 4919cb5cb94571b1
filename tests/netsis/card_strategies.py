"""Random cards for properties (hypothesis)."""

from __future__ import annotations

from functools import cache

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


def cards(kinds: tuple[CardKind, ...] = tuple(CardKind)) -> st.SearchStrategy[CardRecord]:
    """Cards as the database keeps them; some have only a code."""
    return st.one_of(map(_cards, kinds))


@cache
def _cards(kind: CardKind) -> st.SearchStrategy[CardRecord]:
    make = ARPs if kind is CardKind.ACCOUNT else Items
    table = members(kind.struct)
    needed = {m.attribute: member_values(m, TEXT) for m in table if m.required}
    needed["name"] = codes(TEXT).map(lambda text: text[:40])
    others = {m.attribute: member_values(m, TEXT) for m in table if m.attribute not in needed}
    return st.builds(
        lambda values, inner, outer: to_card_record(
            make(main=kind.struct(**values, extra=inner), extra=outer)  # type: ignore[arg-type]
        ),
        st.fixed_dictionaries(needed, optional=others), _EXTRAS, _EXTRAS,
    )  # fmt: skip
