"""Settings of a database: the company that it belongs to, and the names of its currencies."""

from __future__ import annotations

from typing import Final, NamedTuple

from app.domain.filters import LIRA, currency_key, is_code, is_lira
from app.domain.text import find_control, one_line
from app.errors import UsageError
from app.store.damaged import readable
from app.store.database import full_command
from app.store.models import Currency, Setting

COMPANY_WIDTH: Final = 60
CURRENCY_WIDTH: Final = 10
COMPANY: Final = "company"
"""The name of the setting with the company's name."""
COMPANY_SQL: Final = f"SELECT CAST(text AS BLOB) FROM setting WHERE name = '{COMPANY}'"
"""For a database that is not the open one."""


class Settings(NamedTuple):
    """All settings of the open database."""

    company: str
    """The company's name; empty if it was never set."""
    currencies: dict[int, str]
    """DOVIZTIP → name, such as USD; Netsis' codes are each company's own."""


def read() -> Settings:
    """Return the settings, damaged texts as far as readable. Call inside `reading()`."""
    company = Setting.select(Setting.text.cast("BLOB")).where(Setting.name == COMPANY).scalar()
    names = Currency.select(Currency.code, Currency.name.cast("BLOB")).order_by(Currency.code)
    currencies = {code: one_line(readable(name)) for code, name in names.tuples().execute()}
    return Settings(one_line(readable(company)), currencies)


def set_company(name: str) -> None:
    """Set the company's name. Inside `writing()`. Raises UsageError for an unprintable name."""
    text = _checked(name, "Şirket adı", COMPANY_WIDTH)
    new = Setting.insert(name=COMPANY, text=text)
    new.on_conflict(conflict_target=[Setting.name], preserve=[Setting.text]).execute()


def name_currency(code: int, name: str) -> None:
    """Name a currency. Inside `writing()`.

    Raises UsageError for an unprintable name, or one that stands for another code.
    """
    if code == LIRA:
        raise UsageError("Döviz kodu 0 TL'dir; başka ad verilemez")
    name = _checked(name, "Döviz adı", CURRENCY_WIDTH)
    if is_lira(name):
        raise UsageError(f"{name} bir dövizin adı olamaz; TL'nin kodu 0'dır")
    if is_code(name):
        raise UsageError(f"{name} bir dövizin adı olamaz; kod gibi okunur")
    for other, taken in read().currencies.items():
        if other != code and currency_key(taken) == currency_key(name):
            command = full_command(f"doviz {other} AD")
            raise UsageError(
                f"{name} zaten {other} kodunun adı; başka bir ad verin ya da önce onunkini "
                f"değiştirin: {command}"
            )
    new = Currency.insert(code=code, name=name)
    new.on_conflict(conflict_target=[Currency.code], preserve=[Currency.name]).execute()


def _checked(name: str, label: str, width: int) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError(f"{label} boş")
    if len(name) > width:
        raise UsageError(f"{label} en çok {width} karakter olabilir")
    if find_control(name):
        raise UsageError(f"{label}: gösterilemeyen karakter var")
    return name
