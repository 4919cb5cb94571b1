"""Invoice filters (Kısıt), and the table that declares each field once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from app.domain import dates
from app.domain.amounts import RATE_PLACES, parse_text_number
from app.domain.codes import unique_key
from app.domain.filter_field import FilterField
from app.domain.invoice import DocumentType, InvoiceKind, Small
from app.domain.number_ranges import key_ranges
from app.domain.text import fold, one_line, turkish_amount, turkish_trimmed
from app.errors import UsageError

LIRA: Final = 0  # DOVIZTIP
ANY_END: Final = "*"
_LIRA_WORDS = {"tl", "try", "₺", "turk lirasi"}
_WHOLE = re.compile(r"-?[0-9]+\Z")
HIGHEST_RATE: Final = 100  # per cent
_MOST_DIGITS = 20  # characters; longer than any limit, and fast to parse
_LIMITS = get_args(Small)[1]


class InvoiceFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Conditions that a document has to match; None means no condition.

    Ranges include both ends. It is plain data that msgspec encodes and decodes. A missing TIPI,
    Sube_Kodu, DOVIZTIP or STra_KDV counts as 0. Codes and numbers are compared by `unique_key`.
    """

    document_type: DocumentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    number_from: str | None = None
    number_to: str | None = None
    """Equal ends mean one number; see `number_ranges` for the meaning of a range."""
    account_code: str | None = None
    """A code, or a prefix of codes followed by `*`: `120-034*`."""

    # İleri Kısıt
    kind: InvoiceKind | None = None
    branch: int | None = None
    currency: int | None = None
    """The currency code of the document or of any line; TL (0) if neither names another."""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    series: str | None = None
    """The document's Seri, or the prefix of its number with or without the year."""
    project: str | None = None
    salesman: str | None = None
    vat_rate: Decimal | None = None
    """The VAT rate of any line, in per cent."""
    note: str | None = None
    """Part of Aciklama or of a note (EKACK1..16), compared by `text.fold`."""
    entered_from: date | None = None
    entered_to: date | None = None
    exported: bool | None = None
    """Whether this database has exported the document to a file."""
    imported: bool | None = None
    """Whether the document was imported from a file."""

    def __post_init__(self) -> None:
        """Raise UsageError for contradictory values, such as a range that ends before it begins."""
        for field in FIELDS:
            if field.check and field.is_set(self):
                field.check(*field.values(self))


# Parsers for the screen and the command line


def currency_name(currency: int, names: Mapping[int, str]) -> str:
    """Return the company's name of a currency code, such as `USD`, or else `döviz 1`."""
    return "TL" if currency == LIRA else names.get(currency, f"döviz {currency}")


def currency_word(currency: int) -> str:
    """Return `TL` or the code as a word; Netsis' currency names are each company's own."""
    return "TL" if currency == LIRA else str(currency)


def currency_key(name: str) -> str:
    """Return the form that names of currencies share if a reader takes them for the same."""
    return fold(unique_key(name.strip()))


def is_lira(name: str) -> bool:
    """Return whether a name of a currency is one of TL, which has a code of its own."""
    return currency_key(name) in _LIRA_WORDS


def is_code(name: str) -> bool:
    """Return whether a name of a currency reads as a code: `2`, or `döviz 2` as of a nameless."""
    return bool(_WHOLE.match(currency_key(name).removeprefix("doviz").strip()))


def parse_currency(text: str, names: Mapping[int, str]) -> int:
    """Return the code for `TL`, a code, or a name in `names`, in any case.

    Raises ValueError with a Turkish reason that lists the known names.
    """
    wanted = currency_key(text)
    if is_lira(text):
        return LIRA
    if _WHOLE.match(text.strip()):
        return parse_small(text)
    codes = [code for code, name in names.items() if currency_key(name) == wanted]
    if len(codes) > 1:
        raise ValueError(f"birden çok kodun adı ({', '.join(map(str, codes))}); kodu yazın")
    if not codes:
        raise ValueError(f"böyle bir döviz yok; {_known(names)}")
    return codes[0]


def _known(names: Mapping[int, str]) -> str:
    if not names:
        return "TL ya da bir kod yazın; adlarını doviz komutu gösterir"
    return f"bilinenler: {', '.join(['TL', *names.values()])}; kod da yazılabilir"


