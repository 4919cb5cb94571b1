"""The command line taken apart: options, ranges, and errors of usage in Turkish."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn, TypeVar

from app.domain.amounts import parse_text_number
from app.domain.dates import parse_file_date, parse_typed
from app.domain.filters import InvoiceFilter, parse_currency, parse_rate, parse_small
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.text import one_line, shorten
from app.errors import UsageError

T = TypeVar("T")

DOCUMENT_TYPES = {kind.word: kind for kind in DocumentType}
_KINDS = {kind.word: kind for kind in InvoiceKind}
_YES_OR_NO = {"evet": True, "hayir": False}
_NEVER_EMPTY = {
    "hedef": "HEDEF",
    "dosya": "DOSYA",
    "belge_no": "BELGE_NO",
    "cari": "--cari",
    "seri": "--seri",
    "proje": "--proje",
    "plasiyer": "--plasiyer",
    "aciklama": "--aciklama",
    "veritabani": "--veritabani",
}
_PATHS = ("hedef", "dosya", "veritabani")
_TYPED_FILTERS = (
    "--sube", "--doviz", "--tutar", "--seri", "--proje", "--plasiyer", "--kdv-orani", "--aciklama",
    "--kayit-tarihi",
)  # fmt: skip

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
    number_from, number_to = _range("--fatura-no", options.fatura_no)
    date_from, date_to = _range_of("--tarih", options.tarih, _day)
    entered_from, entered_to = _range_of("--kayit-tarihi", options.kayit_tarihi, _day)
    amount_from, amount_to = _range_of("--tutar", options.tutar, parse_text_number)
    return InvoiceFilter(
        document_type=DOCUMENT_TYPES.get(options.tip),
        date_from=date_from,
        date_to=date_to,
        number_from=number_from,
        number_to=number_to,
        account_code=options.cari,
        kind=_KINDS.get(options.tur),
        branch=_value("--sube", options.sube, parse_small),
        currency=_value("--doviz", options.doviz, parse_currency),
        amount_from=amount_from,
        amount_to=amount_to,
        series=options.seri,
        project=options.proje,
        salesman=options.plasiyer,
        vat_rate=_value("--kdv-orani", options.kdv_orani, parse_rate),
        note=options.aciklama,
        entered_from=entered_from,
        entered_to=entered_to,
        exported=_YES_OR_NO.get(options.aktarilan),
        imported=_YES_OR_NO.get(options.dosyadan),
    )


def _add_command(commands: Any, name: str, *, json: bool = True) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name)
    _add_database(command)
    if json:
        command.add_argument("--json", action="store_true")
    return command


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--veritabani", default=argparse.SUPPRESS)


def _add_filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tip", choices=DOCUMENT_TYPES)
    command.add_argument("--tarih")
    command.add_argument("--fatura-no")
    command.add_argument("--cari")
    command.add_argument("--tur", choices=_KINDS)
    for name in _TYPED_FILTERS:
        command.add_argument(name)
    for name in ("--aktarilan", "--dosyadan"):
        command.add_argument(name, choices=_YES_OR_NO)


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


def _range_of(
    option: str, text: str | None, parse: Callable[[str], T]
) -> tuple[T | None, T | None]:
    first, last = _range(option, text)
    return _value(option, first, parse), _value(option, last, parse)


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


def _day(text: str) -> date:
    try:
        return parse_file_date(text)
    except ValueError:
        return parse_typed(text, date.today())
