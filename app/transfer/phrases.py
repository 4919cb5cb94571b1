"""Word decisions in Turkish, for Durum, messages and the journal."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.reasons import Code, Reason, text
from app.domain.text import turkish_count
from app.errors import AppError
from app.transfer.decide import Decision

_GOES_ON = "yalnız kalanları aktarır"


def message(position: int, decision: Decision, gib_number: str | None = None) -> str:
    """Return why a document is skipped or refused; of a saved one, why it is a copy.

    And what of it is not saved. Empty if there is nothing to tell.
    """
    if decision.refusal:
        return text(decision.refusal, position)
    found = [decision.earlier] if decision.earlier else []
    if decision.gib_owner and decision.given:
        values = (gib_number or "", decision.gib_owner)
        found.append(Reason(Code.GIB_NUMBER_LEFT_OUT, "GIB_FATIRS_NO", values))
    return "; ".join(map(text, found))


def warnings(
    decision: Decision, twin: int | None, content: Sequence[Reason], gib_number: str | None = None
) -> str:
    """Return the first warning about a document that can be saved, and how many more there are.

    `twin` is the position of an equal document before it in the file; `content` are the warnings
    about the document itself.
    """
    found = list(content)
    if decision.gib_owner and not decision.earlier:  # the same document has the same number
        values = (gib_number or "", decision.gib_owner)
        found.insert(0, Reason(Code.GIB_NUMBER_TAKEN, "GIB_FATIRS_NO", values))
    if twin:
        found.insert(0, Reason(Code.TWIN, values=(twin,)))
    if decision.earlier:
        found.insert(0, decision.earlier)
    if not found:
        return ""
    return text(found[0]) + (f" (+{len(found) - 1})" if len(found) > 1 else "")


def books_changed(saved: int, left: int, first: int, last: int) -> list[str]:
    """Return why an import ended before its last document, on two lines above the new figures.

    `first` and `last` are positions: among those documents is the first difference.
    """
    return [
        f"Veritabanı bu arada değişti, {turkish_count(saved)} belge aktarılıp durduruldu.",
        f"Gösterilenden farkı {first}–{last}. belgelerde; kalan {turkish_count(left)} belge:",
    ]


def cut_off(error: AppError, saved: int, left: int | None) -> str:
    """Return why an import without screens failed, what it has done and how to go on.

    `left` documents were not tried; None where nobody can count them.
    """
    cause = error.sentence
    if not saved:
        return f"{cause}. Aynı komut {_GOES_ON}" if error.something_done else cause
    if left == 0:
        return f"{cause}. {_none_left(saved)}"
    rest = "gerisi aktarılmadı" if left is None else f"{turkish_count(left)} belge kaldı"
    return f"{cause}. {turkish_count(saved)} belge aktarıldı, {rest}; aynı komut {_GOES_ON}"


def list_cut_off(error: AppError, saved: int, asked: int) -> str:
    """Return why an import of so many marked documents failed, and what it has done."""
    if saved == asked:
        return f"{error.sentence}. {_none_left(saved)}"
    done = f"{turkish_count(saved)} belge aktarıldı"
    if error.something_done:  # the list does not know what the database holds
        return f"{error.sentence}. {done}; kalanlar için F5 ile yeniden listeleyin"
    left = turkish_count(asked - saved)
    return f"{error.sentence}. {done}, {left} aktarılmadı; kalanlar işaretli"


def _none_left(saved: int) -> str:
    return f"{turkish_count(saved)} belge aktarıldı, aktarılmamış belge kalmadı"
