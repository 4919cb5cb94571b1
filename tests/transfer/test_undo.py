"""A whole import is undone, and put back: laws, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.invoice import Invoice
from app.domain.reasons import Code, Reason
from app.errors import Stopped, UsageError
from app.store import checks, earlier_imports, journal
from app.store.database import database, reading, writing
from app.transfer import undo as undoing
from app.transfer.decide import ImportRule
from app.transfer.history_words import left_words
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from app.transfer.run_summary import RunSummary
from app.transfer.undo import UndoRefused, restore, undo, what_undo_would_do
from tests.store.bookkeeping import (
    SALES,
    counters,
    document,
    enter,
    failures,
    make_cards,
    new_books,
    purchase,
    rows,
    set_counter,
    vandalise,
)
from tests.transfer.carrying import export_all, write

pytestmark = pytest.mark.both_engines

_DOCUMENTS = ("invoice", "line", "series")
_ORDER = {"invoice": "id", "line": "invoice_id, position", "series": "1, 2, 3"}


def imported(file: Path, **rule: Any) -> RunSummary:
    incoming = IncomingFile(file)
    try:
        return run_import(incoming, None, ImportRule(create_cards=True, **rule))
    finally:
        incoming.close()


def held() -> dict[str, list[tuple[object, ...]]]:
    """All that the books hold but cards and history."""
    return {table: rows(f"SELECT * FROM {table} ORDER BY {_ORDER[table]}") for table in _DOCUMENTS}


def assert_sound() -> None:
    with reading():
        assert checks.failures() == []


_numbers = st.builds(
    "{}{:0{}}".format, st.sampled_from(["A", "RDM2024", "X-", ""]), st.integers(1, 30), st.just(8)
)
_sales = st.builds(document, _numbers, account=st.sampled_from(["120-1", "120-2"]))
_purchases = st.builds(purchase, _numbers, st.sampled_from(["320-1", "320-2"]))
_files = st.lists(_sales | _purchases, min_size=1, max_size=8)
_series = st.sampled_from([None, "A", "RDM", "ZZ"])


@given(entered=_files, first=_files, series=_series)
def test_undo_after_import_changes_nothing(
    entered: list[Invoice], first: list[Invoice], series: str | None
) -> None:
    with new_books() as path:
        enter(*entered)
        set_counter("ZZ", 7)
        before = held()
        file = write(path.with_name("gelen.json"), first)
        run = imported(file, series=series).transfer_id
        assert run
        after = held()
        told = what_undo_would_do(run)
        assert held() == after
        done = undo(run)
        assert done == told
        assert held() == before
        assert done.counters.gaps == []
        assert_sound()
        assert restore(run).left == []
        assert held() == after
        assert_sound()
        assert undo(run) == done
        assert held() == before


def test_counters_are_told_in_order_however_their_rows_lie() -> None:
    with new_books() as path:
        file = write(path.with_name("gelen.json"), [document(f"{x}1") for x in "CAB"])
        run = imported(file).transfer_id or 0
        with writing():
            for prefix in "CBA":  # whoever comes last lies last
                database.execute_sql(
                    "UPDATE counter_start SET prefix = prefix WHERE prefix = ?", (prefix,)
                )
        assert [step.key[1] for step in what_undo_would_do(run).counters.steps] == ["A", "B", "C"]


@pytest.mark.long
@given(files=st.lists(st.tuples(_files, _series), min_size=2, max_size=4), data=st.data())
def test_undo_in_any_order_leaves_only_gaps_that_were_named(
    files: list[tuple[list[Invoice], str | None]], data: st.DataObject
) -> None:
    """Whatever is undone in which order, what is there has its number, and no number twice."""
    with new_books() as path:
        runs = []
        for n, (some, series) in enumerate(files):
            summary = imported(write(path.with_name(f"{n}.json"), some), series=series)
            runs.append(summary.transfer_id or 0)
        full = held()
        order = data.draw(st.permutations(runs))
        for run in order:
            undo(run)
            assert_sound()
        assert held()["invoice"] == []
        assert held()["line"] == []
        with writing():  # a second in which an import ends is not before an undo
            database.execute_sql("UPDATE undo SET undone_at = '9999-12-31 00:00:00'")
        for run in data.draw(st.permutations(runs)):
            assert restore(run).left == []
            assert_sound()
        again = held()
        assert again["invoice"] == full["invoice"]
        assert again["line"] == full["line"]
        assert again["series"] == full["series"]


@given(first=_files, second=_files, series=_series)
def test_restore_says_what_has_no_place_any_more(
    first: list[Invoice], second: list[Invoice], series: str | None
) -> None:
    with new_books() as path:
        run = imported(write(path.with_name("1.json"), first), series=series).transfer_id or 0
        saved = rows("SELECT number FROM invoice ORDER BY id")
        undo(run)
        imported(write(path.with_name("2.json"), second), series=series)
        done = restore(run)
        assert done.back + len(done.left) == len(saved)
        assert_sound()
        assert len(rows("SELECT id FROM deleted_invoice")) == len(done.left)
        numbers = rows("SELECT document_type, number, CASE document_type WHEN 1 THEN"
                       " account_code END FROM invoice")  # fmt: skip
        assert len(numbers) == len(set(numbers))


@pytest.mark.usefixtures("books")
class TestAnUndo:
    """One import of three documents, RDM2024 6 to 8, with counters that knew of 5 before."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> int:
        make_cards([document("X")])
        set_counter("RDM2024", 5)
        self.file = write(tmp_path / "gelen.json", [document(f"X{n}") for n in (1, 2, 3)])
        summary = imported(self.file, series="RDM")
        assert summary.transfer_id
        return summary.transfer_id

    def test_a_document_that_was_exported_is_named(self, run: int, tmp_path: Path) -> None:
        before = held()
        export_all(tmp_path / "giden.json")
        for act in (undo, what_undo_would_do):
            with pytest.raises(UndoRefused, match=r"3 belge \(RDM202400000006, .* dışarı"):
                act(run)
        assert held() == before

    @pytest.mark.broken_books
    @pytest.mark.files_only
    def test_a_document_that_was_changed_is_named(self, run: int, books: Path) -> None:
        vandalise(books, "UPDATE line SET quantity = '9.0' WHERE invoice_id = 2")
        failures(books)
        before = held()
        with pytest.raises(UndoRefused, match=r"1 belge \(RDM202400000007\) .* değişmiş"):
            undo(run)
        assert held() == before

    @pytest.mark.files_only
    @pytest.mark.broken_books
    @pytest.mark.parametrize(
        "change",
        [
            "DELETE FROM transfer_item WHERE position = 2",
            "UPDATE invoice SET transfer_id = NULL, transfer_position = NULL WHERE id = 2",
        ],
    )
    def test_a_run_that_its_journal_does_not_explain_is_left_alone(
        self, run: int, books: Path, change: str
    ) -> None:
        vandalise(books, f"PRAGMA foreign_keys = 0; {change}")
        failures(books)
        before = held()
        with pytest.raises(UndoRefused, match=r"belgeleri günlükle uyuşmuyor; .* denetle"):
            undo(run)
        assert held() == before

    def test_numbers_in_the_middle_stay_empty_and_are_named(self, run: int) -> None:
        enter(document("Y"), series="RDM")
        done = undo(run)
        assert done.counters.gaps == [f"RDM20240000000{n}" for n in (6, 7, 8)]
        assert done.counters.last_numbers == []
        assert counters()["RDM2024"] == 9
        assert enter(document("Z"), series="RDM") == ["RDM202400000010"]

    def test_a_counter_that_somebody_moved_on_stays_there(self, run: int) -> None:
        set_counter("RDM2024", 20)
        done = undo(run)
        assert done.counters.gaps == [f"RDM20240000000{n}" for n in (6, 7, 8)]
        assert done.counters.steps == []
        assert counters()["RDM2024"] == 20

    def test_the_number_of_a_suppliers_paper_is_no_gap(self, run: int, tmp_path: Path) -> None:
        first, _ = (
            imported(write(tmp_path / f"{supplier}.json", [purchase(number, supplier)]))
            for number, supplier in (("A-5", "320-1"), ("A-7", "320-2"))
        )
        assert run
        done = undo(first.transfer_id or 0)
        assert (done.removed, done.counters.gaps) == (1, [])

    def test_a_number_that_an_export_may_have_taken_out_is_not_given_again(
        self, run: int, tmp_path: Path
    ) -> None:
        """An export that did not end well is no obstacle; its numbers are used up all the same."""
        export_all(tmp_path / "giden.json")
        with writing():
            database.execute_sql("UPDATE transfer SET status = 'hata' WHERE direction = 'disari'")
        assert undo(run).counters.gaps == [f"RDM20240000000{n}" for n in (6, 7, 8)]
        assert imported(self.file, series="RDM").numbers.count == 3
        assert rows("SELECT min(number) FROM invoice") == [("RDM202400000009",)]
        undo(max(rows("SELECT id FROM transfer"))[0])  # type: ignore[arg-type]
        assert counters()["RDM2024"] == 8

    def test_the_same_file_counts_as_new_afterwards(self, run: int) -> None:
        undo(run)
        again = imported(self.file, series="RDM", skip_transferred=True)
        assert (again.saved, again.skipped, again.warned) == (3, 0, 0)

    def test_a_document_that_was_imported_again_does_not_come_back_too(self, run: int) -> None:
        undo(run)
        again = imported(self.file, series="NEW").transfer_id or 0
        before = held()
        done = restore(run)
        assert done.back == 0
        assert [left_words(one) for one in done.left] == [
            f"RDM20240000000{n + 5}: aynı belge yeniden aktarıldı, NEW00000000000{n}"
            for n in (1, 2, 3)
        ]
        assert held() == before
        undo(again)
        assert restore(run).back == 3

    def test_it_does_not_come_back_too_if_the_import_ran_in_another_time_zone(
        self, run: int
    ) -> None:
        undo(run)
        imported(self.file, series="NEW")
        with writing():
            database.execute_sql("UPDATE transfer SET finished_at = '2024-01-01 00:00:00'")
        assert restore(run).back == 0

    def test_a_copy_from_before_the_undo_does_not_keep_it_away(self, run: int) -> None:
        imported(self.file, series="NEW")
        with writing():
            database.execute_sql("UPDATE transfer SET finished_at = '2024-01-01 00:00:00'")
        undo(run)
        assert restore(run).back == 3

    def test_a_copy_that_the_document_was_warned_of_does_not_keep_it_away(self, run: int) -> None:
        """Another import that ran beside this one had saved it first."""
        imported(self.file, series="NEW")
        with writing():
            database.execute_sql("UPDATE transfer SET finished_at = '2024-01-01 00:00:00'")
            first, second = (
                f"UPDATE transfer_item SET message = {{}} WHERE transfer_id {sign} {run}"
                for sign in ("=", "<>")
            )
            database.execute_sql(first.format("'daha önce aktarıldı, NEW-1'"))
            database.execute_sql(second.format("NULL"))
        undo(run)
        assert restore(run).back == 3

    def test_ids_of_deleted_documents_are_not_given_again(self, run: int) -> None:
        """A list that another user sees still names them."""
        before = rows("SELECT id FROM invoice")
        undo(run)
        imported(self.file, series="RDM")
        assert not set(before) & set(rows("SELECT id FROM invoice"))

    def test_a_run_that_runs_is_let_run(self, run: int) -> None:
        with writing():
            database.execute_sql("UPDATE transfer SET status = 'suruyor', finished_at = NULL")
        with journal.present(run), pytest.raises(UndoRefused, match="sürüyor"):
            undo(run)
        assert undo(run).removed == 3  # it was cut off

    def test_an_undone_run_that_was_cut_off_is_not_offered_to_be_resumed(self, run: int) -> None:
        with writing():
            database.execute_sql("UPDATE transfer SET status = 'suruyor', finished_at = NULL")
        undo(run)
        with reading():
            assert journal.unfinished_imports() == []
            assert earlier_imports.cut_off_imports(str(self.file)) == []
        restore(run)
        with reading():
            assert [one.transfer_id for one in journal.unfinished_imports()] == [run]

    @pytest.mark.parametrize("passed", [0, 1, 2])
    def test_it_stops_whole(self, run: int, passed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(undoing, "_AT_ONCE", 1)
        before, calls = held(), iter([*[False] * passed, True])
        with pytest.raises(Stopped):
            undo(run, stop=lambda: next(calls))
        assert held() == before
        undo(run)
        before, calls = held(), iter([*[False] * passed, True])
        with pytest.raises(Stopped):
            restore(run, stop=lambda: next(calls))
        assert held() == before

    def test_what_cannot_be_undone_is_said(self, run: int, tmp_path: Path) -> None:
        undo(run)
        with pytest.raises(UndoRefused, match="zaten geri alındı"):
            undo(run)
        with pytest.raises(UsageError, match="9 numaralı aktarım yok"):
            undo(9)
        enter(document("B-1"))
        export_all(tmp_path / "giden.json")
        with pytest.raises(UndoRefused, match="dışarı aktarma"):
            undo(2)
        restore(run)
        with pytest.raises(UndoRefused, match="belgesi yok"):
            restore(run)


@pytest.mark.broken_books
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE deleted_invoice SET content = CAST(replace(content, '100.0', '900.0') AS BLOB)",
            "değişmiş",
        ),
        ("UPDATE deleted_invoice SET account_code = 'X'", "değişmiş"),
        ("DELETE FROM undo", "geri alınmış değil"),
        ("UPDATE transfer_item SET fingerprint = zeroblob(16)", "geri alınmış değil"),
        ("INSERT INTO invoice SELECT * FROM kept", "hem defterde hem"),
    ],
)
@pytest.mark.files_only
def test_denetle_finds_what_was_done_to_the_bin(
    books: Path, tmp_path: Path, change: str, said: str
) -> None:
    run = imported(write(tmp_path / "x.json", [document("A-1")])).transfer_id or 0
    with writing():
        database.execute_sql("CREATE TABLE kept AS SELECT * FROM invoice")
    undo(run)
    vandalise(books, f"PRAGMA foreign_keys = 0; {change}; DROP TABLE kept")
    found = [sentence for name, sentence in failures(books) if name == "silinen-belgeler"]
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.broken_books
@pytest.mark.files_only
def test_a_damaged_document_of_the_bin_does_not_come_back(books: Path, tmp_path: Path) -> None:
    run = imported(write(tmp_path / "x.json", [document("A-1"), document("A-2")])).transfer_id or 0
    undo(run)
    vandalise(books, "UPDATE deleted_invoice SET checksum = 7 WHERE number = 'A-1'")
    failures(books)
    done = restore(run)
    assert (done.back, [one.number for one in done.left]) == (1, ["A-1"])
    assert rows("SELECT number FROM invoice") == [("A-2",)]


