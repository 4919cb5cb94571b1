"""The exception tree of errors that the user sees, each with a Turkish sentence.

An error of a document carries its reason as data (`domain.reasons`).
"""

from __future__ import annotations

from typing import ClassVar


class AppError(Exception):
    """An error that the user sees; `sentence` is Turkish and fits on one line."""

    something_done: ClassVar[bool] = False
    """Whether something may have been written nevertheless (exit status 1 instead of 2)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class UsageError(AppError):
    """The command line or a screen field asks for something impossible."""


class NoHome(UsageError):
    """The user's home folder is unknown, and so are the paths of the user's files."""


class FileRefused(AppError):
    """A file, as a whole, cannot be read or written."""


class NothingInFile(FileRefused):
    """A JSON file without any invoice, or without any other object that was asked for."""


class NotUtf8(FileRefused):
    """A file that is not UTF-8. It may be Windows-1254, which the user has to choose."""

    def __init__(self, fault: str, advice: str) -> None:
        """`fault` is the sentence without `advice`, which is for the command line."""
        super().__init__(f"{fault}; {advice}")
        self.fault = fault


class FileLeft(FileRefused):
    """A file was refused, but keeps its name because it could not be removed."""

    something_done = True


class DatabaseRefused(AppError):
    """The database cannot be opened, read or written."""

    patience = 0.0
    """For how many seconds retrying the same transaction may help (`store.again`)."""

    @property
    def refusal(self) -> str:
        """The sentence without its part about documents."""
        return self.sentence


class DatabaseReadOnly(DatabaseRefused):
    """This user may only read the database."""


class DatabaseDamaged(DatabaseRefused):
    """The database has lost transactions; the sentence tells the user to restore a backup."""


class Uncertain(DatabaseRefused):
    """The disk failed while writes were made durable: they may be stored or not."""

    something_done = True


class CommitUncertain(Uncertain):
    """A transaction whose commit failed without a clear answer: it may be stored or not."""

    def __init__(self, refusal: str) -> None:
        super().__init__(f"{refusal}; son yazılanların kaydedilip kaydedilmediği belli değil")
        self._refusal = refusal

    @property
    def refusal(self) -> str:
        """The sentence without the part about this uncertainty."""
        return self._refusal


class DatabaseMissing(DatabaseRefused):
    """There is no database at the given path; it is created only on the user's request."""


class Stopped(AppError):
    """The user stopped the work; what was committed before remains."""
