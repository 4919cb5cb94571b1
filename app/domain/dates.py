"""Days as files spell them and as users see and type them, and periods such as last month."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from app.domain.reasons import BadValue, Code
from app.domain.text import fold

# 2024-03-15, optionally followed by a time after a blank or a T; the time is noise (domain §3).
_FILE_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(Z|([+-])([0-9]{2}):?([0-9]{2}))?)?\Z"
)
# 15.03.2024, with or without a time: .NET's spelling on a Turkish machine (domain §7).
_TURKISH_DATE = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})"
    r"(?: (?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?\Z"
)
_TURKEY = 3 * 60  # offset from UTC in minutes
_DAY = 24 * 60
_TYPED = re.compile(r"([0-9]{1,2})(?:[.,/-]([0-9]{1,2})(?:[.,/-]([0-9]{4}|[0-9]{2}))?)?\Z")
_TYPED_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})?\Z")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})\Z")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}\Z")
_SHIFT = re.compile(r"([+-])([0-9]{1,9})\Z")

MONTHS: Final = (
    "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
    "Kasım", "Aralık",
)  # fmt: skip
FIRST_YEAR = 1900
LAST_YEAR = 2100
UNSET: Final = (date(1, 1, 1), date(1899, 12, 30))
"""The dates that .NET and Delphi write for a day that is not set (domain §7)."""


def parse_file_date(text: str) -> date:
    """Parse the day from a file's date. Raises BadValue.

    The time is ignored, unless its time zone makes it another day in Turkey: programs that use UTC
    spell our midnight so. A date with slashes is refused because it may begin with the month.
    """
    text = text.strip()
    if turkish := _TURKISH_DATE.match(text):
        return _day(*turkish.group(3, 2, 1))
    found = _FILE_DATE.match(text)
    if not found:
        raise BadValue(Code.NOT_A_DAY)
    day = _day(*found.group(1, 2, 3))
    if found[6] and day not in UNSET and not 0 <= _minutes_in_turkey(found) < _DAY:
        raise BadValue(Code.AMBIGUOUS_DAY)
    return day


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadValue(Code.NO_SUCH_DAY) from None


def _minutes_in_turkey(found: re.Match[str]) -> int:
    """Return the time in Turkey, in minutes since midnight of the written day."""
    hour, minute, _, sign, hours, minutes = found.groups()[3:]
    offset = int(hours or 0) * 60 + int(minutes or 0)
    return int(hour) * 60 + int(minute) + _TURKEY - (-offset if sign == "-" else offset)


def file_text(day: date) -> str:
    """Format as Logo's client does: `2024-03-15 00:00:00`."""
    return f"{day.isoformat()} 00:00:00"


def turkish(day: date) -> str:
    """Format as `31.01.2024`."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def turkish_moment(text: str) -> str:
    """Format the journal's `2024-01-31 09:30:00` as `31.01.2024 09:30`; return other texts."""
    try:
        return f"{datetime.fromisoformat(text):%d.%m.%Y %H:%M}"
    except ValueError:
        return text


def parse_typed(text: str, today: date) -> date:
    """Parse a day in a user's short form or in full. Raises BadValue.

    `5` is the fifth of this month, `0503` and `5.3` the fifth of March, `05032026` a full date,
    `+7` and `-1` are relative to today, `b` is today.
    """
    text = text.strip().lower()
    if text == "b":
        return today
    if _ISO.match(text):
        return check_year(parse_file_date(text))
    shift = _SHIFT.match(text)
    if shift:
        return shifted(today, int(shift[1] + shift[2]))
    found = _TYPED_DIGITS.match(text) or _TYPED.match(text)
    if not found:
        raise BadValue(Code.NOT_A_TYPED_DAY)
    day, month, year = found.groups()
    return _existing(_year(year, today), int(month or today.month), int(day))


def parse_days(text: str, today: date) -> tuple[date, date]:
    """Parse a period, a year, a month or a day; return its first and last day. Raises BadValue.

    Periods are `gecen-ay`, `bu-ay` and `bu-yil`, a year is `2024`, a month `2024-03`, a day is as
    `parse_typed` or a file has it. `2012` may be a year and the 20th of December: it is refused.
    """
    word = fold(text.strip()).replace(" ", "-")
    for period in Period:
        if word == period.value:
            return period.days(today)
    month = _MONTH.match(word)
    if month:
        return _month_of(_existing(int(month[1]), int(month[2]), 1))
    if _YEAR.match(word):
        return _year_of(word, today)
    try:
        day = parse_file_date(text)
    except BadValue:
        day = parse_typed(text, today)
    check_year(day)
    return day, day


def _year_of(typed: str, today: date) -> tuple[date, date]:
    """Return the first and last day of a year, unless its digits are a day and a month too."""
    try:
        day = parse_typed(typed, today)
    except BadValue:
        year = check_year(date(int(typed), 1, 1))
        return year, year.replace(month=12, day=31)
    raise BadValue(Code.YEAR_OR_DAY, typed, f"{day.day}.{day.month}")


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def shifted(day: date, days: int) -> date:
    """Return the day `days` later. Raises BadValue outside the supported years."""
    try:
        day = day + timedelta(days=days)
    except OverflowError:
        raise BadValue(Code.YEAR_OUT_OF_RANGE, FIRST_YEAR, LAST_YEAR) from None
    return check_year(day)


def check_year(day: date) -> date:
    """Return `day` if its year is one that documents may have. Raises BadValue."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadValue(Code.YEAR_OUT_OF_RANGE, FIRST_YEAR, LAST_YEAR)
    return day


def _year(typed: str | None, today: date) -> int:
    if typed is None:
        return today.year
    return int(typed) if len(typed) == 4 else 2000 + int(typed)


def _existing(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue(Code.YEAR_OUT_OF_RANGE, FIRST_YEAR, LAST_YEAR)
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(Code.NO_SUCH_DAY) from None


class Period(Enum):
    """A range of days relative to today."""

    LAST_MONTH = "gecen-ay"
    THIS_MONTH = "bu-ay"
    THIS_YEAR = "bu-yil"

    @property
    def label(self) -> str:
        """The user's name of the period: `geçen ay`."""
        return _LABELS[self]

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day of the period."""
        if self is Period.THIS_YEAR:
            return date(today.year, 1, 1), date(today.year, 12, 31)
        if self is Period.LAST_MONTH:
            return _month_of(today.replace(day=1) - timedelta(days=1))
        return _month_of(today)


_LABELS = {
    Period.LAST_MONTH: "geçen ay",
    Period.THIS_MONTH: "bu ay",
    Period.THIS_YEAR: "bu yıl",
}
