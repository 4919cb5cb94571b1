"""Sum up documents of the database or of a file without holding all of them in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.overview import Entry, Overview, entry
from app.domain.reasons import DocumentError
from app.errors import Stopped
from app.progress import Progress, Stop, never, no_progress
from app.store import cards, settings, summing
from app.store.damaged import name_of
from app.store.database import connected, reading
from app.transfer.batches import batches
from app.transfer.import_file import IncomingFile

TOP_ACCOUNTS = 20


@dataclass(slots=True)
class SummedUp:
    """Totals, with the names of their codes."""

    overview: Overview = field(default_factory=Overview)
    account_names: dict[str, str] = field(default_factory=dict)
    """The names of the accounts with the greatest totals, by code."""
    currencies: dict[int, str] = field(default_factory=dict)
    """DOVIZTIP → the name of the currency."""
    left_out: list[str] = field(default_factory=list)
    """The names of damaged or unreadable documents, which no total includes."""


class Documents(Protocol):
    """Documents to sum up."""

    def __len__(self) -> int:
        """Return the number of documents."""

    def entries(self, left_out: list[str]) -> Iterator[list[Entry]]:
        """Yield the documents' contributions in order, in batches. Call inside `reading()`.

        Names of damaged or unreadable documents are added to `left_out`. Raises FileRefused,
        DatabaseRefused.
        """


class StoredDocuments:
    """Documents of the database, by their ids."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def entries(self, left_out: list[str]) -> Iterator[list[Entry]]:
        """Yield the documents' contributions."""
        for some in batches(self._ids, summing.AT_ONCE):
            found: list[Entry] = []
            for one in summing.entries(some):
                if isinstance(one, int):
                    left_out.append(name_of(one))
                else:
                    found.append(one)
            yield found


class FileDocuments:
    """Documents of a file, by their positions."""

    def __init__(self, incoming: IncomingFile, positions: Sequence[int]) -> None:
        self._incoming = incoming
        self._positions = positions

    def __len__(self) -> int:
        return len(self._positions)

    def entries(self, left_out: list[str]) -> Iterator[list[Entry]]:
        """Yield the contributions of the readable documents."""
        for some in batches(self._positions, summing.AT_ONCE):
            yield list(_of_rows(self._incoming, some, left_out))


def sum_up(
    documents: Documents, *, progress: Progress = no_progress, stop: Stop = never
) -> SummedUp:
    """Sum up documents in one read transaction. Raises Stopped, and what `documents` raise."""
    with connected(), reading():
        return summed_up(documents, progress=progress, stop=stop)


def summed_up(documents: Documents, *, progress: Progress, stop: Stop) -> SummedUp:
    """Sum up documents inside the caller's `reading()`."""
    found = SummedUp()
    for some in with_progress(documents, found.left_out, progress, stop):
        found.overview.add(some)
    types = found.overview.types.values()
    codes = {code for one in types for code, _ in one.top_accounts(TOP_ACCOUNTS)}
    found.account_names = cards.names("account", codes)
    found.currencies = settings.read().currencies
    return found


def with_progress(
    documents: Documents, left_out: list[str], progress: Progress, stop: Stop
) -> Iterator[list[Entry]]:
    """Yield the documents' contributions and report the progress. Raises Stopped."""
    done = 0
    for some in documents.entries(left_out):
        if stop():
            raise Stopped("Durduruldu; toplamlar hesaplanmadı")
        yield some
        done += summing.AT_ONCE
        progress(min(done, len(documents)), len(documents))
    if stop():
        raise Stopped("Durduruldu; toplamlar hesaplanmadı")


def _of_rows(
    incoming: IncomingFile, positions: Sequence[int], left_out: list[str]
) -> Iterator[Entry]:
    for row in incoming.rows.rows(positions):
        try:
            invoice = incoming.invoice(row)
        except DocumentError:
            left_out.append(f"{row.position}. belge")
            continue
        yield entry(invoice.document_type, invoice.header, invoice.lines)
