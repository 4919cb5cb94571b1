"""Command silinenler: list Silinen Belgeler, those of the latest undo first."""

from __future__ import annotations

from typing import Any

from app.cli.command_line import Options
from app.cli.output import amount_word, print_json, print_line
from app.cli.signals import DONE, SOME_FAILED
from app.cli.streams import reader_may_leave
from app.domain import dates
from app.domain.text import one_line, turkish_amount
from app.store import deleted
from app.store.damaged import damaged_words
from app.store.database import reading
from app.store.deleted import Deleted
from app.transfer.batches import batches

_WINDOW = 500


def list_(options: Options) -> int:
    """Run silinenler and return the exit status.

    As in listele, nothing is printed while a read transaction is open.
    """
    with reading():
        ids = deleted.ids()
    whole = True
    with reader_may_leave():
        for window in batches(ids, _WINDOW):
            with reading():
                found = deleted.rows(window)
            for one in found:
                whole &= one.document is not None
                if options.json:
                    print_json(_record(one))
                else:
                    print_line(_line(one))
    return DONE if whole else SOME_FAILED


def _record(one: Deleted) -> dict[str, Any]:
    undone = {
        "no": one.run,
        "geriAlan": one.user or None,
        "geriAlindi": one.undone_at.replace(" ", "T"),
    }
    if one.document is None:
        return {"belgeNo": one_line(one.number), **undone, "hata": damaged_words()}
    return {
        "belgeNo": one.number,
        "tip": one.document.document_type.word,
        "tarih": one.document.day.isoformat(),
        "cari": one.account_code,
        "toplam": amount_word(one.document.total),
        **undone,
    }


def _line(one: Deleted) -> str:
    undone = f"{dates.turkish_moment(one.undone_at)}  {one.user or '?'}"
    if one.document is None:
        return f"{one_line(one.number):<15}  {one.run:>4}. aktarım  {undone}  {damaged_words()}"
    return (
        f"{one.number:<15}  {dates.turkish(one.document.day)}  "
        f"{one.document.document_type.short:<5}  {one.account_code:<15}  "
        f"{turkish_amount(one.document.total):>18}  {one.run:>4}. aktarım  {undone}"
    )
