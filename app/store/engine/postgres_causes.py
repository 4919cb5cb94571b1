"""Describe in Turkish why a server failed, by its error codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import psycopg

from app.domain.text import one_line, shorten
from app.store.engine.postgres_address import INVALID
from app.store.engine.postgres_schema import MARK

_BUSY: Final = "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"
_LOST: Final = "sunucuyla bağlantı kesildi; biraz sonra yeniden deneyin"
_NO_RIGHT: Final = "42501"
_READ_ONLY: Final = (
    "sunucu salt okunur (yedek sunucu); yazılan sunucuyu verin ya da yalnız okumak için adrese "
    "target_session_attrs=any ekleyin"
)
_CERTIFICATE: Final = "adrese sslrootcert=DOSYA ekleyin ya da sunucunun sertifikadaki adını yazın"
_PLAIN: Final = (
    "sunucu şifreli bağlantı (TLS) sunmuyor; sunucuda açın ya da ağ zaten şifreliyse (VPN) adrese "
    "sslmode=disable ekleyin"
)
_ABSENT: Final = "sunucu bağlantıyı kabul etmedi; çalıştığını ve adresi denetleyin"
_SILENT: Final = "sunucu yanıt vermedi; adresi denetleyin ya da biraz sonra yeniden deneyin"
_NAMELESS: Final = "bu adda bir sunucu bulunamadı; adresi denetleyin"
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
    "3D000": "sunucuda bu veritabanı yok; adını denetleyin ya da yöneticisine kurdurun",
    "25P03": _LOST,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": "sunucu açılıyor ya da kapanıyor; biraz sonra yeniden deneyin",
    "XX001": "sunucudaki veri bozuk; sunucunun yöneticisine bildirin",
    "XX002": "sunucudaki bir dizin bozuk; sunucunun yöneticisine bildirin",
}
_NOT_WRITTEN: Final = "şemaya yazma yetkiniz yok, yalnız okuyabilirsiniz; yazılmadı"
_LOGIN: Final = _REASONS["28P01"]
_SAID: Final = (
    # libpq gives no code for errors while connecting. With several servers, the first match counts.
    ("password authentication failed", _LOGIN),
    ("no password supplied", f"{_LOGIN} (~/.pgpass, PGPASSWORD ya da PGSERVICE)"),
    ("no pg_hba.conf entry", "sunucu bu makineden ya da bu kullanıcıyla girişe izin vermiyor"),
    ("authentication failed", _LOGIN),
    ("connection slots", _REASONS["53300"]),
    ("too many c", _REASONS["53300"]),
    ("role ", _LOGIN),
    ("permission denied", _REASONS["42501"]),
    ("database system is", _REASONS["57P03"]),
    ("not yet accepting", _REASONS["57P03"]),
    ("read-only", _READ_ONLY),
    ("hot standby", _READ_ONLY),
    ("does not support SSL", _PLAIN),
    ("certificate", f"sunucunun sertifikası doğrulanamadı; {_CERTIFICATE}"),
    ("SSL error", "sunucuyla şifreli bağlantı kurulamadı"),
    ('database "', _REASONS["3D000"]),
    ("timeout expired", _SILENT),
    ("Connection refused", _ABSENT),
    ("No such file", _ABSENT),
    ("resolve host", _NAMELESS),
    ("invalid ", INVALID),
)
_PASSING: Final = (
    _REASONS["53300"], _REASONS["57P03"], _READ_ONLY, _SILENT, _ABSENT, _NAMELESS
)  # fmt: skip
_LASTING: Final = {reason for _, reason in _SAID if reason not in _PASSING}
RECONNECT_SECONDS: Final = 30.0
"""Seconds to wait for a server; a fail-over takes a few, that of a dead machine about 20."""
_CLASH_SECONDS: Final = 10.0
_CLASHES: Final = ("40001", "40P01", "55P03")
_LOST_CLASSES: Final = ("08", "57P", "25P03")
_DAMAGED: Final = "bir kaydın içeriği bozuk; bulmak için: toplu-fatura denetle --veritabani ADRES"
_WIDTH: Final = 160


def cause_of(error: BaseException) -> str:
    """Return the cause of a refusal; empty for a wrong statement, a fault in the program."""
    driver = driver_error(error)
    if driver is None:
        return _unknown(str(error))
    state = driver.sqlstate
    if state is None:
        return _without_code(driver)
    if state == _NO_RIGHT and MARK in str(driver):  # a writer has to lock this table
        return _NOT_WRITTEN
    if state in _REASONS:
        return _REASONS[state]
    if state.startswith("08"):
        return _LOST
    if state.startswith("22"):
        return _DAMAGED
    if state.startswith("42"):
        return ""
    return _unknown(f"{state} {driver}")


def _unknown(said: str) -> str:
    """Return the cause of an error that has no sentence of its own; `said` is for support."""
    support = shorten(one_line(said), _WIDTH)
    return (
        "sunucu işi yarıda kesti; yeniden deneyin, yineleniyorsa sunucunun yöneticisine bildirin "
        f"(destek için: {support})"
    )


def may_have_kept(error: BaseException) -> bool:
    """Return whether a failed commit may have been done, because its answer was lost."""
    return is_lost(error)


def is_lost(error: BaseException) -> bool:
    """Return whether the connection is unusable."""
    driver = driver_error(error)
    if not isinstance(driver, psycopg.OperationalError):
        return False
    return driver.sqlstate is None or driver.sqlstate.startswith(_LOST_CLASSES)


def patience(error: BaseException) -> float:
    """Return for how many seconds retrying the transaction may help after this error."""
    driver = driver_error(error)
    if is_lost(error):
        return 0.0 if cause_of(error) in _LASTING else RECONNECT_SECONDS
    return _CLASH_SECONDS if driver is not None and driver.sqlstate in _CLASHES else 0.0


def _without_code(driver: psycopg.Error) -> str:
    """Return the cause of an error from the driver, or from connecting."""
    if isinstance(driver, psycopg.ProgrammingError):
        return ""
    said = " ".join(one_line(str(driver)).split())
    for mark, reason in _SAID:
        if mark in said:
            return reason
    if "connection failed" in said or "connection is bad" in said:
        servers = said.rpartition(" failed: ")[2]  # may be in the language of the server
        return (
            "sunucuya bağlanılamadı; adresi denetleyin, doğruysa sunucunun yöneticisine bildirin "
            f"(destek için: {shorten(servers, _WIDTH)})"
        )
    return _LOST


def driver_error(error: BaseException) -> psycopg.Error | None:
    """Return the driver's error from which peewee's was raised."""
    return next((one for one in _chain(error) if isinstance(one, psycopg.Error)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = getattr(error, "orig", None)
        error = inner or error.__cause__ or error.__context__
