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
    these declarations. The store has the SQL of each field, by the member's name. The methods take
    an InvoiceFilter, whose members the declarations name.
    """

    name: str
    """The member of InvoiceFilter; for a range, without `_from` and `_to`."""
    label: str
    option: str
    usage: str = ""
    """The text after the option in --help."""
    choices: Mapping[str, Any] | None = None
    """The words that the command line accepts, if it accepts a fixed set: word → value."""
    parse: Callable[[str], Any] = str
    """Parses the text of the command line; raises ValueError with a Turkish reason."""
    parse_named: Callable[[str, Mapping[int, str]], Any] | None = None
    """Parses a text that may be the company's name for a code; takes the text and code → name."""
    parse_span: Callable[[str], tuple[Any, Any]] | None = None
    """For a range: parses one end that may itself be a range, such as a month."""
    parse_on_screen: Callable[[str], Any] | None = None
    """Parses the text of a screen field, if the screen accepts more than the command line."""
    spell: Callable[[Any], str] = str
    """Formats a value for a screen field."""
    said: Callable[..., str] | None = None
    """Formats a value, or both ends of a range, for a message; None means label and value."""
    said_named: Callable[[Any, Mapping[int, str]], str] | None = None
    """Formats a value for a message with the company's name for it; takes code → name too."""
    is_range: bool = False
    one_is_both: bool = False
    """Whether on the screen the first end alone means exactly that value."""
    check: Callable[..., object] | None = None
    """Raises UsageError for a value, or both ends of a range, that make no sense."""
    advanced: bool = True
    """Whether the field belongs to İleri Kısıt."""
    shape: Literal["code", "text", "amount", "date", "choice"] = "code"
    """The kind of input field on the screen."""
    help: str = ""
    """The text of F1 in the field; for a range, in the field of its first end."""
    help_to: str = ""
    """The text of F1 in the field of a range's last end."""

    def read(self, text: str, names: Mapping[int, str]) -> Any:
        """Parse a text; `names` is code → name. Raises ValueError with a Turkish reason."""
        return self.parse_named(text, names) if self.parse_named else self.parse(text)

    @property
    def members(self) -> tuple[str, ...]:
        """The members of InvoiceFilter that belong to this field."""
        return (f"{self.name}_from", f"{self.name}_to") if self.is_range else (self.name,)

    @property
    def destination(self) -> str:
        """The option's name among the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")

    def values(self, wanted: Struct) -> tuple[Any, ...]:
        """Return a filter's value, or both ends of its range; None where there is no limit."""
        return tuple(getattr(wanted, member) for member in self.members)

    def is_set(self, wanted: Struct) -> bool:
        """Return whether a filter limits this field."""
        return any(value is not None for value in self.values(wanted))

    def shown(self, wanted: Struct) -> tuple[Any, ...]:
        """Return the values for the screen's fields; `meant` is the inverse."""
        low, *high = self.values(wanted)
        return (low, None) if self.one_is_both and high == [low] else (low, *high)

    def meant(self, *values: Any) -> dict[str, Any]:
        """Return the members of InvoiceFilter for the values of the screen's fields."""
        if self.one_is_both and values[-1] is None:
            values = values[:1] * 2
        return dict(zip(self.members, values, strict=True))

    def words(self, wanted: Struct, names: Mapping[int, str] | None = None) -> str:
        """Describe a filter's value for the user; empty if there is none. `names`: as in `read`."""
        values = self.values(wanted)
        if not self.is_set(wanted):
            return ""
        if self.said:
            return self.said(*values)
        if self.said_named:
            return self.said_named(values[0], names or {})
        low, high = values[0], values[-1]
        if low == high:
            return f"{self.label} {self.spell(low)}"
        if low is None or high is None:
            sign, end = ("≥", low) if high is None else ("≤", high)
            return f"{self.label} {sign} {self.spell(end)}"
        return f"{self.label} {self.spell(low)}–{self.spell(high)}"
