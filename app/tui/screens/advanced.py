"""İleri Kısıt: the dialog for the less common filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, ClassVar, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from app.domain import dates
from app.domain.filters import FIELD_OF, InvoiceFilter
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.text import turkish_count
from app.errors import UsageError
from app.store import lookups
from app.store.database import Stop
from app.store.lookups import Found, Show
from app.tui.commands import Scope, bindings
from app.tui.field_help import FILTER_HELP
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.screens.help import HelpScreen
from app.tui.screens.lookup import Lookup, Search, has_words
from app.tui.screens.rehber import NO_LOOKUP
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.fields import AmountField, CodeField, DateField, Field

_EITHER = ((None, "Hepsi"), (True, "Evet"), (False, "Hayır"))


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
            kinds: list[tuple[InvoiceKind | None, str]] = [(k, k.label) for k in InvoiceKind]
            kind = Choice([(None, "Hepsi"), *kinds], value=self._wanted.kind, id="kind")
            kind.add_class("code")
            yield _row(_label("kind"), kind, *self._code("branch", second=True))
            yield _row(*self._code("series"), *self._code("currency", second=True))
            yield _row(*self._code("project"), *self._code("salesman", second=True))
            yield _row(*self._range("amount", AmountField, "amount"))
            yield _row(*self._code("vat_rate"))
            yield _row(_label("note"), Field(self._text("note"), id="note", classes="wide"))
            dated = partial(DateField, today=self._today)
            yield _row(*self._range("entered", dated, "date"))
            yield _row(
                *self._either("exported"), *self._either("imported"), more="two-lines of-either"
            )
            yield MessageLine(id="reason")
            with Horizontal(classes="answers"):
                yield Button("Uygula", id="apply")
                yield Button("Temizle", id="clear")
                yield Button("Vazgeç", id="back")
            yield Static(
                "Enter sonraki  F4 Rehber  F5 Uygula ve getir  F8 Temizle  Esc Vazgeç",
                classes="hint",
            )

    def _code(self, name: str, *, second: bool = False) -> tuple[Widget, Widget]:
        field = CodeField(self._text(name), max_length=15, id=name, classes="code")
        return _label(name, "second" if second else ""), field

    def _range(self, name: str, widget: Callable[..., Widget], classes: str) -> tuple[Widget, ...]:
        low, high = (
            widget(self._text(member), id=member, classes=classes)
            for member in (f"{name}_from", f"{name}_to")
        )
        return _label(f"{name}_from"), low, Static("–", classes="dash"), high

    def _either(self, name: str) -> tuple[Widget, Widget]:
        choice = Choice(_EITHER, value=getattr(self._wanted, name), id=name)
        choice.set_class(name == "exported", "code")
        return _label(name, "long"), choice

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
        parse = self._day if isinstance(widget, DateField) else field.parse_on_screen or field.parse
        try:
            return parse(text) if text else None
        except ValueError as error:
            widget.focus()
            raise UsageError(f"{field.label}: {error}") from None

    def _day(self, text: str) -> date:
        return dates.parse_typed(text, self._today())

    @on(DateField.PeriodTyped)
    def _period_typed(self, event: DateField.PeriodTyped) -> None:
        first, last = event.period.days(self._today())
        self.query_one("#entered_from", DateField).day = first
        self.query_one("#entered_to", DateField).day = last
        self._message.tell(f"Kayıt Tarihi: {event.period.label}")

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

    @on(Button.Pressed)
    def _button(self, event: Button.Pressed) -> None:
        self.action_command(str(event.button.id))

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
        self._message.tell("Alanlar boş; Uygula ya da F5 ileri kısıtı kaldırır")

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
            kinds = [Found(str(int(kind)), kind.label) for kind in InvoiceKind]
            return lambda *_: kinds
        return _codes(name, self._type) if name in lookups.CODES else None


def _codes(name: str, document_type: DocumentType | None) -> Search:
    spell = FIELD_OF[name].spell

    def entries(counted: list[tuple[Any, int]]) -> list[Found]:
        return [Found(spell(code), turkish_count(count)) for code, count in counted]

    def search(_typed: str, stop: Stop, show: Show) -> list[Found]:
        return entries(
            lookups.codes_in_use(name, document_type, stop, lambda some: show(entries(some)))
        )

    return search


def _row(*cells: Widget, more: str = "") -> Horizontal:
    return Horizontal(*cells, classes=f"row {more}")


def _label(name: str, more: str = "") -> Static:
    return Static(shown(FIELD_OF[name].label), classes=f"label {more}")
