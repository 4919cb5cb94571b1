"""What a list, and the pages of its documents, ask of the screen that shows them."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from textual.app import App

from app.domain.totals import Totals
from app.tui.jobs import Job
from app.tui.screens.job_runner import JobRunner
from app.tui.screens.page_writing import PageWriting
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from app.tui.screens.document import DocumentPage

T = TypeVar("T")


class RowKind(NamedTuple):
    """A kind of rows that `y` can show on its own."""

    word: str
    """The adjective: `işaretli`."""
    rows: str
    """The plural: `işaretliler`."""
    mask: Callable[[], bytes]
    """Returns the mask of these rows in the whole list; callable from any thread."""


class DocumentList(Protocol):
    """A screen with a list of documents."""

    @property
    def app(self) -> App[object]:
        """The application."""

    @property
    def table(self) -> VirtualTable:
        """The table of the list."""

    @property
    def writing(self) -> PageWriting:
        """The writer of documents to files."""

    def next_row(self, row: int, by: int) -> int | None:
        """Return the next row (`by` 1) or previous row (-1) with a document, or None."""

    def document_page(self, row: int) -> DocumentPage:
        """Return the page about the document of a row. Raises AppError."""


class ListOwner(DocumentList, Protocol):
    """A tab, as its list sees it."""

    @property
    def message(self) -> MessageLine:
        """The message line."""

    @property
    def runner(self) -> JobRunner:
        """The runner of the tab's jobs."""

    def post_message(self, message: Any) -> bool:
        """Post a message; Textual implements it."""

    def attempt(self, work: Callable[[], object]) -> None:
        """Call `work`; show an AppError in the message line."""

    def why_not_mark(self) -> str | None:
        """Return why the row cannot be marked, or None."""

    def why_not_mark_all(self) -> str | None:
        """Return why no row can be marked, or None."""

    def why_not_sort(self) -> str | None:
        """Return why the list cannot be sorted now, or None."""

    def kinds(self) -> list[RowKind]:
        """Return the kinds for `y` besides the marked rows."""

    def list_made_by(self) -> str:
        """Return a note for the status line about a hidden filter that shortened the list."""

    def rows_changed(self) -> None:
        """Handle a change of the rows or their contents."""

    def cursor_moved(self) -> None:
        """Handle a move of the cursor."""

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the list's ids in the order of a column, for a worker thread."""

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Sort in a job; keys wait for it."""

    def totals_reader(self) -> Callable[[], Totals]:
        """Return a reader of the totals of all rows in list order, for a worker thread."""
