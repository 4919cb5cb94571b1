"""SQL about amounts, which are stored as canonical text."""

from __future__ import annotations

from app.domain.amounts import INTEGER_DIGITS


def not_canonical(amount: str, places: int) -> str:
    """Return the SQL condition that an amount is not canonical, since an export copies its text.

    Canonical text has at least one decimal, no other zero at either end, no sign except a minus, no
    minus zero, and no more digits than files may have.
    """
    return f"""(
        length({amount}) - instr({amount}, '.') > {places}
        OR instr(ltrim({amount}, '-'), '.') > {INTEGER_DIGITS + 1} OR
        NOT glob('[0-9]*.[0-9]*', ltrim({amount}, '-')) OR glob('?*[^0-9.]*', {amount})
        OR glob('*.*.*', {amount}) OR glob('*.?*0', {amount})
        OR glob('0[0-9]*', ltrim({amount}, '-'))
        OR {amount} = '-0.0'
    )"""
