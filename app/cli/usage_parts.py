"""Parse the usage text: commands with their descriptions, and explanations of options."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final, NamedTuple

from app.cli.usage import USAGE

PROGRAM: Final = "toplu-fatura"
# The layout of the usage text: a command's line, its continuations, its description.
_COMMAND: Final = f"  {PROGRAM} "
_CONTINUED: Final = " " * 10
_DESCRIBED: Final = " " * 6
_OPTION: Final = re.compile(r"  (--[a-z-]+)((?:[ ]\S+)?)  +(.+)|  (--[a-z-]+) (\S+)\Z|  (--.+)")


class UsageEntry(NamedTuple):
    """A command in the usage text; the screens have an empty name."""

    name: str
    synopsis: str
    """The command's line without the program's name."""
    description: str

    @property
    def heading(self) -> str:
        """The literal words of the synopsis: `kart-aktar iceri`."""
        return " ".join(takewhile(re.compile(r"[a-z-]+\Z").match, self.synopsis.split()))

    @property
    def summary(self) -> str:
        """The first clause of the description."""
        return first_clause(self.description)


class UsageItem(NamedTuple):
    """An option that the usage text explains on lines of its own."""

    options: str
    """The option as typed: `--cari KOD`."""
    description: str


def sections() -> dict[str, list[str]]:
    """Return heading → lines for each part of the usage text; the first heading is empty."""
    found: dict[str, list[str]] = {}
    for block in USAGE.rstrip("\n").split("\n\n"):
        head, *rest = block.split("\n")
        if rest and head.endswith(":"):
            found[head[:-1]] = rest
        else:
            found.setdefault("", []).append(block)
    return found


def entries() -> list[UsageEntry]:
    """Return the commands in their order."""
    found: list[list[str]] = []
    for line in sections()["Kullanım"]:
        if line.startswith(_COMMAND):
            found.append([line[len(_COMMAND) :], ""])
        elif line.startswith(_CONTINUED):
            found[-1][0] += f" {line.strip()}"
        else:
            found[-1][1] += f"{line.strip()}\n"
    return [UsageEntry(_name(synopsis), synopsis, text.rstrip()) for synopsis, text in found]


def items(lines: list[str]) -> list[UsageItem]:
    """Return the options that the lines of a part explain."""
    found: list[UsageItem] = []
    for line in lines:
        if match := _OPTION.match(line):
            name, value, text, alone, of, several = match.groups()
            if name:
                found.append(UsageItem(f"{name}{value}", text))
            else:
                found.append(UsageItem(f"{alone} {of}" if alone else several, ""))
        else:
            last = found[-1]
            found[-1] = last._replace(description=f"{last.description} {line.strip()}".strip())
    return found


def value_words() -> dict[str, str]:
    """Return option → its value's name in the usage text: `--cari` → `KOD`."""
    return {
        name: word
        for name, word in re.findall(r"(--[a-z-]+) ([^\s\])]+)", USAGE)
        if word[0].isupper() or "|" in word[1:]
    }


def option_descriptions(part: str) -> dict[str, str]:
    """Return option → description, for the options that a part of the usage text explains."""
    return {
        option: item.description
        for item in items(sections().get(part, []))
        if item.description
        for option in re.findall(r"--[a-z-]+", item.options)
    }


def first_clause(text: str) -> str:
    """Return a text up to the first period, semicolon or colon that ends a clause."""
    return " ".join(re.split(r"[.;:](?:\s|\Z)", text, maxsplit=1)[0].split())


def _name(synopsis: str) -> str:
    first = synopsis.split()[0]
    return first if first[0].isalpha() else ""
