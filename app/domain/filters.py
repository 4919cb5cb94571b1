"""What documents are asked for: the Kısıt fields of the screen and of the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args

import msgspec
from msgspec import Struct

from app.domain import dates
from app.domain.amounts import RATE_PLACES, parse_text_number
from app.domain.invoice import DocumentType, InvoiceKind, Small
from app.domain.text import fold, one_line, turkish_amount, turkish_trimmed
from app.errors import UsageError

T = TypeVar("T")

LIRA: Final = 0  # DOVIZTIP
_LIRA_WORDS = {"tl", "try"}
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")
_LIMITS = get_args(Small)[1]


class InvoiceFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of the given must hold; None asks for nothing. Ranges hold both their ends.

    It is plain data: msgspec.json takes it there and back. Where a document leaves out its TIPI,
    Sube_Kodu, DOVIZTIP or a line its STra_KDV, that counts as 0. Codes below the account's are
    taken whatever the case of A–Z.
    """

    document_type: DocumentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    number_from: str | None = None
    number_to: str | None = None
    account_code: str | None = None

    # İleri Kısıt
    kind: InvoiceKind | None = None
    branch: int | None = None
    currency: int | None = None
    """Of the document or of any line; TL (0) where neither names another."""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    series: str | None = None
    """The document's Seri, or the prefix of its number with or without the year."""
    project: str | None = None
    salesman: str | None = None
    vat_rate: Decimal | None = None
    """Of any line."""
    note: str | None = None
    """Stands in Aciklama or in a note (EKACK1..16), as `fold` takes letters for the same."""
    entered_from: date | None = None
    entered_to: date | None = None
    exported: bool | None = None
    """Whether an export of this database has written it to a file before."""
    imported: bool | None = None
    """Whether it came from a file."""

    def __post_init__(self) -> None:
        """Raises UsageError where a range ends before it begins."""
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UsageError("Belge Tarihi: son tarih ilk tarihten önce")
        if self.number_from and self.number_to and self.number_from > self.number_to:
            raise UsageError("Fatura No: son numara ilk numaradan küçük")
        if _backwards(self.amount_from, self.amount_to):
            raise UsageError("Tutar: en çok, en azdan küçük")
        if self.entered_from and self.entered_to and self.entered_from > self.entered_to:
            raise UsageError("Kayıt Tarihi: son tarih ilk tarihten önce")


_PLAIN = ("document_type", "date_from", "date_to", "number_from", "number_to", "account_code")
_ADVANCED = tuple(name for name in InvoiceFilter.__struct_fields__ if name not in _PLAIN)


def advanced(wanted: InvoiceFilter) -> InvoiceFilter:
    """Its İleri Kısıt alone."""
    return InvoiceFilter(**{name: getattr(wanted, name) for name in _ADVANCED})


def with_advanced(plain: InvoiceFilter, more: InvoiceFilter) -> InvoiceFilter:
    """`plain` with the İleri Kısıt of `more`."""
    return msgspec.structs.replace(plain, **{name: getattr(more, name) for name in _ADVANCED})


def advanced_words(wanted: InvoiceFilter) -> str:
    """Its İleri Kısıt as the user reads it: `Şube 1, Tutar ≥ 1.000,00`; empty where none is set."""
    w = wanted
    words = (
        _word("Tipi", w.kind, lambda kind: kind.label),
        _word("Şube", w.branch),
        _word("Döviz", w.currency, currency_word),
        _range_words("Tutar", w.amount_from, w.amount_to, turkish_amount),
        _word("Seri", w.series),
        _word("Proje", w.project),
        _word("Plasiyer", w.salesman),
        _word("KDV", w.vat_rate, lambda rate: f"%{turkish_trimmed(rate)}"),
        _word("Açıklama", w.note, lambda note: f"“{note}”"),
        _range_words("Kayıt Tarihi", w.entered_from, w.entered_to, dates.turkish),
        _yes_or_no("dışarı aktarılmış", "dışarı aktarılmamış", w.exported),
        _yes_or_no("dosyadan gelmiş", "dosyadan gelmemiş", w.imported),
    )
    return one_line(", ".join(word for word in words if word))


def _word(label: str, value: T | None, spell: Callable[[T], str] = str) -> str:
    return "" if value is None else f"{label} {spell(value)}"


def _range_words(label: str, low: T | None, high: T | None, spell: Callable[[T], str]) -> str:
    if low is None or high is None:
        return _word(f"{label} ≥", low, spell) or _word(f"{label} ≤", high, spell)
    return f"{label} {spell(low)}" if low == high else f"{label} {spell(low)}–{spell(high)}"


def _yes_or_no(yes: str, no: str, value: bool | None) -> str:
    return "" if value is None else yes if value else no


def _backwards(low: Any, high: Any) -> bool:
    return low is not None and high is not None and low > high


# What is typed, on the screen and on the command line alike


def currency_word(currency: int) -> str:
    """`TL`; of another only its code is known, Netsis' names are each company's own."""
    return "TL" if currency == LIRA else str(currency)


def parse_currency(text: str) -> int:
    """`TL` or a code. Raises ValueError with a Turkish reason."""
    return LIRA if fold(text.strip()) in _LIRA_WORDS else parse_small(text)


def parse_small(text: str) -> int:
    """A whole number of Netsis' small ones. Raises ValueError with a Turkish reason."""
    text = text.strip()
    if not _WHOLE.match(text):
        raise ValueError("sayı değil")
    if not _LIMITS.ge <= int(text) <= _LIMITS.le:
        raise ValueError(f"{_LIMITS.ge} ile {_LIMITS.le} arasında olmalı")
    return int(text)


def parse_rate(text: str) -> Decimal:
    """A VAT rate: `20`, `%20`, `0,5`. Raises ValueError with a Turkish reason."""
    return parse_text_number(text.strip().removeprefix("%"), RATE_PLACES)


def parse_amount(text: str) -> Decimal:
    """An amount in a field that writes it out at once, so that `1.000` can be a thousand.

    Raises ValueError with a Turkish reason.
    """
    try:
        return parse_text_number(text)
    except ValueError:
        return parse_text_number(f"{text.strip()},0")
