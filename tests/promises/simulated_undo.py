"""Steps of a simulated office: an import is undone, put back, or killed amid that."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from app.store.binned import unpacked
from app.store.database import database, reading
from app.transfer.undo import UndoRefused, restore, undo
from tests.promises.books_model import DOCUMENTS, Broken, Held, held_in, key_of
from tests.promises.killed_child import Kill, in_child
from tests.promises.simulated_office import Office

_FURTHEST: Final = 60  # operations on files; an undo has done its work by then


def undo_an_import(office: Office, chance: random.Random) -> None:
    """Whole, or refused because a document of it went out."""
    run = _some_run(office, chance, "invoice")
    held, has_left = _documents(office, run)
    try:
        office.with_books(lambda: undo(run))
    except UndoRefused as error:
        if not has_left:
            raise Broken(f"an undo was refused: {error}") from error
        return
    if has_left:
        raise Broken("what was exported was undone")
    _take_out(office, held)


def restore_an_import(office: Office, chance: random.Random) -> None:
    """What has its number free, and was not imported again, is back, and nothing else."""
    run = _some_run(office, chance, "deleted_invoice")
    if not run:
        undo_an_import(office, chance)
        run = _some_run(office, chance, "deleted_invoice")
    if not run:
        return
    held = _in_bin(office, run)
    taken = held.keys() & office.model.must.keys()
    again = _in_bin(office, run, "fingerprint IN (SELECT fingerprint FROM transfer_item)").keys()
    done: list[int] = []
    office.with_books(lambda: done.append(restore(run).back))
    left = _in_bin(office, run).keys()
    if done != [len(held) - len(left)]:
        raise Broken(f"{done} of {len(held)} came back, {len(left)} are still in the bin")
    if not (taken <= left and left <= taken | again) and not office.model.unknown:
        raise Broken(f"{sorted(left)[:3]} did not come back, {len(taken)} numbers were taken")
    office.model.must |= {key: total for key, total in held.items() if key not in left}


def kill_an_undo(office: Office, chance: random.Random) -> None:
    """The undo is there whole, or not at all."""
    run = _some_run(office, chance, "invoice")
    held, _ = _documents(office, run)
    _killed(office, chance, lambda: undo(run))
    gone = held.keys() - office.stored().keys()
    if gone and gone != held.keys():
        raise Broken(f"half undone: {sorted(gone)[:3]}")
    if gone:
        _take_out(office, held)


def _killed(office: Office, chance: random.Random, act: Callable[[], object]) -> None:
    nth = chance.randrange(1, _FURTHEST)

    def work(_tell: Callable[[str], None]) -> None:
        with Kill(nth).active():
            office.with_books(act)

    in_child(work)


def _take_out(office: Office, held: Held) -> None:
    for key in held:
        office.model.must.pop(key, None)


def _some_run(office: Office, chance: random.Random, table: str) -> int:
    """A run with documents in the books, or in the bin; 0 if none has any there."""
    found: list[int] = []

    def look() -> None:
        with reading():
            rows = database.execute_sql(
                f"SELECT DISTINCT transfer_id FROM {table} WHERE transfer_id IS NOT NULL ORDER BY 1"
            )
            found.extend(run for (run,) in rows)

    office.with_books(look)
    if not found and table == "invoice":
        office.do_import(chance)
        office.with_books(look)
    return chance.choice(found) if found else 0


def _documents(office: Office, run: int) -> tuple[Held, bool]:
    """The documents of a run in the books, and whether one of them was exported."""
    found: list[Held] = []
    left: list[bool] = []

    def look() -> None:
        with reading():
            found.append(
                held_in(database.execute_sql(f"{DOCUMENTS} WHERE transfer_id = ?", (run,)))
            )
            (count,) = database.execute_sql(
                "SELECT count(*) FROM transfer_item AS item JOIN invoice AS i"
                " ON i.id = item.invoice_id JOIN transfer AS t ON t.id = item.transfer_id"
                " WHERE i.transfer_id = ? AND t.status IN ('tamam', 'suruyor')",
                (run,),
            ).fetchone()
            left.append(count > 0)

    office.with_books(look)
    return found[0], left[0] or not found[0]


def _in_bin(office: Office, run: int, which: str = "1") -> Held:
    held: Held = {}

    def look() -> None:
        with reading():
            rows = database.execute_sql(
                f"SELECT content, checksum FROM deleted_invoice WHERE transfer_id = ? AND {which}",
                (run,),
            )
            for content, checksum in rows:
                one = unpacked(content, checksum)
                if one is None:
                    raise Broken("a document of the bin is damaged")
                key = key_of(one.value("document_type"), one.number, one.value("account_code"))
                held[key] = one.value("grand_total")

    office.with_books(look)
    return held
