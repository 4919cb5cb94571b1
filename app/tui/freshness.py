"""Whether the books have changed under a tab's list since it was fetched."""

from __future__ import annotations


class Freshness:
    """Compares what the list was fetched from with the changes told since."""

    def __init__(self) -> None:
        self._changes = 0
        self._fetching = 0
        """The changes before the fetch that began last: a later one is not in its list."""
        self._listed = 0
        self._told = 0
        self._cause = ""

    def changed(self, cause: str) -> None:
        """Note a change of the books: `Geri alma`."""
        self._changes += 1
        self._cause = cause

    def fetching(self) -> None:
        """Note that a fetch begins."""
        self._fetching = self._changes

    def listed(self) -> None:
        """Note that the list of that fetch is shown."""
        self._listed = self._fetching

    def why_not(self) -> str | None:
        """Return why the list cannot be relied on, or None."""
        if self._listed == self._changes:
            return None
        return f"{self._cause} defterleri değiştirdi, liste eski; önce Kayıtları Getir (F5)"

    def news(self) -> str | None:
        """Return the same once for each change."""
        told, self._told = self._told, self._changes
        return self.why_not() if told != self._changes else None
