"""Resume imports and settle exports that were interrupted by a hang-up or a kill."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

from app.domain.text import one_line
from app.errors import DatabaseRefused
from app.guarded_open import open_to_read
from app.netsis.file_names import CARD_WORDS, COMPRESSED, beside, file_words, is_standard
from app.netsis.output_file import numbers_in
from app.store import earlier_imports, journal
from app.store.again import repeatable
from app.store.database import connected, reading
from app.store.journal import OpenImport, Unfinished, UnsettledExport

_CHUNK: Final = 1 << 20
_AT_ONCE: Final = 1_000  # documents
_BRACKETS: Final = 2  # lines of a file besides its documents: one invoice a line in an array


def unfinished() -> Unfinished | None:
    """Return the latest interrupted import that this user may resume.

    Raises DatabaseRefused.
    """
    with reading():
        runs = journal.unfinished_imports()
    ours = (run for run in runs if not journal.is_present(run.transfer_id) and _is_ours(run))
    latest = next(ours, None)
    if latest is None:
        return None
    with reading():
        return journal.saved_by(latest)


def cut_off_run(file: str | os.PathLike[str]) -> int | None:
    """Return the first interrupted import of this file that saved documents, or None.

    Only imports after the last completed one count. `file` is the name in the journal: the full
    path. An import that another process is running does not count. Raises DatabaseRefused.
    """
    with reading():
        runs = earlier_imports.cut_off_imports(os.fspath(file))
    return next((run for run in runs if not journal.stays_present(run)), None)


def let_be(run: Unfinished) -> None:
    """End the run as stopped: the user does not want to resume it. Raises DatabaseRefused."""
    with connected():
        _close(run.transfer_id, journal.STOPPED)


def _close(run: int, status: str) -> None:
    repeatable(lambda: journal.close_transfer(run, status, datetime.now()))


def _is_ours(run: OpenImport) -> bool:
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
    found, counted = ("tam", "aktarılmış") if done else (_absent_words(run), "aktarılmamış")
    told = f"Yarım kalan dışarı aktarmanın dosyası {found}, belgeleri {counted} sayılır: {file}"
    if left := [] if done else _cards_left(run):
        told += f"; yanındaki kart dosyası ondan kaldıysa silebilirsiniz: {', '.join(left)}"
    return told


def _absent_words(run: UnsettledExport) -> str:
    is_there = not is_standard(run.file) and os.path.lexists(run.file)
    return "başka ya da değişmiş" if is_there else "yok"


def _cards_left(run: UnsettledExport) -> list[str]:
    """Return the names of card files beside the place of an export that has no file.

    The export gets its name last, after its journal rows. The owner of the files is not certain, so
    they are reported and not removed.
    """
    if is_standard(run.file) or not run.documents:
        return []
    folder, name = os.path.split(run.file)
    left = []
    for word in CARD_WORDS:
        path = os.path.join(folder, beside(name, word))
        with suppress(ValueError):  # a NUL in the path
            if os.path.exists(path) and not os.path.exists(run.file):
                left.append(one_line(os.path.basename(path)))
    return left


def _has_its_file(run: UnsettledExport) -> bool:
    """Return whether the export's file is there: whole, with the run's documents in its order.

    No time is compared: those of the journal have no time zone. A file from before the run would
    have kept it from adding its documents to the journal. Raises PermissionError, DatabaseRefused.
    """
    if is_standard(run.file) or not run.documents:
        return False  # it is unknown whether its reader got all of it
    try:
        file = open_to_read(run.file)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return False
        with os.fdopen(file, "rb", closefd=False) as raw:
            is_packed = run.file.lower().endswith(COMPRESSED)
            stream = gzip.GzipFile(fileobj=raw) if is_packed else raw
            if _lines(stream) != run.documents + _BRACKETS:
                return False
            stream.seek(0)
            return _has_numbers(stream, run)
    except (OSError, EOFError, ValueError, zlib.error):
        return False
    finally:
        os.close(file)


def _lines(stream: BinaryIO | gzip.GzipFile) -> int:
    lines = 0
    while piece := stream.read(_CHUNK):
        lines += piece.count(b"\n")
    return lines


def _has_numbers(stream: BinaryIO | gzip.GzipFile, run: UnsettledExport) -> bool:
    written = numbers_in(stream)
    for first in range(1, run.documents + 1, _AT_ONCE):
        with reading():
            numbers = journal.numbers(run.transfer_id, first, first + _AT_ONCE - 1)
        if list(islice(written, len(numbers))) != numbers:
            return False
    return True
