"""Invoice filters (Kısıt), and the table that declares each field once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from app.domain import dates
from app.domain.amounts import RATE_PLACES, parse_text_number
from app.domain.invoice import DocumentType, InvoiceKind, Small
from app.domain.number_ranges import key_ranges
from app.domain.text import fold, one_line, turkish_amount, turkish_trimmed
from app.errors import UsageError

LIRA: Final = 0  # DOVIZTIP
ANY_END: Final = "*"
_LIRA_WORDS = {"tl", "try"}
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")
_LIMITS = get_args(Small)[1]


class InvoiceFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document must match every field that is not None. Ranges include both ends.

    It is plain data that msgspec encodes and decodes. A missing TIPI, Sube_Kodu, DOVIZTIP or
    STra_KDV counts as 0. Codes and numbers are compared in any case.
    """

    document_type: DocumentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    number_from: str | None = None
    number_to: str | None = None
    """The same at both ends is one number; `number_ranges` says what they mean."""
    account_code: str | None = None
    """A code, or with `*` at its end all codes that begin so: `120-034*`."""

    # İleri Kısıt
    kind: InvoiceKind | None = None
    branch: int | None = None
    currency: int | None = None
    """The currency of the document or of any line; TL (0) if neither names another."""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    series: str | None = None
    """The document's Seri, or the prefix of its number with or without the year."""
    project: str | None = None
    salesman: str | None = None
    vat_rate: Decimal | None = None
    """The rate of any line."""
    note: str | None = None
    """Part of Aciklama or of a note (EKACK1..16), compared by `fold`."""
    entered_from: date | None = None
    entered_to: date | None = None
    exported: bool | None = None
    """Whether an export of this database has written it to a file."""
    imported: bool | None = None
    """Whether it was imported from a file."""

    def __post_init__(self) -> None:
        """Raise UsageError for values that make no sense: a range that ends before it begins."""
        for field in FIELDS:
            if field.check and field.is_set(self):
                field.check(*field.values(self))


# Parsers for the screen and the command line


def currency_name(currency: int, names: Mapping[int, str]) -> str:
    """Return the name that the company gave a currency code: `USD`; else `döviz 1`."""
    return "TL" if currency == LIRA else names.get(currency, f"döviz {currency}")


def currency_word(currency: int) -> str:
    """`TL`; of another only its code is known, Netsis' names are each company's own."""
    return "TL" if currency == LIRA else str(currency)


def parse_currency(text: str) -> int:
    """`TL` or a code. Raises ValueError with a Turkish reason."""
    return LIRA if fold(text.strip()) in _LIRA_WORDS else parse_small(text)


def parse_small(text: str) -> int:
    """Return a whole number of Netsis' small ones. Raises ValueError with a Turkish reason."""
    text = text.strip()
    if not _WHOLE.match(text):
        raise ValueError("sayı değil")
    if not _LIMITS.ge <= int(text) <= _LIMITS.le:
        raise ValueError(f"{_LIMITS.ge} ile {_LIMITS.le} arasında olmalı")
    return int(text)


def parse_rate(text: str) -> Decimal:
    """Parse a VAT rate: `20`, `%20`, `0,5`. Raises ValueError with a Turkish reason."""
    return parse_text_number(text.strip().removeprefix("%"), RATE_PLACES)


def parse_amount(text: str) -> Decimal:
    """Parse an amount for a field that formats it at once: `1.000` may be a thousand.

    Raises ValueError with a Turkish reason.
    """
    try:
        return parse_text_number(text)
    except ValueError:
        return parse_text_number(f"{text.strip()},0")


# The fields, declared once


def _days_in_words(low: date | None, high: date | None) -> str:
    return "–".join(dates.turkish(day) if day else "" for day in (low, high))


def _type_in_words(kind: DocumentType) -> str:
    return "" if kind is DocumentType.SALES else kind.label


def _number_in_words(low: str | None, high: str | None) -> str:
    return f"Fatura No {low}" if low == high else f"Fatura No {low or ''}–{high or ''}"


def _parse_days(text: str) -> tuple[date, date]:
    """Parse a day, or a period such as `gecen-ay` or `2024-03`, as its first and last day.

    Raises ValueError with a Turkish reason.
    """
    return dates.parse_days(text, date.today())


def _check_order(reason: str, low: Any, high: Any) -> None:
    if low is not None and high is not None and low > high:
        raise UsageError(reason)


