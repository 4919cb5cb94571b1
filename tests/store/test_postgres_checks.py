"""denetle on a server: what the engine itself finds, with amcheck where that was added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.errors import DatabaseRefused
from app.store.opening import close_database, open_database
from tests.project import readme_blocks as readme
from tests.store.bookkeeping import document, enter, failures
from tests.store.server import Server, programs, running
from tests.store.whole_books import other_session

pytestmark = pytest.mark.broken_books
PAGE = 8192
ROLES = ("firma_sahip", "firma_yazan", "firma_okuyan")


def add_amcheck(session: psycopg.Connection) -> None:
    """As README tells the owner of the database; skip where the server has no such extension."""
    found = "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"
    if not session.execute(found).fetchone():
        pytest.skip("this PostgreSQL has no amcheck")
    for role in ROLES:
        session.execute(f"CREATE ROLE {role}")
    session.execute(readme.code("server-amcheck"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "damage",
    [
        "DROP INDEX invoice_number",
        "DROP INDEX invoice_date; CREATE INDEX invoice_date ON invoice (document_date, number)",
        "CREATE UNIQUE INDEX tekil ON invoice (grand_total, id)",
        "CREATE VIEW rapor AS SELECT * FROM invoice",
        "CREATE TRIGGER sessiz AFTER INSERT ON line EXECUTE FUNCTION"
        " suppress_redundant_updates_trigger()",
    ],
)
def test_the_advice_about_an_index_or_trigger_mends_this_schema(company: str, damage: str) -> None:
    with other_session(company) as session:
        session.execute(damage)  # type: ignore[arg-type]
    close_database()
    told = dict(failures(company))["sema"]
    close_database()
    with other_session(company) as session:
        session.execute("SET search_path TO public")  # as somebody else's is
        session.execute(re.split(r"(?:kurun|kaldırın): ", told)[1])  # type: ignore[arg-type]
    assert failures(company) == []


def test_a_schema_restored_without_its_data_is_refused(company: str) -> None:
    with other_session(company) as session:
        session.execute("DELETE FROM toplu_fatura")
    close_database()
    with pytest.raises(DatabaseRefused, match=r"verileri eksik .*; sunucunun yedeğinden dönün"):
        open_database(company)


@pytest.mark.parametrize(
    "damage", ["DROP TABLE invoice CASCADE", "DROP FUNCTION json_valid(text) CASCADE"]
)
def test_a_table_or_function_that_is_missing_is_found_and_stops_no_check(
    company: str, damage: str
) -> None:
    enter(document("A-1"))
    with other_session(company) as session:
        session.execute(damage)  # type: ignore[arg-type]
    close_database()
    told = [finding for _, finding in failures(company)]
    assert any("denetlenemedi (" in finding for finding in told)
    assert any("invoice: tablo yok; " in finding for finding in told) == ("TABLE" in damage)


@pytest.fixture
def amcheck(company: str) -> Iterator[psycopg.Connection]:
    """Books of some documents, and a session of the server's owner."""
    enter(*[document(f"A-{n}", note=f"not {n}") for n in range(1, 200)])
    with other_session(company) as session:
        add_amcheck(session)
        yield session
        session.execute("DROP EXTENSION amcheck; DROP SCHEMA amcheck")
        for role in ROLES:
            session.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.usefixtures("amcheck")
def test_sound_books_pass(company: str) -> None:
    assert failures(company) == []


@pytest.mark.parametrize("index", ["invoice_date", "invoice_number"])
def test_an_index_that_lacks_entries_is_told(
    company: str, amcheck: psycopg.Connection, index: str
) -> None:
    schema = company.rpartition("=")[2]
    amcheck.execute(
        f"UPDATE pg_index SET indisready = false WHERE indexrelid = '{index}'::regclass"
    )
    close_database()
    open_database(company)
    enter(document("SONRA-1"))
    amcheck.execute(f"UPDATE pg_index SET indisready = true WHERE indexrelid = '{index}'::regclass")
    close_database()
    told = dict(failures(company))["butunluk"]
    assert re.fullmatch(
        rf"PostgreSQL: {index} dizini bozuk \(.*lacks matching index tuple.*\); sahibi yeniden "
        rf'kursun: REINDEX INDEX "{schema}"\.{index}',
        told,
    ), told
    close_database()
    amcheck.execute(told.rpartition(": ")[2])  # type: ignore[arg-type]
    assert failures(company) == []


def test_a_constraint_that_was_not_checked_is_told(company: str) -> None:
    schema = company.rpartition("=")[2]
    with other_session(company) as session:
        session.execute(
            "ALTER TABLE line DROP CONSTRAINT line_invoice_id_fkey; ALTER TABLE line ADD CONSTRAINT"
            " line_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoice (id) NOT VALID"
        )
        told = dict(failures(company))["butunluk"]
        statement = f'ALTER TABLE "{schema}".line VALIDATE CONSTRAINT line_invoice_id_fkey'
        assert told == (
            "PostgreSQL: line_invoice_id_fkey kısıtı denetlenmemiş; sahibi denetletsin: "
            + statement
        )
        session.execute(statement)  # type: ignore[arg-type]
    assert "butunluk" not in dict(failures(company))


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be spoilt."""
    binaries = programs()
    if binaries is None:
        pytest.skip("no PostgreSQL here")
    with running(binaries) as server:
        yield server


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("invoice_date", r"invoice_date dizini bozuk \(.+\); sahibi yeniden kursun: REINDEX .+"),
        ("line", r"line tablosu bozuk \(.+\); sunucunun yedeğinden dönün .+"),
    ],
)
def test_a_page_that_was_overwritten_is_told(own_server: Server, relation: str, said: str) -> None:
    url = own_server.url()
    open_database(url)
    enter(*[document(f"A-{n}") for n in range(1, 400)])
    with other_session(url) as session:
        add_amcheck(session)
        (path,) = session.execute(f"SELECT pg_relation_filepath('{relation}')").fetchone() or ("",)
        session.execute("CHECKPOINT")
    close_database()
    own_server.stop()
    _overwrite(own_server.folder / "veri" / path)
    own_server.start()
    found = failures(url)
    close_database()
    ((_, told),) = (one for one in found if one[0] == "butunluk")
    assert re.fullmatch(f"PostgreSQL: {said}", told), told
    stumbled = [
        phrase for _, phrase in found if phrase.startswith("denetlenemedi (sunucudaki veri bozuk")
    ]
    assert bool(stumbled) == (relation == "line"), found  # and the others have looked


def _overwrite(file: Path) -> None:
    """As a bad sector does: the second page is none any more."""
    with file.open("r+b") as page:
        page.seek(PAGE)
        page.write(b"\x5a" * 512)
