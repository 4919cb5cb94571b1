"""The known members of one kind of object: matched in any case, each with its own parser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Raw

from app.domain.invoice import Extra, Member
from app.domain.reasons import BadValue, Code, DocumentError, Reason
from app.netsis.tolerant import strictness, values
from app.netsis.tolerant.values import Reader


class Known(NamedTuple):
    """A member that we model, and the function that parses its value."""

    name: str
    attribute: str
    read: Reader
    free: bool = False


class MemberTable:
    """The known members of one kind of object, whatever their case in the file."""

    def __init__(self, known: list[Known], required: list[Member]) -> None:
        self.exact = {member.name: member for member in known}
        self.folded = {member.name.lower(): member for member in known}
        self.required = [(member.attribute, member.name) for member in required]

    def find(self, name: str) -> Known | None:
        """Return the member that a key means, in any case; None if we do not model it."""
        return self.folded.get(name.lower()) if name.isascii() else None


def known_members(table: Iterable[Member]) -> list[Known]:
    """Return the members with the functions that parse their values."""
    return [Known(m.name, m.attribute, values.reader_for(m), m.free) for m in table]


def read_members(
    record: dict[str, Raw], table: MemberTable, suspect: bool
) -> tuple[dict[str, Any], Extra]:
    """Return the known members' values by attribute, and the other members as they are.

    `suspect` tells whether a string may hold a control character. Raises DocumentError.
    """
    found: dict[str, Any] = {}
    extra: Extra = {}
    exact = table.exact
    for name, value in record.items():
        member = exact.get(name) or table.find(name)
        if member is None:
            strictness.check_unknown(name, bytes(value))
            extra[name] = value
            continue
        raw = bytes(value)
        attribute = member.attribute
        if attribute in found:
            raise DocumentError(Reason(Code.REPEATED, member.name))
        try:
            read = None
            if raw not in values.ABSENT:
                if suspect and not member.free:
                    values.refuse_controls(raw)
                read = member.read(raw)
        except (BadValue, DocumentError) as error:
            quote = values.quoted_value(raw)
            raise DocumentError(error.reason.at(member.name, quote=quote)) from None
        found[attribute] = read
    for attribute, name in table.required:
        if found.get(attribute) is None:
            raise DocumentError(Reason(Code.MISSING, name))
    return found, extra
