"""Command tasi: copy all books to another database engine."""

from __future__ import annotations

from app.cli.command_line import Options
from app.cli.output import Bar, print_json, print_line, result
from app.cli.signals import DONE, StopSignal
from app.domain.text import one_line, turkish_count
from app.store import moving


def move(options: Options) -> int:
    """Run tasi and return the exit status."""
    with Bar("Taşınıyor") as bar:
        done = moving.move(options.kaynak, options.hedef, bar, StopSignal())
    rows = sum(done.counts.values())
    with result(f"Taşındı: {done.place}"):
        if options.json:
            place = one_line(done.place)
            print_json(
                {"hedef": place, "adet": done.documents, "satir": rows, "blake2b": done.checksum}
            )
        else:
            print_line(
                f"Taşındı: {done.place}, {turkish_count(done.documents)} belge, "
                f"{turkish_count(rows)} satırın hepsi aynı (blake2b {done.checksum}). Kaynak "
                "olduğu gibi duruyor; bundan sonra yalnız birine kaydedin"
            )
    return DONE
