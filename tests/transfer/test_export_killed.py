"""An export killed at any step: its documents count as exported exactly if its file stands."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseReadOnly, DatabaseRefused, Stopped
from app.store import journal, queries
from app.store.database import reading, writing
from app.store.opening import open_database
from app.transfer import export_run
from app.transfer.history import settle_exports
from tests.promises.faults import Faults
from tests.promises.killing import Child, Signs
from tests.store.bookkeeping import document, enter, rows
from tests.transfer.carrying import export_all

pytestmark = pytest.mark.usefixtures("books")
DOCUMENTS = 3


class Kill(Faults):
    """Ends the process where the fault would be."""

    def fails(self, operation: str) -> bool:
        if super().fails(operation):
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def _export(books: Path, file: Path, nth: int, with_cards: bool, _signs: Signs) -> None:
    export_run._JOURNALLED_AT_ONCE = 2
    export_run._SECONDS = -1
    open_database(str(books))
    with Kill(errno.EIO, nth).active():
        export_all(file, with_cards=with_cards)


def exported() -> int:
    """How many documents count as exported."""
    with reading():
        return len(queries.find(InvoiceFilter(exported=True)))


@pytest.mark.long
@pytest.mark.files_only  # a server notices only after a moment that a client was killed
@pytest.mark.parametrize("with_cards", [False, True])
def test_killed_before_each_operation_on_files(
    books: Path, tmp_path: Path, with_cards: bool
) -> None:
    enter(*[document("X", total=f"{n}.0") for n in range(DOCUMENTS)], series="A")
    settled = set()
    left = set()
    for nth in range(1, 10_000):
        file = tmp_path / f"{nth}.json"
        end = Child(partial(_export, books, file, nth, with_cards)).wait()
        open_database(str(books))
        if not file.exists():
            assert exported() == 0
        cards = {one.name for one in tmp_path.glob(f"{nth}-*.json")}
        told = settle_exports()
        if file.exists():
            assert len(cards) == (2 if with_cards else 0), nth
        else:
            assert cards == {name for name in cards if name in "".join(told)}, nth
            left.add(len(cards))
        settled |= {sentence.partition(":")[0] for sentence in told}
        assert exported() == (DOCUMENTS if file.exists() else 0), nth
        assert settle_exports() == []
        assert rows("SELECT count(*) FROM transfer WHERE status = 'suruyor'") == [(0,)]
        with writing():
            journal.database.execute_sql("DELETE FROM transfer_item")
            journal.database.execute_sql("DELETE FROM transfer")
        if not end:
            break
    assert left == ({0, 1, 2} if with_cards else {0})
    assert settled == {
        "Yarım kalan dışarı aktarmanın dosyası tam, belgeleri aktarılmış sayılır",
        "Yarım kalan dışarı aktarmanın dosyası yok, belgeleri aktarılmamış sayılır",
    }


def test_the_rows_stand_in_the_journal_before_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(*[document("X") for _ in range(DOCUMENTS)], series="A")
    seen = []
    finish = export_run.JsonArrayFile.finish

    def watched(out: export_run.JsonArrayFile) -> None:
        seen.append(rows("SELECT t.status, count(*) FROM transfer AS t, transfer_item GROUP BY 1"))
        seen.append([(exported(), out.path.exists())])
        finish(out)

    monkeypatch.setattr(export_run.JsonArrayFile, "finish", watched)
    export_all(tmp_path / "x.json")
    assert seen == [[("suruyor", DOCUMENTS)], [(0, False)]]
    assert exported() == DOCUMENTS


def _cut_off(file: Path, count: int) -> None:
    with writing():
        run = journal.open_transfer(journal.EXPORT, str(file), export_run.datetime.now())
        journal.add_exported(run, range(1, count + 1))


@pytest.mark.parametrize("name", ["x.json", "x.json.gz"])
def test_the_times_of_the_journal_do_not_decide(tmp_path: Path, name: str) -> None:
    """They have no time zone: what settles the export may run in another one."""
    enter(*[document("X") for _ in range(DOCUMENTS)], series="A")
    file = export_all(tmp_path / name).path
    with writing():
        journal.database.execute_sql(
            "UPDATE transfer SET status = 'suruyor', finished_at = NULL,"
            " started_at = '2999-01-01 00:00:00'"
        )
    assert settle_exports() == [
        f"Yarım kalan dışarı aktarmanın dosyası tam, belgeleri aktarılmış sayılır: {file}"
    ]
    assert exported() == DOCUMENTS


def test_card_files_beside_are_told_whatever_their_time(tmp_path: Path) -> None:
    enter(document("X"), series="A")
    cards = tmp_path / "x-cariler.json"
    cards.write_text("[]")
    os.utime(cards, (0, 0))
    _cut_off(tmp_path / "x.json", 1)
    _cut_off(tmp_path / "x.json", 0)  # it had not come to its cards
    missing = "Yarım kalan dışarı aktarmanın dosyası yok, belgeleri aktarılmamış sayılır"
    told = f"{missing}: {tmp_path / 'x.json'}"
    left = "; yanındaki kart dosyası ondan kaldıysa silebilirsiniz: x-cariler.json"
    assert settle_exports() == [told + left, told]


def test_another_file_of_that_name_is_not_taken_for_the_exports(tmp_path: Path) -> None:
    enter(*[document("X") for _ in range(DOCUMENTS)], series="A")
    whole = export_all(tmp_path / "x.json").path.read_text()
    with writing():
        journal.database.execute_sql("UPDATE transfer SET status = 'hata'")
    short, other, broken = (tmp_path / f"{name}.json" for name in ("kisa", "baska", "bozuk"))
    short.write_text("[\n{}\n]\n")
    other.write_text(whole.replace("A00000000000002", "A00000000000005"))
    broken.write_text(whole.replace("{", "", 1))
    for file in (other, broken, short, tmp_path / "yok.json", tmp_path):
        _cut_off(file, DOCUMENTS)
        found = "başka ya da değişmiş" if file.exists() else "yok"
        assert settle_exports() == [
            f"Yarım kalan dışarı aktarmanın dosyası {found}, belgeleri aktarılmamış sayılır: {file}"
        ]
    assert exported() == 0


def test_an_export_that_runs_is_left_alone(tmp_path: Path) -> None:
    enter(document("X"), series="A")
    told: list[list[str]] = []
    export_all(tmp_path / "x.json", progress=lambda *_: told.append(settle_exports()))
    assert told == [[]]
    assert exported() == 1


@pytest.mark.parametrize(("step", "status"), [("open_transfer", []), ("add_exported", ["hata"])])
def test_a_full_disk_of_the_journal_forbids_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, status: list[str]
) -> None:
    """Otherwise an undo of its documents would give their numbers again."""
    enter(*[document("X") for _ in range(DOCUMENTS)], series="A")
    with monkeypatch.context() as patched:
        patched.setattr(journal, step, _refusing(DatabaseRefused("Veritabanı: yer kalmadı")))
        with pytest.raises(DatabaseRefused) as refused:
            export_all(tmp_path / "x.json")
    assert refused.value.sentence == (
        "Dışarı aktarılmadı, aktarım günlüğüne yazılamadı: Veritabanı: yer kalmadı"
    )
    assert list(tmp_path.glob("*.json")) == []
    assert rows("SELECT status FROM transfer") == [(one,) for one in status]
    assert exported() == 0


def _refusing(refusal: DatabaseRefused) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise refusal

    return refuse


@pytest.mark.parametrize(
    ("step", "status", "refusal", "note"),
    [
        ("open_transfer", [], DatabaseReadOnly("salt okunur"), "aktarım günlüğüne yazılamadı"),
        ("close_transfer", [("suruyor",)], DatabaseRefused("yer yok"),
         "aktarımın bittiği günlüğe yazılamadı"),
    ],
)  # fmt: skip
def test_a_reader_gets_the_file_and_so_does_whoever_cannot_end_the_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    status: list[tuple[str]],
    refusal: DatabaseRefused,
    note: str,
) -> None:
    """As with a backup that may only be read; a run without its end is ended later."""
    enter(*[document("X") for _ in range(DOCUMENTS)], series="A")
    with monkeypatch.context() as patched:
        patched.setattr(journal, step, _refusing(refusal))
        done = export_all(tmp_path / "x.json")
    assert done.note == f"{note}: {refusal.sentence}"
    assert done.path.read_bytes().count(b"\n") == DOCUMENTS + 2
    assert rows("SELECT status FROM transfer") == status
    assert exported() == 0
    settle_exports()
    assert exported() == (DOCUMENTS if step == "close_transfer" else 0)


def test_a_stop_between_journal_rows_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "_JOURNALLED_AT_ONCE", 2)
    monkeypatch.setattr(export_run, "_SECONDS", -1)
    enter(*[document("X") for _ in range(5)], series="A")
    count = "SELECT count(*) FROM transfer_item"
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 4  # once for the documents, then before each piece of the journal

    with pytest.raises(Stopped):
        export_all(tmp_path / "x.json", stop=stop)
    assert not (tmp_path / "x.json").exists()
    assert rows(count) == [(4,)]
    assert rows("SELECT status FROM transfer") == [("durduruldu",)]
    assert exported() == 0
