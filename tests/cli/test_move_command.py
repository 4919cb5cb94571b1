"""tasi, and what yedekle and geri-yukle say of books on a server."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.commandline import Desk, command, environment, interruptible
from tests.store.server import Server, programs
from tests.store.whole_books import content, other_session


def test_books_go_there_and_back(shop: Desk, server: Server) -> None:
    url = server.url()
    there = shop.run("tasi", shop.database, url)
    assert (there.status, there.err) == (0, "")
    told = re.fullmatch(
        r"Taşındı: (\S+), 5 belge, (\d+) satırın hepsi aynı \(blake2b ([0-9a-f]{32})\)\. Kaynak "
        r"olduğu gibi duruyor; bundan sonra yalnız birine kaydedin\n",
        there.out,
    )
    assert told
    back = shop.run("tasi", url, "geri.db", "--json")
    (record,) = back.records
    assert record == {
        "hedef": str(shop.folder / "geri.db"), "adet": 5, "satir": int(told[2]),
        "blake2b": told[3],
    }  # fmt: skip
    assert shop.run("--veritabani", "geri.db", "denetle").status == 0
    assert (
        shop.run("--veritabani", "geri.db", "listele", "--json").out
        == shop.run("--veritabani", url, "listele", "--json").out
        == shop.ask("listele", "--json").out
    )


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_whoever_ends_it_nothing_is_left(
    shop: Desk, server: Server, number: int, status: int
) -> None:
    url = server.url()
    shop.run("--veritabani", url, "--olustur", "listele")
    with other_session(url) as other, other.transaction():
        other.execute("LOCK TABLE invoice IN SHARE MODE")
        moving = subprocess.Popen(
            command("tasi", shop.database, url), cwd=shop.folder, env=environment(shop.folder),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=interruptible,
        )  # fmt: skip
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'invoice'::regclass"
        while other.execute(waits).fetchone() == (0,):
            assert moving.poll() is None
        moving.send_signal(number)
        assert moving.communicate(timeout=30) == (b"", b"")
        assert moving.returncode == status
    assert not any(content(url).values())
    assert shop.run("tasi", shop.database, url).status == 0


def test_neither_a_database_of_its_own_nor_olustur(shop: Desk) -> None:
    for more in (("--veritabani", "x.db"), ("--olustur",)):
        said = shop.run("tasi", "defter.db", "y.db", *more)
        assert said.status == 2
        assert said.err.startswith("tasi ile --veritabani ve --olustur verilmez; KAYNAK ve HEDEF")
    said = shop.run("tasi", "yok.db", "postgresql:///x?sema=F")
    assert (said.status, said.err) == (2, "Veritabanı yok: yok.db\n")


@pytest.mark.files_only  # it names the file
def test_a_password_on_the_command_line_is_not_used(shop: Desk) -> None:
    for asked in (("tasi", "defter.db"), ("yedekle",), ("geri-yukle",)):
        target = "postgresql://ali:gizli@127.0.0.1:1/x?sema=F"
        named = ("--veritabani", target) if len(asked) == 1 else ()
        said = shop.run(*named, *asked, "y.db" if named else target)
        assert said.status == 2
        assert said.err.startswith("Adreste parola var; ")
        assert "gizli" not in said.err


def test_a_server_backs_up_and_restores_with_its_own_tools(shop: Desk, server: Server) -> None:
    url = server.url()
    shop.run("tasi", shop.database, url)
    before = content(url)
    said = shop.run("--veritabani", url, "yedekle", "y.db")
    assert said.status == 2
    assert said.err.endswith(". Yedek alınmadı\n")
    _run(shop.folder, said.err, r"pg_dump .*? FIRMA\.dump")

    said = shop.run("--veritabani", url, "geri-yukle", "y.db")
    assert said.status == 2
    assert said.err.endswith(". Hiçbir şey değişmedi\n")
    with other_session(url) as session:
        session.execute(_part(said.err, r"ALTER SCHEMA .*?(?=,)"))
    _run(shop.folder, said.err, r"pg_restore .*? FIRMA\.dump")
    assert content(url) == before
    assert content(f"{url}-eski") == before
    copied = _part(said.err, r"toplu-fatura tasi YEDEK\.db (\S+)\. Hiç")
    assert shlex.split(copied) == [url]


def _part(said: str, pattern: str) -> str:
    found = re.search(pattern, said)
    assert found, said
    return found[found.re.groups]


def _run(folder: Path, said: str, pattern: str) -> None:
    """A command of the server's, as the sentence has it."""
    path = f"{programs()}:{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(_part(said, pattern)), cwd=folder, env=os.environ | {"PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["yedekle", "geri-yukle"])
def test_no_server_is_asked_for_that(shop: Desk, command: str) -> None:
    said = shop.run("--veritabani", "postgresql://127.0.0.1:1/x?sema=F", command, "y.db")
    assert said.status == 2
    assert said.err.startswith("Veritabanı sunucuda, yede")


def test_a_schema_that_is_not_there_is_made_only_where_that_is_said(
    shop: Desk, server: Server
) -> None:
    url = server.url()
    said = shop.run("listele", "--veritabani", url)
    schema = url.rpartition("=")[2]
    assert said.status == 2
    assert said.err == (
        f"Şema yok: {schema}; adresi denetleyin ya da oluşturulması için --olustur ekleyin\n"
    )
    assert shop.run("listele", "--veritabani", url, "--olustur").status == 0
