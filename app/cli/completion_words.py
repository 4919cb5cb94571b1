"""The words that a shell may complete: commands, options and values, from their declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from app.cli.arguments import COMMANDS, COMMON, FILTERS, QUIET, takes_quiet
from app.cli.command_line import Flag, Option, Subcommand
from app.cli.usage_parts import entries, first_clause, option_descriptions, value_words

_FILE_WORDS: Final = ("DOSYA", "KAYNAK", "HEDEF", "YOL", "KLASÖR")
"""Prefixes of the usage text's words for a path."""
_PRINTERS: Final = ("--help", "--surum")


@dataclass(frozen=True, slots=True)
class Value:
    """The possible values of an operand or an option: one of `words`, a file, or any text."""

    name: str
    """The name in the usage text."""
    words: tuple[str, ...] = ()
    is_file: bool = False
    endings: tuple[str, ...] = ()
    """File name endings; empty for any file. Folders are always offered."""


@dataclass(frozen=True, slots=True)
class OptionWord:
    """An option; `value` is None if it takes none."""

    name: str
    description: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Verb:
    """A command with its own options, and --sessiz if it accepts that."""

    name: str
    description: str
    operands: tuple[Value, ...]
    options: tuple[OptionWord, ...]


_Declared: TypeAlias = tuple[Option | Flag, ...]


def verbs() -> list[Verb]:
    """Return the commands in the order of the usage text."""
    described: dict[str, str] = {}
    for entry in entries():
        before = described.get(entry.name)
        described[entry.name] = f"{before} / {entry.summary}" if before else entry.summary
    order = [*described]
    names = sorted(COMMANDS, key=lambda name: order.index(name) if name in order else len(order))
    return [
        Verb(
            name,
            described.get(name, ""),
            tuple(_operand(operand, COMMANDS[name]) for operand in COMMANDS[name].operands),
            _options((*COMMANDS[name].options, *([QUIET] if takes_quiet(name) else []))),
        )
        for name in names
    ]


def common_options() -> tuple[OptionWord, ...]:
    """Return the options that may stand anywhere."""
    anywhere = (option for option in COMMON if option is not QUIET)
    return _options((*anywhere, *(Flag(name) for name in _PRINTERS)))


def leading_option() -> OptionWord:
    """Return --sessiz, which may precede any command but not follow each."""
    (option,) = _options((QUIET,))
    return option


def _operand(name: str, command: Subcommand) -> Value:
    endings = command.endings if name == "DOSYA" else ()
    words = tuple(command.choices.get(name, ()))
    return Value(name, words, name.startswith(_FILE_WORDS), endings)


def _options(declared: _Declared) -> tuple[OptionWord, ...]:
    words = value_words()
    common, filters = option_descriptions("Ortak"), option_descriptions("KISITLAR")
    found = []
    for option in declared:
        text = filters.get(option.name, "") if option in FILTERS else common.get(option.name, "")
        value = None
        if isinstance(option, Option):
            word = words.get(option.name, "DEĞER")
            is_file = bool(option.endings) or word.startswith(_FILE_WORDS)
            value = Value(word, tuple(option.choices), is_file, option.endings)
        found.append(OptionWord(option.name, first_clause(text), value))
    return tuple(found)
