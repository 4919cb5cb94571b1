"""The command line: no subcommand opens the screens, a subcommand works without them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from app.cli import streams

_FILLING = ("iceri-aktar", "ornek-veri")
_SCREENS = "ekranlar"


def main() -> int:
    """Run the program; the exit status is design §6's."""
    arguments = sys.argv[1:]
    streams.prepare()
    if "--help" in arguments or "-h" in arguments:
        from app.cli.usage import USAGE

        return _print(USAGE)
    if arguments == ["--surum"]:
        from app import __version__

        return _print(f"toplu-fatura {__version__}\n")
    from app import log

    status = _answer(arguments)
    log.end(status)
    return status


def _answer(arguments: list[str]) -> int:
    """The exit status of a run; whatever ends it is told in a sentence, never as a traceback."""
    from app import log
    from app.errors import AppError, Stopped

    try:
        return _run(arguments)
    except AppError as error:
        log.fault(error)
        _say(error.sentence)
        return 130 if isinstance(error, Stopped) else 2
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # only our output is written without a sentence of its own
        from app.os_errors import refusal

        log.fault(error)
        streams.discard_output()
        _say(refusal(error, "çıktı").sentence)
        return 1
    except Exception as error:
        log.fault(error)
        _say(log.crash_sentence(error))
        return 1


def _print(text: str) -> int:
    with streams.reader_may_leave():
        sys.stdout.write(text)
    return 0


def _say(sentence: str) -> None:
    from app.domain.text import one_line

    with suppress(OSError):  # nobody reads it; the exit status still tells
        sys.stderr.write(f"{one_line(sentence)}\n")


def _run(arguments: list[str]) -> int:
    from app import log
    from app.cli.arguments import parse

    options = parse(arguments)
    if note := log.begin(options.komut or _SCREENS):
        _say(note)
    target = options.veritabani or os.environ.get("TOPLU_FATURA_VERITABANI")
    if options.komut in (None, "iceri"):
        return _open_screens(target, demo=options.ornek, file=getattr(options, "dosya", ""))
    from app.cli.subcommands import subcommand
    from app.paths import default_database
    from app.store.opening import close_database, database_path, open_database

    if options.komut == "geri-yukle":  # what it replaces may be too damaged to be opened
        options.veritabani = str(database_path(target or str(default_database())))
        return subcommand(options.komut)(options)
    # A path with a slip in it is not to become an empty database that answers “none”.
    make = not target or options.komut in _FILLING
    open_database(target or str(default_database()), make=make)
    try:
        status = subcommand(options.komut)(options)
    finally:
        close_database()
    return status


def _open_screens(target: str | None, *, demo: bool, file: str) -> int:
    from app.tui.start import start

    return start(target, demo=demo, file=file)


if __name__ == "__main__":
    sys.exit(main())
