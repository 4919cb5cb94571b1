"""The filter that a command's KISITLAR mean in the open database."""

from __future__ import annotations

from app.cli.arguments import filter_of
from app.cli.command_line import Options
from app.domain.filters import InvoiceFilter
from app.store import settings
from app.store.database import reading


def wanted_of(options: Options) -> InvoiceFilter:
    """Return the filter; a currency may have the name given by `doviz`. Raises UsageError."""
    if options.doviz is None:
        return filter_of(options)
    with reading():
        return filter_of(options, settings.read().currencies)
