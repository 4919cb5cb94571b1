"""Connect to a server, with our defaults for options that neither address nor environment set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Final, TypeVar

import psycopg
from psycopg import RawCursor, pq
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8Dumper
from psycopg.waiting import Ready

from app.errors import DatabaseRefused
from app.store.engine.postgres_address import INVALID
from app.wait_notice import Silence, connecting

_T = TypeVar("_T")
_SERVICE: Final = "PGSERVICE"
_VERIFIED: Final = "verify-full"
_HALF_SAFE: Final = ("allow", "prefer")
_NEVER: Final = 1 << 62
_WATCH_SECONDS: Final = 0.02
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1", "[::1]")
_WANTED: Final = {
    "application_name": "toplu-fatura",
    "connect_timeout": "10",  # seconds for each host
    "target_session_attrs": "read-write",  # of several servers, the one that accepts writes
    # A vanished server is noticed after this many milliseconds, not after hours.
    "tcp_user_timeout": "15000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
_LIBPQS_OWN: Final = {"target_session_attrs": "any", "sslmode": "prefer"}
# The same for the server, which holds locks for a vanished client.
_SESSION: Final = (
    "SET client_min_messages = warning; SET jit = off;"
    # The ids of a list are sorted in memory: 200,000 take 17 MB.
    "SET work_mem = '64MB';"
    # A plan made while a table was empty uses the wrong index.
    "SET plan_cache_mode = force_custom_plan;"
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;"
    "SET tcp_user_timeout = 20000;"
    # What is reported as saved is on a disk, whatever the server's own setting is.
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off';"
)


class _Connection(psycopg.Connection[Any]):
    """A connection that is closed once its thread gives up waiting for an answer."""

    def wait(self, gen: PQGen[_T], *more: Any, **options: Any) -> _T:
        """Wait for the end of a protocol exchange, and watch for silence meanwhile."""
        return super().wait(self._watched(gen), *more, **options)

    def _watched(self, gen: PQGen[_T]) -> PQGen[_T]:
        silence: Silence | None = None
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE:  # a tenth of a second without an answer
                    silence = silence or Silence()
                    if not silence.goes_on():
                        self.pgconn.finish()
                        raise psycopg.OperationalError("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            if silence:
                silence.end()


def connect(conninfo: str, path: str) -> psycopg.Connection[Any]:
    """Connect and set the search path, given as SQL."""
    with connecting():
        connection = _Connection.connect(conninfo, autocommit=True, cursor_factory=RawCursor)
    try:
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.prepare_threshold = _NEVER  # except for executemany()
        connection.execute(f"{_SESSION}SET search_path TO {path}", prepare=False)
    except BaseException:
        connection.close()
        raise
    return connection


def complete(url: str) -> str:
    """Return the address with all options. Raises DatabaseRefused if it is not safe."""
    try:
        asked = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        raise DatabaseRefused(f"Veritabanı: {INVALID}") from None
    elsewhere = _from_elsewhere(asked.get("service"))
    missing = {
        name: value
        for name, value in _WANTED.items()
        if name not in asked and elsewhere.get(name, "") in ("", _LIBPQS_OWN.get(name))
    }
    if not _is_near(elsewhere | asked):
        missing |= _encryption(asked, elsewhere)
    return make_conninfo(url, **missing)


def _encryption(asked: dict[str, str], elsewhere: dict[str, str]) -> dict[str, str]:
    """Return the TLS options to add for a server on another machine.

    An explicit weaker mode is accepted (`disable` in a VPN), except one that falls back to plain
    text whenever an attacker in between wants it.
    """
    named = asked.get("sslmode") or elsewhere.get("sslmode", "")
    if asked.get("sslmode") in _HALF_SAFE:
        raise DatabaseRefused(
            f"sslmode={named} güvenli değil: bağlantı haber vermeden şifresiz kalabilir; "
            "verify-full kullanın ya da ağ zaten şifreliyse (VPN) sslmode=disable yazın"
        )
    if named not in ("", _VERIFIED, *_HALF_SAFE):
        return {}
    certificates = asked.get("sslrootcert") or elsewhere.get("sslrootcert")
    if certificates or os.path.exists(os.path.expanduser("~/.postgresql/root.crt")):
        return {"sslmode": _VERIFIED}
    return {"sslmode": _VERIFIED, "sslrootcert": "system"}


def _from_elsewhere(service: str | None) -> dict[str, str]:
    """Return the options set by the environment and a service file, and libpq's own defaults."""
    before = os.environ.get(_SERVICE)
    if service:  # libpq reads the service only from the environment
        os.environ[_SERVICE] = service
    try:
        options = pq.Conninfo.get_defaults()
    finally:
        if before is not None:
            os.environ[_SERVICE] = before
        elif service:
            del os.environ[_SERVICE]
    return {one.keyword.decode(): one.val.decode() for one in options if one.val}


def _is_near(options: dict[str, str]) -> bool:
    """Return whether the connection stays on this machine."""
    places = options.get("hostaddr") or options.get("host", "")
    return all(one in ("", *_LOOPBACK) or one.startswith(("/", "@")) for one in places.split(","))


class SpareConnection:
    """An idle connection that one thread leaves to the next."""

    def __init__(self) -> None:
        self._idle: list[psycopg.Connection[Any]] = []
        self._is_closed = False

    def take(self) -> psycopg.Connection[Any] | None:
        """Return the connection; None if there is none."""
        with suppress(IndexError):  # another thread may take it meanwhile
            return self._idle.pop()
        return None

    def leave(self, connection: psycopg.Connection[Any]) -> None:
        """Keep an intact connection if there is no other; else close it."""
        is_idle = connection.info.transaction_status is pq.TransactionStatus.IDLE
        if is_idle and not (self._is_closed or self._idle):
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the connection, and from now on each one that is left."""
        self._is_closed = True
        while connection := self.take():
            connection.close()


@contextmanager
def cancelling(connection: psycopg.Connection[Any], check: Callable[[], bool]) -> Iterator[None]:
    """Call `check` in another thread while statements run; cancel them once it returns True."""
    ended = Event()

    def watch() -> None:
        while not ended.wait(_WATCH_SECONDS):
            if check():
                connection.cancel_safe()
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
