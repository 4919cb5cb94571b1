"""Check the cells of a list of cards, which may come from a workbook or a .csv, by one rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.domain.amounts import parse_text_number
from app.domain.dates import turkish
from app.domain.filters import HIGHEST_RATE
from app.domain.invoice import Member
from app.domain.reasons import BadValue, Code, DocumentError, Reason
from app.domain.text import one_line, shorten

_QUOTED: Final = 30  # characters of a cell in a sentence


def checked_cell(member: Member, cell: Any) -> Any:
    """Return a cell as the parser of cards takes it: a rate without its percent sign.

    Raises DocumentError for a rate that may be a fraction or is none, and for a cell that is no
    text where there has to be one; the parser refuses the others.
    """
    is_rate = member.attribute == "vat_rate"
    if is_rate or member.kind is str:
        if isinstance(cell, bool):
            quote = "DOĞRU" if cell else "YANLIŞ"
            raise _fault(member, quote, Code.NOT_A_TEXT_CELL, "doğru/yanlış")
        if isinstance(cell, date):
            raise _fault(member, turkish(cell), Code.NOT_A_TEXT_CELL, "tarih")
    return _checked_rate(member, cell) if is_rate else cell


def _checked_rate(member: Member, cell: Any) -> Any:
    is_text = isinstance(cell, str)
    number = cell.strip().removeprefix("%").removesuffix("%").strip() if is_text else cell
    try:
        rate = parse_text_number(number) if is_text else Decimal(repr(number))
        is_fraction, is_rate = 0 < rate < 1, 0 <= rate <= HIGHEST_RATE
    except (BadValue, ArithmeticError):  # the parser says what it is
        return cell
    if is_fraction:
        raise _fault(member, str(cell), Code.RATE_AS_FRACTION)
    if not is_rate:
        raise _fault(member, str(cell), Code.OUT_OF_RANGE, 0, HIGHEST_RATE)
    return number


def _fault(member: Member, quote: str, code: Code, *values: str | int) -> DocumentError:
    quote = shorten(one_line(quote.strip()), _QUOTED)
    return DocumentError(Reason(code, member.name, values, quote=quote))