@pytest.mark.usefixtures("books")
def test_a_document_without_its_cards_stays_for_the_reason_that_an_import_gives(
    tmp_path: Path,
) -> None:
    first, second = document("A-1", account="120-9"), document("A-2", stock="150-9")
    run = imported(write(tmp_path / "x.json", [first, second])).transfer_id or 0
    undo(run)
    with writing():
        database.execute_sql("DELETE FROM account WHERE code = '120-9'")
        database.execute_sql("DELETE FROM stock_item WHERE code = '150-9'")
    assert restore(run).left == [
        ("A-1", Reason(Code.NO_ACCOUNT_CARD, values=("120-9",))),
        ("A-2", Reason(Code.NO_STOCK_CARD, values=("150-9",))),
    ]
    assert [left_words(one) for one in restore(run).left] == [
        "A-1: cari kartı yok (120-9)",
        "A-2: stok kartı yok (150-9)",
    ]


@pytest.mark.usefixtures("books")
def test_a_run_of_an_older_version_steps_back_over_its_last_numbers(tmp_path: Path) -> None:
    """It did not write down where the counters were."""
    enter(document("A-3"), document("A-4"))
    run = imported(write(tmp_path / "x.json", [document("A-1"), document("A-3")])).transfer_id or 0
    with writing():
        database.execute_sql('UPDATE transfer SET "user" = NULL')
        database.execute_sql("DELETE FROM counter_start")
    assert counters()["A-"] == 5
    done = undo(run)
    assert (done.counters.last_numbers, done.counters.gaps) == ([(SALES, "A-", 4)], [])
    assert counters()["A-"] == 4


@pytest.mark.usefixtures("books")
def test_counters_that_go_back_are_told_in_order(tmp_path: Path) -> None:
    series = [f"{letter}-" for letter in "EBDACF"]
    enter(*(document(f"{prefix}1") for prefix in series))
    file = write(tmp_path / "x.json", [document(f"{prefix}2") for prefix in series])
    done = undo(imported(file).transfer_id or 0)
    assert done.counters.last_numbers == [(SALES, prefix, 1) for prefix in sorted(series)]
