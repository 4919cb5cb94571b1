"""İleri Kısıt: the dialog for the less common filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, ClassVar, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from app.domain import dates
from app.domain.filter_field import FilterField
from app.domain.filters import FIELD_OF, FIELDS, InvoiceFilter
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.text import turkish_count
from app.errors import UsageError
from app.progress import Stop
from app.store import lookups
from app.store.lookups import LookupEntry, Show
from app.tui.commands import Scope, bindings
from app.tui.field_help import FILTER_HELP
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.screens.help import HelpScreen
from app.tui.screens.lookup import Lookup, Search, has_words
from app.tui.screens.rehber import NO_LOOKUP
from app.tui.whose_books import books_of
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.fields import AmountField, CodeField, DateField, Field

_LABEL = 13  # cells of a label that leaves room for another field in its row

Apply: TypeAlias = Callable[[InvoiceFilter, bool], None]
"""Takes the filter, and whether to list its documents at once."""


class AdvancedFilter(Dialog[None]):
    """Passes the İleri Kısıt to `apply`; leaving it otherwise changes nothing.

    `apply` is called at once, so that keys typed ahead find the filter set.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Sonraki", show=False),
        *bindings(Scope.ADVANCED),
    ]
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.ADVANCED,)
    HELP = (
        "Boş alan kısıtlamaz. Enter sonraki alana geçer, sonuncuda uygular; Esc eskisini bırakır."
    )

    _message = getters.query_one(MessageLine)

    def __init__(
        self,
        wanted: InvoiceFilter,
        apply: Apply,
        *,
        document_type: DocumentType | None,
        today: Callable[[], date],
    ) -> None:
        """Edit `wanted`; the Rehbers list codes in use with `document_type`."""
        super().__init__()
        self._apply = apply
        self._wanted = wanted
        self._type = document_type
        self._today = today

    # Layout

    def compose(self) -> ComposeResult:
        """Fields in two columns, message, buttons, keys."""
        with Vertical(classes="dialog"):
            yield Static("İleri Kısıt", classes="question")
            for fields in _rows():
                yield self._row(fields)
            yield MessageLine(id="reason")
            with Horizontal(classes="answers"):
                yield Button("Uygula", id="apply")
                yield Button("Temizle", id="clear")
                yield Button("Vazgeç", id="back")
            yield Static(
                "Enter sonraki  F4 Rehber  F5 Uygula ve getir  F8 Temizle  Esc Vazgeç",
                classes="hint",
            )

    def _row(self, fields: list[FilterField]) -> Horizontal:
        cells = [cell for field in fields for cell in self._cells(field, field is not fields[0])]
        is_long = any(len(field.label) > _LABEL for field in fields)
        return Horizontal(*cells, classes="row two-lines of-either" if is_long else "row")

    def _cells(self, field: FilterField, second: bool) -> Iterator[Widget]:
        """Yield the label and the widgets of a field."""
        more = "long" if len(field.label) > _LABEL else "second" if second else ""
        yield Static(shown(field.label), classes=f"label {more}")
        for number, member in enumerate(field.members):
            if number:
                yield Static("–", classes="dash")
            yield self._widget(field, member)

    def _widget(self, field: FilterField, member: str) -> Widget:
        if field.choices:
            labels = [(None, "Hepsi"), *((v, field.spell(v)) for v in field.choices.values())]
            return Choice(labels, value=getattr(self._wanted, member), id=member, classes="code")
        text = self._text(member)
        if field.shape == "date":
            return DateField(text, today=self._today, id=member, classes="date")
        if field.shape == "amount":
            return AmountField(text, id=member, classes="amount")
        if field.shape == "text":
            return Field(text, id=member, classes="wide")
        return CodeField(text, max_length=15, id=member, classes="code")

    def _text(self, member: str) -> str:
        value = getattr(self._wanted, member)
        return "" if value is None else FIELD_OF[member].spell(value)

    def do_help(self) -> None:
        """Open help for the focused field."""
        here = str(self.focused.id) if self.focused else ""
        self.app.push_screen(
            HelpScreen(f"{FILTER_HELP.get(here, '')} {self.HELP}", self.HELP_SCOPES)
        )

    # The filter

    def _read(self) -> InvoiceFilter:
        """Read the fields. Raises UsageError and focuses the invalid field."""
        members = [name for name, field in FIELD_OF.items() if field.advanced]
        return InvoiceFilter(**{member: self._value(member) for member in members})

    def _value(self, member: str) -> Any:
        widget = self.query_one(f"#{member}")
        if isinstance(widget, Choice):
            return widget.value
        text = widget.value.strip() if isinstance(widget, Input) else ""
        field = FIELD_OF[member]
        try:
            return self._parsed(field, text) if text else None
        except ValueError as error:
            widget.focus()
            raise UsageError(f"{field.label}: {error}") from None

    def _parsed(self, field: FilterField, text: str) -> Any:
        if field.shape == "date":
            return dates.parse_typed(text, self._today())
        if field.parse_on_screen:
            return field.parse_on_screen(text)
        return field.read(text, books_of(self.app).currencies)

    @on(DateField.PeriodTyped)
    def _period_typed(self, event: DateField.PeriodTyped) -> None:
        first, last = event.period.days(self._today())
        fields = [self.query_one(f"#entered_{end}", DateField) for end in ("from", "to")]
        fields[0].day, fields[1].day = first, last
        self._message.tell(
            f"Kayıt Tarihi: {event.period.label}",
            lambda: (fields[0].day, fields[1].day) == (first, last),
        )

    def _finish(self, *, fetch: bool) -> None:
        try:
            wanted = self._read()
        except UsageError as error:
            self._message.error(error.sentence)
            return
        self.dismiss()
        self._apply(wanted, fetch)

    def _stops(self) -> Iterator[Widget]:
        yield from (widget for widget in self.query(".row > *") if widget.focusable)

    @on(Input.Submitted)
    def action_next(self) -> None:
        """Focus the next field; from the last one apply and return."""
        stops = list(self._stops())
        if self.focused is stops[-1]:
            self._finish(fetch=False)
        else:
            self.focus_next()

    def do_apply(self) -> None:
        """Apply the filter; the documents are fetched later."""
        self._finish(fetch=False)

    def do_fetch(self) -> None:
        """Apply the filter and list its documents."""
        self._finish(fetch=True)

    def do_clear(self) -> None:
        """Empty all fields."""
        for stop in self._stops():
            stop.value = None if isinstance(stop, Choice) else ""  # type: ignore[attr-defined]  # a stop has a value
        self._message.tell("Alanlar boş; Uygula ya da F5 ileri kısıtı kaldırır", self._is_empty)

    def _is_empty(self) -> bool:
        return all(getattr(stop, "value", None) in (None, "") for stop in self._stops())

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self) -> None:
        self._message.look_again()

    # Rehber

    def do_lookup(self) -> None:
        """Open the Rehber of the focused field."""
        field: Any = self.focused
        name = str(field.id) if field else ""
        search = self._search(name)
        if search is None:
            self._message.error(NO_LOOKUP)
            return

        def take(code: str | None) -> None:
            if code is None:
                return
            if isinstance(field, Choice):
                field.value = InvoiceKind(int(code))
            else:
                field.fill(code)

        label = FIELD_OF[name].label
        titles = ("Kod", label) if isinstance(field, Choice) else (label, "Belge sayısı")
        self.app.push_screen(Lookup(f"Rehber: {label}", titles, search, narrow=has_words), take)

    def _search(self, name: str) -> Search | None:
        """Return the search for a field's Rehber; None if it has none."""
        if name == "kind":
            kinds = [LookupEntry(str(int(kind)), kind.label) for kind in InvoiceKind]
            return lambda *_: kinds
        return _codes(name, self._type) if name in lookups.CODES else None


def _codes(name: str, document_type: DocumentType | None) -> Search:
    spell = FIELD_OF[name].spell

    def entries(counted: list[tuple[Any, int]]) -> list[LookupEntry]:
        return [LookupEntry(spell(code), turkish_count(count)) for code, count in counted]

    def search(_typed: str, stop: Stop, show: Show) -> list[LookupEntry]:
        return entries(
            lookups.codes_in_use(name, document_type, stop, lambda some: show(entries(some)))
        )

    return search


def _rows() -> Iterator[list[FilterField]]:
    """Yield the fields of each row: two short ones that follow each other share one."""
    fields = [field for field in FIELDS if field.advanced]
    while fields:
        short = [not field.is_range and field.shape != "text" for field in fields[:2]]
        count = 2 if short == [True, True] else 1
        yield fields[:count]
        del fields[:count]
