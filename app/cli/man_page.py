"""The man page, made from the usage text; the build puts it into the wheel.

It imports nothing but the usage text, because a build has none of the program's packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.cli.usage_parts import PROGRAM, entries, items, sections

_TITLE = "Toplu Fatura Aktarımı"
_HEADINGS = {"Ortak": "ORTAK SEÇENEKLER"}
_COMMANDS = "Kullanım"


def page(version: str, day: date) -> str:
    """Return the page in the man macros of roff, for section 1."""
    return "\n".join(_lines(version, day)) + "\n"


def _lines(version: str, day: date) -> Iterator[str]:
    parts = sections()
    (about, *closing) = parts.pop("")
    name, _, what = about.partition(": ")
    yield f'.TH {_plain(PROGRAM.upper())} 1 {day:%Y-%m-%d} "{PROGRAM} {version}" "{_TITLE}"'
    yield from (".nh", ".ad l")  # roff would hyphenate as in English
    yield ".SH AD"
    yield rf"{_plain(PROGRAM)} \- {_plain(name)}: {_plain(what)}"
    yield ".SH KULLANIM"
    for entry in entries():
        yield from (".PD 0", ".TP", ".PD", rf"\fB{_plain(PROGRAM)}\fR {_plain(entry.synopsis)}")
    yield ".SH KOMUTLAR"
    for entry in entries():
        yield from (".TP", rf"\fB{_plain(entry.heading or 'alt komut yoksa')}\fR")
        yield from _text(entry.description)
    for heading, lines in parts.items():
        if heading != _COMMANDS:
            yield from _part(_HEADINGS.get(heading, heading.upper()), lines)
    for block in closing:
        heading, _, text = block.partition(": ")
        yield from (f".SH {_plain(heading).upper()}", _plain(text))


def _part(heading: str, lines: list[str]) -> Iterator[str]:
    yield f".SH {_plain(heading)}"
    if not lines[0].startswith("  --"):
        yield from _text("\n".join(lines))
        return
    for item in items(lines):
        yield from (".TP", rf"\fB{_plain(item.options)}\fR")
        yield from _text(item.description or r"\&")


def _text(text: str) -> Iterator[str]:
    """Yield the escaped lines of a text."""
    for line in text.splitlines():
        yield _plain(line.strip())


def _plain(text: str) -> str:
    """Escape a text so that roff shows it unchanged."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text)
