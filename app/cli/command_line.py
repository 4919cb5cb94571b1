"""Parse a command line into a command, its options with values, and its operands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

from app.domain.text import fold, one_line, shorten, some_names
from app.errors import UsageError

_MOST_DIGITS: Final = 21  # characters; longer than any limit, and fast to parse
_SHOWN: Final = 60  # characters of a word that is repeated
_WHOLE: Final = re.compile(r"[+-]?[0-9]+\Z")


class Option(NamedTuple):
    """An option with a value: any text, one of `choices`, or a whole number in a range."""

    name: str
    choices: Collection[str] = ()
    default: Any = None
    is_number: bool = False
    endings: tuple[str, ...] = ()
    """File name endings for completion; empty for any file."""
    least: int = 0
    most: int = 2**31 - 1

    def value(self, text: str) -> Any:
        """Convert a typed value: `SATIŞ` becomes `satis`. Raises UsageError."""
        if (self.choices or self.is_number) and not text.strip():
            refuse(f"{self.name} boş")
        if self.choices:
            if fold(text) not in self.choices:
                refuse(f"{self.name}: {shorten(text, _SHOWN)} olamaz ({', '.join(self.choices)})")
            return fold(text)
        return self._number(text) if self.is_number else text

    def _number(self, text: str) -> int:
        text = text.strip()
        if not _WHOLE.match(text):
            refuse(f"{self.name}: {shorten(text, _SHOWN)} tam sayı değil")
        value = int(text[:_MOST_DIGITS])  # one cut short is still beyond the limits
        if value < self.least:
            refuse(f"{self.name} en az {self.least} olmalı")
        if value > self.most:
            refuse(f"{self.name} en çok {self.most} olabilir")
        return value


class Flag(NamedTuple):
    """An option without a value."""

    name: str
    default: bool = False


_Known: TypeAlias = Mapping[str, Option | Flag]


class Subcommand(NamedTuple):
    """The operands and the options of a command."""

    operands: tuple[str, ...]
    """The operands' names in the usage text, in order."""
    options: tuple[Option | Flag, ...]
    needs_operands: bool = True
    """Whether every operand is required."""
    choices: Mapping[str, Collection[str]] = MappingProxyType({})
    """Operand → the words that it may be, for operands with a fixed set."""
    endings: tuple[str, ...] = ()
    """File name endings of DOSYA for completion; empty for any file."""

    def value(self, operand: str, text: str) -> str:
        """Convert a typed operand, as `Option.value` does. Raises UsageError."""
        return str(Option(operand, self.choices.get(operand, ())).value(text))


class Options(SimpleNamespace):
    """Values by name: `options.kayit_tarihi` of --kayit-tarihi, `options.hedef` of HEDEF."""


VERSION: Final = "--surum"
"""An option that is handled before the command line is parsed."""
_END_OF_OPTIONS: Final = "--"
_NAMED: Final = 3  # commands that know an option


def take_apart(
    arguments: list[str], common: tuple[Option | Flag, ...], commands: Mapping[str, Subcommand]
) -> Options:
    """Return the values of all options and operands; `komut` is None without a command.

    `common` options may stand anywhere. Raises UsageError.
    """
    options = Options(komut=None)
    known = _add(common, {}, options)
    words, only_operands = arguments[::-1], False
    operands: list[str] = []
    needed = False
    given: set[str] = set()
    while words:
        word = words.pop()
        if not only_operands and word == _END_OF_OPTIONS:
            only_operands = True
        elif not only_operands and word.startswith("-") and _may_be_option(word):
            if (name := word.partition("=")[0]) not in known and name != VERSION:
                _refuse_unknown(name, options.komut, commands)
            _take_option(word, words, known, options, given)
        elif options.komut is None:
            options.komut = _command_name(word, commands)
            command = commands[options.komut]
            operands, needed = list(command.operands), command.needs_operands
            for operand in operands:
                setattr(options, operand.lower(), None)
            known = _add(command.options, known, options)
        elif operands:
            operand = operands.pop(0)
            setattr(options, operand.lower(), command.value(operand, word))
        else:
            _refuse_surplus(word, options.komut, commands[options.komut])
    if needed and operands:
        refuse(f"eksik: {operands[0]}")
    return options


def refuse(message: str) -> NoReturn:
    """Raise UsageError with a pointer to --help."""
    raise UsageError(f"{shorten(one_line(message), 170)}; kullanım için: --help")


def _add(new: tuple[Option | Flag, ...], known: _Known, options: Options) -> _Known:
    for option in new:
        setattr(options, _member(option), option.default)
    return {**known, **{option.name: option for option in new}}


def _refuse_surplus(word: str, name: str, command: Subcommand) -> NoReturn:
    """Raise UsageError for a word behind the last operand, perhaps the rest of an unquoted name."""
    shown = shorten(word, _SHOWN)
    if not command.operands:
        refuse(f"fazladan sözcük: {shown}; {name} yalnız seçenek alır")
    taken = " ve ".join(command.operands)
    refuse(f"fazladan sözcük: {shown}; {name} yalnız {taken} alır, boşluklu adı tırnak içine alın")


def _refuse_unknown(name: str, command: str | None, commands: Mapping[str, Subcommand]) -> NoReturn:
    """Raise UsageError for an option that the command does not know, with those that do."""
    found = [one for one, its in commands.items() if any(name == its_.name for its_ in its.options)]
    if not found:
        refuse(f"bilinmeyen seçenek: {shorten(name, _SHOWN)}")
    takes = f"alan komut: {some_names(found, _NAMED, 'komut')}"
    refuse(
        f"{name} komuttan sonra yazılır; {takes}"
        if command is None
        else f"{command} {name} seçeneğini almaz; {takes}"
    )


def _take_option(
    word: str, words: list[str], known: _Known, options: Options, given: set[str]
) -> None:
    """Store an option; `given` are the options with a value so far. Raises UsageError."""
    name, equals, text = word.partition("=")
    if name == VERSION:
        refuse(f"{VERSION} tek başına verilir")
    option = known[name]
    if isinstance(option, Flag):
        if equals:
            refuse(f"{name} değer almaz ({shorten(text, _SHOWN)})")
        setattr(options, _member(option), True)
        return
    if not equals:
        # A value may begin with one minus, such as the days -30..b; two begin the next option.
        if not words or (words[-1].startswith("--") and _may_be_option(words[-1])):
            refuse(f"{name} bir değer ister")
        text = words.pop()
    if name in given:
        refuse(f"{name} iki kez verildi; bir kez verin")
    given.add(name)
    setattr(options, _member(option), option.value(text))


def _may_be_option(word: str) -> bool:
    """Return whether a word looks like an option; a lone minus and a text with blanks do not."""
    return word != "-" and " " not in word.partition("=")[0]


def _command_name(word: str, commands: Collection[str]) -> str:
    if not word.strip():
        refuse("komut boş")
    if fold(word) not in commands:
        refuse(f"bilinmeyen komut: {shorten(word, _SHOWN)}")
    return fold(word)


def _member(option: Option | Flag) -> str:
    return option.name.removeprefix("--").replace("-", "_")
