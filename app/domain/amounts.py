"""Exact amounts: how they are spelled in files, kept in the database and shown in Turkish.

An amount is a Decimal in one canonical form: at least one decimal place, at most eight (fifteen
for a currency price), no other trailing zero: `1802.0`, `217.5`. Its text is at once what
Netsis' JSON holds and what the database stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

PLACES: Final = 8
CURRENCY_PRICE_PLACES: Final = 15
RATE_PLACES: Final = 2
INTEGER_DIGITS: Final = 15  # GİB's limit, domain §5

KURUS: Final = Decimal("0.01")
ZERO: Final = Decimal("0.0")
# Wide enough for the product of a line's quantity, price and six discounts, each as long as our
# limits allow: nothing is rounded unless we round it, and every figure can be rounded to kuruş.
EXACT: Final = Context(prec=200, rounding=ROUND_HALF_UP)

_MAX_SPELLING: Final = 60
_EXPONENT_DIGITS: Final = 3  # a double has no more
# Python's Decimal takes NaN, 1_000, other alphabets' digits and exponents without end: the
# spelling is checked before it is used.
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?0*([0-9]+))?\Z")
_POINT_TEXT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_COMMA_TEXT = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+\Z")
_GROUPED_TEXT = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+\Z")


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """Decorator: run a function with EXACT as its decimal context, whatever the thread's is.

    The default context rounds every result to 28 digits. Not for generators: they run later.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return run


def canonical(value: Decimal, places: int = PLACES) -> Decimal:
    """`value` in canonical form, rounded half up to `places` (domain §3, storage)."""
    if _exponent(value) < -places:
        value = value.quantize(Decimal(1).scaleb(-places), context=EXACT)
    value = value.normalize(EXACT)
    if _exponent(value) >= 0:
        value = value.quantize(Decimal("0.0"), context=EXACT)
    return value if value else ZERO


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)  # amounts are finite: never 'n' or 'F'


@exact
def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return sum(values, ZERO)


def spell(value: Decimal) -> str:
    """The canonical text of a canonical amount: `1802.0`; never an exponent."""
    return format(value, "f")


def parse_json_number(spelling: str, places: int = PLACES) -> Decimal:
    """The amount that a JSON number spells.

    Raises ValueError with a Turkish reason where it is no number or out of range.
    """
    if len(spelling) > _MAX_SPELLING:
        raise ValueError("sayı çok uzun")
    found = _JSON_NUMBER.match(spelling)
    if not found:
        raise ValueError("sayı değil")
    if len(found[1] or "") > _EXPONENT_DIGITS:
        raise ValueError("sayının üssü çok büyük")
    return _in_range(Decimal(spelling), places)


def parse_text_number(text: str, places: int = PLACES) -> Decimal:
    """The amount that a JSON string spells: `12,50`, `1.234,56` or `12.50`.

    `1.234` is refused: it may be meant as a thousand or as one and a fraction.
    Raises ValueError with a Turkish reason.
    """
    if len(text) > _MAX_SPELLING:
        raise ValueError("sayı çok uzun")
    text = text.strip()
    if _GROUPED_TEXT.match(text):
        raise ValueError(f"belirsiz sayı {text} (binlik mi, ondalık mı?)")
    if _COMMA_TEXT.match(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _POINT_TEXT.match(text):
        raise ValueError("sayı değil")
    return _in_range(Decimal(text), places)


def _in_range(value: Decimal, places: int) -> Decimal:
    # Looked at before the value is used, so that a hostile exponent costs nothing; and after,
    # for rounding may carry into one digit more.
    if value.adjusted() < INTEGER_DIGITS or not value:
        value = canonical(value, places)
    if value and value.adjusted() >= INTEGER_DIGITS:
        raise ValueError(f"sayı çok büyük (en çok {INTEGER_DIGITS} basamak)")
    return value


def round_kurus(value: Decimal) -> Decimal:
    """Half up to two places, the rounding of totals (domain §5)."""
    return value.quantize(KURUS, context=EXACT)


def turkish(value: Decimal, places: int = 2) -> str:
    """`1.234,56`: at least `places` decimals, more where the amount has more."""
    if -_exponent(value) < places:
        value = value.quantize(Decimal(1).scaleb(-places), context=EXACT)
    return format(value, ",f").translate(_SWAP_SEPARATORS)


_SWAP_SEPARATORS = str.maketrans(",.", ".,")


def turkish_trimmed(value: Decimal) -> str:
    """As `turkish`, without decimals that are zero: `10`, `0,5`; for quantities and rates."""
    text = turkish(value, 0)
    return text.rstrip("0").rstrip(",") if "," in text else text


def turkish_count(number: int) -> str:
    """A count as a Turkish reader writes it: `1.234.567`."""
    return f"{number:,}".replace(",", ".")
