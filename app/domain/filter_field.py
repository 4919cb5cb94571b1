"""The declaration of one filter field (Kısıt)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """The declaration of one Kısıt: its names, its parsers and its words.

    The command line, its help, the screens, the messages and the remembered choices are made from
    these; the store has the SQL of each, by the member's name. The filters that the methods take
    are InvoiceFilters, whose members the declarations name.
    """

    name: str
    """The member of InvoiceFilter; for a range without `_from` and `_to`."""
    label: str
    option: str
    usage: str = ""
    """The text after the option in --help."""
    choices: Mapping[str, Any] | None = None
    """The words that the command line accepts, if they are few: word → value."""
    parse: Callable[[str], Any] = str
    """Parses the command line's text; raises ValueError with a Turkish reason."""
    parse_named: Callable[[str, Mapping[int, str]], Any] | None = None
    """Parses a text that may be a name that the company gave to a code: code → name."""
    parse_span: Callable[[str], tuple[Any, Any]] | None = None
    """For a range: parses the command line's text for an end that may be a range itself."""
    parse_on_screen: Callable[[str], Any] | None = None
    """Parses a screen field's text, if that accepts more."""
    spell: Callable[[Any], str] = str
    """Formats a value for a field."""
    said: Callable[..., str] | None = None
    """Formats a value, or both ends of a range, for a message; None for label and value."""
    is_range: bool = False
    one_is_both: bool = False
    """Whether the first end of the range alone means that value, on the screen."""
    check: Callable[..., object] | None = None
    """Raises UsageError for a value, or both ends of a range, that make no sense."""
    advanced: bool = True
    """Whether it belongs to İleri Kısıt."""
    shape: Literal["code", "text", "amount", "date", "choice"] = "code"
    """The kind of field that it has on the screen."""
    help: str = ""
    """What F1 says in the field; for a range, in that of its first end."""
    help_to: str = ""
    """What F1 says in the field of a range's last end."""

    def read(self, text: str, names: Mapping[int, str]) -> Any:
        """Parse a text, with the names of codes. Raises ValueError with a Turkish reason."""
        return self.parse_named(text, names) if self.parse_named else self.parse(text)

    @property
    def members(self) -> tuple[str, ...]:
        """The members of InvoiceFilter for this field."""
        return (f"{self.name}_from", f"{self.name}_to") if self.is_range else (self.name,)

    @property
    def destination(self) -> str:
        """The option's name among the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")

    def values(self, wanted: Struct) -> tuple[Any, ...]:
        """Return a filter's value, or both ends of its range; None where it has no limit."""
        return tuple(getattr(wanted, member) for member in self.members)

    def is_set(self, wanted: Struct) -> bool:
        """Return whether a filter has a value of this field."""
        return any(value is not None for value in self.values(wanted))

    def shown(self, wanted: Struct) -> tuple[Any, ...]:
        """Return the values for the screen's fields; `meant` is the way back."""
        low, *high = self.values(wanted)
        return (low, None) if self.one_is_both and high == [low] else (low, *high)

    def meant(self, *values: Any) -> dict[str, Any]:
        """Return the members of InvoiceFilter for the values of the screen's fields."""
        if self.one_is_both and values[-1] is None:
            values = values[:1] * 2
        return dict(zip(self.members, values, strict=True))

    def words(self, wanted: Struct) -> str:
        """Describe a filter's value for the user; empty if it has none."""
        values = self.values(wanted)
        if not self.is_set(wanted):
            return ""
        if self.said:
            return self.said(*values)
        low, high = values[0], values[-1]
        if low == high:
            return f"{self.label} {self.spell(low)}"
        if low is None or high is None:
            sign, end = ("≥", low) if high is None else ("≤", high)
            return f"{self.label} {sign} {self.spell(end)}"
        return f"{self.label} {self.spell(low)}–{self.spell(high)}"
