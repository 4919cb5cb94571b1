"""Undo a whole import, and restore the documents of an undone one.

Each is one transaction, so it is done completely or not at all (domain §8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from app import log
from app.domain.text import some_names, turkish_count
from app.errors import AppError, Stopped, UsageError
from app.progress import Progress, Stop, never, no_progress
from app.store import journal, recycle_bin, runs, undo_counters
from app.store.again import once
from app.store.damaged import details_advice
from app.store.database import connected, full_command, reading
from app.store.recycle_bin import Left
from app.store.runs import Run
from app.store.undo_counters import Counters
from app.transfer.batches import batches

_AT_ONCE: Final = 500  # documents read and written together
_NAMED: Final = 2  # documents named in a sentence, which has to fit two lines of 80


class UndoRefused(AppError):
    """A run cannot be undone or restored; nothing was changed."""


class UndoChanged(UndoRefused):
    """An undo would no longer do what was shown; nothing was changed."""


class Undone(NamedTuple):
    """The result of an undo, done or only planned."""

    run: int
    removed: int
    counters: Counters


@dataclass(frozen=True, slots=True)
class Restored:
    """The documents that were restored, and those that were not with the reason."""

    run: int
    back: int
    left: list[Left]


def what_undo_would_do(run: int, *, progress: Progress = no_progress, stop: Stop = never) -> Undone:
    """Return the result that an undo would have, without writing.

    Raises UndoRefused, UsageError, Stopped.
    """
    with connected(), reading():
        ids = _undoable(run)
        counters = undo_counters.plan(run)
        changed: list[str] = []
        for some in _batches(ids, progress, stop):
            changed += recycle_bin.changed(run, some)
        _refuse_changed(changed)
    return Undone(run, len(ids), counters)


def undo(
    run: int,
    shown: Undone | None = None,
    *,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> Undone:
    """Move the documents of an import to the recycle bin and step its counters back.

    `shown` is the plan that the user has agreed to, if any. Raises UndoChanged, UndoRefused,
    UsageError, Stopped; then nothing was changed.
    """
    log.event("geri-alma-basladi")
    with connected(bulk=True):
        done = once(lambda: _take_out(run, shown, progress, stop), _is_undone, stop)
    log.event("geri-alma-tamam", silinen=done.removed)
    return done


def _take_out(run: int, shown: Undone | None, progress: Progress, stop: Stop) -> Undone:
    ids = _undoable(run)
    counters = undo_counters.plan(run)
    planned = Undone(run, len(ids), counters)
    if shown not in (None, planned):
        raise UndoChanged(f"Geri alınmadı: {run}. aktarımın numaraları sorudan sonra değişti")
    opened = recycle_bin.open_undo(run, datetime.now())
    changed: list[str] = []
    for some in _batches(ids, progress, stop):
        if changed:
            changed += recycle_bin.changed(run, some)
        else:
            changed = recycle_bin.take_out(opened, run, some)
    _refuse_changed(changed)
    undo_counters.move_back(counters.steps)
    return planned


def _is_undone(done: Undone) -> bool:
    return _import_of(done.run).undone


def restore(run: int, *, progress: Progress = no_progress, stop: Stop = never) -> Restored:
    """Restore the documents of an undone import under their numbers, if these are free.

    Raises UndoRefused, UsageError, Stopped; then nothing was changed.
    """
    log.event("geri-getirme-basladi")
    with connected(bulk=True):
        done = once(lambda: _put_back(run, progress, stop), _is_back, stop)
    log.event("geri-getirme-tamam", gelen=done.back, kalan=len(done.left))
    return done


def _put_back(run: int, progress: Progress, stop: Stop) -> Restored:
    _import_of(run)
    ids = recycle_bin.deleted_of(run)
    if not ids:
        raise UndoRefused(nothing_to_restore(run))
    left: list[Left] = []
    last: dict[undo_counters.Key, int] = {}
    for some in _batches(ids, progress, stop):
        back, not_back = recycle_bin.put_back(run, some)
        left += not_back
        for one in back:
            if one.tail is not None:
                last[one.series] = max(one.tail, last.get(one.series, 0))
    for key, tail in last.items():
        undo_counters.move_on(run, key, tail)
    if len(left) < len(ids):
        recycle_bin.close_undo(run, datetime.now())
    return Restored(run, len(ids) - len(left), left)


def _is_back(done: Restored) -> bool:
    return len(recycle_bin.deleted_of(done.run)) == len(done.left)


def nothing_to_restore(run: int) -> str:
    """Return the sentence that Silinen Belgeler has no document of the run."""
    return f"{run}. aktarımın Silinen Belgeler'de belgesi yok"


def _undoable(run: int) -> Sequence[int]:
    """Return the ids of the documents that an undo would remove. Raises UndoRefused."""
    found = _import_of(run)
    if found.is_running:
        raise UndoRefused(f"{run}. aktarım şu anda sürüyor; bitince ya da durdurulunca geri alınır")
    ids = recycle_bin.stored_of(run)
    if not ids:
        state = "zaten geri alındı" if found.undone else "hiç belge kaydetmedi"
        raise UndoRefused(f"{run}. aktarım {state}; geri alınacak belge yok")
    exported = runs.exported_since(run)
    if exported:
        raise UndoRefused(
            f"Geri alınmadı: {_names(exported)} sonradan dışarı aktarıldı; numaraları bu "
            "veritabanından çıktı"
        )
    if runs.count_saved(run) != len(ids):
        raise UndoRefused(
            f"Geri alınmadı: {run}. aktarımın belgeleri günlükle uyuşmuyor; {details_advice()}"
        )
    return ids


def _import_of(run: int) -> Run:
    found = runs.find(run)
    if found is None:
        raise UsageError(f"{run} numaralı aktarım yok; listesi: {full_command('aktarimlar')}")
    if found.direction != journal.IMPORT:
        raise UndoRefused(f"{run}. aktarım dışarı aktarma; yalnız içeri aktarma geri alınır")
    return found


def _refuse_changed(names: Sequence[str]) -> None:
    if names:
        raise UndoRefused(
            f"Geri alınmadı: {_names(names)} kaydedildikten sonra değişmiş ya da bozulmuş; "
            f"{details_advice()}"
        )


def _names(names: Sequence[str]) -> str:
    """Return the count and some names: `3 belge (A-1, A-2 ve 1 belge daha)`."""
    return f"{turkish_count(len(names))} belge ({some_names(names, _NAMED, 'belge')})"


def _batches(ids: Sequence[int], progress: Progress, stop: Stop) -> Iterator[Sequence[int]]:
    """Yield the ids in batches and report the progress. Raises Stopped."""
    done = 0
    for some in batches(ids, _AT_ONCE):
        if stop():
            raise Stopped("Durduruldu; hiçbir şey değişmedi")
        yield some
        done += len(some)
        progress(done, len(ids))
