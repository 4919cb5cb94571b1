"""The command line taken apart: options, ranges, and errors of usage in Turkish."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from app.domain.filters import FIELDS, FilterField, InvoiceFilter
from app.domain.invoice import DocumentType
from app.domain.text import one_line, shorten
from app.errors import UsageError

T = TypeVar("T")

DOCUMENT_TYPES = {kind.word: kind for kind in DocumentType}
_NEVER_EMPTY = {
    "hedef": "HEDEF",
    "dosya": "DOSYA",
    "belge_no": "BELGE_NO",
    "veritabani": "--veritabani",
    **{
        field.destination: field.option
        for field in FIELDS
        if field.parse is str and not field.backwards
    },
}
_PATHS = ("hedef", "dosya", "veritabani")
# argparse speaks English only; these are all the errors that our options can raise.
_IN_TURKISH = (
    (r"unrecognized arguments: (.*)", "bilinmeyen seçenek: {}"),
    (r"the following arguments are required: (.*)", "eksik: {}"),
    (r"one of the arguments (.*) is required", "şunlardan biri gerekli: {}"),
    (r"argument (.*): not allowed with argument (.*)", "{} ile {} birlikte verilemez"),
    (r"argument (.*): expected one argument", "{} bir değer ister"),
    (r"argument komut: invalid choice: '?(.*?)'? \(choose.*", "bilinmeyen komut: {}"),
    (r"argument (.*): invalid choice: '?(.*?)'? \(choose from (.*)\)", "{}: {} olamaz ({})"),
    (r"argument (.*): invalid \w+ value: '?(.*?)'?", "{}: {} bir sayı değil"),
    (r"argument (.*): ignored explicit argument (.*)", "{} değer almaz ({})"),
    (r"ambiguous option: (.*) could match (.*)", "{} birden çok seçeneğe uyuyor: {}"),
    (r"argument (.*): (.*)", "{}: {}"),
)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        for pattern, sentence in _IN_TURKISH:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                message = sentence.format(*found.groups())
                break
        raise UsageError(f"{shorten(one_line(message), 170)}; kullanım için: --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options; `komut` is None where the screens are asked for. Raises UsageError."""
    parser = _Parser()
    _add_database(parser)
    parser.add_argument("--ornek", action="store_true")
    commands = parser.add_subparsers(dest="komut", metavar="komut", parser_class=_Parser)

    command = _add_command(commands, "iceri", json=False)
    command.add_argument("dosya", metavar="DOSYA")
    command.add_argument("--ornek", action="store_true", default=argparse.SUPPRESS)

    command = _add_command(commands, "disari-aktar")
    command.add_argument("hedef", metavar="HEDEF")
    _add_filters(command)

    command = _add_command(commands, "iceri-aktar")
    command.add_argument("dosya", metavar="DOSYA")
    rule = command.add_mutually_exclusive_group(required=True)
    rule.add_argument("--kaynak-no", action="store_true")
    rule.add_argument("--seri")
    for name in ("--dene", "--eksik-kartlari-olustur", "--aktarilanlari-atla"):
        command.add_argument(name, action="store_true")
    command.add_argument("--kodlama", choices=("utf-8", "cp1254"), default="utf-8")

    command = _add_command(commands, "listele")
    _add_filters(command)

    command = _add_command(commands, "goster")
    command.add_argument("belge_no", metavar="BELGE_NO")
    command.add_argument("--tip", choices=DOCUMENT_TYPES)
    command.add_argument("--cari")

    command = _add_command(commands, "ornek-veri", json=False)
    command.add_argument("--fatura", type=int, default=5000)
    command.add_argument("--tohum", type=int, default=1)

    _add_command(commands, "denetle", json=False)
    _add_command(commands, "yedekle").add_argument("hedef", metavar="HEDEF")
    _add_command(commands, "geri-yukle").add_argument("dosya", metavar="DOSYA")
    options = parser.parse_args(arguments)
    _check_values(options)
    if options.komut == "iceri":
        _check_file(options.dosya)
    elif options.ornek and options.komut:
        raise UsageError("--ornek yalnız ekranlar içindir; alt komutla birlikte verilemez")
    if options.ornek and "veritabani" in options:
        raise UsageError("--ornek kendi veritabanını açar; --veritabani ile birlikte verilemez")
    return options


def _check_values(options: argparse.Namespace) -> None:
    """An empty value is most likely a variable that a script forgot to set."""
    for name, value in vars(options).items():
        if not isinstance(value, str):
            continue
        if name in _NEVER_EMPTY and not value.strip():
            raise UsageError(f"{_NEVER_EMPTY[name]} boş")
        if name not in _PATHS and not value.isprintable() and _lone_surrogate(value):
            raise UsageError("komut satırı UTF-8 değil")


def _check_file(path: str) -> None:
    """What Dosya Yolu is to hold: there, and of letters that a field can show."""
    if one_line(path) != path:
        raise UsageError("DOSYA adında gösterilemeyen karakter var")
    if not os.path.exists(path):
        raise UsageError(f"{shorten(path, 100)}: böyle bir dosya ya da klasör yok")


def _lone_surrogate(value: str) -> bool:
    """Bytes that are no UTF-8 come from the shell as lone surrogates."""
    return any("\ud800" <= sign <= "\udfff" for sign in value)


def filter_of(options: argparse.Namespace) -> InvoiceFilter:
    """The KISITLAR of a command. Raises UsageError."""
    return InvoiceFilter(
        **{
            member: value
            for field in FIELDS
            for member, value in zip(field.members, _values(field, options), strict=True)
        }
    )


def _values(field: FilterField, options: argparse.Namespace) -> tuple[Any, ...]:
    text = getattr(options, field.destination)
    if field.choices:
        return (field.choices.get(text),)
    ends = _range(field.option, text) if len(field.members) > 1 else (text,)
    return tuple(_value(field.option, end, field.parse) for end in ends)


def _add_command(commands: Any, name: str, *, json: bool = True) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name)
    _add_database(command)
    if json:
        command.add_argument("--json", action="store_true")
    return command


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--veritabani", default=argparse.SUPPRESS)


def _add_filters(command: argparse.ArgumentParser) -> None:
    for field in FIELDS:
        command.add_argument(field.option, choices=field.choices)


def _range(option: str, text: str | None) -> tuple[str | None, str | None]:
    """Both ends of `İLK..SON`; one value alone is both, an end left out is open."""
    if text is None:
        return None, None
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        last = first
    if not first and not last:
        raise UsageError(f"{option}: boş aralık")
    return first or None, last or None


def _value(option: str, text: str | None, parse: Callable[[str], T]) -> T | None:
    """What a typed value means; `parse` raises ValueError with a reason."""
    if text is None:
        return None
    if not text.strip():
        raise UsageError(f"{option} boş")
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{option}: {shorten(one_line(text), 30)}: {error}") from None
