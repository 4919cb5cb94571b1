"""Typed paths: shell-like completion, and whether a file can be written there."""

from __future__ import annotations

import os
import unicodedata
from itertools import chain, count
from pathlib import Path
from typing import Literal, NamedTuple

from app.domain.text import fold, lower, one_line, sort_key
from app.netsis.file_names import is_output, is_source
from app.paths import absolute

Wants = Literal["folder", "json"]


class Completion(NamedTuple):
    """A completed path, and the names that could follow."""

    text: str
    """The completed path, or the typed one if nothing fits."""
    candidates: list[str]
    """The names that fit, in Turkish order; folders end in `/`."""


def complete(text: str, wants: Wants) -> Completion:
    """Complete a path as far as all existing names with this beginning agree.

    If no name begins exactly so, case and Turkish diacritics are ignored. Folders always fit, files
    of invoices only if wanted, hidden names only after a typed dot, names with control characters
    never. A leading `~` becomes the home folder. In an unreadable folder nothing fits; no error is
    raised.
    """
    expanded = _expanded(text)
    if expanded != text and "/" not in text:
        return Completion(os.path.join(expanded, ""), [])
    folder, typed = os.path.split(expanded)
    names = _closest(_names(folder, typed, wants), typed)
    if not names:
        return Completion(text, [])
    agreed = os.path.commonprefix(names)  # noqa: RUF071  # by letter, not by folder
    if len(agreed) < len(typed):  # the names differ in case within the typed part
        agreed = typed
    return Completion(os.path.join(folder, agreed), sorted(names, key=sort_key))


def _expanded(text: str) -> str:
    try:
        return os.path.expanduser(text)
    except ValueError:  # a NUL or a lone surrogate in a user's name
        return text


def _names(folder: str, typed: str, wants: Wants) -> list[str]:
    beginning = alike(typed)
    try:
        with os.scandir(folder or ".") as entries:
            found = [
                _fitting(entry, typed, wants)
                for entry in entries
                if alike(entry.name).startswith(beginning)
            ]
    except (OSError, ValueError):  # ValueError: a NUL in the typed text
        return []
    return [name for name in found if name]


def _fitting(entry: os.DirEntry[str], typed: str, wants: Wants) -> str:
    name = entry.name
    if one_line(name) != name:
        return ""
    if name.startswith(".") and not typed:
        return ""
    try:
        if entry.is_dir():
            return name + "/"
        fits = wants == "json" and is_source(name) and entry.is_file()
    except OSError:
        return ""
    return name if fits else ""


def _closest(names: list[str], typed: str) -> list[str]:
    to_the_letter = [name for name in names if name.startswith(typed)]
    but_for_case = [name for name in names if lower(name).startswith(lower(typed))]
    return to_the_letter or but_for_case or names


def alike(name: str) -> str:
    """Fold a name for comparison; NFC first, since some systems decompose `ş`."""
    return fold(unicodedata.normalize("NFC", name))


def missing_folder(path: Path) -> str | None:
    """Return the absolute path of the missing folder that a new file at `path` needs, or None."""
    if os.path.isdir(path):
        return None
    folder = path.parent if is_output(path.name) else path
    return None if os.path.isdir(folder) else absolute(folder)


def why_not_new_file(path: Path | None) -> str | None:
    """Return why no new file can be written at `path`, as far as is known, or None.

    A missing folder is not a reason, because it can be made.
    """
    if path is None:
        return "Dosya Yolu boş; bir klasör yazın"
    # os.path returns False where pathlib raises: a name too long, a folder without permission.
    folder = path if os.path.isdir(path) else path.parent
    if folder is not path and os.path.lexists(path):
        return f"{path.name} zaten var; üzerine yazılmaz, başka bir ad ya da klasör yazın"
    if missing_folder(path):  # the folder can be made
        return None
    if not os.access(folder, os.W_OK | os.X_OK):
        return "Dosya Yolu: bu klasöre yazma izniniz yok; başka bir klasör yazın"
    return None


def free_path(folder: Path, name: str) -> Path:
    """Return an unused path in `folder`: `liste.xlsx`, else `liste-2.xlsx`."""
    stem, dot, suffix = name.rpartition(".")
    names = chain([name], (f"{stem}-{number}{dot}{suffix}" for number in count(2)))
    return next(folder / one for one in names if not os.path.lexists(folder / one))


def why_not_write_to(path: Path | None, endings: tuple[str, ...]) -> str | None:
    """Return why no new file with such an ending can be written, as far as is known, or None."""
    if path is None:
        return "Dosya adı boş"
    if not path.name.lower().endswith(endings):
        *others, last = endings
        named = f"{', '.join(others)} ya da {last}" if others else last
        return f"Dosya adı {named} ile bitmeli"
    if os.path.lexists(path):
        return f"{one_line(path.name)} zaten var; üzerine yazılmaz, başka bir ad yazın"
    folder = path.parent
    if not os.path.isdir(folder):
        return "Böyle bir klasör yok; önce klasörü oluşturun ya da başka bir klasör yazın"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "Bu klasöre yazma izniniz yok; başka bir klasör yazın"
    return None
