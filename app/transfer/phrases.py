"""Word decisions in Turkish, for Durum, messages and the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.reasons import Code, Reason, text
from app.domain.text import counted, turkish_count
from app.errors import AppError, DatabaseDamaged
from app.store.books import Readable
from app.transfer.decide import Action, Decision
from app.transfer.run_summary import NumberRanges, RunSummary

_TOLD_SERIES = 2
_TOLD = 3  # reasons in a sentence; a document with many lines may have hundreds
_OF_NUMBER = (Code.UNNUMBERED, Code.GETS_NUMBER)
_GOES_ON = "yalnız kalanları aktarır"


def message(position: int, document: Readable | Reason, decision: Decision) -> str:
    """Return why a document is refused or skipped, or its warnings; empty if there are none.

    The warnings of a refused document follow the reason, because correcting the error does not
    remove them.
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
    """Return the warnings about a document: those from the database, then those of its content."""
    if isinstance(document, Reason):
        return ()
    content: Sequence[Reason] = document.warnings
    if content and _is_settled(decision):
        content = [one for one in content if one.code not in _OF_NUMBER]
    if not (decision.earlier or decision.twin or decision.gib_owner):
        return content
    found = [decision.earlier] if decision.earlier else []
    if decision.twin:
        found.append(Reason(Code.TWIN, values=(decision.twin,)))
    # For a copy without a number yet, the same GİB number is not worth mentioning.
    if decision.gib_owner and (decision.given or not decision.earlier):
        code = Code.GIB_NUMBER_LEFT_OUT if decision.given else Code.GIB_NUMBER_TAKEN
        values = (document.gib_number or "", decision.gib_owner)
        found.append(Reason(code, "GIB_FATIRS_NO", values))
    return [*found, *content]


def _is_settled(decision: Decision) -> bool:
    """Return whether the decision itself already mentions the number."""
    refusal = decision.refusal
    return bool(decision.given) or (refusal is not None and refusal.code is Code.UNNUMBERED)


def _listed(found: Sequence[Reason]) -> str:
    """Return the first reasons in words, and the number of the others."""
    told = "; ".join(map(text, found[:_TOLD]))
    return f"{told} (+{len(found) - _TOLD})" if len(found) > _TOLD else told


MESSAGE_ROOM: Final = 148
"""The characters of a sentence that the screens' message line shows at 80 columns."""


def fitting(write: Callable[[int], str], most: int) -> str:
    """Return the first of `write(most)`, … `write(0)` that the message line shows whole.

    `write` names so many of several things, and counts the others.
    """
    return next(
        (text for n in range(most, 0, -1) if len(text := write(n)) <= MESSAGE_ROOM), write(0)
    )


def closing(summary: RunSummary, left: int = 0, *, marked: bool = False) -> str:
    """Return how an import of marked documents ended: how many were saved and how many not.

    `left` documents were not reached before it stopped; `marked` tells whether they still are
    marked. As many series are named as there is room for.
    """
    return fitting(lambda told: _closing(summary, left, told, marked=marked), _TOLD_SERIES)


def _closing(summary: RunSummary, left: int, told: int, *, marked: bool) -> str:
    others = (summary.skipped, "atlandı"), (summary.warned, "uyarılı"), (summary.failed, "hatalı")
    parts = [_saved(summary, told), *counted(*others)]
    text = ", ".join(parts)
    if not summary.saved and len(parts) > 1:
        text = f"{parts[0]}: {', '.join(parts[1:])}"
    if summary.warned or summary.failed:
        text += "; Durum sütununa bakın"
    if summary.stopped or summary.halted or summary.changed:
        at = f"{turkish_count(summary.failed)}. hatada durduruldu" if summary.halted else ""
        text = f"{at or 'Durduruldu'}: {_inside(text)}"
        text += f"; kalan {turkish_count(left)} belge" + (" işaretli" if marked else "")
    elif summary.saved:
        text = f"Aktarım tamamlandı: {text}"
    return f"{text}. {summary.note}" if summary.note else text


