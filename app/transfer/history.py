"""Resume imports and settle exports that were interrupted by a hang-up or a kill."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from contextlib import suppress
from datetime import datetime
from typing import Final

from app.domain.text import one_line
from app.errors import DatabaseRefused
from app.guarded_open import open_to_read
from app.netsis.file_names import CARD_WORDS, COMPRESSED, beside, file_words, is_standard
from app.store import journal
from app.store.again import repeatable
from app.store.database import connected, reading
from app.store.journal import Unfinished, UnsettledExport

_CHUNK: Final = 1 << 20
_BRACKETS: Final = 2  # lines of a file besides its documents: one invoice a line in an array


def unfinished() -> Unfinished | None:
    """Return the latest interrupted import that this user may resume.

    Raises DatabaseRefused.
    """
    with reading():
        runs = journal.unfinished_imports()
    return next(
        (run for run in runs if not journal.is_present(run.transfer_id) and _is_ours(run)), None
    )


def cut_off_run(file: str | os.PathLike[str]) -> int | None:
    """Return the first interrupted import of this file that saved documents, or None.

    Only imports after the last completed one count. `file` is the name in the journal: the full
    path. An import that another process is running does not count. Raises DatabaseRefused.
    """
    with reading():
        runs = journal.cut_off_imports(os.fspath(file))
    return next((run for run in runs if not journal.stays_present(run)), None)


def let_be(run: Unfinished) -> None:
    """End the run as stopped: the user does not want to resume it. Raises DatabaseRefused."""
    with connected():
        _close(run.transfer_id, journal.STOPPED)


def _close(run: int, status: str) -> None:
    repeatable(lambda: journal.close_transfer(run, status, datetime.now()))


def _is_ours(run: Unfinished) -> bool:
    """Return whether the file may be read. A missing file may come back, a pipe may not."""
    if is_standard(run.file):
        return False
    try:
        os.close(open_to_read(run.file))
    except PermissionError:
        return False
    except (OSError, ValueError):  # ValueError: a NUL in the path
        pass
    return True


def settle_exports() -> list[str]:
    """End interrupted exports, as done if their file is there; return a sentence for each.

    Only a run that is `tamam` counts as exported. So after a kill between the file's name and that
    status, its documents would be exported twice. A file that this user may not read is left to its
    owner. Raises DatabaseRefused if the journal cannot be read.
    """
    with connected():
        with reading():
            runs = journal.unsettled_exports()
        runs = [run for run in runs if not journal.is_present(run.transfer_id)]
        return [sentence for run in runs if (sentence := _settle(run))]


def _settle(run: UnsettledExport) -> str:
    file = file_words(run.file)
    try:
        done = _has_its_file(run)
        _close(run.transfer_id, journal.DONE if done else journal.FAILED)
    except PermissionError:
        return ""
    except DatabaseRefused as error:
        return f"Yarım kalan dışarı aktarma sonuçlandırılamadı ({file}): {error.sentence}"
    found, counted = ("tam", "aktarılmış") if done else ("yok", "aktarılmamış")
    told = f"Yarım kalan dışarı aktarmanın dosyası {found}, belgeleri {counted} sayılır: {file}"
    left = [] if done else _cards_left(run)
    return (
        f"{told}; yanında kalan kart dosyasını silebilirsiniz: {', '.join(left)}" if left else told
    )


def _cards_left(run: UnsettledExport) -> list[str]:
    """Return the names of card files of an export that has no file, unless older than the export.

    The export gets its name last. The owner of the files is not certain, so they are reported and
    not removed.
    """
    if is_standard(run.file):
        return []
    folder, name = os.path.split(run.file)
    left = []
    for word in CARD_WORDS:
        path = os.path.join(folder, beside(name, word))
        with suppress(OSError, ValueError):
            if os.stat(path).st_mtime >= _moment(run.started_at) and not os.path.exists(run.file):
                left.append(one_line(os.path.basename(path)))
    return left


def _has_its_file(run: UnsettledExport) -> bool:
    """Return whether the export's file is there: newer than the run, with as many documents.

    Raises PermissionError.
    """
    if is_standard(run.file):
        return False  # it is unknown whether its reader got all of it
    try:
        file = open_to_read(run.file)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    try:
        found = os.fstat(file)
        began = _moment(run.started_at)
        if not stat.S_ISREG(found.st_mode) or found.st_mtime < began:
            return False
        is_packed = run.file.lower().endswith(COMPRESSED)
        return _lines(file, is_packed) == run.documents + _BRACKETS
    except (OSError, EOFError, zlib.error):
        return False
    finally:
        os.close(file)


def _moment(text: str) -> float:
    """Parse a time of the journal; an unreadable one counts as the earliest."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _lines(file: int, is_packed: bool) -> int:
    lines = 0
    with os.fdopen(file, "rb", closefd=False) as raw:
        stream = gzip.GzipFile(fileobj=raw) if is_packed else raw
        while piece := stream.read(_CHUNK):
            lines += piece.count(b"\n")
    return lines
