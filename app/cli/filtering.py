"""The filter that a command's KISITLAR mean in the open database."""

from __future__ import annotations

from app.cli.arguments import filter_of
from app.cli.command_line import Options
from app.cli.output import print_note
from app.domain.filters import InvoiceFilter
from app.store import settings
from app.store.database import reading


def wanted_of(options: Options) -> InvoiceFilter:
    """Return the filter; a currency may have the name given by `doviz`. Raises UsageError.

    Interrupted exports are settled if the filter asks what was exported.
    """
    names = None
    if options.doviz is not None:
        with reading():
            names = settings.read().currencies
    wanted = filter_of(options, names)
    if wanted.exported is not None:
        from app.transfer import history  # slow to load, rarely needed

        for sentence in history.settle_exports():
            print_note(sentence)
    return wanted
