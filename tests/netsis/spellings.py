"""Writes a document in another spelling of JSON that means the same."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from app.domain.amounts import CURRENCY_PRICE_PLACES
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members
from app.netsis.wire import CASES

_MEMBERS = {m.name: m for m in (*members(InvoiceHeader), *members(InvoiceLine))}
_OURS = {*_MEMBERS, "Seri", "FaturaTip", "KalemAdedi", "FatUst", "Kalems", "Tip"}
_MIDNIGHTS = ("T00:00:00", "", " 00:00:00", "T10:20:30.5", "T00:00:00+03:00", " 23:59")
_UNSET_DAYS = ('""', "null", '"0001-01-01T00:00:00"', '"1899-12-30 00:00:00"', '" "')
_UNSET_NUMBERS = ('""', "null")
_UNSET_TEXTS = ('"\\u0000"', "null")
_DISCOUNTS = (("fkitOran", "JTIskFlag.fkitOran", "false"), ("fkitTutar", "JTfkitTutar", "true"))
_KINDS = {4: "ft_Iade", 6: "JTFatTip.ft_Ihracat", 2: "acik"}
_NOISE = (Decimal("4e-15"), Decimal("-3e-14"))
_BLANKS = ("", " ", "\n", "\r\n\t", "  ")


class Speller:
    """Chooses a style once and single spellings as it goes, so that documents are of one hand."""

    def __init__(self, random: Random, *, wild: bool = False) -> None:
        self._random = random
        self._wild = wild
        """Whether values are written as other types too: numbers in texts, names for codes."""
        self._cases = random.choice(((str,), *[(case,) for case in CASES], CASES))
        self._blank = random.choice(("", " ", None))
        self._shuffled = random.random() < 0.5
        self._escaped = random.choice((0.0, 0.0, 1.0, 0.3))
        self._day = random.choice(_MIDNIGHTS)
        self._unset_share = random.choice((0.0, 0.1, 0.5))
        self._names = random.random() < 0.5
        self._padded = wild and random.random() < 0.3

    def document(self, raw: bytes) -> bytes:
        """Return the document of our own spelling in another one."""
        return self._value("", json.loads(raw, parse_float=Decimal)).encode()

    def _space(self) -> str:
        return self._random.choice(_BLANKS) if self._blank is None else self._blank

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return self._object(name, value)
        if isinstance(value, list):
            inner = ("," + self._space()).join(self._value(name, one) for one in value)
            return f"[{self._space()}{inner}{self._space()}]"
        if isinstance(value, bool) or value is None:
            return json.dumps(value)
        if isinstance(value, str):
            return self._text(self._respelled(name, value))
        return self._number(name, value)

    def _object(self, name: str, value: dict[str, Any]) -> str:
        ours = name in ("", "FatUst", "Kalems")
        pairs = [(key, self._value(key if ours else "?", inner)) for key, inner in value.items()]
        if self._wild and ours and name:
            pairs += self._unset(value, InvoiceHeader if name == "FatUst" else InvoiceLine)
        if self._shuffled:
            self._random.shuffle(pairs)
        colon = f"{self._space()}:{self._space()}"
        written = [
            f"{self._space()}{self._text(self._key(key) if ours else key)}"
            f"{colon}{inner}{self._space()}"
            for key, inner in pairs
        ]
        return "{" + ",".join(written) + "}"

    def _key(self, key: str) -> str:
        return self._random.choice(self._cases)(key) if key in _OURS else key

    def _unset(self, value: dict[str, Any], struct: type) -> list[tuple[str, str]]:
        """Spell some members that have no value, as serialisers of classes do."""
        absent = [m for m in members(struct) if not m.required and m.name not in value]
        there = {key.lower() for key in value}
        return [
            (m.name, self._random.choice(_unset_spellings(m.kind)))
            for m in absent
            if m.name.lower() not in there and self._random.random() < self._unset_share
        ]

    def _text(self, value: str) -> str:
        letters = []
        for letter in value:
            plain = letter.isascii() or self._random.random() >= self._escaped
            letters.append(_letter(letter, escaped=not plain))
        return '"' + "".join(letters) + '"'

    def _respelled(self, name: str, value: str) -> str:
        member = _MEMBERS.get(name)
        if member and member.kind not in (str, int, bool, Decimal):
            return value[:10] + self._day
        if name in ("CariKod", "StokKodu") and self._padded:
            return value.ljust(40)
        return value

    def _number(self, name: str, value: int | Decimal) -> str:
        if name in ("FaturaTip", "Tip"):
            if self._wild and self._random.random() < 0.5:
                return f'"{("ftSFat", "ftAFat")[int(value)]}"'
            return str(value)
        if name == "KalemAdedi" and self._wild and self._random.random() < 0.3:
            return self._random.choice(("0", '""', "null"))
        if name == "Isk_Flag" and value in (0, 1) and self._wild and self._names:
            return f'"{self._random.choice(_DISCOUNTS[int(value)])}"'
        if name == "TIPI" and value in _KINDS and self._wild and self._names:
            return f'"{_KINDS[int(value)]}"'
        text = str(value) if isinstance(value, int) else format(value, "f")
        member = _MEMBERS.get(name)
        if not member:
            return text
        if member.kind is not Decimal:
            return f'"{text}"' if self._wild and self._random.random() < 0.3 else text
        choices = [text, text + "0" * self._random.randint(0, 3)]
        if text.endswith(".0"):
            choices += [text[:-2], text[:-2]]
        if self._wild:
            choices += _wild_spellings(member, Decimal(value), text)
        return self._random.choice(choices)


@lru_cache(1000)
def _letter(letter: str, *, escaped: bool) -> str:
    return json.dumps(letter, ensure_ascii=escaped)[1:-1]


def _wild_spellings(member: Member, value: Decimal, text: str) -> list[str]:
    found = [f"{value:e}", f'"{text.replace(".", ",")}"', text + "0" * 16 + "4"]
    if member.places < CURRENCY_PRICE_PLACES:
        found += [format(value + noise, "f") for noise in _NOISE]
    return found


def _unset_spellings(kind: type) -> tuple[str, ...]:
    if kind is str:
        return _UNSET_TEXTS
    return _UNSET_DAYS if kind is date else _UNSET_NUMBERS
