"""Command disari-aktar: write documents to a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli.arguments import target_of
from app.cli.card_files import cards_record
from app.cli.command_line import Options
from app.cli.filtering import wanted_of
from app.cli.output import Bar, amount_word, json_text, print_error, print_line, print_note, result
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.domain import reasons
from app.domain.amounts import ZERO
from app.domain.filters import InvoiceFilter
from app.domain.text import one_line, turkish_count
from app.errors import UsageError
from app.netsis.file_names import STANDARD, file_words, is_output
from app.netsis.standard_streams import refuse_unusable_output
from app.store import queries
from app.store.database import reading
from app.transfer import card_export, export_run, history


def export(options: Options) -> int:
    """Run disari-aktar and return the exit status."""
    to_output = options.hedef == STANDARD
    if to_output:
        if options.kartlarla:
            raise UsageError("--kartlarla ile standart çıktıya yazılamaz; bir dosya verin")
        refuse_unusable_output()
    wanted = wanted_of(options)
    for sentence in history.settle_exports():
        print_note(sentence)
    with reading():
        ids = queries.find(wanted)
        if not ids:
            raise UsageError(f"{reasons.text(queries.why_none(wanted))}; dosya yazılmadı")
    path = None if to_output else _path(options, wanted)
    with Bar("Dışarı aktarılıyor") as bar:
        done = export_run.run_export(
            ids, path, with_cards=options.kartlarla, progress=bar, stop=StopSignal()
        )
    say = print_line if path else print_note  # standard output holds the file itself
    with result(f"Dosya yazıldı: {done.path}"):
        say(_done_json(done) if options.json else _done(done))
    cards_left_out = card_export.left_out_words(done.cards_left_out)
    for sentence in filter(
        None, (export_run.left_out_words(done.left_out), cards_left_out, done.note)
    ):
        print_error(sentence)
    return SOME_FAILED if done.left_out or done.cards_left_out else DONE


def _path(options: Options, wanted: InvoiceFilter) -> Path:
    path = export_run.target_path(target_of(options.hedef), wanted.document_type, datetime.now())
    if not is_output(path.name):
        raise UsageError(
            "HEDEF bir klasör, .json (.json.gz) ile biten yeni bir dosya ya da - olmalı"
        )
    return path


def _done_json(done: export_run.Exported) -> str:
    name = one_line(str(done.path))
    left_out = {"yazilmayan": done.left_out} if done.left_out else {}
    totals = {
        document_type.word: amount_word(total) for document_type, total in done.totals.items()
    }
    if len(totals) > 1:
        total: dict[str, Any] = {"toplam": None, "toplamlar": totals}
    else:
        total = {"toplam": next(iter(totals.values()), amount_word(ZERO))}
    cards: dict[str, Any] = {}
    if done.cards:
        cards["kartlar"] = [cards_record(one) for one in done.cards]
    if done.cards_left_out:
        cards["yazilmayanKartlar"] = done.cards_left_out
    return json_text({"dosya": name, "adet": done.count, **total, **left_out, **cards})


def _done(done: export_run.Exported) -> str:
    words = export_run.totals_words(done.totals)
    cards = "".join(
        f"; {one.path.name}, {card_export.counts_words(one.counts)}" for one in done.cards
    )
    file = file_words(str(done.path))
    return f"Aktarım tamamlandı: {file}, {turkish_count(done.count)} belge, {words}{cards}"
