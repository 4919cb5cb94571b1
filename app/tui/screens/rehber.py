"""Open the Rehber of the focused field, or the picker for a file or folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from app.domain.invoice import DocumentType
from app.tui.commands import Action, Actions, not_here
from app.tui.screens.job_screen import JobScreen
from app.tui.widgets.fields import CodeField
from app.tui.widgets.path_field import PathField

if TYPE_CHECKING:
    from app.tui.screens.lookup import Lookup

NO_LOOKUP: Final = "Bu alanın Rehberi yok; F1 ne yazılabileceğini söyler"


class FieldRehber:
    """The Rehbers of a tab's fields."""

    def __init__(self, screen: JobScreen, document_type: Callable[[], DocumentType | None]) -> None:
        """`document_type` returns the type whose numbers are listed; None for all."""
        self._screen = screen
        self._document_type = document_type

    def actions(self) -> Actions:
        """Return the command of the Rehber."""
        return {"lookup": Action(self._open, self._why_not)}

    def _why_not(self) -> str | None:
        """Refuse in a field without a Rehber, and outside the fields."""
        if self.is_here:
            return None
        focused = self._screen.focused
        in_fields = focused is not None and focused in self._screen.query("#fields *")
        return NO_LOOKUP if in_fields else not_here("F4")

    @property
    def is_here(self) -> bool:
        """Whether the focused field has a Rehber."""
        return isinstance(self._screen.focused, (PathField, CodeField))

    def _open(self) -> None:
        """Open the Rehber of the focused field."""
        field: Any = self._screen.focused
        if isinstance(field, PathField):
            from app.tui.screens.picker import Picker

            self._screen.app.push_screen(Picker(field.value, field.wants), _receiver(field.take))
        else:
            self._screen.app.push_screen(self._lookup(field), _receiver(field.fill))

    def _lookup(self, field: CodeField) -> Lookup:
        from app.tui.screens.lookup import Lookup, account_search, number_search

        if field.id == "account_code":
            return Lookup("Rehber: Cari Kodu", ("Cari Kodu", "Cari Adı"), account_search())
        document_type = self._document_type()
        label = document_type.label if document_type is not None else "Hepsi"
        title = f"Rehber: Fatura No ({label})"
        return Lookup(title, ("Fatura No", "Tarih ve cari"), number_search(document_type))


def _receiver(put: Callable[[str], None]) -> Callable[[str | None], None]:
    """Return a callback that puts the answer into the field, unless there is none."""
    return lambda chosen: None if chosen is None else put(chosen)
