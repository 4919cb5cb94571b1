"""The ways to parse a document: to a record that is stored, or to a summary that is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from app.domain.reasons import DocumentError, Reason
from app.domain.record import Record, Summary, summarize, to_record
from app.domain.unread import Unread
from app.netsis.fast_parser import fast_record, fast_summary
from app.netsis.tolerant.identity import identified
from app.netsis.tolerant.parser import read_invoice

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Way(Generic[T]):
    """A way to parse each document: the type of the result, and how answers are decoded."""

    name: str
    read: Callable[[bytes], T]
    """Parse one document. Raises DocumentError."""
    decode: Callable[[bytes], tuple[list[T | None], list[Reason]]]
    """Decode an answer: each document in order or None, then the reasons for the latter."""

    def one(self, raw: bytes) -> T | Reason:
        """Parse one document; return its result or the reason why it cannot be read."""
        try:
            return self.read(raw)
        except DocumentError as error:
            return identified(raw, error.reason)


def read_record(raw: bytes) -> Record:
    """Parse a JSON object into the record of a document.

    Raises DocumentError and nothing else, whatever the bytes.
    """
    return fast_record(raw) or to_record(read_invoice(raw))


def read_summary(raw: bytes) -> Summary:
    """Parse a JSON object into the summary of a document.

    Raises DocumentError and nothing else, whatever the bytes.
    """
    return fast_summary(raw) or summarize(to_record(read_invoice(raw)))


def _way(name: str, kind: type[T], read: Callable[[bytes], T]) -> Way[T]:
    answer: Any = tuple[list[kind | None], list[Unread]]  # type: ignore[valid-type]  # at run time
    return Way(name, read, msgspec.msgpack.Decoder(answer).decode)


RECORDS: Final = _way("records", Record, read_record)
"""Full records, to be stored."""
SUMMARIES: Final = _way("summaries", Summary, read_summary)
"""Summaries, to be listed; two thirds of the work."""
WAYS: Final[dict[str, Way[Any]]] = {way.name: way for way in (RECORDS, SUMMARIES)}
