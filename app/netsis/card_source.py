"""Read the cards of a JSON file one by one, with the reader of invoices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import structs

from app.domain.reasons import Code, Reason
from app.errors import NothingInFile
from app.netsis.encoding_names import BY_ITSELF
from app.netsis.input_file import Source, open_source
from app.os_errors import refused
from app.progress import Progress, no_progress

_NAME_WHAT_IS_READ: Final = (Code.CUT_SHORT, Code.TOO_BIG, Code.TOO_BIG_TO_END)


class RawCard(NamedTuple):
    """One card of a file as JSON, or the reason why it cannot be read."""

    position: int
    """The card's position in the file, from 1, or its row in a sheet."""
    raw: bytes
    error: Reason | None = None
    sheet: str = ""
    """The name of its sheet, if the file has several."""


@contextmanager
def open_json_cards(
    path: Path, encoding: str = BY_ITSELF, progress: Progress = no_progress
) -> Iterator[Iterator[RawCard]]:
    """Open a JSON file of cards and report the bytes read.

    Raises FileRefused, also while the cards are read.
    """
    with _no_invoices(path):
        source = open_source(path, encoding)
    with source, _no_invoices(path):
        yield _cards(source, progress)


def _cards(source: Source, progress: Progress) -> Iterator[RawCard]:
    for position, span in enumerate(source.spans(), 1):
        raw = b"" if span.error else source.read(span)
        yield RawCard(position, raw, span.error and _of_card(span.error))
        progress(span.offset + span.length, source.size)


def _of_card(error: Reason) -> Reason:
    """Replace `belge` by `kart` in the reader's reason."""
    if error.code not in _NAME_WHAT_IS_READ:
        return error
    return structs.replace(error, values=(*error.values, "kart"))


@contextmanager
def _no_invoices(path: Path) -> Iterator[None]:
    """Change the refusal of an empty file to say that it has no cards."""
    try:
        yield
    except NothingInFile:
        raise refused(path, "dosyada kart yok") from None
