"""SQL about amounts, which are stored as canonical text."""

from __future__ import annotations

from app.domain.amounts import INTEGER_DIGITS


def not_canonical(amount: str, places: int) -> str:
    """Make the SQL condition that an amount is not canonical: an export copies its text.

    Canonical: at least one decimal, no other zero at either end, no sign but a minus, no minus
    zero, no more digits than a file may have.
    """
    return f"""(
        length({amount}) - instr({amount}, '.') > {places}
        OR instr(ltrim({amount}, '-'), '.') > {INTEGER_DIGITS + 1} OR
        ltrim({amount}, '-') NOT GLOB '[0-9]*.[0-9]*' OR {amount} GLOB '?*[^0-9.]*'
        OR {amount} GLOB '*.*.*' OR {amount} GLOB '*.?*0' OR ltrim({amount}, '-') GLOB '0[0-9]*'
        OR {amount} = '-0.0'
    )"""
