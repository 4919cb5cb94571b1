"""Define the program's commands and options, and parse their values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from app.cli.command_line import Flag, Option, Options, Subcommand, refuse, take_apart
from app.domain.filter_field import FilterField
from app.domain.filters import FIELDS, InvoiceFilter
from app.domain.invoice import DocumentType
from app.domain.text import one_line, shorten
from app.errors import UsageError
from app.netsis.encoding_names import BY_ITSELF, ENCODINGS
from app.netsis.file_names import OUTPUT_ENDINGS, SOURCE_ENDINGS, STANDARD
from app.os_errors import refused, wrong_folder
from app.paths import is_address
from app.sheets.names import SHEET_ENDINGS, is_sheet

T = TypeVar("T")

MOST_SEED = 2**63 - 1
SHELLS = ("bash", "zsh", "fish")
DOCUMENT_TYPES = {one.word: one for one in DocumentType}
_NEVER_EMPTY = {
    "hedef": "HEDEF",
    "kaynak": "KAYNAK",
    "dosya": "DOSYA",
    "belge_no": "BELGE_NO",
    "veritabani": "--veritabani",
    "yaz": "--yaz",
    "hatalar": "--hatalar",
    **{
        field.destination: field.option
        for field in FIELDS
        if field.parse is str and not field.is_range
    },
}
_SHOWN: Final = 100  # characters of a path that is repeated
_NOT_UTF8 = "komut satırı UTF-8 değil; terminali UTF-8'e ayarlayın ya da LC_ALL=C.UTF-8 verin"
_COPIES = ("yedekle", "geri-yukle")
_PATHS = ("hedef", "kaynak", "dosya", "veritabani", "yaz", "hatalar")
QUIET = Flag("--sessiz")
COMMON = (
    Option("--veritabani", endings=(".db",)),
    Flag("--olustur"),
    Flag("--ornek"),
    QUIET,
)
_JSON = Flag("--json")
_WRITE = Option("--yaz", endings=SHEET_ENDINGS)
_SHOWING = ("listele", "ozet", "goster", "aktarimlar", "silinenler", "sema", "tamamlama")
"""The commands that only print, unless --yaz names a file."""
_KEEP_NUMBERS, _SERIES = Flag("--kaynak-no"), Option("--seri")
FILTERS = tuple(Option(field.option, tuple(field.choices or ())) for field in FIELDS)
COMMANDS = {
    "iceri": Subcommand(("DOSYA",), (), endings=SOURCE_ENDINGS),
    "disari-aktar": Subcommand(("HEDEF",), (_JSON, Flag("--kartlarla"), *FILTERS)),
    "iceri-aktar": Subcommand(
        ("DOSYA",),
        (
            _JSON, _KEEP_NUMBERS, _SERIES, Flag("--dene"), Flag("--eksik-kartlari-olustur"),
            Flag("--aktarilanlari-atla"), Option("--kodlama", ENCODINGS, BY_ITSELF),
            Option("--hatada"), Option("--hatalar", endings=(*SHEET_ENDINGS, *OUTPUT_ENDINGS)),
        ),
        endings=SOURCE_ENDINGS,
    ),
    "listele": Subcommand((), (_JSON, _WRITE, *FILTERS)),
    "ozet": Subcommand((), (_JSON, _WRITE, *FILTERS)),
    "goster": Subcommand(
        ("BELGE_NO",), (_JSON, Option("--tip", tuple(DOCUMENT_TYPES)), Option("--cari"))
    ),
    "ornek-veri": Subcommand(
        (),
        (
            Option("--fatura", default=5000, is_number=True, least=1),
            Option("--tohum", default=1, is_number=True, least=-MOST_SEED, most=MOST_SEED),
        ),
    ),
    "kart-aktar": Subcommand(
        ("YON", "DOSYA"),
        (_JSON, Flag("--dene"), Option("--kodlama", ENCODINGS, BY_ITSELF)),
        choices={"YON": ("disari", "iceri")},
        endings=(*SOURCE_ENDINGS, ".xlsx", ".csv"),
    ),
    "aktarimlar": Subcommand(("NO",), (_JSON, _WRITE), needs_operands=False),
    "silinenler": Subcommand((), (_JSON,)),
    "geri-al": Subcommand(("NO",), (_JSON, Flag("--dene"))),
    "geri-getir": Subcommand(("NO",), (_JSON,)),
    "denetle": Subcommand((), ()),
    "sirket": Subcommand(("ADI",), (_JSON,), needs_operands=False),
    "doviz": Subcommand(("KOD", "AD"), (_JSON,), needs_operands=False),
    "yedekle": Subcommand(("HEDEF",), (_JSON,)),
    "geri-yukle": Subcommand(("DOSYA",), (_JSON,), endings=(".db",)),
    "tasi": Subcommand(("KAYNAK", "HEDEF"), (_JSON,)),
    "sema": Subcommand((), ()),
    "tamamlama": Subcommand(("KABUK",), (), choices={"KABUK": SHELLS}),
}  # fmt: skip


def parse(arguments: list[str]) -> Options:
    """Parse a command line; `komut` is None if the screens are wanted. Raises UsageError."""
    options = take_apart(arguments, COMMON, COMMANDS)
    if check := _CHECKS.get(options.komut):
        check(options)
    if getattr(options, "dene", False) and options.olustur:
        refuse("--dene ile --olustur birlikte verilemez")
    _check_values(options)
    _check_paths(options)
    if options.sessiz and getattr(options, "json", False):
        refuse(f"--sessiz ile {_JSON.name} birlikte verilemez")
    if options.sessiz and options.komut in _SHOWING and getattr(options, "yaz", None) is None:
        refuse(f"--sessiz ile {options.komut} birlikte verilemez; işi göstermektir")
    if options.komut in (None, "iceri") and options.sessiz:
        raise UsageError("--sessiz ekranlarla birlikte verilemez; alt komutlar içindir")
    if (sheet := getattr(options, "yaz", None)) and not is_sheet(sheet):
        raise UsageError("--yaz: dosya adı .xlsx ya da .csv ile bitmeli")
    if options.komut == "iceri":
        _check_file(options.dosya)
    elif options.ornek and options.komut:
        raise UsageError("--ornek yalnız ekranlar içindir; alt komutla birlikte verilemez")
    if options.ornek and options.veritabani is not None:
        raise UsageError("--ornek kendi veritabanını açar; --veritabani ile birlikte verilemez")
    return options


def takes_quiet(name: str) -> bool:
    """Return whether a command accepts --sessiz, possibly only with --yaz."""
    return name != "iceri" and (name not in _SHOWING or _WRITE in COMMANDS[name].options)


def _check_import(options: Options) -> None:
    keep, series = _KEEP_NUMBERS.name, _SERIES.name
    if options.kaynak_no and options.seri is not None:
        refuse(f"{series} ile {keep} birlikte verilemez")
    if not options.kaynak_no and options.seri is None:
        refuse(f"şunlardan biri gerekli: {keep} ya da {series}")


def _check_cards(options: Options) -> None:
    if options.yon == "disari" and (options.dene or options.kodlama != BY_ITSELF):
        refuse("--dene ve --kodlama yalnız kart-aktar iceri ile verilir")


def _check_move(options: Options) -> None:
    if options.veritabani is not None or options.olustur:
        refuse("tasi ile --veritabani ve --olustur verilmez; KAYNAK ve HEDEF veritabanlarıdır")


_CHECKS = {"iceri-aktar": _check_import, "kart-aktar": _check_cards, "tasi": _check_move}


def _check_values(options: Options) -> None:
    """Raise UsageError for an empty value, probably a variable that a script forgot to set."""
    for name, value in vars(options).items():
        if not isinstance(value, str):
            continue
        if name in _NEVER_EMPTY and not value.strip():
            raise UsageError(f"{_NEVER_EMPTY[name]} boş")
        if name not in _PATHS and not value.isprintable() and _lone_surrogate(value):
            raise UsageError(_NOT_UTF8)


def _check_paths(options: Options) -> None:
    """Raise UsageError for a server or a standard stream where a command needs a file."""
    if options.komut == "tasi":
        return
    for name in ("hedef", "dosya", "yaz", "hatalar"):
        value, shown = getattr(options, name, None) or "", _NEVER_EMPTY[name]
        if is_address(value):
            tip = "; sunucuya kopyalayan komut: tasi" if options.komut == "yedekle" else ""
            raise UsageError(f"{shown} bir sunucu adresi olamaz, dosya adı verin{tip}")
        if value == STANDARD and options.komut in _COPIES:
            raise UsageError(f"{shown} - olamaz, dosya adı verin; adı - olan dosya için: ./-")


def _check_file(path: str) -> None:
    """Raise UsageError if the file for Dosya Yolu is missing or a field cannot show its path."""
    if one_line(path) != path:
        raise UsageError("DOSYA adında gösterilemeyen karakter var")
    if not os.path.exists(path):
        if wrong := wrong_folder(path):
            raise UsageError(refused(*wrong).sentence)
        raise UsageError(f"{shorten(path, _SHOWN)}: böyle bir dosya ya da klasör yok")


def _lone_surrogate(value: str) -> bool:
    """Return whether there are lone surrogates, Python's form of bytes that are not UTF-8."""
    return any("\ud800" <= sign <= "\udfff" for sign in value)


