"""Amounts in SQL as whole kuruş, so that they are summed exactly."""

from __future__ import annotations


def kurus(column: str) -> str:
    """SQL of an amount column in whole kuruş; NULL where it has more than two decimals.

    Canonical text has one decimal at least, so its digits without the point are kuruş or a tenth.
    """
    digits = f"CAST(replace({column}, '.', '') AS INTEGER)"
    decimals = f"length({column}) - instr({column}, '.')"
    return f"{digits} * CASE {decimals} WHEN 1 THEN 10 WHEN 2 THEN 1 END"


def total_columns(foreign: str) -> str:
    """SQL of what Totals are made from; `foreign` is a document's amount in its currency."""
    amount = kurus("grand_total")
    return (
        f"{amount}, iif({amount} IS NULL, grand_total, NULL),"
        f" currency, iif(currency <> 0, {foreign}, NULL)"
    )
