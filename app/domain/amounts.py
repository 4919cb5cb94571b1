"""Exact amounts: how files spell them, how the database keeps them, and how they are rounded.

An amount is a Decimal in one canonical form: at least one decimal place, at most eight (fifteen
for a currency price), no other trailing zero: `1802.0`, `217.5`. Its text is at once what
Netsis' JSON holds and what the database stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, getcontext, localcontext
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from app.domain.reasons import BadValue, Code

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

MAX_SPELLING: Final = 60
"""The greatest length of a number's text, in characters; a double needs no more than 25."""
_EXPONENT_DIGITS: Final = 3  # digits of an exponent; a double has no more
# Python's Decimal also accepts NaN, 1_000, digits of other alphabets and exponents of any size, so
# the spelling is checked first.
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
        if getcontext().prec == EXACT.prec:  # already in an exact function
            return function(*args, **kwargs)
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return run


def canonical(value: Decimal, places: int = PLACES) -> Decimal:
    """Return `value` in canonical form, rounded half up to `places` (domain §3, storage)."""
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
    """Return the exact sum."""
    return sum(values, ZERO)


def spell(value: Decimal) -> str:
    """Return the canonical text of a canonical amount: `1802.0`; never an exponent."""
    return format(value, "f")


def stored(text: str) -> Decimal:
    """Parse an amount as the database stores it.

    Raises ValueError or ArithmeticError if no document can have this amount.
    """
    # A damaged row may hold a value of another type, or a text that only Python reads as a number.
    if not isinstance(text, str) or not text.isascii() or "_" in text:
        raise ValueError(text)
    amount = Decimal(text)
    if not amount.is_finite() or amount.adjusted() >= INTEGER_DIGITS:
        raise ValueError(text)
    return amount


def parse_json_number(spelling: str, places: int = PLACES) -> Decimal:
    """Parse the text of a JSON number, rounded half up to `places`.

    Raises BadValue if it is not a number or out of range.
    """
    if len(spelling) > MAX_SPELLING:
        raise BadValue(Code.NUMBER_TOO_LONG)
    found = _JSON_NUMBER.match(spelling)
    if not found:
        raise BadValue(Code.NOT_A_NUMBER)
    if len(found[1] or "") > _EXPONENT_DIGITS:
        raise BadValue(Code.EXPONENT_TOO_LARGE)
    return _in_range(Decimal(spelling), places)


def parse_text_number(text: str, places: int = PLACES) -> Decimal:
    """Parse an amount written in a JSON string: `12,50`, `1.234,56` or `12.50`.

    `1.234` is refused because it may mean a thousand or a fraction. Raises BadValue.
    """
    if len(text) > MAX_SPELLING:
        raise BadValue(Code.NUMBER_TOO_LONG)
    text = text.strip()
    if _GROUPED_TEXT.match(text):
        raise BadValue(Code.AMBIGUOUS_NUMBER)
    if _COMMA_TEXT.match(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _POINT_TEXT.match(text):
        raise BadValue(Code.NOT_A_NUMBER)
    return _in_range(Decimal(text), places)


def _in_range(value: Decimal, places: int) -> Decimal:
    # Checked before the value is used, so that a hostile exponent costs nothing, and again after,
    # because rounding may carry into one more digit.
    if value.adjusted() < INTEGER_DIGITS or not value:
        value = canonical(value, places)
    if value and value.adjusted() >= INTEGER_DIGITS:
        raise BadValue(Code.NUMBER_TOO_LARGE, INTEGER_DIGITS)
    return value


def round_kurus(value: Decimal) -> Decimal:
    """Round half up to two places, as totals are (domain §5)."""
    return value.quantize(KURUS, context=EXACT)
