"""Check the counters of the series against the stored numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from app.domain.invoice import DocumentType
from app.domain.numbers import WIDTH, shown_prefix
from app.domain.text import one_line, shorten
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.finding import Finding, damage

_TYPES: Final = {int(one): f"{one.short} " for one in DocumentType}
_WIDTH: Final = 60  # characters of a series in a phrase


def wrong_counters() -> Iterator[Finding]:
    """Yield counters below the greatest number of their series, or that no number can reach."""
    found = database.execute_sql(
        """
        SELECT * FROM (
            SELECT document_type, CAST(prefix AS BLOB) AS series, (
                SELECT coalesce(max(last_number), 0) FROM series AS s
                WHERE s.document_type = i.document_type AND s.prefix = i.prefix
            ) AS counter, max(tail) AS stored
            FROM invoice AS i WHERE tail IS NOT NULL GROUP BY document_type, prefix
        ) AS counted WHERE counter < stored
        """
    )
    for document_type, prefix, counter, stored in found:
        series = _series(document_type, prefix)
        yield damage(f"{series} sayacı {counter}, en büyük numara {stored}")
    yield from _impossible()


def _impossible() -> Iterator[Finding]:
    """Yield counters that are no number of their series, whose next one would be refused.

    A prefix and its number have 15 characters; a key may be longer than its number, which then is
    stored and names the greatest one.
    """
    found = database.execute_sql(
        """
        SELECT document_type, CAST(prefix AS BLOB), CAST(last_number AS TEXT) FROM series AS s
        WHERE last_number < 0
        OR (length(prefix) + length(CAST(last_number AS TEXT)) > ? AND last_number > (
            SELECT coalesce(max(tail), 0) FROM invoice AS i
            WHERE i.document_type = s.document_type AND i.prefix = s.prefix))
        ORDER BY document_type, prefix, branch
        """,
        (WIDTH,),
    )
    for document_type, prefix, counter in found:
        series = _series(document_type, prefix)
        yield damage(f"{series} sayacı {_short(counter)}, böyle bir numara olamaz")


def _series(document_type: Any, prefix: bytes) -> str:
    """Name a series; its document type may be damaged too."""
    return f"{_TYPES.get(document_type, '')}{shown_prefix(_short(readable(prefix)))} serisinin"


def _short(text: str) -> str:
    return shorten(one_line(text), _WIDTH)
