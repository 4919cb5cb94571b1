"""Parse one card from JSON, as tolerant and as strict as the parser of invoices (domain §7)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from app.domain.cards import ARPs, Card, CardKind, CardRecord, Items, to_card_record
from app.domain.hidden import may_hold_controls
from app.domain.invoice import members
from app.domain.reasons import Code, DocumentError, Reason
from app.netsis.tolerant import strictness
from app.netsis.tolerant.known_members import Known, MemberTable, known_members, read_members

_OBJECT = msgspec.json.Decoder(dict[str, Raw])


def read_card(raw: bytes) -> CardRecord:
    """Parse a JSON object into a card of either kind.

    Raises DocumentError and nothing else, whatever the bytes.
    """
    with strictness.explained(raw, Code.NOT_A_CARD):
        raw.decode()
        strictness.refuse_many(raw, strictness.MAX_VALUES_OF_PART)
        return to_card_record(_read(raw))


def kind_of(raw: bytes) -> CardKind | None:
    """Return the kind of card that a JSON object is, even if faulty; None if it is not a card."""
    try:
        names = {name.lower() for name in _OBJECT.decode(raw)}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    kinds = [kind for kind in CardKind if kind.main.lower() in names]
    return kinds[0] if len(kinds) == 1 else None


def _read(raw: bytes) -> Card:
    top = _OBJECT.decode(raw)
    kind = kind_of(raw)
    if kind is None:
        raise DocumentError(Reason(Code.NOT_A_CARD))
    name = next(name for name in top if name.lower() == kind.main.lower())
    try:
        main = _OBJECT.decode(top[name])
    except msgspec.ValidationError:
        raise DocumentError(Reason(Code.NOT_AN_OBJECT, kind.main)) from None
    strictness.refuse_repeats(bytes(top[name]))
    strictness.refuse_repeats(raw)
    suspect = may_hold_controls(raw)
    _, extra = read_members(top, _TOP[kind], suspect)
    found, main_extra = read_members(main, _MAIN[kind], suspect)
    found["name"] = found.get("name") or ""
    return _make(kind, found, main_extra, extra)


def _make(
    kind: CardKind, found: dict[str, Any], main_extra: dict[str, Raw], extra: dict[str, Raw]
) -> Card:
    main: Any = kind.struct(**found, extra=main_extra)
    return (
        ARPs(main=main, extra=extra) if kind is CardKind.ACCOUNT else Items(main=main, extra=extra)
    )


def _skip(_: bytes) -> None:
    """Do nothing: the main member is parsed separately."""


def _table(kind: CardKind) -> MemberTable:
    table = members(kind.struct)
    return MemberTable(known_members(table), [member for member in table if member.required])


_TOP = {kind: MemberTable([Known(kind.main, "main", _skip, free=True)], []) for kind in CardKind}
_MAIN = {kind: _table(kind) for kind in CardKind}
