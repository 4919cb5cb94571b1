"""tasi: whole books from a file to a server and back, with every row as it was."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain.cards import CardRecord, encode_card
from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.errors import AppError, DatabaseMissing, DatabaseRefused, Stopped
from app.store import journal, moving, queries
from app.store.database import reading, writing
from app.store.opening import close_database, open_database
from app.store.settings import name_currency, set_company
from app.transfer.card_import import import_cards
from app.transfer.decide import ImportRule
from app.transfer.undo import restore, undo
from tests.netsis.card_strategies import cards
from tests.netsis.strategies import invoices, plain_invoices
from tests.store.bookkeeping import (
    document,
    enter,
    failures,
    new_books,
    opened,
    purchase,
    vandalise,
)
from tests.store.server import Server
from tests.store.whole_books import content, other_session
from tests.transfer.carrying import Carried, export_all, write

pytestmark = pytest.mark.files_only  # each test has both engines
NOW = datetime(2026, 3, 15, 10, 30)
FILES = ("kartlar.json", "0.json", "1.json", "2.json", "bir.json")


def quiet(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def never() -> bool:
    return False


def move(source: object, target: object, stop: Callable[[], bool] = never) -> moving.Moved:
    return moving.move(str(source), str(target), quiet, stop)


def exported(target: object, folder: Path) -> bytes:
    """Every document of the books at `target`, as a file; the export leaves its trace there."""
    open_database(str(target), make=False)
    with reading():
        is_empty = not queries.find(InvoiceFilter())
    if is_empty:
        return b""
    path = folder / "giden.json"
    export_all(path)
    close_database()
    written = path.read_bytes()
    path.unlink()
    return written


def keep_books(
    folder: Path, files: list[tuple[list[Invoice], str | None]], found: list[CardRecord]
) -> None:
    """Books with rows of every kind: cards, runs, one undone, one put back, an export."""
    with writing():
        set_company("Işık & Şen A.Ş.")
        name_currency(1, "USD")
    cards_file = folder / "kartlar.json"
    cards_file.write_text("[" + ",".join(encode_card(card).decode() for card in found) + "]")
    if found:
        import_cards(cards_file, told=lambda _: None)
    enter(document("ELLE-1", note='çay; "şeker"\t\\'), purchase("P-7", "320-1"))
    runs = []
    for number, (some, series) in enumerate(files):
        with Carried(write(folder / f"{number}.json", some)) as carried:
            runs.append(carried.save(ImportRule(series=series, create_cards=True)).transfer_id)
    for run in runs[:2]:
        with suppress(AppError):  # nothing was saved, or another document came from the same
            undo(run or 0)
    with suppress(AppError):
        restore(runs[0] or 0)
    export_all(folder / "bir.json")


_files = st.lists(
    st.tuples(
        st.lists(invoices() | plain_invoices(), min_size=1, max_size=4),
        st.sampled_from([None, "YNI"]),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.long
# Few: each makes a schema, and all its tables are compared three times.
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=_files, found=st.lists(cards(), max_size=4))
def test_any_books_come_back_as_they_went(
    server: Server, files: list[tuple[list[Invoice], str | None]], found: list[CardRecord]
) -> None:
    with tempfile.TemporaryDirectory() as name, new_books() as books:
        folder, url, back = Path(name), server.url(), books.with_name("geri.db")
        keep_books(folder, files, found)
        before = content(books)
        there = move(books, url)
        assert content(url) == before
        again = move(url, back)
        assert again == there._replace(place=str(back))
        assert content(back) == before
        assert failures(back) == []
        assert exported(url, folder) == exported(back, folder) == exported(books, folder)


@pytest.fixture
def filled(books: Path) -> Path:
    """Books with rows in every table."""
    some = list(islice(Company(7).invoices(60), 60))
    keep_books(books.parent, [(some[:20], None), (some[20:40], None), (some[40:], None)], [])
    close_database()
    return books


def test_rows_of_every_table(filled: Path, server: Server) -> None:
    there = move(filled, server.url())
    assert all(there.counts.values()), there.counts
    assert there.documents == len(content(filled)["invoice"])


def test_the_schema_that_its_owner_has_made_is_filled(filled: Path, server: Server) -> None:
    url = server.url()
    open_database(url)
    close_database()
    move(filled, url)
    assert content(url) == content(filled)


@pytest.mark.parametrize("to_server", [True, False])
def test_where_books_are_nothing_is_moved(filled: Path, server: Server, to_server: bool) -> None:
    url = server.url()
    move(filled, url)
    held = content(url)
    source, target = (filled, url) if to_server else (url, filled)
    said = refusal(lambda: move(source, target))
    assert said.endswith(
        "şemasında kayıt var; üzerine taşınmadı" if to_server else "zaten var; üzerine yazılmadı"
    )
    assert content(url) == held == content(filled)


def test_a_file_is_not_moved_to_a_file(books: Path) -> None:
    said = refusal(lambda: move(books, books.with_name("x.db")))
    assert said == (
        "İkisi de dosya; dosyayı yedekle kopyalar: toplu-fatura --veritabani KAYNAK yedekle "
        "HEDEF. Hiçbir şey taşınmadı"
    )
    assert not books.with_name("x.db").exists()


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path, server: Server) -> None:
    url = server.url()
    for source, target in ((tmp_path / "yok.db", url), (url, tmp_path / "yok.db")):
        with pytest.raises(DatabaseMissing):
            move(source, target)
    assert list(tmp_path.iterdir()) == []


def test_nothing_moves_to_a_server_while_an_import_runs(filled: Path, server: Server) -> None:
    url = server.url()
    with opened(filled):
        with writing():
            run = journal.open_transfer(journal.IMPORT, "gelen.json", NOW)
        with journal.present(run):
            said = refusal(lambda: move(filled, url))
            assert said.startswith("Kaynakta bir aktarım sürüyor; bitince yeniden deneyin")
            assert_no_schema(url)
    move(filled, url)


@pytest.mark.broken_books
def test_damaged_books_are_not_moved(filled: Path, server: Server) -> None:
    url = server.url()
    vandalise(filled, "UPDATE invoice SET line_count = 77 WHERE id = 1")
    said = refusal(lambda: move(filled, url))
    assert said.startswith("Kaynak denetimden geçmedi (kalemler: ")
    assert_no_schema(url)


def test_whenever_it_is_stopped_nothing_is_left(filled: Path, server: Server) -> None:
    full, new, copy = server.url(), server.url(), filled.with_name("x.db")
    looks = {filled: looks_of(filled, full), full: looks_of(full, filled.with_name("y.db"))}
    for source, target in ((filled, new), (full, copy)):
        for last in (1, 2, looks[source] // 2, looks[source]):
            with pytest.raises(Stopped):
                move(source, target, stop=after(last))
    assert_no_schema(new)
    assert {path.name for path in filled.parent.iterdir()} == {filled.name, "y.db", *FILES}


def test_nobody_writes_to_a_file_while_it_goes_to_a_server(filled: Path, server: Server) -> None:
    refused = []
    with closing(apsw.Connection(str(filled))) as other:

        def meanwhile(_done: int, _of: int) -> None:
            with pytest.raises(apsw.BusyError):
                other.execute("UPDATE setting SET text = 'başka'")
            refused.append(True)

        moving.move(str(filled), server.url(), meanwhile, never)
    assert refused


def test_a_file_gets_one_moment_of_a_server_that_is_in_use(filled: Path, server: Server) -> None:
    url, copy = server.url(), filled.with_name("x.db")
    move(filled, url)
    before = content(url)
    with other_session(url) as other:

        def meanwhile(done: int, _of: int) -> None:
            other.execute(f"INSERT INTO currency VALUES ({done}, 'x') ON CONFLICT DO NOTHING")
            other.execute("UPDATE account SET name = 'başka'")

        moving.move(url, str(copy), meanwhile, never)
    assert content(copy) == before


def test_a_server_that_is_lost_meanwhile_has_nothing(filled: Path, server: Server) -> None:
    url = server.url()
    with other_session(server.url("postgres")) as other:

        def cut(_done: int, _of: int) -> None:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'toplu-fatura'"
            )

        said = refusal(lambda: moving.move(str(filled), url, cut, never))
    assert said.startswith("Veritabanı: sunucuyla bağlantı kesildi")
    assert_no_schema(url)


def test_a_schema_is_copied_to_another(filled: Path, server: Server) -> None:
    first, second = server.url(), server.url()
    there = move(filled, first)
    assert move(first, second).checksum == there.checksum
    assert content(second) == content(filled)
    with other_session(second) as other:
        counted = "SELECT reltuples FROM pg_class WHERE oid = 'invoice'::regclass"
        assert other.execute(counted).fetchone() == (there.documents,)


def test_a_database_that_is_not_utf_8_is_refused(books: Path, server: Server) -> None:
    with other_session(server.url("x")) as other:
        other.execute("CREATE DATABASE latin ENCODING 'LATIN5' TEMPLATE template0")
    url = server.url().replace("/postgres?", "/latin?")
    said = "Sunucudaki veritabanının kodlaması LATIN5; UTF8 olmalı: "
    assert refusal(lambda: move(books, url)).startswith(said)
    assert refusal(lambda: open_database(url)).startswith(said)


def test_a_row_that_did_not_arrive_as_it_was_is_noticed(filled: Path, server: Server) -> None:
    url = server.url()
    open_database(url)
    close_database()
    with other_session(url) as other:
        other.execute(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN NEW.name = NEW.name || ' '; RETURN NEW; END$$"
        )
        other.execute(
            "CREATE TRIGGER spoil BEFORE INSERT ON currency FOR EACH ROW EXECUTE FUNCTION spoil()"
        )
    said = refusal(lambda: move(filled, url))
    assert said == (
        "Hedefe yazılanlar (döviz adları) kaynaktakilerin aynı değil; hiçbir şey taşınmadı. "
        "Hedefi başka bir program değiştirmiş olabilir; boş bir hedef verin"
    )
    assert not any(content(url).values())


def test_a_row_that_the_target_refuses_is_told_in_turkish(filled: Path, server: Server) -> None:
    url = server.url()
    open_database(url)
    close_database()
    with other_session(url) as other:
        other.execute("ALTER TABLE currency ADD CONSTRAINT hep_bos CHECK (code < -9999)")
    said = refusal(lambda: move(filled, url))
    assert said == (
        "Hedefe yazılamayan bir kayıt var (döviz adları): veritabanı kabul etmedi (izin verilmeyen "
        "değer: hep_bos); hiçbir şey taşınmadı. Hedefi başka bir program değiştirmiş olabilir; boş "
        "bir hedef verin"
    )


@pytest.mark.broken_books
def test_an_unreadable_setting_is_not_moved_and_told(filled: Path, server: Server) -> None:
    """A server keeps no such text; the setting can be written again."""
    vandalise(filled, "UPDATE currency SET name = CAST(X'55C5' AS TEXT)")
    said = refusal(lambda: move(filled, server.url()))
    assert said == (
        "Veritabanı: bir kaydın metni bozuk; bulmak için: toplu-fatura denetle --veritabani "
        f"{filled}; hiçbir şey taşınmadı"
    )


def refusal(work: Callable[[], object]) -> str:
    """Why it was refused."""
    with pytest.raises(DatabaseRefused) as refused:
        work()
    return refused.value.sentence


def looks_of(source: Path, target: str) -> int:
    """How often a move looks whether to stop."""
    looks = []
    move(source, target, stop=lambda: bool(looks.append(True)))  # type: ignore[func-returns-value]
    return len(looks)


def after(looks: int) -> Callable[[], bool]:
    left = iter(range(looks - 1))
    return lambda: next(left, None) is None


def assert_no_schema(url: str) -> None:
    with pytest.raises(DatabaseMissing):
        open_database(url, make=False)
