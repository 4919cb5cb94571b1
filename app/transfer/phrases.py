"""Decisions in Turkish, as Durum, messages and the journal say them."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.amounts import turkish_count
from app.transfer.decide import Action, Decision, MissingCard


def placed(position: int, phrase: str) -> str:
    """A phrase with the document's position in the file in front."""
    return f"{position}. belge, {phrase}"


def message(position: int, decision: Decision) -> str:
    """Why a document is skipped or refused; empty where it is saved."""
    if decision.action is Action.SKIP:
        return f"daha önce aktarıldı, {decision.earlier}"
    if decision.action is Action.REFUSE and decision.refusal is not None:
        refusal = decision.refusal
        phrase = _missing(refusal) if isinstance(refusal, MissingCard) else refusal
        return placed(position, phrase)
    return ""


def warnings(decision: Decision, twin: int | None, content: Sequence[str]) -> str:
    """The first of the warnings about a document that can be saved, and how many more there are.

    `twin` is the position of an equal document before it in the file; `content` are the warnings
    about the document itself.
    """
    found = list(content)
    if twin:
        found.insert(0, f"dosyada iki kez: {twin}. belge ile aynı")
    if decision.earlier:
        found.insert(0, f"daha önce aktarıldı, {decision.earlier}")
    if not found:
        return ""
    return found[0] + (f" (+{len(found) - 1})" if len(found) > 1 else "")


def books_changed(saved: int, left: int, first: int, last: int) -> list[str]:
    """Why an import ended before its last document, on two lines above the new figures.

    `first` and `last` are positions: among those documents is the first difference.
    """
    return [
        f"Veritabanı bu arada değişti, {turkish_count(saved)} belge aktarılıp durduruldu.",
        f"Gösterilenden farkı {first}–{last}. belgelerde; kalan {turkish_count(left)} belge:",
    ]


def _missing(card: MissingCard) -> str:
    if card.line:
        return f"{card.line}. kalem, StokKodu: stok kartı yok ({card.code})"
    return f"CariKod: cari kartı yok ({card.code})"
