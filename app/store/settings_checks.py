"""Check the settings: the company's name, and the names of its currencies."""

from __future__ import annotations

from collections.abc import Iterator

from app.store.database import database, full_command
from app.store.engine.finding import Finding


def wrong_settings() -> Iterator[Finding]:
    """Yield names that were emptied."""
    found = database.execute_sql(
        """
        SELECT what, command FROM (
            SELECT 'şirketin adı' AS what, 'sirket' AS command, text FROM setting
            UNION ALL
            SELECT concat(code, ' kodlu dövizin adı'), concat('doviz ', code), name FROM currency
        ) AS named WHERE trim(text) = '' ORDER BY what
        """
    )
    for what, command in found:
        yield Finding(f"{what} silinmiş; yeniden verin: {full_command(f'{command} AD')}")
