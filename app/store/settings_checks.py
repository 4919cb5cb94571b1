"""Check the settings: the company's name, and the names of its currencies.

A damaged setting harms no document, and the user can write it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.filters import LIRA, currency_key, is_code, is_lira
from app.domain.text import find_control, one_line, shorten, turkish_count
from app.store.damaged import readable
from app.store.database import database, full_command
from app.store.engine.finding import Finding
from app.store.settings import COMPANY, COMPANY_WIDTH, CURRENCY_WIDTH

_WIDTH: Final = 40  # characters of a text in a phrase


def wrong_settings() -> Iterator[Finding]:
    """Yield names that the program would not have taken, and settings that it does not know."""
    named = database.execute_sql(
        "SELECT CAST(name AS BLOB), CAST(text AS BLOB) FROM setting ORDER BY name"
    )
    for name, text in named.fetchall():
        if readable(name) == COMPANY:
            yield from _wrong_name("şirketin adı", "sirket", text, COMPANY_WIDTH)
        else:
            remove = _removal("setting", f"name <> '{COMPANY}'")
            yield Finding(f"bu programın olmayan ayar ({_shown(name)}); kaldırın: {remove}")
    yield from _wrong_currencies()


def _wrong_currencies() -> Iterator[Finding]:
    codes: dict[str, list[int]] = {}
    stored = database.execute_sql("SELECT code, CAST(name AS BLOB) FROM currency ORDER BY code")
    for code, text in stored.fetchall():
        if code == LIRA:
            remove = _removal("currency", f"code = {LIRA}")
            yield Finding(f"{LIRA} kodu TL'dir, adı {_shown(text)} olamaz; kaldırın: {remove}")
            continue
        what, command = f"{code} kodlu dövizin adı", f"doviz {code}"
        faults = list(_wrong_name(what, command, text, CURRENCY_WIDTH))
        if not faults and is_code(readable(text)):
            again = full_command(f"{command} AD")
            faults = [Finding(f"{what} kod gibi okunuyor ({_shown(text)}); yeniden verin: {again}")]
        yield from faults
        if not faults:
            codes.setdefault(currency_key(readable(text)), []).append(code)
    for name, same in codes.items():
        if is_lira(name) or len(same) > 1:
            yield _ambiguous(name, same)


def _ambiguous(name: str, codes: list[int]) -> Finding:
    """Return the finding that a name stands for several codes, or for TL and another code."""
    told = ", ".join(map(str, [LIRA, *codes] if is_lira(name) else codes))
    command = full_command(f"doviz {codes[-1]} AD")
    return Finding(f"{name.upper()} birden çok döviz kodunun adı ({told}); ayırın: {command}")


def _wrong_name(what: str, command: str, text: bytes | None, width: int) -> Iterator[Finding]:
    if fault := _fault(text or b"", width):
        again = full_command(f"{command} AD")
        yield Finding(f"{what} {fault}; yeniden verin: {again}")


def _fault(text: bytes, width: int) -> str:
    """Return what is wrong with a name; empty if the program would have taken it."""
    name = readable(text)
    if not name.strip():
        return "silinmiş"
    if name.encode() != text:
        return f"UTF-8 değil ({_shown(text)})"
    if one_line(name) != name:
        return (
            f"gösterilemeyen karakter içeriyor ({find_control(name) or 'satır sonu ya da sekme'})"
        )
    if len(name) > width:
        return f"{turkish_count(len(name))} karakter, en çok {width} olabilir"
    return ""


def _shown(text: bytes | None) -> str:
    return shorten(one_line(readable(text)), _WIDTH)


def _removal(table: str, which: str) -> str:
    """Return a statement for a person to run elsewhere; no command removes such a row."""
    return database.advised(f"DELETE FROM {table} WHERE {which}", table)
