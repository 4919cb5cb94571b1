"""Reading and judging in one process: documents as others spell them, beside our own spelling.

python -m tests.bench.spellings FOLDER RESULT writes the CPU seconds that a thousand documents take,
in our own spelling and in another, for each of SPELLINGS, as JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from app.domain.invoice import InvoiceHeader, InvoiceLine, members
from app.domain.netsis_json import encode_invoice
from app.netsis.input_file import open_source
from app.netsis.tolerant.parser import read_invoice, read_record
from tests.bench.data import STYLES

MOST = 3000  # documents; each is read once, as in an import
TURN = 20  # documents of one spelling, then the same in the other
_UNSET = {str: "", int: 0, Decimal: 0.0, bool: False, date: "0001-01-01T00:00:00"}


def _class_defaults(document: dict[str, Any]) -> dict[str, Any]:
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


def _filled(struct: Any, part: dict[str, Any]) -> dict[str, Any]:
    unset = {m.name: _UNSET[m.kind] for m in members(struct) if m.name != "Isk_Flag"}
    return unset | part


CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"class defaults": _class_defaults}
SPELLINGS = (*STYLES, *CHANGES)


def main(folder: str, result: str) -> None:
    """All spellings, on documents that are read for the first time."""
    gc.disable()  # as in a worker
    spent = [seconds for name in SPELLINGS for seconds in _both(Path(folder), name)]
    Path(result).write_text(json.dumps(spent), encoding="utf-8")


def _both(folder: Path, name: str) -> tuple[float, float]:
    raws = list(islice(_documents(folder, name), MOST))
    pairs = [(encode_invoice(read_invoice(raw)), raw) for raw in raws]
    spent = [0.0, 0.0]
    for first in range(0, len(pairs), TURN):
        turn = pairs[first : first + TURN]
        for which in ((0, 1), (1, 0))[first // TURN % 2]:
            start = time.process_time()
            for pair in turn:
                read_record(pair[which])
            spent[which] += time.process_time() - start
    return spent[0] / len(pairs) * 1000, spent[1] / len(pairs) * 1000


def _documents(folder: Path, name: str) -> Iterator[bytes]:
    change = CHANGES.get(name)
    with open_source(folder / ("hepsi.json" if change else f"{name}.json")) as source:
        for span in source.spans():
            raw = source.read(span)
            yield json.dumps(change(json.loads(raw))).encode() if change else raw


if __name__ == "__main__":
    main(*sys.argv[1:])
