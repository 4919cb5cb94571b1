"""iceri-aktar --hatalar: write the documents that failed to a new file."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

from app import log
from app.cli.arguments import target_of
from app.cli.output import print_error, print_note
from app.domain.document_status import ERROR
from app.domain.text import turkish_count
from app.errors import AppError, UsageError
from app.netsis.file_names import is_output
from app.progress import Stop, never
from app.sheets.names import is_sheet
from app.store.preview import Outcome
from app.transfer import error_files
from app.transfer.import_file import IncomingFile
from app.whole_file import WholeFile

_UNTIL: Final = " (yalnız o ana dek denenenlerden; kalanlar denenmedi)"


class ErrorsFile:
    """Collects the documents that fail, and writes them to a file after the run."""

    def __init__(self, name: str | None) -> None:
        """Check before anything is imported that the file can be made.

        Raises UsageError, FileRefused.
        """
        self._path = None if name is None else target_of(name)
        self._failed = array("q")
        if self._path is None:
            return
        if not (is_sheet(self._path.name) or is_output(self._path.name)):
            raise UsageError("--hatalar: dosya adı .xlsx, .csv ya da .json ile bitmeli")
        WholeFile(self._path).close()

    @property
    def is_wanted(self) -> bool:
        """Whether the user asked for the file."""
        return self._path is not None

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Remember the documents that failed."""
        if self._path:
            failed = (one.position for one in outcomes if one.status == ERROR)
            self._failed.extend(failed)

    def write(self, incoming: IncomingFile, stop: Stop, *, is_whole: bool = True) -> None:
        """Write the file if a document failed, and say so; the import itself is not affected.

        `is_whole` is False if the run did not try all documents, so that the file holds only those
        known to have failed.
        """
        path = self._path
        if path is None:
            return
        until = "" if is_whole else _UNTIL
        if not self._failed:
            print_note(f"Hatalı belge yok{until}; {path.name} yazılmadı")
            return
        if stop():
            stop = never  # the known failures are written in any case, which takes a moment
        write = error_files.write_rows if is_sheet(path.name) else error_files.write_documents
        try:
            done = write(incoming, self._failed, path, stop=stop)
        except AppError as error:
            log.fault(error)
            print_error(f"Hatalı belgeler yazılamadı: {error.sentence}")
            return
        print_note(f"Hatalı {turkish_count(done.count)} belge yazıldı{until}: {path}")
        if done.left_out:
            print_error(error_files.left_out_words(done.left_out))
