"""Commands listele and goster: show documents of the database."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from app.cli.arguments import DOCUMENT_TYPES
from app.cli.command_line import Options
from app.cli.filtering import wanted_of
from app.cli.output import print_json, print_json_text, print_line, print_note
from app.cli.signals import DONE, SOME_FAILED
from app.cli.streams import reader_may_leave
from app.domain import dates, reasons
from app.domain.invoice import InvoiceKind
from app.domain.text import shorten, turkish_amount
from app.errors import UsageError
from app.store import deleted, queries
from app.store.damaged import damaged_words
from app.store.database import full_command, reading
from app.transfer.batches import batches

_WINDOW = 500
_SHOWN = 60  # characters of a number that no document has


def list_(options: Options) -> int:
    """Run listele and return the exit status.

    Nothing is printed while a read transaction is open: a slow reader, such as a waiting pager,
    would keep the write-ahead log from being checkpointed. The list is that of the first read; a
    document deleted meanwhile is left out.
    """
    wanted = wanted_of(options)
    with reading():
        ids = queries.find(wanted)
        tells = wanted.account_code or options.yaz
        none = reasons.text(queries.why_none(wanted)) if tells and not ids else ""
    if options.yaz:
        from app.cli import list_file  # slow to load, not needed for the list

        if none:
            raise UsageError(f"{none}; dosya yazılmadı")
        return list_file.write(ids, options)
    if none:
        print_note(none)
    whole = True
    with reader_may_leave():
        for window in batches(ids, _WINDOW):
            whole &= _print_window(window, options)
    return DONE if whole else SOME_FAILED


def _print_window(ids: Sequence[int], options: Options) -> bool:
    """Print the documents `ids`; return False if one of them is damaged."""
    if options.json:
        from app.cli.list_records import records  # reads lines too

        found = records(ids)
        for record in found:
            print_json(record)
        return not any("hata" in record for record in found)
    with reading():
        rows = queries.rows(ids)
    for row in rows:
        if isinstance(row, queries.DamagedRow):
            print_line(f"{row.number:<15}  {damaged_words()}")
        else:
            _print_row(row)
    return not any(isinstance(row, queries.DamagedRow) for row in rows)


def show(options: Options) -> int:
    """Run goster and return the exit status."""
    from app.transfer import document_page  # slow to load, not needed for the list

    document_type = DOCUMENT_TYPES[options.tip] if options.tip else None
    with reading():
        ids = queries.find_by_number(options.belge_no, document_type, options.cari)
        rows = queries.rows(ids)
    if not rows:
        shown = shorten(options.belge_no, _SHOWN)
        raise UsageError(f"{shown} numaralı belge yok{_in_bin(options.belge_no)}")
    if len(rows) > 1:
        places = ", ".join(
            f"--tip {row.document_type.word} --cari {row.account_code}"
            for row in rows[:5]
            if isinstance(row, queries.ListRow)
        )
        shown = shorten(options.belge_no, _SHOWN)
        raise UsageError(f"{shown} birden çok belgede var; seçin: {places}")
    with reader_may_leave():
        if options.json:
            print_json_text(document_page.load_json(ids[0]))
        else:
            document = document_page.load(ids[0])
            for line in document_page.page(document, shutil.get_terminal_size().columns):
                print_line(line)
    return DONE


def _in_bin(number: str) -> str:
    """Say where a document in Silinen Belgeler is; empty if none has this number."""
    with reading():
        run = deleted.run_of(number)
    if run is None:
        return ""
    return f"; Silinen Belgeler'de var, geri getirmek için: {full_command(f'geri-getir {run}')}"


def _print_row(row: queries.ListRow) -> None:
    total = turkish_amount(row.grand_total)
    print_line(
        f"{row.number:<15}  {dates.turkish(row.document_date)}  {row.document_type.short:<5}  "
        f"{'' if row.kind is None else InvoiceKind(row.kind).label:<9}  "
        f"{row.account_code:<15}  {total:>18}  {row.account_name}".rstrip()
    )
