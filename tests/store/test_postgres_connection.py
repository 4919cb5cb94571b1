"""Whom a connection trusts, what it says where there is none, and that no password is seen."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from app.errors import DatabaseRefused
from app.store.database import database
from app.store.engine import postgres_address
from app.store.engine.postgres_connection import complete
from app.store.opening import close_database, open_database
from tests.cli.commandline import environment
from tests.cli.loaded_program import run_loaded
from tests.store.bookkeeping import document, rows
from tests.store.server import Server
from tests.transfer.carrying import write

SECRET = "cokgizli"
_SSL_REQUEST = 80877103
_NOT_HERE = "PGHOST", "PGSERVICE", "PGSSLMODE", "PGSSLROOTCERT", "PGHOSTADDR"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in _NOT_HERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    yield
    close_database()


def asked(url: str) -> dict[str, str]:
    """What libpq is asked for."""
    return {
        k: str(v) for k, v in conninfo_to_dict(complete(postgres_address.parse(url).url)).items()
    }


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://h/d?sema=F", "verify-full"),
        ("postgresql://h,localhost/d?sema=F", "verify-full"),
        ("postgresql://localhost/d?host=h&sema=F", "verify-full"),
        ("postgresql://localhost/d?hostaddr=10.0.0.7&sema=F", "verify-full"),
        ("postgresql://h/d?sslmode=verify-ca&sema=F", "verify-ca"),
        ("postgresql://h/d?sslmode=require&sema=F", "require"),
        ("postgresql://h/d?sslmode=disable&sema=F", "disable"),
        ("postgresql://localhost/d?sema=F", ""),
        ("postgresql://127.0.0.1:5433,[::1]/d?sema=F", ""),
        ("postgresql:///d?sema=F", ""),
        ("postgresql:///d?host=/run/postgresql&sema=F", ""),
    ],
)
def test_the_certificate_is_asked_for_beyond_this_machine(url: str, mode: str) -> None:
    options = asked(url)
    assert options.get("sslmode", "") == mode
    assert options.get("sslrootcert", "") == ("system" if mode == "verify-full" else "")
    assert options["target_session_attrs"] == "read-write"


def test_the_environment_and_a_service_are_asked_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGHOST", "h")
    assert asked("postgresql:///d?sema=F")["sslmode"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "prefer")  # libpq's own default says nothing
    assert asked("postgresql:///d?sema=F")["sslmode"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert "sslmode" not in asked("postgresql:///d?sema=F")
    monkeypatch.delenv("PGSSLMODE")
    monkeypatch.delenv("PGHOST")
    file = tmp_path / "servis.conf"
    file.write_text("[uzak]\nhost=h\nsslrootcert=/kok.pem\n[tunel]\nhost=h\nsslmode=disable\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    far = asked("postgresql:///?service=uzak&sema=F")
    assert (far["sslmode"], far.get("sslrootcert")) == ("verify-full", None)
    assert "sslmode" not in asked("postgresql:///?service=tunel&sema=F")


def test_half_safe_modes_are_refused() -> None:
    for mode in ("prefer", "allow"):
        with pytest.raises(DatabaseRefused, match=f"sslmode={mode} güvenli değil"):
            asked(f"postgresql://h/d?sslmode={mode}&sema=F")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ali:{SECRET}@h/d?sema=F",
        f"postgresql://ali:{SECRET}/{SECRET}@h/d?sema=F",
        f"postgresql://ali:{SECRET}?{SECRET}@h/d?sema=F",
        f"postgresql://ali:{SECRET}#{SECRET}@h/d?sema=F",
        f"postgresql://h/d?password={SECRET}&sema=F",
        f"postgresql://h/d?PASSWORD={SECRET}&sema=F",
        f"postgresql://h/d?sslpassword={SECRET}&sema=F",
        f"POSTGRESQL://h:1:{SECRET}@h/d?sema=F",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    env = environment(tmp_path, XDG_STATE_HOME=str(tmp_path))
    done = run_loaded(["--veritabani", url, "listele"], tmp_path, env)
    assert done.returncode == 2
    said = done.stderr.decode()
    assert all(way in said for way in ("~/.pgpass", "PGSERVICE", "PGPASSWORD"))
    assert_secret(done.stdout + done.stderr, tmp_path)


def test_a_password_of_the_environment_is_written_nowhere(server: Server, tmp_path: Path) -> None:
    home = tmp_path / "ev"
    home.mkdir()
    file = write(tmp_path / "x.json", [document("A-1")])
    env = environment(home, XDG_STATE_HOME=str(home), PGPASSWORD=SECRET)
    url = server.url()
    for arguments in (
        ["iceri-aktar", str(file), "--kaynak-no", "--eksik-kartlari-olustur", "--olustur"],
        ["disari-aktar", str(home / "y.json")],
        ["aktarimlar"],
    ):
        done = run_loaded([*arguments, "--veritabani", url], tmp_path, env)
        assert done.returncode == 0, done.stderr
        assert_secret(done.stdout + done.stderr, home)
    open_database(url)
    for table in ("transfer", "transfer_item", "setting"):
        assert SECRET not in repr(rows(f"SELECT * FROM {table}"))
    assert SECRET not in repr(rows("SELECT query, application_name FROM pg_stat_activity"))
    assert SECRET not in (server.folder / "log").read_text()


def assert_secret(said: bytes, folder: Path) -> None:
    """Neither in what was said nor in any file that was written."""
    assert SECRET.encode() not in said
    for path in folder.rglob("*"):
        assert SECRET not in path.name
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


# What it says


@contextmanager
def answering(*answers: bytes, closes: bool = True) -> Iterator[str]:
    """The address of what is no server: it gives these answers, one to each message."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                for answer in answers:
                    client.recv(1 << 16)
                    client.sendall(answer)
                while not closes and client.recv(1 << 16):
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"postgresql://ali@127.0.0.1:{listening.getsockname()[1]}/d?sslmode=disable&sema=F"
        listening.shutdown(socket.SHUT_RDWR)


