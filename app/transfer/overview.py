"""Sum up documents of the database or of a file, without holding them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.overview import Entry, Overview, entry
from app.domain.reasons import DocumentError
from app.errors import Stopped
from app.store import cards, settings, summing
from app.store.damaged import name_of
from app.store.database import connected, reading
from app.transfer.import_file import IncomingFile
from app.transfer.progress import Progress, Stop, batches, never, no_progress

TOP_ACCOUNTS = 20


@dataclass(slots=True)
class SummedUp:
    """Totals, with the names behind their codes."""

    overview: Overview = field(default_factory=Overview)
    account_names: dict[str, str] = field(default_factory=dict)
    """Of the accounts with the greatest totals."""
    currencies: dict[int, str] = field(default_factory=dict)
    """DOVIZTIP → the name of the currency."""
    left_out: list[str] = field(default_factory=list)
    """The damaged or unreadable documents that no total counts."""


def of_stored(
    ids: Sequence[int], *, progress: Progress = no_progress, stop: Stop = never
) -> SummedUp:
    """Sum up stored documents in one state of the database. Raises Stopped, DatabaseRefused."""
    found = SummedUp()
    with connected(), reading():
        for some in entries(ids, found.left_out, progress=progress, stop=stop):
            found.overview.add(some)
        _name(found)
    return found


def entries(
    ids: Sequence[int], left_out: list[str], *, progress: Progress, stop: Stop
) -> Iterator[list[Entry]]:
    """Yield what documents add, in their order; names of damaged ones go to `left_out`.

    Inside `reading()`. Raises Stopped.
    """
    done = 0
    for some in batches(ids, summing.AT_ONCE):
        _check(stop)
        found: list[Entry] = []
        for one in summing.entries(some):
            if isinstance(one, int):
                left_out.append(name_of(one))
            else:
                found.append(one)
        yield found
        done += len(some)
        progress(done, len(ids))


def of_file(
    incoming: IncomingFile,
    positions: Sequence[int],
    *,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> SummedUp:
    """Sum up the readable documents of a file. Raises Stopped, FileRefused, DatabaseRefused."""
    found = SummedUp()
    done = 0
    for some in batches(positions, summing.AT_ONCE):
        _check(stop)
        found.overview.add(_of_rows(incoming, some, found.left_out))
        done += len(some)
        progress(done, len(positions))
    with connected(), reading():
        _name(found)
    return found


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


def _check(stop: Stop) -> None:
    if stop():
        raise Stopped("Durduruldu; toplamlar hesaplanmadı")


def _name(found: SummedUp) -> None:
    """Look up the names that a page shows."""
    types = found.overview.types.values()
    codes = {code for one in types for code, _ in one.top_accounts(TOP_ACCOUNTS)}
    found.account_names = cards.names("account", codes)
    found.currencies = settings.read().currencies
