"""Map each subcommand to its function; load only the module that runs, for a quick start."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from app.cli.command_line import Options

_SUBCOMMANDS = {
    "disari-aktar": ("exporting", "export"),
    "iceri-aktar": ("importing", "import_"),
    "listele": ("looking", "list_"),
    "goster": ("looking", "show"),
    "ornek-veri": ("upkeep", "demo_data"),
    "denetle": ("upkeep", "check"),
    "yedekle": ("backup", "back_up"),
    "geri-yukle": ("backup", "restore"),
}


def subcommand(name: str) -> Callable[[Options], int]:
    """Return the function of a subcommand; it returns the exit status (design §6)."""
    module, function = _SUBCOMMANDS[name]
    found: Callable[[Options], int] = getattr(import_module(f"app.cli.{module}"), function)
    return found
