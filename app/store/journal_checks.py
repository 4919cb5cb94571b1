"""Check the journal's rows against the figures that were written when their run ended."""

from __future__ import annotations

from collections.abc import Iterator

from app.store.database import database
from app.store.engine.causes import RESTORE


def missing_rows() -> Iterator[str]:
    """Yield ended runs whose rows in the journal are fewer, more or other than their figures say.

    An older run has no figures; the positions of a finished export are 1, 2, 3…
    """
    found = database.execute_sql(
        """
        SELECT t.id, CASE
                WHEN documents IS NOT NULL THEN documents - count(position)
                WHEN direction = 'disari' AND t.status = 'tamam'
                THEN coalesce(max(position), 0) - count(position)
                ELSE 0 END AS missing,
            direction = 'iceri' AND documents IS NOT NULL AND (
                saved <> total(item.status = 'aktarildi') OR failed <> total(item.status = 'hata')
                OR skipped <> total(item.status = 'atlandi')) AS differs
        FROM transfer AS t LEFT JOIN transfer_item AS item ON item.transfer_id = t.id
        GROUP BY t.id HAVING missing <> 0 OR differs
        """
    )
    for run, missing, _ in found:
        if missing > 0:
            yield f"{run}. aktarım: günlükten {missing} belgenin satırı silinmiş; {RESTORE}"
        elif missing < 0:
            yield f"{run}. aktarım: günlükte {-missing} belge fazla; {RESTORE}"
        else:
            yield f"{run}. aktarım: belgelerinin sonuçları değiştirilmiş; {RESTORE}"
