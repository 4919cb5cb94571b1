"""The names and endings of files of invoices and cards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

COMPRESSED: Final = ".json.gz"
OUTPUT_ENDINGS: Final = (".json", COMPRESSED)
STANDARD: Final = "-"
"""Stands for standard input or output on the command line."""
ZIP: Final = ".zip"
SOURCE_ENDINGS: Final = (*OUTPUT_ENDINGS, ZIP)


CARD_WORDS: Final = ("cariler", "stoklar")
"""The words in the names of card files beside a file of invoices: `satis-cariler.json`."""


def beside(name: str, word: str) -> str:
    """Return the name of the card file beside a file: `x.json.gz` → `x-cariler.json.gz`."""
    stem, ending = _split_ending(name)
    return f"{stem}-{word}{ending}"


def beside_any(name: str, word: str) -> list[str]:
    """Return the possible names of a card file, the one with the file's own ending first."""
    own = beside(name, word)
    stem = _split_ending(own)[0]
    return list(dict.fromkeys((own, *(stem + ending for ending in OUTPUT_ENDINGS))))


def is_card_file(name: str, names: Collection[str]) -> bool:
    """Return whether a file is a card file of another one among `names`, or of the whole folder.

    A whole folder's card file is called just `cariler.json`.
    """
    if _is_of_folder(name):
        return not all(map(_is_of_folder, names))
    stem = _split_ending(name)[0]
    bases = [stem.removesuffix(f"-{word}") for word in CARD_WORDS]
    return any(base != stem and base + end in names for base in bases for end in OUTPUT_ENDINGS)


def folder_card_files(word: str) -> list[str]:
    """Return the possible names of the card file of a whole folder: `cariler.json`."""
    return [word + ending for ending in OUTPUT_ENDINGS]


def _is_of_folder(name: str) -> bool:
    return _split_ending(name.rpartition("/")[2])[0] in CARD_WORDS


def _split_ending(name: str) -> tuple[str, str]:
    """Split off the ending of a name; return the stem and the ending for its card files."""
    for ending in (COMPRESSED, ".json"):
        if name.lower().endswith(ending):
            return name[: -len(ending)], name[-len(ending) :]
    is_zip = name.lower().endswith(ZIP)
    return name[: -len(ZIP)] if is_zip else name, ".json"


def is_output(name: str) -> bool:
    """Return whether a file of this name may be written, and read as one of a folder."""
    return name.lower().endswith(OUTPUT_ENDINGS)


def is_standard(name: str) -> bool:
    """Return whether the journal's name of a file means standard input or output, not a path."""
    return name.startswith(STANDARD)


def file_words(name: str) -> str:
    """Return the user's name of a run's file: its path, or the standard stream.

    The journal has `-` for output and `- DIGEST` for input, which identifies the same input later.
    """
    if not is_standard(name):
        return name
    return "(standart çıktı)" if name == STANDARD else "(standart girdi)"


def is_source(name: str) -> bool:
    """Return whether a file of this name may hold invoices."""
    return name.lower().endswith(SOURCE_ENDINGS)
