"""The corpus in `corpus/` as cases: what stands in a file, and what has to be said of it.

In the texts of the corpus some signs stand for more: `<doc>` for the worked example on one line,
`<pretty>` for the same on many, `<x 0d 0a>` for bytes, `<100 * [>` for something many times, and
`<here>` for nothing: in the sentence it is the place of that `<here>` in the file, `<here+6>` six
bytes behind it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from tests.netsis.examples import changed, compact, example

FOLDER: Final = Path(__file__).parent / "corpus"
CLASSES: Final = ("encodings", "structure", "keys", "depth", "numbers", "dates", "series")
DOC: Final = compact(example())
GOOD: Final = "ok"
BEFORE: Final = b"[\n" + DOC + b",\n"
"""What stands before the document that a case is about."""

_BEHIND = b",\n" + DOC + b"\n]\n"

_MARK = "\ufffc"
_SIGN = re.compile(r"<(?:(doc|pretty|here)|x ([0-9a-f ]+)|([0-9]+) \* (<x [0-9a-f ]+>|[^<>]*))>")
_HERE = re.compile(r"<here(?:\+([0-9]+))?>")


class Taken(NamedTuple):
    """A document that is taken, and how we write one member of it: empty where it is left out."""

    member: str
    written: str


Row: TypeAlias = Taken | str
"""What becomes of a document: GOOD is the worked example as it is; else the sentence."""


@dataclass(frozen=True)
class Case:
    """A file, how it is opened, and what is expected: the sentence for the whole, or its rows.

    `document` is the one that the case is about, where the file is that between two good ones.
    """

    name: str
    content: bytes
    opened_as: str = "utf-8"
    refused: str | None = None
    rows: tuple[Row, ...] = ()
    document: bytes = b""


def load(name: str) -> dict[str, Any]:
    """One file of the corpus, as written."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def cases(name: str) -> Iterator[Case]:
    """The files of one class."""
    written = load(name)
    yield from map(_file, written.get("case", ()))
    for group in written.get("group", ()):
        for entry in group.get("accepted", ()):
            case_name, text, *key, value = entry
            member = key[0] if key else group["member"]
            yield _between(group, case_name, text, Taken(member, value))
        for case_name, text, sentence in group.get("refused", ()):
            yield _between(group, case_name, text, sentence)


def expanded(text: str, encoding: str = "utf-8") -> tuple[bytes, int]:
    """The bytes that a text of the corpus means, and the place of its `<here>`."""
    found, here, end = b"", 0, 0
    for sign in _SIGN.finditer(text):
        found += text[end : sign.start()].encode(encoding)
        end = sign.end()
        word, octets, times, what = sign.groups()
        if word == "here":
            here = len(found)
        elif word:
            layout = {"indent": 2} if word == "pretty" else {"separators": (",", ":")}
            found += json.dumps(example(), ensure_ascii=False, **layout).encode(encoding)
        elif octets:
            found += bytes.fromhex(octets)
        else:
            found += int(times) * expanded(what, encoding)[0]
    return found + text[end:].encode(encoding), here


def meant(sentence: str, here: int = 0) -> str:
    """A sentence of the corpus with its places and repetitions."""
    placed = _HERE.sub(lambda found: str(here + int(found[1] or 0)), sentence)
    return expanded(placed)[0].decode()


def _file(entry: dict[str, Any]) -> Case:
    content, here = expanded(entry["file"], entry.get("encoding", "utf-8"))
    return Case(
        entry["name"],
        content,
        entry.get("opened_as", "utf-8"),
        meant(entry["refused"], here) if "refused" in entry else None,
        tuple(meant(row, here) for row in entry.get("rows", ())),
    )


def _between(group: dict[str, str], name: str, text: str, row: Row) -> Case:
    """A document with one thing in it another, on a line of its own between two good ones."""
    spelling, here = expanded(text)
    if "replace" in group:
        where = group["replace"]
        base, old = DOC, where.encode()
    else:
        where = group["member"]
        base, old = compact(changed(where, _MARK)), b'"%b"' % _MARK.encode()
    here += len(BEFORE) + base.index(old)
    row = Taken(row.member, meant(row.written)) if isinstance(row, Taken) else meant(row, here)
    document = base.replace(old, spelling)
    return Case(
        f"{where}: {name}", BEFORE + document + _BEHIND, rows=(GOOD, row, GOOD), document=document
    )
