"""Reading and judging: files as others spell them, beside the same documents in our spelling.

python -m tests.bench.spellings FOLDER RESULT [NAME…] writes the CPU seconds of all processes that
İçeri Aktar takes for a thousand documents until all are judged (the median of turns), in our
spelling and in another, for each of SPELLINGS, as JSON. FOLDER is one of the benchmark's.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from typing import Any

from app.domain.amounts import CURRENCY_PRICE_PLACES
from app.domain.invoice import InvoiceHeader, InvoiceLine, members
from app.domain.netsis_json import encode_invoice
from app.netsis.input_file import open_source
from app.netsis.tolerant.parser import read_invoice
from app.store.opening import open_database
from app.transfer.import_file import IncomingFile
from tests.bench.data import STYLES, Data, documents_of, write_documents

MOST = 20_000  # documents
TURNS = 5
_FEW = 1000  # documents that one turn is enough for, since they measure nothing
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
}
SPELLINGS = (*STYLES, *CHANGES)


def main(folder: str, result: str, *names: str) -> None:
    """All spellings, or those that are named."""
    data = Data(Path(folder), MOST)
    spent = [seconds for name in names or SPELLINGS for seconds in _both(data, name)]
    Path(result).write_text(json.dumps(spent), encoding="utf-8")


def _both(data: Data, name: str) -> tuple[float, float]:
    with TemporaryDirectory() as folder:
        own, other = Path(folder, "bizim.json"), Path(folder, "baska.json")
        count = _alone(_make, data, name, own, other)
        spent: dict[Path, list[float]] = {own: [], other: []}
        for turn in range(TURNS if count > _FEW else 1):
            for file in ((own, other), (other, own))[turn % 2]:
                spent[file].append(_alone(_judge, data.empty, file))
    ours, theirs = (statistics.median(found) * 1000 / count for found in spent.values())
    return ours, theirs


def _make(data: Data, name: str, own: Path, other: Path) -> int:
    """Write the documents in both spellings; return their number."""
    found = islice(documents_of(data.file), MOST)
    if name in STYLES:
        STYLES[name](found, other)
    else:
        write_documents(other, "[", map(CHANGES[name], found), json.dumps, ", ", "]")
    with open_source(other) as source, own.open("wb") as file:
        spelled = [encode_invoice(read_invoice(source.read(span))) for span in source.spans()]
        file.write(b"[\n%b\n]\n" % b",\n".join(spelled))
    return len(spelled)


def _judge(books: Path, file: Path) -> float:
    """Return the CPU seconds until all documents of a file are judged."""
    open_database(str(books))
    incoming = IncomingFile(file)
    before = _cpu()
    incoming.judge()
    incoming.close()
    return _cpu() - before


def _cpu() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    found = [getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in found)


def _alone(work: Callable[..., Any], *given: object) -> Any:
    """Work in a process that has read no other file, since each file teaches the parser."""
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def _send(end: Connection, work: Callable[..., Any], given: tuple[object, ...]) -> None:
    end.send(work(*given))


if __name__ == "__main__":
    main(*sys.argv[1:])
