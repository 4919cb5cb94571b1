"""Refuse to write by old rules after a newer program has migrated the books."""

from __future__ import annotations

from app.errors import DatabaseRefused


class OpenedVersion:
    """The version of the schema that this program opened."""

    def __init__(self) -> None:
        self._version: int | None = None

    def opened(self, version: int | None) -> None:
        """Note the version; None while the books are opened or migrated."""
        self._version = version

    def refuse_other(self, found: int) -> None:
        """Raise DatabaseRefused if the books have another version now."""
        if self._version is not None and found != self._version:
            raise DatabaseRefused(
                "Veritabanı, bu program açıkken başka bir sürüme geçirilmiş (sürüm "
                f"{found}, bilinen {self._version}); yazılmadı. Programdan çıkıp yeni sürümünü açın"
            )
