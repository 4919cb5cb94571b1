"""The command line: no subcommand opens the screens, a subcommand works without them."""

from __future__ import annotations

import os
import sys

from app.errors import AppError, Stopped


def main() -> int:
    """Run the program; the exit status is design §6's."""
    arguments = sys.argv[1:]
    if "--help" in arguments or "-h" in arguments:
        from app.cli.usage import USAGE

        sys.stdout.write(USAGE)
        return 0
    if arguments == ["--surum"]:
        from app import __version__

        sys.stdout.write(f"toplu-fatura {__version__}\n")
        return 0
    try:
        return _run(arguments)
    except AppError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 130 if isinstance(error, Stopped) else 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; what is left of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: list[str]) -> int:
    from app.cli.arguments import parse

    options = parse(arguments)
    target = getattr(options, "veritabani", None) or os.environ.get("TOPLU_FATURA_VERITABANI")
    if options.komut is None:
        return _open_screens(target, demo=options.ornek)
    from app.cli.commands import COMMANDS
    from app.store.database import close_database, open_database
    from app.store.places import default_database

    open_database(target or str(default_database()))
    try:
        status = COMMANDS[options.komut](options)
        sys.stdout.flush()
    finally:
        close_database()
    return status


def _open_screens(target: str | None, *, demo: bool) -> int:
    from app.tui.start import start

    return start(target, demo=demo)


if __name__ == "__main__":
    sys.exit(main())
