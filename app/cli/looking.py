"""Commands listele and goster: show what is in the database."""

from __future__ import annotations

import shutil

from app.cli.arguments import DOCUMENT_TYPES, filter_of
from app.cli.command_line import Options
from app.cli.output import print_json, print_json_text, print_line, print_note
from app.cli.signals import DONE, SOME_FAILED
from app.cli.streams import reader_may_leave
from app.domain import dates
from app.domain.amounts import spell
from app.domain.invoice import InvoiceKind
from app.domain.text import turkish_amount
from app.errors import UsageError
from app.store import queries
from app.store.database import reading
from app.transfer.progress import batches

_WINDOW = 500
_DAMAGED = "kaydı bozuk; ayrıntısı: toplu-fatura denetle"


def list_(options: Options) -> int:
    """listele.

    Print nothing while a read transaction is open: a slow reader, such as a pager that waits,
    would keep the write-ahead log from being checkpointed. The list is that of the first read;
    a document that is deleted meanwhile is left out.
    """
    wanted = filter_of(options)
    if wanted.exported is not None:
        from app.transfer import history  # slow to load, and seldom needed

        for sentence in history.settle_exports():
            print_note(sentence)
    with reading():
        ids = queries.find(wanted)
        none = queries.why_none(wanted) if wanted.account_code and not ids else ""
    if none:
        print_note(none)
    damaged = False
    with reader_may_leave():
        for window in batches(ids, _WINDOW):
            with reading():
                rows = queries.rows(window)
            for row in rows:
                if isinstance(row, queries.DamagedRow):
                    damaged = True
                    _print_damaged(row, as_json=options.json)
                else:
                    _print_row(row, as_json=options.json)
    return SOME_FAILED if damaged else DONE


def show(options: Options) -> int:
    """goster."""
    from app.transfer import document_page  # slow to load, and of no use to the list

    kind = DOCUMENT_TYPES[options.tip] if options.tip else None
    with reading():
        ids = queries.find_by_number(options.belge_no, kind, options.cari)
        rows = queries.rows(ids)
    if not rows:
        raise UsageError(f"{options.belge_no} numaralı belge yok")
    if len(rows) > 1:
        places = ", ".join(
            f"--tip {row.document_type.word} --cari {row.account_code}"
            for row in rows[:5]
            if isinstance(row, queries.ListRow)
        )
        raise UsageError(f"{options.belge_no} birden çok belgede var; seçin: {places}")
    with reader_may_leave():
        if options.json:
            print_json_text(document_page.load_json(ids[0]))
        else:
            document = document_page.load(ids[0])
            for line in document_page.page(document, shutil.get_terminal_size().columns):
                print_line(line)
    return DONE


def _print_damaged(row: queries.DamagedRow, *, as_json: bool) -> None:
    if as_json:
        print_json({"belgeNo": row.number, "hata": _DAMAGED})
    else:
        print_line(f"{row.number:<15}  {_DAMAGED}")


def _print_row(row: queries.ListRow, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "belgeNo": row.number,
                "tip": row.document_type.word,
                "tarih": row.document_date.isoformat(),
                "cari": row.account_code,
                "toplam": spell(row.grand_total),
            }
        )
        return
    total = turkish_amount(row.grand_total)
    print_line(
        f"{row.number:<15}  {dates.turkish(row.document_date)}  {row.document_type.short:<5}  "
        f"{'' if row.kind is None else InvoiceKind(row.kind).label:<9}  "
        f"{row.account_code:<15}  {total:>18}  {row.account_name}".rstrip()
    )
