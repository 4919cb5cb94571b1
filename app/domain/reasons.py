"""Reasons to refuse a document or to warn about it, as data; only this module words them.

`3. belge, 2. kalem, STra_GCMIK: sayı değil` is Reason(NOT_A_NUMBER, "STra_GCMIK", line=2) of the
third document of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum, auto
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from app.domain.labels import LABELS, labelled
from app.domain.text import turkish_amount, turkish_trimmed
from app.errors import AppError

Value: TypeAlias = str | int


class Code(StrEnum):
    """The kind of a fault; `_TEXTS` has its Turkish text and the values that go into it."""

    # The document in the file
    NOT_UTF8 = auto()
    BROKEN_JSON = auto()
    BROKEN_JSON_AT = auto()
    BROKEN_JSON_TO_END = auto()
    TOO_DEEP = auto()
    TOO_DEEP_TO_END = auto()
    TOO_BIG = auto()
    TOO_BIG_TO_END = auto()
    CUT_SHORT = auto()
    TRAILING_DATA = auto()
    NOT_AN_INVOICE = auto()
    NOT_A_CARD = auto()
    NUMBER_CELL = auto()
    RATE_AS_FRACTION = auto()
    NOT_A_TEXT_CELL = auto()
    CARD = auto()
    ERROR_RESPONSE = auto()
    FILE_REFUSED = auto()

    # Members
    MISSING = auto()
    REPEATED = auto()
    NOT_AN_OBJECT = auto()
    NOT_AN_ARRAY = auto()
    NESTED_TOO_DEEP = auto()
    NO_LINES = auto()
    TOO_MANY_LINES = auto()
    TOO_MANY_VALUES = auto()
    WRONG_LINE_COUNT = auto()
    TYPE_CONFLICT = auto()
    NO_PRICE = auto()

    # Numbers
    NOT_A_NUMBER = auto()
    NUMBER_TOO_LONG = auto()
    NUMBER_TOO_LARGE = auto()
    EXPONENT_TOO_LARGE = auto()
    AMBIGUOUS_NUMBER = auto()
    NOT_AN_INTEGER = auto()
    OUT_OF_RANGE = auto()

    # Days
    NOT_A_DAY = auto()
    NOT_A_TYPED_DAY = auto()
    YEAR_OR_DAY = auto()
    NO_SUCH_DAY = auto()
    AMBIGUOUS_DAY = auto()
    YEAR_OUT_OF_RANGE = auto()

    # Texts, codes and enumerations
    NOT_TEXT = auto()
    NOT_A_FLAG = auto()
    EMPTY = auto()
    TOO_LONG = auto()
    FORBIDDEN_CHARACTER = auto()
    NOT_A_TYPE = auto()
    UNSUPPORTED_TYPE = auto()
    UNKNOWN_KIND = auto()

    # Totals and texts that look wrong (warnings)
    FOREIGN_LETTER = auto()
    HIDDEN_CHARACTER = auto()
    GIB_CONTRADICTS = auto()
    TOTALS_COMPUTED = auto()
    RATE_COUNTED_AS_ZERO = auto()
    TOTAL_DIFFERS = auto()
    NET_PRICE_DIFFERS = auto()
    VAT_SPLIT_DIFFERS = auto()
    RATE_NOT_ON_LINES = auto()
    UNKNOWN_RATE = auto()
    WRONG_LINE_TYPE = auto()

    # Document numbers and series
    SERIES_EMPTY = auto()
    SERIES_TOO_LONG = auto()
    SERIES_LETTERS = auto()
    SERIES_FULL = auto()
    READS_AS_YEAR = auto()
    NO_TAIL = auto()
    UNNUMBERED = auto()
    GETS_NUMBER = auto()

    # Conflicts with the database
    NO_ACCOUNT_CARD = auto()
    NO_STOCK_CARD = auto()
    LIKE_ACCOUNT_CARD = auto()
    LIKE_STOCK_CARD = auto()
    GIB_NUMBER_TAKEN = auto()
    GIB_NUMBER_LEFT_OUT = auto()
    IMPORTED_BEFORE = auto()
    STORED = auto()
    TWIN = auto()
    CONSTRAINT_BROKEN = auto()

    # Documents that cannot be restored
    IMPORTED_AGAIN = auto()
    NUMBER_ELSEWHERE = auto()
    GIB_NUMBER_ELSEWHERE = auto()
    DAMAGED_RECORD = auto()

    # Lists without a document
    NO_SUCH_ACCOUNT = auto()
    NOTHING_MATCHES = auto()
    NO_DOCUMENTS = auto()


class Reason(Struct, frozen=True, array_like=True, gc=False):
    """A fault of a document or of one of its members."""

    code: Code
    field: str = ""
    """The member's name in the file; empty if the reason concerns the whole document."""
    values: tuple[Value, ...] = ()
    """The values for the text: limits, the file's spelling, amounts as canonical text."""
    line: int = 0
    """The line number, from 1; 0 if the reason does not concern a line."""
    outer: str = ""
    """The member that contains the field, unless that is the document, FatUst or a line."""
    quote: str = ""
    """The bad value, shortened and safe to show."""

    def at(self, field: str = "", line: int = 0, quote: str = "") -> Reason:
        """Return the reason with its field, its line or the bad value added."""
        return replace(
            self, field=field or self.field, line=line or self.line, quote=quote or self.quote
        )