def refusal(code: str, words: str) -> bytes:
    """A server's message that ends a connection."""
    text = b"".join(
        kind + value.encode() + b"\0"
        for kind, value in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", code), (b"M", words))
    )
    return b"E" + struct.pack(">I", len(text) + 5) + text + b"\0"


def said_of(url: str) -> str:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(url)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        ("28P01", 'password authentication failed for user "ali"', "sunucu girişi kabul etmedi"),
        ("28000", 'no pg_hba.conf entry for host "1.2.3.4"', "girişe izin vermiyor"),
        ("28000", 'role "ali" does not exist', "sunucu girişi kabul etmedi"),
        ("3D000", 'database "d" does not exist', "sunucuda bu veritabanı yok"),
        ("42501", 'permission denied for database "d"', "yetkiniz yok"),
        ("53300", "sorry, too many clients already", "boş bağlantı kalmadı"),
        ("53300", 'too many connections for role "ali"', "boş bağlantı kalmadı"),
        ("53300", "remaining connection slots are reserved", "boş bağlantı kalmadı"),
        ("57P03", "the database system is starting up", "açılıyor ya da kapanıyor"),
        ("57P03", "the database system is in recovery mode", "açılıyor ya da kapanıyor"),
        ("57P03", "the database system is shutting down", "açılıyor ya da kapanıyor"),
        (
            "XX000",
            "veritabanı hatası",
            "sunucuya bağlanılamadı; adresi denetleyin, doğruysa "
            "sunucunun yöneticisine bildirin (destek için: FATAL: veritabanı hatası)",
        ),
    ],
)
def test_a_refused_login_is_said_with_its_reason(code: str, words: str, said: str) -> None:
    with answering(refusal(code, words)) as url:
        sentence = said_of(url)
    assert sentence.startswith("Veritabanı: ")
    assert said in sentence
    if code != "XX000":
        assert words not in sentence


def test_a_server_without_encryption_is_not_used() -> None:
    with answering(b"N") as url:
        sentence = said_of(url.replace("sslmode=disable", "sslmode=verify-full"))
    assert "sunucu şifreli bağlantı (TLS) sunmuyor" in sentence


def test_a_server_that_does_not_answer_is_given_up() -> None:
    with answering(b"", closes=False) as url:
        assert "sunucu yanıt vermedi" in said_of(f"{url}&connect_timeout=2")


