"""Owner, writer and reader of a company's schema, as the README's SQL makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.errors import DatabaseRefused
from app.store import migrations, opening
from app.store.database import database
from app.store.engine.postgres_schema import MARK
from app.store.opening import LATEST_VERSION, close_database, open_database
from app.tui.app import TransferApp
from tests.cli.commandline import Desk, Said
from tests.project import readme_blocks as readme
from tests.store.bookkeeping import document
from tests.store.server import Server
from tests.store.whole_books import content, other_session
from tests.transfer.carrying import write

pytestmark = pytest.mark.xdist_group("roles")
OWNER, WRITER, READER, STRANGER = "firma_sahip", "ayse", "mehmet", "yabanci"
IMPORT = ("iceri-aktar", "x.json", "--kaynak-no", "--eksik-kartlari-olustur")
NOT_WRITTEN = "Veritabanı: şemaya yazma yetkiniz yok, yalnız okuyabilirsiniz; yazılmadı"


class Firm:
    """A company's schema on a server, as its administrator sets it up; nobody has opened it."""

    def __init__(self, server: Server, desk: Desk) -> None:
        self.desk = desk
        self._url = server.url("FIRMA")

    def url(self, role: str) -> str:
        return self._url.replace("user=postgres", f"user={role}")

    def run(self, role: str, *arguments: object) -> Said:
        return self.desk.run("--veritabani", self.url(role), *arguments)

    def said(self, role: str, *arguments: object) -> tuple[int, str]:
        """The status, and what was said on either stream."""
        done = self.run(role, *arguments)
        return done.status, (done.out + done.err).strip()


@pytest.fixture
def firm(server: Server, tmp_path: Path) -> Iterator[Firm]:
    with psycopg.connect(server.url("x").partition("&sema=")[0], autocommit=True) as administrator:
        administrator.execute(readme.code("server-sql"))  # type: ignore[arg-type]
        administrator.execute(f"CREATE ROLE {STRANGER} LOGIN")
        write(tmp_path / "x.json", [document("A-1"), document("A-2")])
        yield Firm(server, Desk(tmp_path))
        administrator.execute('DROP SCHEMA "FIRMA" CASCADE')
        for role in (WRITER, READER, "firma_yazan", "firma_okuyan", OWNER, STRANGER):
            administrator.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.fixture
def books(firm: Firm) -> Firm:
    """The same, with two documents."""
    assert firm.said(OWNER, "--olustur", "sirket", "Firma A.Ş.") == (0, "Firma A.Ş.")
    assert firm.run(WRITER, *IMPORT).status == 0
    return firm


def test_only_the_owner_makes_the_tables(firm: Firm) -> None:
    for role in (WRITER, READER, STRANGER):
        assert firm.said(role, "listele")[1].startswith("Şema boş: FIRMA; ")
        assert firm.said(role, "--olustur", "listele") == (
            2, "FIRMA şemasını kurma yetkiniz yok; sahibi --olustur ile bir kez açsın",
        )  # fmt: skip
    assert firm.said(OWNER, "--olustur", "listele") == (0, "")
    assert firm.said(WRITER, "listele") == (0, "")


def test_a_writer_imports_and_undoes(books: Firm) -> None:
    assert books.run(WRITER, "listele").out.count("\n") == 2
    assert books.run(WRITER, "geri-al", "1").status == 0
    assert books.said(READER, "listele") == (0, "")


def test_a_reader_lists_shows_and_exports(books: Firm) -> None:
    assert books.said(READER, "listele") == books.said(WRITER, "listele")
    assert "A-1" in books.said(READER, "goster", "A-1")[1]
    assert "A-1" in books.said(READER, "aktarimlar", "1")[1]
    assert books.said(READER, "denetle") == (0, "")
    status, said = books.said(READER, "disari-aktar", "y.json")
    assert status == 0
    assert said.splitlines()[1:] == [f"aktarım günlüğüne yazılamadı: {NOT_WRITTEN}"]
    assert books.run(WRITER, "disari-aktar", "z.json").err == ""
    folder = books.desk.folder
    assert (folder / "y.json").read_bytes() == (folder / "z.json").read_bytes()


