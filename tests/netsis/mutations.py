"""Documents that are nearly right: bytes, tokens and members of good ones changed at random."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

from app.demo import Company
from app.domain.invoice import InvoiceHeader, InvoiceLine, members
from app.domain.netsis_json import encode_invoice
from tests.netsis.corpus_cases import CLASSES, DOC, expanded, load

SEEDS: Final = [DOC, *map(encode_invoice, Company(11).invoices(60))]

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[-+.0-9a-zA-Z]+|[{}\[\],:]|\s+|.', re.DOTALL)
_SIGNS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"-", b"0", b".", b"e", b" ", b"\t",
          b"\x00", b"\x1b", b"\x7f", b"\xc2\x9b", b"\xe2\x80\xae", b"\xff", b"\\u", b"\\ud83d",
          b"null", b"NaN", b"/*", b"\r"]  # fmt: skip
_NAMES = [
    "FatUst", "Kalems", "FaturaTip", "KalemAdedi", "Tip", "Data", "IsSuccessful", "Yeni", "yeni",
    "", "extra", *(m.name for m in (*members(InvoiceHeader), *members(InvoiceLine))),
]  # fmt: skip


def _values() -> list[bytes]:
    """How the corpus spells values, good and bad ones; the short ones."""
    found = []
    for kind in CLASSES:
        for group in load(kind).get("group", ()):
            for entry in (*group.get("accepted", ()), *group.get("refused", ())):
                if "replace" not in group:
                    found.append(expanded(entry[1])[0])
    found += [json.dumps(entry["text"]).encode() for entry in load("text")["attack"]]
    found += [json.dumps(entry["text"]).encode() for entry in load("text")["plain"]]
    return [value for value in found if len(value) < 400]


VALUES: Final = _values()


def mutated(random: Random) -> bytes:
    """A document of ours with one to four things in it another."""
    raw = random.choice(SEEDS)
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        raw = random.choice(_WAYS)(random, raw) or raw
    return raw


# --- Bytes.


def _range(random: Random, raw: bytes) -> tuple[int, int]:
    begin = random.randrange(len(raw))
    return begin, min(len(raw), begin + random.choice((1, 1, 2, 5, 20, 100, 1000)))


def _flip(random: Random, raw: bytes) -> bytes:
    place = random.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ 1 << random.randrange(8)]) + raw[place + 1 :]


def _cut_end(random: Random, raw: bytes) -> bytes:
    return raw[: random.randrange(1, len(raw) + 1)]


def _cut_out(random: Random, raw: bytes) -> bytes:
    begin, end = _range(random, raw)
    return raw[:begin] + raw[end:]


def _twice(random: Random, raw: bytes) -> bytes:
    begin, end = _range(random, raw)
    place = random.randrange(len(raw))
    return raw[:place] + raw[begin:end] + raw[place:]


def _splice(random: Random, raw: bytes) -> bytes:
    other = random.choice(SEEDS)
    return raw[: random.randrange(len(raw))] + other[random.randrange(len(other)) :]


def _sign(random: Random, raw: bytes) -> bytes:
    place = random.randrange(len(raw) + 1)
    return raw[:place] + random.choice(_SIGNS) + raw[place + random.randrange(2) :]


# --- Tokens.


def _tokens(random: Random, raw: bytes) -> bytes:
    tokens = _TOKEN.findall(raw)
    first, second = random.randrange(len(tokens)), random.randrange(len(tokens))
    match random.randrange(4):
        case 0:
            tokens[first], tokens[second] = tokens[second], tokens[first]
        case 1:
            del tokens[first]
        case 2:
            tokens.insert(first, tokens[second])
        case _:
            tokens[first] = random.choice((random.choice(VALUES), random.choice(_SIGNS)))
    return b"".join(tokens)


# --- Members. An object is a list of pairs, so that a name can come twice.


class _Object(list[tuple[str, Any]]):
    pass


class _Spelled(str):
    """A value as it is spelled."""

    __slots__ = ()


def _structure(random: Random, raw: bytes) -> bytes | None:
    try:
        top = json.loads(
            raw, object_pairs_hook=_Object, parse_float=_Spelled, parse_int=_Spelled,
            parse_constant=_Spelled,
        )  # fmt: skip
    except (ValueError, RecursionError):
        return None
    objects = [found for found in _walk(top) if found]
    if not objects:
        return None
    _change_member(random, random.choice(objects))
    text = _spell(top, random.random() < 0.3, random.choice(("", "", " ", "\t ")))
    return text.encode("utf-8", "surrogatepass")


def _walk(value: Any) -> list[_Object]:
    found = [value] if isinstance(value, _Object) else []
    inner = [v for _, v in value] if isinstance(value, _Object) else value
    for item in inner if isinstance(inner, list) else ():
        found += _walk(item)
    return found


def _change_member(random: Random, record: _Object) -> None:
    place = random.randrange(len(record))
    name, value = record[place]
    match random.randrange(9):
        case 0:
            del record[place]
        case 1:
            record.insert(random.randrange(len(record)), (name, value))
        case 2:
            record.append((random.choice((name.upper(), name.lower(), name.title())), value))
        case 3:
            record[place] = (random.choice((name.upper(), name.lower(), name[1:])), value)
        case 4:
            record[place] = (random.choice(_NAMES), value)
        case 5:
            record[place] = (name, random.choice(record)[1])
        case 6:
            record[place] = (name, random.choice(([value], _Object([(name, value)]), [], None)))
        case 7:
            deep = random.choice((2, 31, 32, 33, 200))
            record[place] = (name, _Spelled("[" * deep + "1" + "]" * deep))
        case _:
            spelled = random.choice(VALUES).decode("utf-8", "replace")
            record[place] = (name, _Spelled(spelled))


def _spell(value: Any, escaped: bool, blank: str) -> str:
    if isinstance(value, _Spelled):
        return value
    if isinstance(value, _Object):
        pairs = (
            f"{json.dumps(name, ensure_ascii=escaped)}{blank}:{_spell(inner, escaped, blank)}"
            for name, inner in value
        )
        return "{" + f",{blank}".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + f"{blank},".join(_spell(item, escaped, blank) for item in value) + "]"
    return json.dumps(value, ensure_ascii=escaped)


_WAYS: Final[list[Callable[[Random, bytes], bytes | None]]] = [
    _flip, _flip, _cut_end, _cut_out, _twice, _splice, _sign, _sign, _tokens, _tokens, _tokens,
    _structure, _structure, _structure, _structure, _structure,
]  # fmt: skip
