"""Open a file of cards in any form: JSON, a workbook or a .csv."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from app.guarded_open import open_to_read
from app.netsis.card_source import RawCard, open_json_cards
from app.netsis.encoding import check_utf8, recognised, refuse_utf8, refuse_wide
from app.netsis.encoding_names import BY_ITSELF, UTF8
from app.os_errors import refusal, refused
from app.progress import Progress, no_progress
from app.sheets.names import is_sheet
from app.sheets.reader import ReadSheet, read_csv, read_xlsx
from app.transfer.card_sheets import NoCards, WrongColumns, read_sheet, shown

Note: TypeAlias = Callable[[str], None]
"""Takes a Turkish sentence about something that was not read."""


@contextmanager
def open_cards(
    path: Path, encoding: str = BY_ITSELF, *, note: Note, progress: Progress = no_progress
) -> Iterator[Iterator[RawCard]]:
    """Open a file of cards; `progress` gets the bytes or rows read.

    Raises FileRefused, also while the cards are read.
    """
    if not is_sheet(path.name):
        with open_json_cards(path, encoding, progress) as cards:
            yield cards
        return
    try:
        descriptor = open_to_read(path)
    except (OSError, ValueError) as error:
        raise refusal(error, path) from error
    with os.fdopen(descriptor, "rb") as file:
        if path.name.lower().endswith(".xlsx"):
            yield _cards(read_xlsx(file, path), path, note, progress)
        else:
            taken = _encoding(file.fileno(), path, encoding)
            yield _cards(iter([read_csv(file, taken, path)]), path, note, progress)


def _encoding(file: int, path: Path, asked: str) -> str:
    if os.fstat(file).st_size == 0:
        raise refused(path, "dosya boş")
    refuse_wide(file, path)
    if asked == BY_ITSELF:
        return recognised(file, path)
    (check_utf8 if asked == UTF8 else refuse_utf8)(file, path)
    return asked


def _cards(
    sheets: Iterator[ReadSheet], path: Path, note: Note, progress: Progress
) -> Iterator[RawCard]:
    """Yield the cards of all sheets with cards. Raises FileRefused if there is none.

    All headers are read before the first card, so a refused sheet leaves nothing half imported.
    """
    found = []
    without = []
    for sheet in sheets:
        place = f"{sheet.name} sayfası: " if sheet.name else ""
        try:
            columns, cards = read_sheet(sheet)
        except NoCards as error:
            without.append(f"{place}{error}")
            continue
        except WrongColumns as error:
            raise refused(path, f"{place}{error}") from None
        found.append((sheet.size, cards))
        if columns.unknown:
            note(f"{place}Netsis alanı olarak saklanan sütun: {shown([*columns.unknown.values()])}")
    if not found:
        raise refused(path, without[0] if without else "dosyada kart yok")
    for said in without:
        note(f"{said}; okunmadı")
    before, whole = 0, sum(size for size, _ in found)
    for size, cards in found:
        for card in cards:
            yield card
            progress(min(before + card.position, whole), whole)
        before += size
