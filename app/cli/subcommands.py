"""Run a subcommand on its database; load only the module that runs, for a quick start."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from app.cli.command_line import Options
from app.errors import DatabaseMissing, UsageError
from app.paths import default_database
from app.store.opening import close_database, database_path, in_own_folder, open_database

_SUBCOMMANDS = {
    "disari-aktar": ("exporting", "export"),
    "iceri-aktar": ("importing", "import_"),
    "listele": ("looking", "list_"),
    "goster": ("looking", "show"),
    "ornek-veri": ("upkeep", "demo_data"),
    "denetle": ("upkeep", "check"),
    "sirket": ("naming", "company"),
    "doviz": ("naming", "currencies"),
    "yedekle": ("upkeep", "back_up"),
    "geri-yukle": ("upkeep", "restore"),
}


def run(options: Options, named: str | None) -> int:
    """Run a subcommand on the `named` database, or the user's own; return its exit status.

    A mistyped path does not become a database. Raises UsageError, DatabaseRefused.
    """
    if not named or options.komut == "ornek-veri":
        options.olustur = True
    target = named or in_own_folder(default_database())
    try:
        return _run(options, target)
    except DatabaseMissing as error:
        advice = "yolu denetleyin"
        if not getattr(options, "dene", False):
            advice += " ya da oluşturulması için --olustur ekleyin"
        raise UsageError(f"{error.sentence}; {advice}") from None


def _run(options: Options, target: str) -> int:
    if options.komut == "geri-yukle":  # what it replaces may be too damaged to be opened
        options.veritabani = str(database_path(target))
        return _function(options.komut)(options)
    open_database(target, make=options.olustur)
    try:
        return _function(options.komut)(options)
    finally:
        close_database()


def _function(name: str) -> Callable[[Options], int]:
    module, function = _SUBCOMMANDS[name]
    found: Callable[[Options], int] = getattr(import_module(f"app.cli.{module}"), function)
    return found