def test_a_command_says_that_it_waits(tmp_path: Path) -> None:
    with answering(b"", closes=False) as url:
        command = ["--veritabani", f"{url}&connect_timeout=3", "listele"]
        done = run_loaded(command, tmp_path, environment(tmp_path))
    waits, refused = done.stderr.decode().splitlines()
    assert waits == "Sunucu bekleniyor…"
    assert "sunucu yanıt vermedi" in refused


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("", "Adreste şema yok"),
        ("BIR&sema=IKI", "Adreste sema= birden çok"),
        ("BIR&sslmode=require&sslmode=disable", "Adreste sslmode= birden çok"),
        ("A%22B", "çift tırnak ve görünmeyen karakter olamaz"),
        ("A%0AB", "çift tırnak ve görünmeyen karakter olamaz"),
        ("Ş" * 32, "en çok 63 bayt"),
        ("public", "public sunucunun kendi adlarındandır"),
        ("pg_temp", "pg_temp sunucunun kendi adlarındandır"),
        ("$user", "$user sunucunun kendi adlarındandır"),
    ],
)
def test_a_name_that_no_company_may_have_is_refused_with_the_reason(schema: str, said: str) -> None:
    assert said in said_of(f"postgresql://localhost/d?sema={schema}")


@pytest.mark.parametrize("wrong", ["127.0.0.1:x/d?", "localhost/d?sslmode=x&", "localhost/d?x=1&"])
def test_a_wrong_address_is_told_with_a_right_one(wrong: str) -> None:
    said = said_of(f"postgresql://{wrong}sema=F")
    assert said.startswith("Veritabanı: sunucu adresi geçersiz; sunucuyu, portu ve ")
    assert said.endswith("postgresql://ayse@sunucu/muhasebe?sema=FIRMA")


@pytest.mark.usefixtures("company")
def test_a_list_of_many_is_sorted_in_memory() -> None:
    """With the server's own 4 MB, the ids of 200,000 documents are sorted on its disk."""
    assert rows("SHOW work_mem") == [("64MB",)]


@pytest.mark.parametrize(("set_", "used"), [("off", "on"), ("remote_apply", "remote_apply")])
def test_commits_wait_for_the_disk_whatever_the_server_says(
    company: str, set_: str, used: str
) -> None:
    database.execute_sql(f"ALTER DATABASE postgres SET synchronous_commit = {set_}")
    try:
        close_database()
        open_database(company)
        assert rows("SHOW synchronous_commit") == [(used,)]
    finally:
        database.execute_sql("ALTER DATABASE postgres RESET synchronous_commit")


def test_where_there_is_no_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    for place in (f"//127.0.0.1:{port}/d?sema=F", f"///d?host={tmp_path}&sema=F"):
        assert "sunucu bağlantıyı kabul etmedi" in said_of(f"postgresql:{place}")
    unknown = "postgresql://yok.invalid/d?sslmode=disable&sema=F"
    assert "bu adda bir sunucu bulunamadı" in said_of(unknown)


def test_a_server_that_only_reads_is_named_and_may_be_asked_for(company: str) -> None:
    database.execute_sql("ALTER DATABASE postgres SET default_transaction_read_only = on")
    try:
        close_database()
        assert "sunucu salt okunur" in said_of(company)
        open_database(f"{company}&target_session_attrs=any")
        assert rows("SELECT count(*) FROM invoice") == [(0,)]
        database.execute_sql("SET default_transaction_read_only = off")
    finally:
        database.execute_sql("ALTER DATABASE postgres RESET default_transaction_read_only")


def test_of_several_servers_the_one_that_is_there_is_used(server: Server, tmp_path: Path) -> None:
    url = server.url()
    both = url.replace("host=", f"host={tmp_path},")
    open_database(both)
    assert rows("SELECT count(*) FROM invoice") == [(0,)]


def test_a_connection_that_was_lost_while_nobody_used_it_is_made_anew(company: str) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    own = int(rows("SELECT pg_backend_pid()")[0][0])  # type: ignore[call-overload]
    other = threading.Thread(target=_end_others, args=(company, ended))
    other.start()
    other.join()
    assert rows("SELECT pg_backend_pid()")[0][0] != own


def _end_others(company: str, statement: str) -> None:
    import psycopg

    url = postgres_address.parse(company).url
    with psycopg.connect(url) as connection:
        connection.execute(f"{statement} AND backend_type = 'client backend'")  # type: ignore[arg-type]
