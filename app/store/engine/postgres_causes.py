"""Say in Turkish why a server failed, by its error codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from app.domain.text import one_line, shorten
from app.store.engine.postgres_schema import MARK

_BUSY: Final = "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"
_LOST: Final = "sunucuyla bağlantı kesildi; biraz sonra yeniden deneyin"
_NO_RIGHT: Final = "42501"
_REASONS: Final = {
    "55P03": _BUSY,
    "40001": "başka bir işlemle çakıştı; yeniden deneyin",
    "40P01": "başka bir işlemle çakıştı; yeniden deneyin",
    "57014": "sunucu işi yarıda kesti; yazılmadı",
    "53100": "sunucunun diski dolu; yazılmadı",
    "53200": "sunucunun belleği yetmedi",
    "53300": "sunucuda boş bağlantı kalmadı; biraz sonra yeniden deneyin",
    _NO_RIGHT: "şemada bu iş için yetkiniz yok; şemanın sahibinden isteyin",
    "25006": "sunucu salt okunur; yazılmadı",
    "28P01": "sunucu girişi kabul etmedi; kullanıcı adını ve parolayı denetleyin",
    "28000": "sunucu girişi kabul etmedi; kullanıcı adını ve parolayı denetleyin",
    "3D000": "sunucuda bu veritabanı yok",
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": "sunucu açılıyor ya da kapanıyor; biraz sonra yeniden deneyin",
    "XX001": "sunucudaki veri bozuk; sunucunun yöneticisine bildirin",
    "XX002": "sunucudaki bir dizin bozuk; sunucunun yöneticisine bildirin",
}
_NOT_WRITTEN: Final = "şemaya yazma yetkiniz yok, yalnız okuyabilirsiniz; yazılmadı"
_DAMAGED: Final = "bir kaydın içeriği bozuk; hangisi olduğunu toplu-fatura denetle söyler"
_WIDTH: Final = 160


def cause_of(error: BaseException) -> str:
    """Return the cause of a refusal; empty for a wrong statement, a fault of the program."""
    driver = _driver_error(error)
    if driver is None:
        return f"beklenmeyen hata ({one_line(str(error))[:60]})"
    state = driver.sqlstate
    if state is None:
        return _without_code(driver)
    if state == _NO_RIGHT and MARK in str(driver):  # it is locked by whoever writes
        return _NOT_WRITTEN
    if state in _REASONS:
        return _REASONS[state]
    if state.startswith("08"):
        return _LOST
    if state.startswith("22"):
        return _DAMAGED
    if state.startswith("42"):
        return ""
    return f"beklenmeyen hata ({state} {shorten(one_line(str(driver)), _WIDTH)})"


def may_have_kept(error: BaseException) -> bool:
    """Return whether a failed commit may have been done: nobody heard the server's answer."""
    driver = _driver_error(error)
    return driver is not None and (driver.sqlstate or "08")[:2] in ("08", "57")


def _without_code(driver: Any) -> str:
    """Return the cause of an error that did not come from the server."""
    said = " ".join(one_line(str(driver)).split())
    if "password authentication failed" in said or "no password supplied" in said:
        return _REASONS["28P01"]
    if "does not exist" in said and "database" in said:
        return _REASONS["3D000"]
    if "connection failed" in said or "connection is bad" in said or "timeout" in said:
        return f"sunucuya bağlanılamadı ({shorten(said, _WIDTH)})"
    return f"{_LOST} ({shorten(said, _WIDTH)})"


def _driver_error(error: BaseException) -> Any:
    """Return the driver's error behind one of peewee's."""
    return next((one for one in _chain(error) if hasattr(one, "sqlstate")), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = getattr(error, "orig", None)
        error = inner or error.__cause__ or error.__context__
