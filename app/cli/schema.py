"""Command sema: print the JSON Schema of the files."""

from __future__ import annotations

import json

from app.cli.command_line import Options
from app.cli.output import print_text
from app.cli.signals import DONE
from app.cli.streams import reader_may_leave
from app.domain.file_schema import file_schema


def schema(_options: Options) -> int:
    """Run sema and return the exit status."""
    with reader_may_leave():
        print_text(json.dumps(file_schema(), ensure_ascii=False, indent=2) + "\n")
    return DONE
