"""The address of books on a server: postgresql://host/database?sema=COMPANY."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from app.domain.text import find_control
from app.errors import DatabaseRefused

_MOST_BYTES: Final = 63  # of a name on the server
_LOOPBACK: Final = ("", "localhost", "127.0.0.1", "::1", "[::1]")


class Address(NamedTuple):
    """Where the books are."""

    url: str
    """For libpq: without the schema, and never with a password."""
    schema: str
    place: str
    """Server and database, as they may be shown."""
    options: dict[str, str]
    """Options of the connection that the URL leaves open."""

    @property
    def name(self) -> str:
        """Server, database and schema, as they may be shown: another user has the same."""
        return f"{self.place}?sema={self.schema}"


def parse(target: str) -> Address:
    """Return the parts of an address. Raises DatabaseRefused; it never repeats a password."""
    try:
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        login, _, hosts = parts.netloc.rpartition("@")
    except ValueError:
        raise DatabaseRefused("Sunucu adresi geçersiz") from None
    if ":" in login or "password" in asked:
        raise DatabaseRefused(
            "Adreste parola var; geçmişte ve süreç listesinde görünür, kullanılmadı. Parolayı "
            "~/.pgpass dosyasına, PGSERVICE ile bir servis dosyasına ya da PGPASSWORD ortam "
            "değişkenine yazın ve adresten çıkarın"
        )
    schema = asked.pop("sema", "")
    _refuse_odd(schema)
    query = f"?{urlencode(asked)}" if asked else ""
    host = hosts or asked.get("host", "")
    path = unquote(parts.path.strip("/"))
    if find_control(f"{host}{path}"):
        raise DatabaseRefused("Sunucu adresi geçersiz")
    place = f"postgresql://{host if not host.startswith('/') else ''}/{path}"
    url = f"postgresql://{parts.netloc}{parts.path}{query}"
    return Address(url, schema, place, _defaults(host, asked))


def _refuse_odd(schema: str) -> None:
    if not schema:
        raise DatabaseRefused("Adreste şema yok; firmanın şemasını ?sema=FIRMA ile ekleyin")
    is_odd = find_control(schema) or len(schema.encode()) > _MOST_BYTES or '"' in schema
    if is_odd or schema.startswith("pg_") or schema in ("information_schema", "public"):
        raise DatabaseRefused("Şema adı geçersiz; ?sema= firmanın kendi şemasını adlandırır")


def _defaults(host: str, asked: dict[str, str]) -> dict[str, str]:
    """Return the options that neither the address nor the environment sets."""
    wanted = {
        "application_name": "toplu-fatura",
        "connect_timeout": "10",
        "target_session_attrs": "read-write",  # of several servers the one that can be written
    }
    if not _is_near(host):
        wanted["sslmode"] = "verify-full"
        if not (Path.home() / ".postgresql" / "root.crt").exists():
            wanted["sslrootcert"] = "system"
    in_environment = {
        "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
        "connect_timeout": "PGCONNECT_TIMEOUT", "target_session_attrs": "PGTARGETSESSIONATTRS",
        "application_name": "PGAPPNAME",
    }  # fmt: skip
    return {
        name: value
        for name, value in wanted.items()
        if name not in asked and in_environment[name] not in os.environ and "service" not in asked
    }


def _is_near(host: str) -> bool:
    """Return whether the connection does not leave this machine."""
    hosts = (host or os.environ.get("PGHOST", "")).split(",")
    names = (one.rpartition(":")[0] if one.count(":") == 1 else one for one in hosts)
    return all(name in _LOOPBACK or name.startswith(("/", "%2F", "%2f")) for name in names)
