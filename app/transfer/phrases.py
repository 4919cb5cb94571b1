"""Decisions in Turkish, as Durum, messages and the journal say them."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.reasons import Code, Reason, text
from app.domain.text import turkish_count
from app.transfer.decide import Action, Decision


def message(position: int, decision: Decision) -> str:
    """Why a document is skipped or refused; empty where it is saved."""
    if decision.action is Action.SKIP:
        return text(_imported_before(decision))
    return text(decision.refusal, position) if decision.refusal else ""


def warnings(decision: Decision, twin: int | None, content: Sequence[Reason]) -> str:
    """The first of the warnings about a document that can be saved, and how many more there are.

    `twin` is the position of an equal document before it in the file; `content` are the warnings
    about the document itself.
    """
    found = list(content)
    if twin:
        found.insert(0, Reason(Code.TWIN, values=(twin,)))
    if decision.earlier:
        found.insert(0, _imported_before(decision))
    if not found:
        return ""
    return text(found[0]) + (f" (+{len(found) - 1})" if len(found) > 1 else "")


def books_changed(saved: int, left: int, first: int, last: int) -> list[str]:
    """Why an import ended before its last document, on two lines above the new figures.

    `first` and `last` are positions: among those documents is the first difference.
    """
    return [
        f"Veritabanı bu arada değişti, {turkish_count(saved)} belge aktarılıp durduruldu.",
        f"Gösterilenden farkı {first}–{last}. belgelerde; kalan {turkish_count(left)} belge:",
    ]


def cut_off(cause: str, saved: int, left: int | None) -> str:
    """Why an import without screens failed, what it has done and how to go on.

    `left` documents were not tried; None where nobody can count them.
    """
    if not saved:
        return cause
    if left == 0:
        return f"{cause}. {_none_left(saved)}"
    rest = "gerisi aktarılmadı" if left is None else f"{turkish_count(left)} belge kaldı"
    done = f"{turkish_count(saved)} belge aktarıldı, {rest}"
    return f"{cause}. {done}; aynı komut yalnız kalanları aktarır"


def list_cut_off(cause: str, saved: int, asked: int) -> str:
    """Why an import of so many marked documents failed, and what it has done."""
    if saved == asked:
        return f"{cause}. {_none_left(saved)}"
    done = f"{turkish_count(saved)} belge aktarıldı, {turkish_count(asked - saved)} aktarılmadı"
    return f"{cause}. {done}; kalanlar işaretli"


def _none_left(saved: int) -> str:
    return f"{turkish_count(saved)} belge aktarıldı, aktarılmamış belge kalmadı"


def _imported_before(decision: Decision) -> Reason:
    return Reason(Code.IMPORTED_BEFORE, values=(decision.earlier,))
