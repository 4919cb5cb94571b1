"""Detect that the books have changed since a tab's list was fetched."""

from __future__ import annotations


class Freshness:
    """Counts changes of the books, to compare a list's fetch with the changes since."""

    def __init__(self) -> None:
        self._changes = 0
        self._fetching = 0
        """The number of changes when the last fetch began; its list lacks all later ones."""
        self._listed = 0
        self._told = 0
        self._cause = ""

    def changed(self, cause: str) -> None:
        """Record a change of the books; `cause` is its Turkish name, such as `Geri alma`."""
        self._changes += 1
        self._cause = cause

    def fetching(self) -> None:
        """Record that a fetch begins."""
        self._fetching = self._changes

    def listed(self) -> None:
        """Record that the list of the last fetch is shown."""
        self._listed = self._fetching

    def why_not(self) -> str | None:
        """Return why the list is out of date, or None."""
        if self._listed == self._changes:
            return None
        return f"{self._cause} defterleri değiştirdi, liste eski; önce Kayıtları Getir (F5)"

    def news(self) -> str | None:
        """Return the reason as `why_not`, but only once for each change."""
        told, self._told = self._told, self._changes
        return self.why_not() if told != self._changes else None