class BadValue(ValueError):
    """A value in a file or typed by the user that a parser refuses."""

    def __init__(self, code: Code, *values: Value) -> None:
        self.reason = Reason(code, values=values)
        super().__init__(text(self.reason))


class DocumentError(AppError):
    """A document cannot be taken; the other documents of the file can."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(text(reason))
        self.reason = reason


class NumberError(DocumentError):
    """A document number or series cannot be split, continued or made (domain §4)."""

    def __init__(self, code: Code, *values: Value) -> None:
        super().__init__(Reason(code, values=values))


def text(reason: Reason, document: int = 0, *, short: bool = False) -> str:
    """Return the reason in Turkish, preceded by the document's position in its file if given.

    `short` omits Netsis' name of the member, for a narrow column.
    """
    line = f"{reason.line}. kalem" if reason.line else ""
    name = LABELS.get if short else labelled
    field = reason.field if reason.outer else name(reason.field) or reason.field
    place = ", ".join(filter(None, (line, reason.outer, field)))
    template = _TEXTS[reason.code]
    said = template(*reason.values) if callable(template) else template.format(*reason.values)
    if reason.quote:
        comma = "," if reason.code in _SENTENCES else ""
        said = f"“{reason.quote}”{comma} {said}"
    said = f"{place}: {said}" if place else said
    return f"{document}. belge, {said}" if document else said


def _two_amounts(template: str) -> Callable[[Value, Value], str]:
    """Return a text with two amounts: the one that the document states and the computed one."""
    return lambda *pair: template.format(*(turkish_amount(Decimal(amount)) for amount in pair))


def _rate_not_on_lines(stated: Value, *rates: Value) -> str:
    return f"belgede {_percent(stated)}, kalemlerde {', '.join(map(_percent, rates)) or 'yok'}"


def _too_big(most: Value, what: Value) -> str:
    return f"{what} çok büyük (en çok {most} MiB)"


def _percent(rate: Value) -> str:
    return f"%{turkish_trimmed(Decimal(rate))}"


def _unusable(number: Value) -> str:
    return f"{number} sığmıyor" if number else "Fatura No yok"


def _broken_rule(said: str) -> str:
    """Translate an engine's message about a constraint; keep the constraint's name or its terms.

    Other messages are those of a trigger, which somebody added, and are returned as they are.
    """
    kind = next((words for part, words in _RULES.items() if part in said.lower()), "")
    found = _RULE_NAME.search(said)
    name = (found[1] or found[2]) if found else ""
    return ": ".join(filter(None, (kind, name))) if kind else said


_RULES: Final = {
    "unique": "aynısı var",
    "check": "izin verilmeyen değer",
    "foreign key": "bağlı olduğu kayıt yok",
    "not null": "boş değer",
    "not-null": "boş değer",
}
_RULE_NAME: Final = re.compile(r'constraint (?:failed: (.+)|"([^"]+)")', re.DOTALL)
"""SQLite's constraint as it words it, PostgreSQL's by its name."""
_SENTENCES: Final = (
    Code.OUT_OF_RANGE,
    Code.NO_SUCH_DAY,
    Code.AMBIGUOUS_DAY,
    Code.YEAR_OUT_OF_RANGE,
    Code.FORBIDDEN_CHARACTER,
    Code.UNSUPPORTED_TYPE,
)
"""Codes whose sentence does not begin with the bad value."""
_TO_END: Final = "; bundan sonrası okunamadı"
_TYPES: Final = "(0, 1, ftSFat ya da ftAFat)"
_TEXTS: Final[dict[Code, str | Callable[..., str]]] = {
    Code.NOT_UTF8: "UTF-8 değil",
    Code.BROKEN_JSON: "JSON bozuk",
    Code.BROKEN_JSON_AT: "JSON bozuk (bayt {0})",
    Code.BROKEN_JSON_TO_END: "JSON bozuk (bayt {0})" + _TO_END,
    Code.TOO_DEEP: "JSON çok derin iç içe",
    Code.TOO_DEEP_TO_END: "JSON çok derin iç içe" + _TO_END,
    Code.TOO_BIG: lambda most, what="belge": _too_big(most, what),
    Code.TOO_BIG_TO_END: lambda most, what="belge": _too_big(most, what) + _TO_END,
    Code.CUT_SHORT: lambda what="belge": f"dosya burada kesilmiş; bu {what} ve sonrası yok",
    Code.TRAILING_DATA: "faturaların sonundan sonra fazladan veri var",
    Code.NOT_AN_INVOICE: "fatura değil",
    Code.NUMBER_CELL: "sayı hücresi; baştaki sıfırlar kaybolmuş olabilir, sütunu metin yapın",
    Code.RATE_AS_FRACTION: "yüzde biçimli mi? oranı 20 gibi yazın",
    Code.NOT_A_TEXT_CELL: "{0} hücresi; sütunu metin yapıp yeniden yazın",
    Code.NOT_A_CARD: "kart değil (CariTemelBilgi ya da StokTemelBilgi yok)",
    Code.CARD: "fatura değil, kart; kartları alan komut: toplu-fatura kart-aktar iceri",
    Code.ERROR_RESPONSE: lambda told: (
        f"sunucunun hata yanıtı: “{told}”" if told else "sunucunun hata yanıtı, nedeni yazılmamış"
    ),
    Code.FILE_REFUSED: "{0}",
    Code.MISSING: "yok",
    Code.REPEATED: "iki kez yazılmış",
    Code.NOT_AN_OBJECT: "alanlardan oluşmuyor",
    Code.NOT_AN_ARRAY: "liste değil",
    Code.NESTED_TOO_DEEP: "çok derin iç içe",
    Code.NO_LINES: "kalem yok",
    Code.TOO_MANY_LINES: "en çok {0} kalem olabilir",
    Code.TOO_MANY_VALUES: "çok fazla değer var (en çok {0})",
    Code.WRONG_LINE_COUNT: "{0} yazıyor, belgede {1} kalem var",
    Code.NO_PRICE: "fiyat yok; toplamlar hesaplanamadı",
    Code.TYPE_CONFLICT: "FaturaTip ile çelişiyor",
    Code.NOT_A_NUMBER: "sayı değil",
    Code.NUMBER_TOO_LONG: "çok uzun bir sayı",
    Code.NUMBER_TOO_LARGE: "çok büyük bir sayı (en çok {0} basamak)",
    Code.EXPONENT_TOO_LARGE: "üssü çok büyük bir sayı",
    Code.AMBIGUOUS_NUMBER: "belirsiz bir sayı (binlik mi, ondalık mı?)",
    Code.NOT_AN_INTEGER: "tam sayı değil",
    Code.OUT_OF_RANGE: "{0} ile {1} arasında olmalı",
    Code.NOT_A_DAY: "geçersiz tarih (yyyy-aa-gg olmalı)",
    Code.YEAR_OR_DAY: "yıl mı gün mü belli değil; yıl için {0}-01..{0}-12, gün için {1} yazın",
    Code.NOT_A_TYPED_DAY: "tarih anlaşılmadı; örnek: 5, 0503, 5.3.2026, +7, -1, b",
    Code.NO_SUCH_DAY: "böyle bir gün yok",
    Code.AMBIGUOUS_DAY: "gün belirsiz (saat dilimi yüzünden Türkiye'de başka bir gün)",
    Code.YEAR_OUT_OF_RANGE: "yıl {0} ile {1} arasında olmalı",
    Code.NOT_TEXT: "metin olmalı (tırnak içinde)",
    Code.NOT_A_FLAG: "evet/hayır (true/false) olmalı",
    Code.EMPTY: "boş",
    Code.TOO_LONG: "en çok {0} karakter olabilir ({1} karakter)",
    Code.FORBIDDEN_CHARACTER: "izin verilmeyen karakter ({0})",
    Code.NOT_A_TYPE: f"belge tipi değil {_TYPES}",
    Code.UNSUPPORTED_TYPE: "yalnız satış ve alış faturası aktarılır",
    Code.UNKNOWN_KIND: "bilinmeyen tip",
    Code.FOREIGN_LETTER: "{0} başka bir alfabenin karakteri ({1}), Latin harfi ya da 0–9 değil",
    Code.HIDDEN_CHARACTER: "görünmeyen karakter var ({0})",
    Code.GIB_CONTRADICTS: "{0}, FATIRS_NO ile uyuşmuyor",
    Code.TOTALS_COMPUTED: "toplamlar kalemlerden hesaplandı",
    Code.RATE_COUNTED_AS_ZERO: "yok; KDV 0 sayıldı",
    Code.TOTAL_DIFFERS: _two_amounts("belgede {}, kalemlerden {}"),
    Code.NET_PRICE_DIFFERS: _two_amounts("belgede {}, fiyat ve iskontolardan {}"),
    Code.VAT_SPLIT_DIFFERS: _two_amounts("belgede {}, oranlara göre tutarların toplamı {}"),
    Code.RATE_NOT_ON_LINES: _rate_not_on_lines,
    Code.UNKNOWN_RATE: lambda rate: f"bilinmeyen oran {_percent(rate)}",
    Code.WRONG_LINE_TYPE: "belge tipiyle uyuşmuyor",
    Code.SERIES_EMPTY: "Fatura Serisi boş",
    Code.SERIES_TOO_LONG: "Fatura Serisi en çok {0} karakter olabilir",
    Code.SERIES_LETTERS: "Fatura Serisi yalnız A–Z harfleri ve 0–9 rakamlarından oluşur",
    Code.SERIES_FULL: lambda series: (
        f"{series or 'numara'} serisi dolu; başka bir Fatura Serisi seçin"
    ),
    Code.READS_AS_YEAR: "sıradaki numara {0} yıl içeren bir numarayla karışır; başka seri seçin",
    Code.NO_TAIL: "{0} kullanılmış ve sonunda rakam yok; sıradaki numara bulunamadı",
    Code.UNNUMBERED: lambda number, series: (
        f"{_unusable(number)}, {f'Seri ({series}) kullanılamaz' if series else 'Seri de yok'};"
        " bir Fatura Serisi seçin"
    ),
    Code.GETS_NUMBER: lambda number: f"{_unusable(number)}, sıradaki numarayı alır",
    Code.NO_ACCOUNT_CARD: "cari kartı yok ({0})",
    Code.NO_STOCK_CARD: lambda *codes: f"stok kartı yok ({', '.join(codes)})",
    Code.LIKE_ACCOUNT_CARD: "{0}, {1} carisinin başka bir yazılışı; kodu düzeltin",
    Code.GIB_NUMBER_TAKEN: "{0}, {1} belgesinde var",
    Code.GIB_NUMBER_LEFT_OUT: "{0} yazılmadı, {1} belgesinde var",
    Code.LIKE_STOCK_CARD: "{0}, {1} stokunun başka bir yazılışı; kodu düzeltin",
    Code.IMPORTED_BEFORE: "daha önce aktarıldı, {0}",
    Code.STORED: "aynısı veritabanında var, {0}",
    Code.TWIN: "iki kez var: {0}. belge ile aynı",
    Code.CONSTRAINT_BROKEN: lambda said: f"veritabanı kabul etmedi ({_broken_rule(said)})",
    Code.IMPORTED_AGAIN: "aynı belge yeniden aktarıldı, {0}",
    Code.NUMBER_ELSEWHERE: lambda spelled="": (
        "bu numara artık başka bir belgede" + (f" ({spelled})" if spelled else "")
    ),
    Code.GIB_NUMBER_ELSEWHERE: lambda *numbers: (
        f"GİB numarası artık başka bir belgede ({', '.join(numbers)})"
    ),
    Code.DAMAGED_RECORD: "kaydı bozuk; {0}",
    Code.NO_SUCH_ACCOUNT: "Cari Kodu {0}: böyle bir cari yok",
    Code.NOTHING_MATCHES: "Bu kısıtlara uyan belge yok",
    Code.NO_DOCUMENTS: "Veritabanı boş, hiç belge yok",
}
