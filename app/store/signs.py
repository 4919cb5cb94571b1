"""SQL for amounts with the sign that they have in totals: returns are negative (domain §8)."""

from __future__ import annotations

from app.domain.invoice import RETURNS

_IS_RETURN = f"kind IN ({', '.join(str(int(kind)) for kind in RETURNS)})"


def signed(text: str) -> str:
    """Return SQL for a document's amount, as canonical text, with its sign in a total."""
    turned = f"CASE WHEN glob('-*', {text}) THEN substr({text}, 2) ELSE '-' || {text} END"
    return f"CASE WHEN {_IS_RETURN} THEN {turned} ELSE {text} END"


def signed_number(number: str) -> str:
    """Return SQL of a number of a document with its sign in a total."""
    return f"CASE WHEN {_IS_RETURN} THEN -({number}) ELSE {number} END"
