"""Remember the user's last choices in a small file."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from app.atomic_file import replace
from app.domain.amounts import parse_json_number
from app.domain.dates import Period
from app.domain.filters import InvoiceFilter, parse_small
from app.domain.numbers import check_series
from app.domain.reasons import NumberError
from app.domain.text import find_control
from app.errors import FileRefused, UsageError
from app.own_file import read_own

_MODE = 0o600  # private to the user
_MOST_BYTES = 1 << 18  # a larger file was not written by this program
_MOST_PATHS = 20
_MOST_BOOKS = 50
_MOST_LETTERS = 1000  # the longest remembered search text
_TYPES = {entry.name: entry.type for entry in msgspec.structs.fields(InvoiceFilter)}


class Choices(Struct, omit_defaults=True):
    """The last choices for one database.

    A choice that may do harm unnoticed is not remembered: the box that creates cards.
    """

    filters: dict[str, Any] | None = None
    """An InvoiceFilter as a dict; None if nothing was listed yet."""
    period: Period | None = None
    """The period that the two dates of `filters` stand for, evaluated on the day of use."""
    export_folder: str = ""
    import_folder: str = ""
    series: str = ""
    """The series last used for numbering; empty if documents kept their numbers."""
    skip_transferred: bool = False

    def usable(self) -> Choices:
        """Return the choices without values that the screens do not accept."""
        return msgspec.structs.replace(
            self,
            filters=self.filters and dict(filter(_is_usable, self.filters.items())),
            series=self.series if _is_series(self.series) else "",
        )

    def wanted(self, today: date) -> InvoiceFilter | None:
        """Return the filter for the day `today`, without invalid fields."""
        if self.filters is None:
            return None
        kept = dict(self.filters)
        if self.period:
            kept["date_from"], kept["date_to"] = self.period.days(today)
        known = {}
        for entry in msgspec.structs.fields(InvoiceFilter):
            if entry.name in kept:
                with suppress(msgspec.ValidationError):
                    known[entry.name] = msgspec.convert(kept[entry.name], entry.type)
        try:
            return InvoiceFilter(**known)
        except UsageError:
            return None


def _is_usable(filter_value: tuple[str, Any]) -> bool:
    """Return whether a value of InvoiceFilter could have been typed; unknown names are ignored."""
    name, kept = filter_value
    if name not in _TYPES or kept is None:
        return True
    try:
        value = msgspec.convert(kept, _TYPES[name])
        if isinstance(value, Decimal):
            parse_json_number(str(value))  # refuses NaN and 1e999999, which break arithmetic
        elif type(value) is int:
            parse_small(str(value))
    except ValueError:
        return False
    return not isinstance(value, str) or (len(value) <= _MOST_LETTERS and not find_control(value))


def _is_series(text: str) -> bool:
    try:
        return not text or check_series(text) == text
    except NumberError:
        return False


class _Kept(Struct, omit_defaults=True):
    paths: list[str] = field(default_factory=list)
    """Files that were read or written, the latest first."""
    books: dict[str, Choices] = field(default_factory=dict)
    """Choices by database, the last used one last."""


class Remembered:
    """Reads and rewrites the file at each use, since two programs of one user may run at once.

    A broken or foreign file counts as empty. A failed write is ignored, because nothing depends on
    the file. Without a file nothing is remembered.
    """

    def __init__(self, file: Path | None = None, books: str | Path = Path()) -> None:
        """Remember the choices for the database `books`: its path, or its address on a server."""
        self._file = file
        self._told = False
        self._untold = ""
        place = books if "://" in str(books) else os.path.realpath(books)
        self._books = sha256(os.fsencode(place)).hexdigest()[:16]

    @property
    def choices(self) -> Choices:
        """The last choices, or the defaults at the first start."""
        found = self._read().books.get(self._books, Choices())
        usable = found.usable()
        if usable != found:
            self._note("bazıları kullanılamıyor")
        return usable

    def take_note(self) -> str:
        """Return why choices were ignored, once; empty if none were."""
        note, self._untold = self._untold, ""
        return note

    def keep_filters(self, wanted: InvoiceFilter, period: Period | None) -> None:
        """Remember filters; if a period is given, its dates are evaluated on the day of use."""
        self._keep(filters=msgspec.to_builtins(wanted), period=period)

    def keep_export(self, file: Path) -> None:
        """Remember the folder of an exported file, and the file among the paths."""
        whole = os.path.abspath(file)
        self._keep(whole, export_folder=os.path.dirname(whole))

    def keep_import(self, file: Path) -> None:
        """Remember the folder of an imported file, and the file among the paths."""
        whole = os.path.abspath(file)
        self._keep(whole, import_folder=os.path.dirname(whole))

    def keep_numbering(self, series: str | None, *, skip_transferred: bool) -> None:
        """Remember how documents were numbered; no series if they kept their numbers."""
        self._keep(series=series or "", skip_transferred=skip_transferred)

    def paths(self) -> list[str]:
        """Return the files that were read or written and still exist, the latest first."""
        return [path for path in self._read().paths if os.path.exists(path)]

    def _keep(self, path: str = "", /, **changed: Any) -> None:
        kept = self._read()
        if path:
            kept.paths = [path, *(other for other in kept.paths if other != path)][:_MOST_PATHS]
        choices = kept.books.pop(self._books, Choices())
        kept.books[self._books] = msgspec.structs.replace(choices, **changed)
        for oldest in list(kept.books)[:-_MOST_BOOKS]:
            del kept.books[oldest]
        self._write(kept)

    def _read(self) -> _Kept:
        if self._file is None:
            return _Kept()
        try:
            return msgspec.json.decode(read_own(self._file, _MOST_BYTES), type=_Kept)
        except FileRefused as error:
            self._note(error.sentence)
        except (ValueError, RecursionError):  # ValueError: no JSON, no UTF-8, not ours
            self._note(f"{self._file.name} bozuk; seçim yaptıkça yenilenir")
        except OSError:
            pass
        return _Kept()

    def _note(self, cause: str) -> None:
        if not self._told:
            self._told = True
            self._untold = f"Geçen seferki seçimler yok sayıldı: {cause}"

    def _write(self, kept: _Kept) -> None:
        if self._file is None:
            return
        # A path may hold bytes that are not text; such a path is not remembered.
        with suppress(OSError, UnicodeEncodeError):
            text = msgspec.json.encode(kept)
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._file, text, _MODE)
