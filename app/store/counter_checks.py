"""Check the counters of the series against the stored numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.numbers import shown_prefix
from app.domain.text import one_line, shorten
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.finding import Finding, damage

_WIDTH: Final = 60  # characters of a series in a phrase


def wrong_counters() -> Iterator[Finding]:
    """Yield counters below the greatest number of their series."""
    found = database.execute_sql(
        """
        SELECT * FROM (
            SELECT CAST(prefix AS BLOB) AS series, (
                SELECT coalesce(max(last_number), 0) FROM series AS s
                WHERE s.document_type = i.document_type AND s.prefix = i.prefix
            ) AS counter, max(tail) AS stored
            FROM invoice AS i WHERE tail IS NOT NULL GROUP BY document_type, prefix
        ) AS counted WHERE counter < stored
        """
    )
    for prefix, counter, stored in found:
        series = shown_prefix(shorten(one_line(readable(prefix)), _WIDTH))
        yield damage(f"{series} serisinin sayacı {counter}, en büyük numara {stored}")
