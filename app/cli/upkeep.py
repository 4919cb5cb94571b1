"""Commands ornek-veri and denetle: fill a database, and check it."""

from __future__ import annotations

from app import log
from app.cli.command_line import Options
from app.cli.output import Bar, print_error, print_line
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain.text import turkish_count
from app.errors import DatabaseRefused, UsageError
from app.store import checks
from app.store.database import reading


def demo_data(options: Options) -> int:
    """ornek-veri."""
    from app.demo.filling import fill  # the words and names are needed by nobody else

    if options.fatura < 1:
        raise UsageError("--fatura en az 1 olmalı")
    bar = Bar("Örnek veri yazılıyor")
    stop = StopSignal()

    def progress(done: int, of: int) -> None:
        stop.saved = done
        bar(done, of)

    try:
        fill(options.fatura, options.tohum, progress=progress, stop=stop)
    except DatabaseRefused as error:
        if not stop.saved:
            raise
        bar.close()
        log.fault(error)
        written = f"{turkish_count(stop.saved)} fatura yazıldı, gerisi yazılmadı"
        print_error(f"{error.sentence}. {written}; tamamı için yeni bir veritabanı verin")
        return SOME_FAILED
    finally:
        bar.close()
    with reader_may_leave():
        print_line(f"{turkish_count(options.fatura)} fatura yazıldı")
    return DONE


def check(_options: Options) -> int:
    """denetle."""
    with reading():
        found = checks.failures()
    with reader_may_leave():
        for name, offender in found:
            print_line(f"{name}: {offender}")
    return SOME_FAILED if found else DONE
