"""Run a subcommand on its database; only the module that runs is loaded, for a quick start."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from app.cli.command_line import Options
from app.errors import DatabaseMissing, UsageError
from app.paths import default_database, is_address

_SUBCOMMANDS = {
    "disari-aktar": ("exporting", "export"),
    "iceri-aktar": ("importing", "import_"),
    "listele": ("looking", "list_"),
    "ozet": ("summing", "sum_up"),
    "goster": ("looking", "show"),
    "ornek-veri": ("upkeep", "demo_data"),
    "kart-aktar": ("card_files", "transfer"),
    "aktarimlar": ("history", "list_runs"),
    "silinenler": ("deleted", "list_"),
    "geri-al": ("history", "undo"),
    "geri-getir": ("history", "restore"),
    "denetle": ("upkeep", "check"),
    "sirket": ("naming", "company"),
    "doviz": ("naming", "currencies"),
    "yedekle": ("upkeep", "back_up"),
    "geri-yukle": ("upkeep", "restore"),
}
_OF_FILES = {"yedekle": "refuse_backup", "geri-yukle": "refuse_restore"}
_OF_THEIR_OWN = {
    "sema": ("schema", "schema"),
    "tamamlama": ("completion", "complete"),
    "tasi": ("moving", "move"),
}


def run(options: Options, named: str | None) -> int:
    """Run a subcommand on the `named` database or the default one; return its exit status.

    Some commands need no database, or have their own option for it. A path that does not exist is
    refused, not created. Raises UsageError, DatabaseRefused.
    """
    if options.komut in _OF_THEIR_OWN:
        return _function(options.komut)(options)
    from app.store.opening import check_words, in_own_folder  # slow to load

    if not named or options.komut == "ornek-veri":
        options.olustur = True
    target = named or in_own_folder(default_database())
    try:
        return _run(options, target)
    except DatabaseMissing as error:
        advice = check_words(target)
        if not getattr(options, "dene", False):
            advice += " ya da oluşturulması için --olustur ekleyin"
        raise UsageError(f"{error.sentence}; {advice}") from None


def _run(options: Options, target: str) -> int:
    from app.store.opening import close_database, database_path, open_database
    from app.wait_notice import tell

    if options.komut in _OF_FILES and is_address(target):
        from app.store import server  # rarely needed

        getattr(server, _OF_FILES[options.komut])(target)
    if options.komut == "geri-yukle":  # the database to be replaced may be too damaged to open
        options.veritabani = str(database_path(target))
        return _function(options.komut)(options)
    tell(_tell_wait)
    open_database(target, make=options.olustur)
    try:
        return _function(options.komut)(options)
    finally:
        close_database()


def _tell_wait(what: str) -> None:
    from app.cli.output import print_at_once
    from app.cli.streams import is_quiet

    if what and not is_quiet():
        print_at_once(what)


def _function(name: str) -> Callable[[Options], int]:
    module, function = (_SUBCOMMANDS | _OF_THEIR_OWN)[name]
    found: Callable[[Options], int] = getattr(import_module(f"app.cli.{module}"), function)
    return found
