"""Write card files, of all cards or of those that some documents use; never overwrite a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self, TypeAlias

from app import log
from app.domain.cards import CardKind, CardRecord, encode_card
from app.domain.text import some_names, turkish_count
from app.errors import DatabaseRefused, Stopped, UsageError
from app.netsis.file_names import beside
from app.netsis.output_file import JsonArrayFile
from app.progress import Progress, Stop, never, no_progress
from app.store.card_store import DamagedCard, Page, count, pages, pages_used_by
from app.store.damaged import details_advice
from app.store.database import connected, reading

Pages: TypeAlias = Callable[[CardKind], Iterator[Page]]
_NAMED = 5  # damaged cards named in a sentence


@dataclass(frozen=True, slots=True)
class CardsWritten:
    """A written card file and the number of cards of each kind in it."""

    path: Path
    counts: dict[CardKind, int]


@dataclass(frozen=True, slots=True)
class CardsExported:
    """The written card files, and the damaged cards that they lack: `cari 120-001`."""

    files: list[CardsWritten]
    left_out: list[str]


def left_out_words(names: Sequence[str]) -> str:
    """Return the sentence about damaged cards; empty if there is none."""
    if not names:
        return ""
    told = some_names(names, _NAMED, "kart")
    return f"Kaydı bozuk olduğu için yazılmayan kart: {told} ({details_advice()})"


def export_cards(
    target: Path, *, progress: Progress = no_progress, stop: Stop = never
) -> CardsExported:
    """Write all cards to `cariler.json` and `stoklar.json` in a folder, or to one new file.

    A kind without cards gets no file. Either all files are written or none; only damaged cards are
    left out. Raises FileRefused, DatabaseRefused, Stopped; UsageError if there are no cards.
    """
    whole = [(target, tuple(CardKind))]
    split = [(target / f"{kind.plural}.json", (kind,)) for kind in CardKind]
    with connected(), reading(), ExitStack() as opened:
        files = [
            (opened.enter_context(JsonArrayFile.create(path)), kinds)
            for path, kinds in (split if os.path.isdir(target) else whole)
        ]
        whole_count = sum(map(count, CardKind))
        done = 0

        def counted(kind: CardKind) -> Iterator[Page]:
            nonlocal done
            for some in pages(kind):
                yield some
                done += len(some)
                progress(done, whole_count)

        left_out: list[str] = []
        written = [
            (file, write_cards(file, kinds, counted, left_out, stop)) for file, kinds in files
        ]
        used = [(file, counts) for file, counts in written if any(counts.values())]
        if not used and left_out:
            raise DatabaseRefused(f"{left_out_words(left_out)}; dosya yazılmadı")
        if not used:
            raise UsageError("Veritabanında kart yok; dosya yazılmadı")
        finish_all([file for file, _ in used])
    counts = {kind.value: sum(found.get(kind, 0) for _, found in used) for kind in CardKind}
    log.event("kart-verme-bitti", **counts, yazilmayan=len(left_out))
    return CardsExported([CardsWritten(file.path, found) for file, found in used], left_out)


class CardsBeside:
    """The card files beside a file of invoices, with the cards that these invoices use.

    Without a path there are no card files.
    """

    def __init__(self, path: Path | None) -> None:
        """Begin the files. Raises FileRefused if one of them exists."""
        self.files: list[JsonArrayFile] = []
        self.written: list[CardsWritten] = []
        self.left_out: list[str] = []
        """The damaged cards that the files lack."""
        self._open = ExitStack()
        if path is None:
            return
        try:
            for kind in CardKind:
                file = JsonArrayFile.create(path.with_name(beside(path.name, kind.plural)))
                self.files.append(self._open.enter_context(file))
        except BaseException:
            self._open.close()
            raise

    def write(self, documents: Sequence[int], stop: Stop) -> None:
        """Write the cards that the documents use. Call inside `reading()`. Raises Stopped."""
        for file, kind in zip(self.files, CardKind, strict=False):
            used = partial(pages_used_by, documents=documents)
            counts = write_cards(file, (kind,), used, self.left_out, stop)
            self.written.append(CardsWritten(file.path, counts))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()


def write_cards(
    file: JsonArrayFile,
    kinds: Sequence[CardKind],
    pages_of: Pages,
    left_out: list[str],
    stop: Stop,
) -> dict[CardKind, int]:
    """Write the cards of these kinds; return their numbers. Append damaged cards to `left_out`.

    Call inside `reading()`. Raises Stopped.
    """
    counts = dict.fromkeys(kinds, 0)
    for kind in kinds:
        for some in pages_of(kind):
            if stop():
                raise Stopped("Durduruldu; dosya yazılmadı")
            for card in some:
                if text := _encoded(card):
                    file.write(text)
                    counts[kind] += 1
                else:
                    left_out.append(f"{kind} {card.code}")
    return counts


def _encoded(card: CardRecord | DamagedCard) -> bytes | None:
    """Return the text of a card; None if it is damaged."""
    if isinstance(card, DamagedCard):
        return None
    try:
        return encode_card(card)
    except (ValueError, ArithmeticError):
        return None


def finish_all(files: Sequence[JsonArrayFile]) -> None:
    """Give all files their names in order; if one fails, remove the names of the others.

    All files are flushed to disk before the first gets its name, so a kill between two names is
    unlikely.
    """
    done: list[JsonArrayFile] = []
    for file in files if len(files) > 1 else ():
        file.complete()
    try:
        for file in files:
            file.finish()
            done.append(file)
    except BaseException:
        for file in done:
            file.withdraw()
        raise


def counts_words(counts: dict[CardKind, int]) -> str:
    """Return the number of cards of each kind in words: `3 cari ve 5 stok kartı`."""
    found = (f"{turkish_count(count)} {kind.value}" for kind, count in counts.items() if count)
    return f"{' ve '.join(found)} kartı"
