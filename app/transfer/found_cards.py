"""The card files that accompany a file to import, found by their names.

They are beside the file, beside each file of a folder, or in the zip. Missing cards are created
from them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple, Self, TypeAlias

from app.domain.cards import CardKind, CardRecord
from app.domain.reasons import DocumentError
from app.errors import NothingInFile
from app.netsis.card_parser import read_card
from app.netsis.document_splitter import Span
from app.netsis.encoding_names import BY_ITSELF
from app.netsis.file_names import beside_any, folder_card_files
from app.netsis.input_file import CHANGED, Source, open_source
from app.os_errors import refused, shown_name

Codes: TypeAlias = dict[CardKind, set[str]]


class _Place(NamedTuple):
    source: Source
    span: Span


class CardFile(NamedTuple):
    """A card file, beside the source or within it; `open` raises FileRefused."""

    path: Path
    open: Callable[[], Source]


class FoundCards:
    """Card files, opened and indexed when a card is first looked up.

    If a file changes after that, it is refused, because the user was shown its content.
    """

    def __init__(self, files: Sequence[CardFile] = (), within: Source | None = None) -> None:
        """`within` is the zip that contains some of the files, if any."""
        self.files: Final = files
        self._within = within
        self.faulty = 0
        """The number of cards in the files that cannot be read."""
        self._places: dict[tuple[CardKind, str], _Place] | None = None
        self._sources: list[Source] = []
        self._open = ExitStack()
        self._lock = Lock()

    @property
    def names(self) -> str:
        """The names of the files for display; empty if there are none."""
        return ", ".join(shown_name(file.path) for file in self.files)

    @property
    def short_names(self) -> str:
        """The names without the part shared with the file of invoices: `…-cariler.json`."""
        names = [file.path.name for file in self.files]
        forms = [(f"-{kind.plural}.", f"…-{kind.plural}.json") for kind in CardKind]
        found = [short for part, short in forms if any(part in name for name in names)]
        of_all_files = [name for name in names if not any(part in name for part, _ in forms)]
        return ", ".join(found + of_all_files)

    def __bool__(self) -> bool:
        return bool(self.files)

    def count(self, wanted: Codes) -> int:
        """Return how many of the codes have a card in the files. Raises FileRefused."""
        places = self._indexed()
        return sum((kind, code) in places for kind, codes in wanted.items() for code in codes)

    def cards(self, wanted: Codes) -> list[CardRecord]:
        """Return the cards for those of the codes that have one. Raises FileRefused."""
        places = self._indexed()
        found = [
            places[kind, code]
            for kind, codes in wanted.items()
            for code in sorted(codes)
            if (kind, code) in places
        ]
        return [read_card(place.source.read(place.span)) for place in found]

    def check(self) -> None:
        """Open and index the files, unless that is done. Raises FileRefused."""
        self._indexed()

    def close(self) -> None:
        """Close the files."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _indexed(self) -> dict[tuple[CardKind, str], _Place]:
        with self._lock:  # an older job may still run beside the one that computes new figures
            if self._places is None:
                places: dict[tuple[CardKind, str], _Place] = {}
                for file in self.files:
                    self._index(file, places)
                self._places = places
        for source in filter(None, (self._within, *self._sources)):
            if source.changed():
                raise refused(source.path, CHANGED)
        return self._places

    def _index(self, file: CardFile, places: dict[tuple[CardKind, str], _Place]) -> None:
        try:
            source = self._open.enter_context(file.open())
        except NothingInFile:
            return
        self._sources.append(source)
        for span in source.spans():
            try:
                if span.error:
                    raise DocumentError(span.error)
                card = read_card(source.read(span))
            except DocumentError:
                self.faulty += 1
                continue
            places.setdefault((card.kind, card.code), _Place(source, span))


def find_cards(source: Source, *, is_standard: bool = False) -> FoundCards:
    """Return the card files of the source; standard input has none."""
    within = [
        CardFile(Path(name), partial(source.open_card_file, name)) for name in source.card_files
    ]
    if is_standard:
        return FoundCards(within, source)
    path = source.path
    is_folder = os.path.isdir(path)
    inner = [path / file.name for file in source.files] if is_folder else []
    beside = [found for base in (*inner, Path(os.path.abspath(path))) for found in _beside(base)]
    of_folder = list(_of_folder(path)) if is_folder else []
    files = [CardFile(one, partial(open_source, one, BY_ITSELF)) for one in (*beside, *of_folder)]
    return FoundCards([*within, *files], source if within else None)


def _of_folder(folder: Path) -> Iterator[Path]:
    """Yield the existing card file of each kind that holds the cards of all files in a folder."""
    for kind in CardKind:
        found = (folder / name for name in folder_card_files(kind.plural))
        if path := next((one for one in found if os.path.isfile(one)), None):
            yield path


def _beside(base: Path) -> Iterator[Path]:
    """Yield the existing card file of each kind, compressed or not; the base file's form first."""
    if not base.name:  # the root folder
        return
    for kind in CardKind:
        names = beside_any(base.name, kind.plural)
        found = (base.with_name(name) for name in names)
        if path := next((one for one in found if os.path.isfile(one)), None):
            yield path
