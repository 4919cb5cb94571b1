"""Word decisions in Turkish, for Durum, messages and the journal."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.reasons import Code, Reason, text
from app.domain.text import turkish_count
from app.errors import AppError, DatabaseDamaged
from app.store.books import Readable
from app.transfer.decide import Action, Decision

_TOLD = 3  # reasons in one sentence; a document of many lines may have hundreds
_GOES_ON = "yalnız kalanları aktarır"


def message(position: int, document: Readable | Reason, decision: Decision) -> str:
    """Return why a document is refused or skipped; else its warnings. Empty if there is nothing.

    A refused document's warnings follow the reason: mending what refuses it does not mend them.
    """
    if decision.action is Action.SKIP:
        return text(decision.earlier) if decision.earlier else ""
    found = warnings(document, decision)
    warned = _listed(found) if found else ""
    if decision.refusal is None:
        return warned
    refused = text(decision.refusal, position)
    return f"{refused}; uyarı: {warned}" if warned else refused


def warnings(document: Readable | Reason, decision: Decision) -> Sequence[Reason]:
    """Return the warnings about a document: those of the database first, then of its content."""
    if isinstance(document, Reason):
        return ()
    if not (decision.earlier or decision.twin or decision.gib_owner):
        return document.warnings
    found = [decision.earlier] if decision.earlier else []
    if decision.twin:
        found.append(Reason(Code.TWIN, values=(decision.twin,)))
    # Of a copy that has no number yet, the same GİB number is not worth a word.
    if decision.gib_owner and (decision.given or not decision.earlier):
        code = Code.GIB_NUMBER_LEFT_OUT if decision.given else Code.GIB_NUMBER_TAKEN
        values = (document.gib_number or "", decision.gib_owner)
        found.append(Reason(code, "GIB_FATIRS_NO", values))
    return found + document.warnings


def _listed(found: Sequence[Reason]) -> str:
    """Return the first of the reasons, and how many more there are."""
    told = "; ".join(map(text, found[:_TOLD]))
    return f"{told} (+{len(found) - _TOLD})" if len(found) > _TOLD else told


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
    if saved and isinstance(error, DatabaseDamaged):  # a backup may lack what was saved
        done = f"{turkish_count(saved)} belge aktarılmıştı"
        return f"{cause}. {done}; geri yükledikten sonra aynı komut yedekte olmayanları aktarır"
    if not saved:
        return f"{cause}. Aynı komut {_GOES_ON}" if error.something_done else cause
    if left == 0:
        return f"{cause}. {_none_left(saved)}"
    rest = "gerisi aktarılmadı" if left is None else f"{turkish_count(left)} belge kaldı"
    return f"{cause}. {turkish_count(saved)} belge aktarıldı, {rest}; aynı komut {_GOES_ON}"


def list_cut_off(error: AppError, saved: int, asked: int) -> str:
    """Return why an import of so many marked documents failed, and what it has done."""
    if isinstance(error, DatabaseDamaged):
        done = f"{turkish_count(saved)} belge aktarılmıştı; geri yükledikten sonra"
        return f"{error.sentence}. {done} dosyayı yeniden listeleyin"
    if saved == asked:
        return f"{error.sentence}. {_none_left(saved)}"
    done = f"{turkish_count(saved)} belge aktarıldı"
    if error.something_done:  # the list does not know what the database holds
        return f"{error.sentence}. {done}; kalanlar için F5 ile yeniden listeleyin"
    left = turkish_count(asked - saved)
    return f"{error.sentence}. {done}, {left} aktarılmadı; kalanlar işaretli"


def _none_left(saved: int) -> str:
    return f"{turkish_count(saved)} belge aktarıldı, aktarılmamış belge kalmadı"