_check_days = partial(_check_order, "Belge Tarihi: son tarih ilk tarihten önce")
_check_entered = partial(_check_order, "Kayıt Tarihi: son tarih ilk tarihten önce")
_check_amounts = partial(_check_order, "Tutar: en çok, en azdan küçük")


def _check_account(code: str) -> None:
    if ANY_END in code.strip()[:-1]:
        raise UsageError("Cari Kodu: * yalnız sonda olabilir (120-034* gibi)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """The declaration of one Kısıt: its names, its parsers and its words.

    The command line, its help, the screens, the messages and the remembered choices are made from
    these; the store has the SQL of each, by the member's name.
    """

    name: str
    """The member of InvoiceFilter; for a range without `_from` and `_to`."""
    label: str
    option: str
    usage: str = ""
    """The text after the option in --help."""
    choices: Mapping[str, Any] | None = None
    """The words that the command line accepts, if they are few: word → value."""
    parse: Callable[[str], Any] = str
    """Parses the command line's text; raises ValueError with a Turkish reason."""
    parse_span: Callable[[str], tuple[Any, Any]] | None = None
    """For a range: parses the command line's text for an end that may be a range itself."""
    parse_on_screen: Callable[[str], Any] | None = None
    """Parses a screen field's text, if that accepts more."""
    spell: Callable[[Any], str] = str
    """Formats a value for a field."""
    said: Callable[..., str] | None = None
    """Formats a value, or both ends of a range, for a message; None for label and value."""
    is_range: bool = False
    one_is_both: bool = False
    """Whether the first end of the range alone means that value, on the screen."""
    check: Callable[..., object] | None = None
    """Raises UsageError for a value, or both ends of a range, that make no sense."""
    advanced: bool = True
    """Whether it belongs to İleri Kısıt."""

    @property
    def members(self) -> tuple[str, ...]:
        """The members of InvoiceFilter for this field."""
        return (f"{self.name}_from", f"{self.name}_to") if self.is_range else (self.name,)

    @property
    def destination(self) -> str:
        """The option's name among the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")

    def values(self, wanted: InvoiceFilter) -> tuple[Any, ...]:
        """Return a filter's value, or both ends of its range; None where it has no limit."""
        return tuple(getattr(wanted, member) for member in self.members)

    def is_set(self, wanted: InvoiceFilter) -> bool:
        """Return whether a filter has a value of this field."""
        return any(value is not None for value in self.values(wanted))

    def shown(self, wanted: InvoiceFilter) -> tuple[Any, ...]:
        """Return the values for the screen's fields; `meant` is the way back."""
        low, *high = self.values(wanted)
        return (low, None) if self.one_is_both and high == [low] else (low, *high)

    def meant(self, *values: Any) -> dict[str, Any]:
        """Return the members of InvoiceFilter for the values of the screen's fields."""
        if self.one_is_both and values[-1] is None:
            values = values[:1] * 2
        return dict(zip(self.members, values, strict=True))

    def words(self, wanted: InvoiceFilter) -> str:
        """Describe a filter's value for the user; empty if it has none."""
        values = self.values(wanted)
        if not self.is_set(wanted):
            return ""
        if self.said:
            return self.said(*values)
        low, high = values[0], values[-1]
        if low == high:
            return f"{self.label} {self.spell(low)}"
        if low is None or high is None:
            sign, end = ("≥", low) if high is None else ("≤", high)
            return f"{self.label} {sign} {self.spell(end)}"
        return f"{self.label} {self.spell(low)}–{self.spell(high)}"


_KINDS = {kind.word: kind for kind in InvoiceKind}
_YES_OR_NO = {"evet": True, "hayir": False}

FIELDS: Final = (
    FilterField(
        name="document_type", label="Belge Tipi", option="--tip", advanced=False,
        usage="satis|alis       belge tipi (yoksa ikisi de)",
        choices={kind.word: kind for kind in DocumentType}, said=_type_in_words,
    ),
    FilterField(
        name="date", label="Belge Tarihi", option="--tarih", advanced=False, is_range=True,
        usage="BAŞ..SON       belge tarihi: 2024-03-01..2024-03-31 ya da 01.03.2024..31.03.2024;\n"
        "                         2024-03, gecen-ay, bu-ay, bu-yil; son 30 gün: -30..b",
        parse_span=_parse_days, spell=dates.turkish, said=_days_in_words, check=_check_days,
    ),
    FilterField(
        name="number", label="Fatura No", option="--fatura-no", is_range=True, one_is_both=True,
        usage="NO|İLK..SON  A600, A00000000000600'ü de bulur; aralık tek seriden olur",
        said=_number_in_words, check=key_ranges, advanced=False,
    ),
    FilterField(
        name="account_code", label="Cari Kodu", option="--cari", advanced=False,
        usage="KOD             cari kodu ya da başı: 120-034*", check=_check_account,
    ),
    FilterField(
        name="kind", label="Tipi", option="--tur", choices=_KINDS, spell=lambda kind: kind.label,
        usage="TİPİ             bos, kapali, acik, muhtelif, iade, zayi-iade, ihracat, yurt-ici\n"
        "                         ya da yurt-disi",
    ),
    FilterField(
        name="branch", label="Şube", option="--sube", parse=parse_small,
        usage="NO              ortak şube -1; şubesi yazmayan belge 0 sayılır",
    ),
    FilterField(
        name="currency", label="Döviz", option="--doviz", parse=parse_currency, spell=currency_word,
        usage="TL|KOD         belgenin ya da bir kaleminin dövizi; TL: hiç dövizi olmayan",
    ),
    FilterField(
        name="amount", label="Tutar", option="--tutar", parse=parse_text_number,
        parse_on_screen=parse_amount, spell=turkish_amount, is_range=True, check=_check_amounts,
        usage="EN_AZ..EN_ÇOK  genel toplam: 1000..2500,50 ya da 1000..",
    ),
    FilterField(
        name="series", label="Seri", option="--seri",
        usage="SERİ            belgenin serisi ya da numarasının öneki: RDM ya da RDM2024",
    ),
    FilterField(name="project", label="Proje", option="--proje", usage="KOD"),
    FilterField(name="salesman", label="Plasiyer", option="--plasiyer", usage="KOD"),
    FilterField(
        name="vat_rate", label="KDV Oranı", option="--kdv-orani", parse=parse_rate,
        usage="ORAN       bu oranda bir kalemi olan", spell=turkish_trimmed,
        said=lambda rate: f"KDV %{turkish_trimmed(rate)}",
    ),
    FilterField(
        name="note", label="Açıklama", option="--aciklama", said=lambda note: f"Açıklama “{note}”",
        usage="METİN       açıklamasında ya da notlarında geçen (büyük/küçük harf, ş/s ayrılmaz)",
    ),
    FilterField(
        name="entered", label="Kayıt Tarihi", option="--kayit-tarihi", parse_span=_parse_days,
        spell=dates.turkish, is_range=True, check=_check_entered,
        usage="BAŞ..SON  belgenin bu veritabanına girildiği gün",
    ),
    FilterField(
        name="exported", label="Dışarı aktarılan", option="--aktarilan", choices=_YES_OR_NO,
        usage="evet|hayir   daha önce dışarı aktarılmış ya da aktarılmamış",
        said=lambda yes: "dışarı aktarılmış" if yes else "dışarı aktarılmamış",
    ),
    FilterField(
        name="imported", label="Dosyadan alınan", option="--dosyadan", choices=_YES_OR_NO,
        usage="evet|hayir    dosyadan alınmış ya da burada girilmiş",
        said=lambda yes: "dosyadan alınmış" if yes else "dosyadan alınmamış",
    ),
)  # fmt: skip
FIELD_OF: Final = {member: field for field in FIELDS for member in field.members}
"""Member of InvoiceFilter → its field."""
_ADVANCED = tuple(member for member, field in FIELD_OF.items() if field.advanced)


def advanced(wanted: InvoiceFilter) -> InvoiceFilter:
    """Return the İleri Kısıt part of a filter."""
    return InvoiceFilter(**{name: getattr(wanted, name) for name in _ADVANCED})


def with_advanced(plain: InvoiceFilter, more: InvoiceFilter) -> InvoiceFilter:
    """Return `plain` with the İleri Kısıt part of `more`."""
    return msgspec.structs.replace(plain, **{name: getattr(more, name) for name in _ADVANCED})


def advanced_words(wanted: InvoiceFilter) -> str:
    """Describe the İleri Kısıt part: `Şube 1, Tutar ≥ 1.000,00`; empty if none is set."""
    return _joined(field.words(wanted) for field in FIELDS if field.advanced)


def filter_words(wanted: InvoiceFilter, period: dates.Period | None) -> str:
    """Describe a filter; leave out the type if it is sales, name dates by their period."""
    types = "" if wanted.document_type is not None else "bütün tipler"
    words = {field.name: field.words(wanted) for field in FIELDS}
    return _joined([types, *(words | ({"date": period.label} if period else {})).values()])


def _joined(words: Iterable[str]) -> str:
    return one_line(", ".join(filter(None, words)))