def test_a_reader_is_told_why_he_may_not_write(books: Firm) -> None:
    before = content(books.url(OWNER))
    write(books.desk.folder / "b.json", [document("B-1")])
    new = ("iceri-aktar", "b.json", *IMPORT[2:])
    for command in (new, ("sirket", "Başka"), ("doviz", "1", "USD"), ("geri-al", "1")):
        status, said = books.said(READER, *command)
        assert (status, said.splitlines()[-1]) == (2, NOT_WRITTEN)
    assert books.run(READER, *new, "--dene").status == 0
    assert content(books.url(OWNER)) == before


def test_a_stranger_is_told_whom_to_ask(books: Firm) -> None:
    assert books.said(STRANGER, "listele") == (
        2, "FIRMA şemasını okuma yetkiniz yok; şemanın sahibinden isteyin (GRANT)",
    )  # fmt: skip


def test_the_screens_of_a_reader_list_and_export(books: Firm) -> None:
    own = books.desk.folder / "okuyan"
    own.mkdir()

    async def work() -> None:
        app = TransferApp(str(own), "")
        async with app.run_test(size=(80, 24)) as pilot:
            for key in ("f5", "a", "f2", "e"):
                await pilot.press(key)
                while app.jobs() or app.keys_wait():
                    await pilot.pause()
                await pilot.pause()

    open_database(books.url(READER))
    asyncio.run(work())
    close_database()
    assert [file.name.partition("-")[0] for file in own.iterdir()] == ["satis"]


def test_a_reader_takes_a_copy_and_may_not_fill_a_schema(books: Firm) -> None:
    assert books.desk.run("tasi", books.url(READER), "kopya.db").status == 0
    assert content(books.desk.folder / "kopya.db") == content(books.url(OWNER))
    said = books.desk.run("tasi", "kopya.db", books.url(READER))
    assert said.status == 2
    assert said.err == f"{NOT_WRITTEN}\n"


def test_a_writer_fills_the_schema_that_the_owner_has_made(firm: Firm) -> None:
    firm.run(OWNER, "--olustur", "listele")
    assert firm.desk.run("tasi", firm.desk.database, firm.url(WRITER)).status == 0


def test_the_owner_brings_an_older_schema_to_date(
    books: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step() -> None:
        database.execute_sql("ALTER TABLE account ADD COLUMN yeni TEXT")

    monkeypatch.setattr(opening, "LATEST_VERSION", LATEST_VERSION + 1)
    monkeypatch.setattr(migrations, "_STEPS", (*migrations._STEPS, step))
    for role in (WRITER, READER):
        with pytest.raises(DatabaseRefused) as refused:
            open_database(books.url(role))
        assert refused.value.sentence == (
            f"Veritabanı eski bir sürümden (sürüm {LATEST_VERSION}, gereken {LATEST_VERSION + 1});"
            " şemanın sahibi bir kez açsın, sonra yeniden deneyin"
        )
    for role in (OWNER, WRITER, READER):
        open_database(books.url(role))
        assert database.execute_sql("SELECT yeni FROM account").fetchall() == [(None,)]
        assert database.execute_sql(f"SELECT version FROM {MARK}").fetchone()[0] == (
            LATEST_VERSION + 1
        )
        close_database()
    monkeypatch.undo()
    assert books.said(WRITER, "listele")[1].startswith("Veritabanı bu programdan yeni (sürüm ")


def test_many_documents_are_counted_by_the_owner(firm: Firm, tmp_path: Path) -> None:
    for number, role in enumerate((OWNER, WRITER)):
        write(tmp_path / f"{role}.json", [document(f"{number}{n:05}") for n in range(1000)])
        done = firm.run(role, *(f"{role}.json" if part == "x.json" else part for part in IMPORT),
                        *(["--olustur"] if role == OWNER else []))  # fmt: skip
        assert (done.status, done.err) == (0, "")
    with other_session(firm.url(OWNER)) as session:
        counted = "SELECT reltuples FROM pg_class WHERE oid = 'invoice'::regclass"
        assert session.execute(counted).fetchone() == (1000,)


def test_a_service_file_names_server_and_role(books: Firm, tmp_path: Path) -> None:
    query = dict(part.split("=") for part in books.url(READER).partition("?")[2].split("&"))
    service = tmp_path / "servis.conf"
    service.write_text(f"[firma]\nhost={query['host']}\nuser={query['user']}\ndbname=postgres\n")
    asked = ("--veritabani", "postgresql:///?service=firma&sema=FIRMA", "listele")
    said = books.desk.run(*asked, env={"PGSERVICEFILE": str(service)})
    assert (said.status, said.out) == (0, books.run(WRITER, "listele").out)
