"""Reading and judging in one process: documents as others spell them, beside our own spelling.

python -m tests.bench.spellings FOLDER RESULT [NAME…] writes the CPU seconds that a thousand
documents take (the median of turns), in our own spelling and in another, for each of SPELLINGS, as
JSON.
"""

from __future__ import annotations

import gc
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.domain.amounts import CURRENCY_PRICE_PLACES
from app.domain.invoice import InvoiceHeader, InvoiceLine, members
from app.domain.netsis_json import encode_invoice
from app.netsis.input_file import open_source
from app.netsis.tolerant.parser import read_invoice, read_record, read_summary
from tests.bench.data import STYLES

MOST = 3000  # documents; each is read once, as in an import
TURN = 20  # documents of one spelling, then the same in the other
_UNSET = {str: "", int: 0, Decimal: 0.0, bool: False, date: "0001-01-01T00:00:00"}


Changed = dict[str, Any]


def _class_defaults(document: Changed) -> Changed:
    """As a serialised class: every member there, no total computed, names for codes."""
    header = {name: value for name, value in document["FatUst"].items() if not _is_total(name)}
    lines = [{"Isk_Flag": "fkitOran"} | _filled(InvoiceLine, line) for line in document["Kalems"]]
    return document | {
        "KalemAdedi": 0,
        "FatUst": _filled(InvoiceHeader, header) | {"GIB_FATIRS_NO": header.get("GIB_FATIRS_NO")},
        "Kalems": lines,
    }


def _is_total(name: str) -> bool:
    return name in ("GENELTOPLAM", "BRUTTUTAR", "SAT_ISKT") or name.startswith("KDV")


def _filled(struct: Any, part: Changed) -> Changed:
    unset = {m.name: _UNSET[m.kind] for m in members(struct) if m.name != "Isk_Flag"}
    return unset | part


def _nulls(document: Changed) -> Changed:
    """Every member there, null where it has no value."""
    header, line = (
        dict.fromkeys(m.name for m in members(struct)) for struct in (InvoiceHeader, InvoiceLine)
    )
    return _parts(document, lambda part: (header if "CariKod" in part else line) | part)


def _letters_for_flags(document: Changed) -> Changed:
    """`"E"` and `"H"` as the database has them."""

    def spelled(part: Changed) -> Changed:
        return {
            name: "HE"[value] if isinstance(value, bool) else value for name, value in part.items()
        }

    return _parts(document, spelled)


def _noise(document: Changed) -> Changed:
    """Amounts that were computed in doubles: `10.100000000000001`."""
    return _amounts(document, lambda value: math.nextafter(value, math.inf) if value else value)


def _texts(document: Changed) -> Changed:
    """Amounts as texts with a decimal comma."""
    return _amounts(
        document, lambda value: f"{value:.8f}".rstrip("0").rstrip(".").replace(".", ",")
    )


def _mixed_case(document: Changed) -> Changed:
    """Keys that are in no one case."""
    return _parts(document, lambda part: {name.swapcase(): part[name] for name in part})


def _amounts(document: Changed, change: Callable[[float], Any]) -> Changed:
    def spelled(part: Changed) -> Changed:
        return {name: change(value) if name in _AMOUNTS else value for name, value in part.items()}

    return _parts(document, spelled)


def _parts(document: Changed, change: Callable[[Changed], Changed]) -> Changed:
    """The document, its header and its lines changed."""
    lines = list(map(change, document["Kalems"]))
    return document | {"FatUst": change(document["FatUst"]), "Kalems": lines}


_AMOUNTS = frozenset(
    m.name
    for m in (*members(InvoiceHeader), *members(InvoiceLine))
    if m.kind is Decimal and m.places < CURRENCY_PRICE_PLACES
)
CHANGES: dict[str, Callable[[Changed], Changed]] = {
    "class defaults": _class_defaults,
    "nulls": _nulls,
    "E/H flags": _letters_for_flags,
    "noise of doubles": _noise,
    "amounts as texts": _texts,
    "mixed-case keys": _mixed_case,
    "mixed-case keys in a list": _mixed_case,
}
SPELLINGS = (*STYLES, *CHANGES)
READERS: dict[str, Callable[[bytes], object]] = {"mixed-case keys in a list": read_summary}
"""The others are read as documents to be saved."""


def main(folder: str, result: str, *names: str) -> None:
    """All spellings, on documents that are read for the first time."""
    gc.disable()  # as in a worker
    # Each in its own process, as a worker reads one file and learns how it is spelled.
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        tasks = [(Path(folder), name) for name in names or SPELLINGS]
        spent = [seconds for both in pool.starmap(_both, tasks, chunksize=1) for seconds in both]
    Path(result).write_text(json.dumps(spent), encoding="utf-8")


def _both(folder: Path, name: str) -> tuple[float, float]:
    read = READERS.get(name, read_record)
    raws = list(islice(_documents(folder, name), MOST))
    pairs = [(encode_invoice(read_invoice(raw)), raw) for raw in raws]
    spent: tuple[list[float], list[float]] = [], []
    for first in range(0, len(pairs), TURN):
        turn = pairs[first : first + TURN]
        for which in ((0, 1), (1, 0))[first // TURN % 2]:
            start = time.process_time()
            for pair in turn:
                read(pair[which])
            spent[which].append((time.process_time() - start) / len(turn))
    return statistics.median(spent[0]) * 1000, statistics.median(spent[1]) * 1000


def _documents(folder: Path, name: str) -> Iterator[bytes]:
    change = CHANGES.get(name)
    with open_source(folder / ("hepsi.json" if change else f"{name}.json")) as source:
        for span in source.spans():
            raw = source.read(span)
            yield json.dumps(change(json.loads(raw))).encode() if change else raw


if __name__ == "__main__":
    main(*sys.argv[1:])
