"""The books that the screens work on: the database's file and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len

from app.domain.text import one_line
from app.tui.widgets.columns import cut

EMPTY_BOOKS = "Veritabanı boş; F3 (İçeri Aktar) dosyadan alır. Örneklerle: toplu-fatura --ornek"


@dataclass(frozen=True)
class OpenedBooks:
    """The open database as it was when the screens were opened."""

    file: str = ""
    """The name of the database's file."""
    company: str = ""
    currencies: dict[int, str] = field(default_factory=dict)
    """DOVIZTIP → currency name, such as USD."""
    is_empty: bool = False
    """Whether the database had no document."""
    samples: str = ""
    """The folder of sample files in the demo; otherwise empty."""

    @property
    def name(self) -> str:
        """The company and the file, for the title of a screen."""
        return one_line(" · ".join(filter(None, (self.company, self.file))))

    def name_within(self, room: int) -> str:
        """Return the name; if it needs more cells than `room`, the company is cut, not the file."""
        left = room - cell_len(f" · {one_line(self.file)}")
        if cell_len(self.name) <= room or left <= 0:
            return self.name
        return one_line(f"{cut(self.company, left)} · {self.file}")


def books_of(app: Any) -> OpenedBooks:
    """Return the books that the screens of `app` work on."""
    books: OpenedBooks = app.books
    return books


def books_name(app: Any) -> str:
    """Return the name of the books for the title of a screen."""
    return books_of(app).name
