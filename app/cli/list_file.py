"""listele --yaz: write the list as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.arguments import target_of
from app.cli.command_line import Options
from app.cli.output import Bar, amount_word, print_error, print_json, print_line, result
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.domain.amounts import canonical
from app.domain.text import one_line, turkish_count
from app.transfer.export_run import totals_words
from app.transfer.list_sheet import ListSheet, write_list
from app.transfer.overview_page import left_out_words


def write(ids: Sequence[int], options: Options) -> int:
    """Write the documents to the file of --yaz. Raises FileRefused, Stopped."""
    path = target_of(options.yaz)
    with Bar("Tablo yazılıyor") as bar:
        done = write_list(ids, path, progress=bar, stop=StopSignal())
    with result(f"Dosya yazıldı: {done.path}"):
        _print_done(done, as_json=options.json)
    if done.left_out:
        print_error(left_out_words(done.left_out))
    return SOME_FAILED if done.left_out else DONE


def _print_done(done: ListSheet, *, as_json: bool) -> None:
    totals = {
        document_type: canonical(one.whole.total)
        for document_type, one in sorted(done.overview.types.items())
    }
    if as_json:
        words = {document_type.word: amount_word(total) for document_type, total in totals.items()}
        print_json({"dosya": one_line(str(done.path)), "adet": done.count, "toplamlar": words})
        return
    count = turkish_count(done.count)
    print_line(f"Tablo yazıldı: {done.path}, {count} belge, {totals_words(totals)}")
