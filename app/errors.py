"""One exception tree: a Turkish sentence for the user, and where it applies, the place."""

from __future__ import annotations


class AppError(Exception):
    """An error that the user is told of; `sentence` is Turkish and fits one line."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class UsageError(AppError):
    """The command line or a field on the screen asks for something that cannot be."""


class FileRefused(AppError):
    """A file, as a whole, cannot be read or written."""


class DatabaseRefused(AppError):
    """The database cannot be opened, read or written."""


class DocumentError(AppError):
    """One document cannot be taken; its neighbours are not concerned.

    `place` is the path inside the document in the file's own words (`2. kalem, STra_GCMIK`),
    empty where the document as a whole is meant.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place

    def within(self, outer: str) -> DocumentError:
        """The same error, seen from one level further out."""
        place = f"{outer}, {self.place}" if self.place else outer
        return type(self)(self.reason, place)


class NumberError(DocumentError):
    """A document number cannot be split, continued or made (domain §4)."""


class Stopped(AppError):
    """The user stopped the work; what was committed before stays."""