def target_of(text: str) -> Path:
    """Return the path to write to, with `~` expanded. Raises UsageError.

    A path that ends with / is a folder. The home of an unknown user stays `~user`, no folder.
    """
    path = os.path.expanduser(text)  # pathlib's raises RuntimeError for an unknown user
    if text.endswith("/") and not os.path.isdir(path):
        shown = shorten(one_line(text), _SHOWN)
        raise UsageError(f"{shown}: böyle bir klasör yok; önce klasörü oluşturun")
    return Path(path)


def filter_of(options: Options, currencies: Mapping[int, str] | None = None) -> InvoiceFilter:
    """Return the filter (KISITLAR) of a command. Raises UsageError.

    `currencies` is currency code → the company's name.
    """
    return InvoiceFilter(
        **{
            member: value
            for field in FIELDS
            for member, value in zip(
                field.members, _values(field, options, currencies or {}), strict=True
            )
        }
    )


def _values(field: FilterField, options: Options, names: Mapping[int, str]) -> tuple[Any, ...]:
    text = getattr(options, field.destination)
    if field.choices:
        return (field.choices.get(text),)
    if not field.is_range:
        return (_value(field.option, text, lambda text: field.read(text, names)),)
    ends = _range(field.option, text)
    if not field.parse_span:
        return tuple(_value(field.option, end, field.parse) for end in ends)
    spans = [_value(field.option, end, field.parse_span) for end in ends]
    return tuple(span and span[place] for place, span in enumerate(spans))


def _range(option: str, text: str | None) -> tuple[str | None, str | None]:
    """Return both ends of `İLK..SON`; a single value is both, a missing end is None."""
    if text is None:
        return None, None
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        last = first
    if not first and not last:
        raise UsageError(f"{option}: boş aralık")
    return first or None, last or None


def _value(option: str, text: str | None, parse: Callable[[str], T]) -> T | None:
    """Parse an option's value with `parse`, which raises ValueError with a reason."""
    if text is None:
        return None
    if not text.strip():
        raise UsageError(f"{option} boş")
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{option}: {shorten(one_line(text), 30)}: {error}") from None
