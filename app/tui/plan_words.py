"""Describe in Turkish what an import would do, for Yeni Numara Girişi."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.text import counted, turkish_count
from app.transfer.phrases import more_series
from app.transfer.simulate import Plan

SHOWN_RANGES: Final = 3
"""The most series whose new numbers are listed."""


def describe(plan: Plan) -> list[str]:
    """Return the sentences about a plan."""
    lines = []
    known = "veritabanında var" if plan.entered else "daha önce aktarıldı"
    if plan.again:
        count = turkish_count(plan.again)
        lines.append(f"Dikkat: {count} belge {known}, ikinci kez kaydedilecek.")
    if plan.keeping:
        lines.append(f"{turkish_count(plan.keeping)} belge numarasını korur.")
    if plan.renumbered:
        lines.append(f"{turkish_count(plan.renumbered)} belge yeni numara alır:")
        for one in list(plan.numbers)[:SHOWN_RANGES]:
            span = one.first if one.count == 1 else f"{one.first} – {one.last}"
            lines.append(f"  {span}  ({turkish_count(one.count)})")
        if more := more_series(plan.numbers, SHOWN_RANGES):
            lines.append(f" {more}")
    if plan.without_gib:
        count = turkish_count(plan.without_gib)
        lines.append(f"{count} belgenin GİB numarası yazılmaz: başka belgede var.")
    if plan.skipped:
        lines.append(f"{turkish_count(plan.skipped)} belge atlanır ({known}).")
    lines += _failing(plan, known)
    if plan.untried:
        left = turkish_count(plan.untried)
        lines.append(f"{turkish_count(plan.failing)}. hatada durulur; {left} belge denenmez.")
    if not plan.cardless and (plan.accounts or plan.stock_items):
        made = f"{_cards(plan, ' ve ')} kartı oluşturulur {_first_card(plan)}"
        lines.append(f"{made}{_from_files(plan)}.")
    return lines or ["Kaydedilecek belge yok."]


def _failing(plan: Plan, known: str) -> Iterator[str]:
    """Yield how many documents fail, why the first one does, and which box would change that."""
    if plan.failing:
        yield f"{turkish_count(plan.failing)} belge aktarılamaz: {plan.first_failure}"
    if plan.cardless:
        count = turkish_count(plan.cardless)
        yield f"  {count} tanesinde kart eksik: {_cards(plan, ', ')} {_first_card(plan)}."
    if plan.again_failing:
        count = turkish_count(plan.again_failing)
        yield f"  {count} tanesi {known}: atlamak için kutuyu işaretleyin."


def _from_files(plan: Plan) -> str:
    """Return how many of the new cards come from card files, and what cannot be read there."""
    if not (plan.found or plan.faulty_cards):
        return ""
    nameless = len(plan.accounts) + len(plan.stock_items) - plan.found
    words = f"; {turkish_count(nameless)} tanesi adsız" if nameless else "; hepsi kart dosyasından"
    faulty = turkish_count(plan.faulty_cards)
    return f"{words}; dosyada {faulty} kart okunamıyor" if plan.faulty_cards else words


def _cards(plan: Plan, between: str) -> str:
    """Return the number of missing cards of each kind: `6 cari ve 2 stok`."""
    return between.join(counted((len(plan.accounts), "cari"), (len(plan.stock_items), "stok")))


def _first_card(plan: Plan) -> str:
    several = len(plan.accounts) + len(plan.stock_items) > 1
    return f"(ilki {plan.first_card})" if several else f"({plan.first_card})"
