"""Find the documents of a listed file that an earlier run has finished."""

from __future__ import annotations

from array import array
from collections import Counter

from app.domain.document_status import WARNING
from app.store import runs
from app.store.database import connected, reading
from app.store.preview import Content, FileRows
from app.store.runs import Finished


def finished_in(rows: FileRows, run: int) -> array[int]:
    """Return the positions of the documents that a run saved or skipped.

    The file may have changed since. Each document is found by its content, at its own position if
    it is still there. One skipped without a content in the journal is found by its number there,
    if the list warns of it, as it does of one that was imported before. Raises DatabaseRefused.
    """
    found = array("q")
    elsewhere = Counter[bytes]()
    with connected(), reading():
        for some in runs.finished(run):
            there = rows.contents([one.position for one in some])
            for one in some:
                if _is(one, there.get(one.position)):
                    found.append(one.position)
                elif one.fingerprint:
                    elsewhere[one.fingerprint] += 1
    known = set(found) if elsewhere else set()
    for fingerprint, count in elsewhere.items():
        others = [one for one in rows.positions_with(fingerprint) if one not in known]
        found.extend(others[:count])
    return found


def _is(one: Finished, row: Content | None) -> bool:
    if row is None:
        return False
    if one.fingerprint:
        return row.fingerprint == one.fingerprint
    return row.number == one.number != "" and row.status == WARNING