def parse_small(text: str) -> int:
    """Parse a whole number in the range of Netsis' small integers.

    Raises ValueError with a Turkish reason.
    """
    text = text.strip()
    if not _WHOLE.match(text):
        raise ValueError("tam sayı değil")
    if len(text) > _MOST_DIGITS or not _LIMITS.ge <= int(text) <= _LIMITS.le:
        raise ValueError(f"{_LIMITS.ge} ile {_LIMITS.le} arasında olmalı")
    return int(text)


def parse_rate(text: str) -> Decimal:
    """Parse a VAT rate: `20`, `%20`, `0,5`. Raises ValueError with a Turkish reason."""
    rate = parse_text_number(text.strip().removeprefix("%"), RATE_PLACES)
    if not 0 <= rate <= HIGHEST_RATE:
        raise ValueError(f"KDV oranı 0 ile {HIGHEST_RATE} arasında olur")
    return rate


def parse_amount(text: str) -> Decimal:
    """Parse an amount for a field that formats it at once, so that `1.000` may be a thousand.

    Raises ValueError with a Turkish reason.
    """
    try:
        return parse_text_number(text)
    except ValueError:
        return parse_text_number(f"{text.strip()},0")


# The fields, declared once


def _days_in_words(low: date | None, high: date | None) -> str:
    return "–".join(dates.turkish(day) if day else "" for day in (low, high))


def _type_in_words(document_type: DocumentType) -> str:
    return "" if document_type is DocumentType.SALES else document_type.label


def _currency_in_words(currency: int, names: Mapping[int, str]) -> str:
    return f"Döviz {names.get(currency, currency_word(currency))}"


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


def _yes_or_no(yes: bool) -> str:
    return "Evet" if yes else "Hayır"


_DAY_FORMS = (
    "5, 0503, 5.3, 2026-03-05, +7, -1, b (bugün) yazılabilir; yazılı bir tarihi + ve - bir gün "
    "oynatır. g geçen ayı, a bu ayı, y bu yılı iki tarihe birden yazar."
)
_KINDS = {kind.word: kind for kind in InvoiceKind}
_YES_OR_NO = {"evet": True, "hayir": False}

