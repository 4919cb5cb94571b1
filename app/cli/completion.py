"""Command tamamlama: print the script that completes the command line in a shell."""

from __future__ import annotations

from app.cli import complete_bash, complete_fish, complete_zsh
from app.cli.command_line import Options
from app.cli.output import print_text
from app.cli.signals import DONE
from app.cli.streams import reader_may_leave

_SCRIPTS = {
    "bash": complete_bash.script,
    "zsh": complete_zsh.script,
    "fish": complete_fish.script,
}


def complete(options: Options) -> int:
    """Run tamamlama and return the exit status."""
    with reader_may_leave():
        print_text(_SCRIPTS[options.kabuk]())
    return DONE
