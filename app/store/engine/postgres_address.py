"""The address of books on a server: postgresql://host/database?sema=COMPANY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from app.domain.text import find_control
from app.errors import DatabaseRefused

INVALID: Final = (
    "sunucu adresi geçersiz; sunucuyu, portu ve ? işaretinden sonraki seçenekleri denetleyin: "
    "postgresql://ayse@sunucu/muhasebe?sema=FIRMA"
)
_MOST_BYTES: Final = 63  # of a name on the server
_NO_COMPANY: Final = ("information_schema", "public", "$user")
"""Names of other things; `$user` in a search path is the schema named as the role."""
_SECRETS: Final = {
    "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret",
}  # fmt: skip


class Address(NamedTuple):
    """The location of books on a server."""

    url: str
    """The URL for libpq, without the schema and never with a password."""
    schema: str
    place: str
    """Server and database, for display."""

    @property
    def name(self) -> str:
        """Server, database and schema, for display; equal for all users."""
        return f"{self.place}?sema={self.schema}"


def parse(target: str) -> Address:
    """Parse an address. Raises DatabaseRefused, which never repeats a password."""
    try:
        parts = urlsplit(target)
        options = parse_qsl(parts.query, keep_blank_values=True)
        asked = dict(options)
        login, _, hosts = parts.netloc.rpartition("@")
    except ValueError:
        raise DatabaseRefused(f"Veritabanı: {INVALID}") from None
    # A later `@` means that the password contains a `/`, `?` or `#`.
    behind = f"{parts.path}{parts.fragment}{''.join(asked)}"
    if ":" in login or "@" in behind or _SECRETS.intersection(map(str.lower, asked)):
        raise DatabaseRefused(
            "Adreste parola var; geçmişte ve süreç listesinde görünür, kullanılmadı. Parolayı "
            "~/.pgpass dosyasına, PGSERVICE ile bir servis dosyasına ya da PGPASSWORD ortam "
            "değişkenine yazın ve adresten çıkarın"
        )
    _refuse_repeated([name for name, _ in options])
    schema = asked.pop("sema", "")
    _refuse_odd(schema)
    host = asked.get("host", hosts)  # libpq uses the later one
    path = unquote(parts.path.strip("/"))
    if find_control(f"{host}{path}"):
        raise DatabaseRefused(f"Veritabanı: {INVALID}")
    query = f"?{urlencode(asked)}" if asked else ""
    place = f"postgresql://{host if not host.startswith('/') else ''}/{path}"
    url = f"postgresql://{parts.netloc}{parts.path}{query}"
    return Address(url, schema, place)


def _refuse_repeated(names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise DatabaseRefused(f"Adreste {name}= birden çok; istediğiniz kalsın, diğerini silin")


def _refuse_odd(schema: str) -> None:
    if not schema:
        raise DatabaseRefused("Adreste şema yok; firmanın şemasını ?sema=FIRMA ile ekleyin")
    if not schema.isprintable() or '"' in schema:
        raise DatabaseRefused("Şema adı geçersiz; çift tırnak ve görünmeyen karakter olamaz")
    if len(schema.encode()) > _MOST_BYTES:
        raise DatabaseRefused(
            f"Şema adı geçersiz; en çok {_MOST_BYTES} bayt olabilir (Türkçe harfler ikişer bayttır)"
        )
    if schema.startswith("pg_") or schema in _NO_COMPANY:
        raise DatabaseRefused(
            f"{schema} sunucunun kendi adlarındandır; ?sema= ile firmanın kendi şemasını yazın"
        )