FIELDS: Final = (
    FilterField(
        name="document_type", label="Belge Tipi", option="--tip", advanced=False,
        usage="satis|alis       belge tipi (yoksa ikisi de)",
        choices={one.word: one for one in DocumentType}, said=_type_in_words,
        shape="choice", help="←/→ ya da S, A, H ile seçilir.",
    ),
    FilterField(
        name="date", label="Belge Tarihi", option="--tarih", advanced=False, is_range=True,
        usage="BAŞ..SON       belge tarihi: 2024-03-01..2024-03-31 ya da 01.03.2024..31.03.2024;\n"
        "                         2024, 2024-03, gecen-ay, bu-ay, bu-yil; son 30 gün: -30..b",
        parse_span=_parse_days, spell=dates.turkish, said=_days_in_words, check=_check_days,
        shape="date", help=f"ilk tarih; boşsa sınır yok. {_DAY_FORMS}",
        help_to=f"son tarih; boşsa sınır yok. {_DAY_FORMS}",
    ),
    FilterField(
        name="number", label="Fatura No", option="--fatura-no", is_range=True, one_is_both=True,
        usage="NO|İLK..SON  A600, A00000000000600'ü de bulur; aralık tek seriden olur",
        said=_number_in_words, check=key_ranges, advanced=False,
        help="yalnız ilki doluysa o numara, ikisi doluysa aralarındakiler. A600, "
        "A00000000000600'ü de bulur. F4 seçili tipin numaralarını listeler.",
        help_to="aralığın son numarası; aralık tek seridendir, ilki boşsa serinin başından buraya "
        "kadar. F4 seçili tipin numaralarını listeler.",
    ),
    FilterField(
        name="account_code", label="Cari Kodu", option="--cari", advanced=False,
        usage="KOD             cari kodu ya da başı: 120-034*", check=_check_account,
        help="boşsa bütün cariler; 120-034* bu kodla başlayanlar. F4 Rehberi açar.",
    ),
    FilterField(
        name="kind", label="Tipi", option="--tur", choices=_KINDS, spell=lambda kind: kind.label,
        usage="TİPİ             bos, kapali, acik, muhtelif, iade, zayi-iade, ihracat, yurt-ici\n"
        "                         ya da yurt-disi",
        shape="choice", help="←/→ ya da baş harfle seçilir; F4 listeler.",
    ),
    FilterField(
        name="branch", label="Şube", option="--sube", parse=parse_small,
        usage="NO              ortak şube -1; şubesi yazmayan belge 0 sayılır",
        help="yalnız bu şubenin belgeleri. Şubesi yazmayan belge 0 sayılır; -1 ortak.",
    ),
    FilterField(
        name="currency", label="Döviz", option="--doviz", parse_named=parse_currency,
        usage="TL|KOD|AD      belgenin ya da bir kaleminin dövizi (1 ya da USD); TL: dövizsiz",
        spell=currency_word, said_named=_currency_in_words,
        help="TL, döviz kodu ya da adı (USD); belgenin kendisi ya da bir kalemi bu dövizdeyse.",
    ),
    FilterField(
        name="amount", label="Tutar", option="--tutar", parse=parse_text_number,
        parse_on_screen=parse_amount, spell=turkish_amount, is_range=True, check=_check_amounts,
        usage="EN_AZ..EN_ÇOK  genel toplam: 1000..2500,50 ya da 1000..",
        shape="amount", help="genel toplamın en azı. Boşsa sınır yok.",
        help_to="genel toplamın en çoğu. Boşsa sınır yok.",
    ),
    FilterField(
        name="series", label="Seri", option="--seri",
        usage="SERİ            belgenin serisi ya da numarasının öneki: RDM ya da RDM2024",
        help="belgenin serisi ya da numarasının öneki, yıllı ya da yılsız.",
    ),
    FilterField(
        name="project", label="Proje", option="--proje", usage="KOD",
        help="belgenin proje kodu.",
    ),
    FilterField(
        name="salesman", label="Plasiyer", option="--plasiyer", usage="KOD",
        help="belgenin plasiyer kodu.",
    ),
    FilterField(
        name="vat_rate", label="KDV Oranı", option="--kdv-orani", parse=parse_rate,
        usage="ORAN       bu oranda bir kalemi olan", spell=turkish_trimmed,
        said=lambda rate: f"KDV %{turkish_trimmed(rate)}",
        help="bu oranda en az bir kalemi olan belgeler.",
    ),
    FilterField(
        name="note", label="Açıklama", option="--aciklama", said=lambda note: f"Açıklama “{note}”",
        usage="METİN       açıklamasında ya da notlarında geçen (büyük/küçük harf, ş/s ayrılmaz)",
        shape="text", help="açıklamasında ya da notlarında bu metin geçen belgeler.",
    ),
    FilterField(
        name="entered", label="Kayıt Tarihi", option="--kayit-tarihi", parse_span=_parse_days,
        spell=dates.turkish, is_range=True, check=_check_entered,
        usage="BAŞ..SON  belgenin bu veritabanına girildiği gün",
        shape="date", help=f"veritabanına girildiği ilk gün. {_DAY_FORMS}",
        help_to=f"veritabanına girildiği son gün. {_DAY_FORMS}",
    ),
    FilterField(
        name="exported", label="Dışarı aktarılan", option="--aktarilan", choices=_YES_OR_NO,
        usage="evet|hayir   daha önce dışarı aktarılmış ya da aktarılmamış",
        said=lambda yes: "dışarı aktarılmış" if yes else "dışarı aktarılmamış",
        shape="choice", spell=_yes_or_no,
        help="Hayır, daha önce dosyaya yazılmamış belgeleri bırakır.",
    ),
    FilterField(
        name="imported", label="Dosyadan alınan", option="--dosyadan", choices=_YES_OR_NO,
        usage="evet|hayir    dosyadan alınmış ya da burada girilmiş",
        said=lambda yes: "dosyadan alınmış" if yes else "dosyadan alınmamış",
        shape="choice", spell=_yes_or_no,
        help="Hayır, dosyadan alınmamış belgeleri bırakır.",
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


def advanced_words(wanted: InvoiceFilter, names: Mapping[int, str] | None = None) -> str:
    """Describe the İleri Kısıt part: `Şube 1, Tutar ≥ 1.000,00`; empty if nothing is set.

    `names` is currency code → the company's name.
    """
    return _joined(field.words(wanted, names) for field in FIELDS if field.advanced)


def filter_words(
    wanted: InvoiceFilter, period: dates.Period | None, names: Mapping[int, str]
) -> str:
    """Describe a filter, without the type if it is sales; a date range is named by `period`."""
    types = "" if wanted.document_type is not None else "bütün tipler"
    words = {field.name: field.words(wanted, names) for field in FIELDS}
    return _joined([types, *(words | ({"date": period.label} if period else {})).values()])


def _joined(words: Iterable[str]) -> str:
    return one_line(", ".join(filter(None, words)))
