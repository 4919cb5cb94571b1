"""Commands sirket and doviz: the company's name, and the names of currency codes."""

from __future__ import annotations

from functools import partial

from app.cli.command_line import Options
from app.cli.output import print_json, print_line, result
from app.cli.signals import DONE
from app.domain.filters import parse_small
from app.domain.text import one_line, shorten
from app.errors import UsageError
from app.store import settings
from app.store.again import repeatable
from app.store.database import full_command, reading


def company(options: Options) -> int:
    """Run sirket and return the exit status."""
    if options.adi is not None:
        repeatable(partial(settings.set_company, options.adi))
    with reading():
        name = settings.read().company
    with result("Şirket adı kaydedildi" if options.adi is not None else ""):
        if options.json:
            print_json({"sirket": name})
        else:
            asked = full_command('sirket "ADI"')
            print_line(name.strip() or f"Şirket adı verilmemiş; vermek için: {asked}")
    return DONE


def currencies(options: Options) -> int:
    """Run doviz and return the exit status."""
    if options.kod is not None:
        _name_currency(options)
    with reading():
        names = settings.read().currencies
    with result("Döviz adı kaydedildi" if options.kod is not None else ""):
        for code, name in names.items():
            if options.json:
                print_json({"kod": code, "ad": name})
            else:
                print_line(f"{code} = {name}")
        if not names and not options.json:
            print_line("Döviz kodlarına ad verilmemiş; vermek için: " + full_command("doviz 1 USD"))
    return DONE


def _name_currency(options: Options) -> None:
    if options.ad is None:
        raise UsageError("Döviz adı eksik; örnek: " + full_command("doviz 1 USD"))
    if not options.kod.strip():
        raise UsageError("Döviz kodu boş")
    try:
        code = parse_small(options.kod)
    except ValueError as error:
        shown = shorten(one_line(options.kod), 30)
        raise UsageError(f"Döviz kodu {shown}: {error}") from None
    repeatable(partial(settings.name_currency, code, options.ad))
