"""Entry point: opens the screens, or runs a subcommand without them."""

from __future__ import annotations

import gc
import os
import sys

_STOPPED = 130

try:
    from contextlib import suppress

    from app.cli import streams
except KeyboardInterrupt:
    sys.exit(_STOPPED)

_SCREENS = "ekranlar"

# At Python's own limit of 700, collections take a twentieth of an import and of each start; few of
# our objects are in cycles.
_OBJECTS_BEFORE_COLLECTION = 50_000


def main() -> int:
    """Run the program; return the exit status (design §6)."""
    try:
        return _main()
    except KeyboardInterrupt:  # while modules are loaded, or at the very end
        return _STOPPED


def _main() -> int:
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
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
    """Return the exit status of a run; every error is reported as a sentence."""
    from app import log
    from app.errors import AppError, Stopped

    try:
        return _run(arguments)
    except AppError as error:
        log.fault(error)
        _say(error.sentence)
        if isinstance(error, Stopped):
            return _STOPPED
        return 1 if error.something_done else 2
    except KeyboardInterrupt:
        return _STOPPED
    except OSError as error:  # only errors of writing our output come here without a sentence
        log.fault(error)
        return _unwritten(error)
    except Exception as error:
        log.fault(error)
        _say(log.crash_sentence(error))
        return 1


def _print(text: str) -> int:
    try:
        with streams.reader_may_leave():
            sys.stdout.write(text)
    except OSError as error:
        return _unwritten(error)
    return 0


def _unwritten(error: OSError) -> int:
    """Say why standard output cannot be written; return the exit status."""
    from app.os_errors import refusal

    streams.discard_output()
    _say(refusal(error, "çıktı").sentence)
    return 1


def _say(sentence: str) -> None:
    from app.domain.text import one_line

    with suppress(OSError):  # there may be no reader left; the exit status still tells
        sys.stderr.write(f"{one_line(sentence)}\n")


def _run(arguments: list[str]) -> int:
    from app import limits, log
    from app.cli.arguments import parse
    from app.paths import DATABASE_VARIABLE

    options = parse(arguments)
    if options.sessiz:
        streams.be_quiet()
    limits.need_descriptors()
    if (note := log.begin(options.komut or _SCREENS)) and not options.sessiz:
        _say(note)
    named = options.veritabani or os.environ.get(DATABASE_VARIABLE)
    if options.komut in (None, "iceri"):
        from app.tui.start import start

        file = getattr(options, "dosya", "")
        return start(named, demo=options.ornek, make=options.olustur, file=file)
    from app.cli import subcommands

    return subcommands.run(options, named)


if __name__ == "__main__":
    sys.exit(main())