def halted(
    errors: int, left: int | None, *, rehearsed: bool = False, errors_written: bool = False
) -> str:
    """Return that errors ended a run on the command line, and how to continue.

    `left` documents were not tried; None if they cannot be counted. The same command would meet the
    same errors again. `errors_written` tells whether they were written to a file, which is never
    overwritten.
    """
    untried = "gerisi denenmedi" if left is None else f"{turkish_count(left)} belge denenmedi"
    told = f"{turkish_count(errors)}. hatada durduruldu, {untried}"
    if rehearsed:
        return f"{told}."
    name = " (--hatalar için yeni bir adla)" if errors_written else ""
    return f"{told}; hataları düzeltin ya da --hatada surdur ile yeniden çalıştırın{name}."


def none_saved(summary: RunSummary) -> str:
    """Return why nothing was saved: everything failed, or there was nothing to save."""
    return "Hiçbir belge aktarılamadı" if summary.failed else "Hiçbir belge aktarılmadı"


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _saved(summary: RunSummary, told: int) -> str:
    if not summary.saved:
        return none_saved(summary)
    return f"{turkish_count(summary.saved)} belge aktarıldı{_from_to(summary.numbers, told)}"


def _from_to(numbers: NumberRanges, told: int) -> str:
    """Return the first and last number given in each of so many series."""
    if not numbers:
        return ""
    if not told:
        return " (çok sayıda seri)" if numbers.others else f" ({turkish_count(len(numbers))} seri)"
    named = [one.first if one.count == 1 else f"{one.first}–{one.last}" for one in numbers]
    (only, *more), first = named, next(iter(numbers))
    if not more:
        both = f"ilk {first.first}, son {first.last}"
        return f" ({only if first.count == 1 else both})"
    return f" ({', '.join(named[:told])}{more_series(numbers, told)})"


def more_series(numbers: NumberRanges, told: int) -> str:
    """Return that there are more series than the `told` ones; empty if there are not."""
    if numbers.others:
        return " ve çok sayıda başka seri"
    return f" ve {turkish_count(len(numbers) - told)} seri daha" if len(numbers) > told else ""


def books_changed(saved: int, left: int, first: int, last: int) -> list[str]:
    """Return why an import ended early, on two lines above the new figures.

    `first` and `last` are positions of documents between which the first difference lies.
    """
    done = f"{turkish_count(saved)} belge aktarılıp" if saved else "hiçbir belge aktarılmadan"
    return [
        f"Veritabanı bu arada değişti, {done} durduruldu.",
        f"Gösterilenden farkı {first}–{last}. belgelerde; kalan {turkish_count(left)} belge:",
    ]


def given_up(saved: int) -> str:
    """Return that the user gave up after `saved` documents were saved."""
    done = f"{turkish_count(saved)} belge aktarıldı" if saved else "hiçbir belge kaydedilmedi"
    return f"Vazgeçildi; {done}"


def cut_off(error: AppError, saved: int, left: int | None) -> str:
    """Return why an import on the command line failed, what it saved and how to continue.

    `left` documents were not tried; None if they cannot be counted.
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


def list_cut_off(error: AppError, saved: int, left: int, *, marked: bool) -> str:
    """Return why an import of marked documents failed, and what it saved.

    `left` documents were neither saved nor skipped; `marked` tells whether they still are marked.
    """
    if isinstance(error, DatabaseDamaged):
        done = f"{turkish_count(saved)} belge aktarılmıştı; geri yükledikten sonra"
        return f"{error.sentence}. {done} dosyayı yeniden listeleyin"
    if saved and not left:
        return f"{error.sentence}. {_none_left(saved)}"
    done = f"{turkish_count(saved)} belge aktarıldı" if saved else "Hiçbir belge aktarılamadı"
    if error.something_done:  # the list does not show what the database holds
        return f"{error.sentence}. {done}; kalanlar için F5 ile yeniden listeleyin"
    rest = f"kalan {turkish_count(left)} belge" + (" işaretli" if marked else "")
    return f"{error.sentence}. {done}; {rest}"


def _none_left(saved: int) -> str:
    return f"{turkish_count(saved)} belge aktarıldı, aktarılmamış belge kalmadı"
