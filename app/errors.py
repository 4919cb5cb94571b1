"""The exception tree: errors that the user is told of, each with a Turkish sentence.

Errors of a document carry their reason as data (`domain.reasons`).
"""

from __future__ import annotations

from typing import ClassVar


class AppError(Exception):
    """An error that the user is told of; `sentence` is Turkish and fits one line."""

    something_done: ClassVar[bool] = False
    """Whether something may have been written all the same (exit status 1, not 2)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class UsageError(AppError):
    """The command line or a field on the screen asks for something that cannot be."""


class NoHome(UsageError):
    """The user's home folder is not known, and with it where the user's files are."""


class FileRefused(AppError):
    """A file, as a whole, cannot be read or written."""


class NothingInFile(FileRefused):
    """A file of JSON with no invoice in it, or none of what else is looked for."""


class NotUtf8(FileRefused):
    """A file that is not UTF-8; it may be Windows-1254, which the user has to choose."""

    def __init__(self, fault: str, advice: str) -> None:
        """`fault` is the sentence without the advice for the command line."""
        super().__init__(f"{fault}; {advice}")
        self.fault = fault


class FileLeft(FileRefused):
    """A file that was refused stands under its name: it could not be taken away."""

    something_done = True


class DatabaseRefused(AppError):
    """The database cannot be opened, read or written."""

    patience = 0.0
    """For how many seconds the same transaction is worth another try (`store.again`)."""

    @property
    def refusal(self) -> str:
        """The sentence without what it says of documents."""
        return self.sentence


class DatabaseDamaged(DatabaseRefused):
    """The database has lost transactions; its sentence tells the user to restore a backup."""


class Uncertain(DatabaseRefused):
    """The disk failed as it was asked to keep what was written: it may be there, or not."""

    something_done = True


class CommitUncertain(Uncertain):
    """A transaction that may be there or not."""

    def __init__(self, refusal: str) -> None:
        super().__init__(f"{refusal}; son yazılanların kaydedilip kaydedilmediği belli değil")
        self._refusal = refusal

    @property
    def refusal(self) -> str:
        """The sentence without this doubt."""
        return self._refusal


class DatabaseMissing(DatabaseRefused):
    """There is no database at a path that was named; it is made only where the user says so."""


class Stopped(AppError):
    """The user stopped the work; what was committed before stays."""
