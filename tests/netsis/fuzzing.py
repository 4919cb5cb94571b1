"""`python -m tests.netsis.fuzzing --saniye 300`: documents that are nearly right, without end.

Each round has a number; a failure says which, and `--tohum S --sira N` is that round once more.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import count, islice
from operator import attrgetter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import tests.conftest  # noqa: F401  # the helpers of other folders
from app.domain.invoice import InvoiceHeader, inside
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import DocumentError, Reason, text
from app.domain.record import Record, summarize, to_record, without_gib_number
from app.domain.text import one_line
from app.errors import AppError, FileRefused
from app.netsis.document_splitter import Span, split
from app.netsis.fast_parser import fast_record, fast_summary
from app.netsis.input_file import open_source
from app.netsis.parse_ways import RECORDS
from app.netsis.parse_workers import read_batch
from app.netsis.tolerant.parser import read_invoice
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.netsis.mutations import SEEDS, mutated
from tests.store.bookkeeping import new_books
from tests.transfer.carrying import export_all

LONGEST = 200
"""Characters of a sentence."""


def document(random: Random) -> str:
    """One document through the reader, both ways."""
    raw = mutated(random)
    quick, listed = fast_record(raw), fast_summary(raw)
    try:
        invoice = read_invoice(raw)
    except DocumentError as error:
        check_sentence(error)
        invoice = None
    record = invoice and to_record(invoice)
    assert quick in (None, record), "the two ways differ"
    assert listed == (quick and summarize(quick)), "the two quick ways differ"
    if invoice is None or record is None:
        return "document refused"
    check_strict(raw)
    ours = encode_invoice(invoice)
    again = read_invoice(ours)
    assert encode_invoice(again) == ours, "written and read, it is written otherwise"
    assert to_record(again).fingerprint == record.fingerprint, "written and read, it is another"
    assert fast_record(ours) in (None, to_record(again)), "the two ways differ on what we write"
    return "document taken, quick" if quick else "document taken"


def fits_a_line(sentence: str) -> bool:
    """Whether a sentence is short and holds nothing that acts on a terminal."""
    return one_line(sentence) == sentence and len(sentence) < LONGEST


def check_sentence(error: AppError) -> None:
    """What the user is told can be shown."""
    assert fits_a_line(error.sentence), error.sentence


def check_strict(raw: bytes) -> None:
    """What we take is JSON in another's eyes too, and no key stands twice."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        assert len(found) == len(pairs), "a key stands twice"
        return found

    def forbidden(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    json.loads(raw.decode(), object_pairs_hook=distinct, parse_constant=forbidden)


def lines(random: Random) -> str:
    """A bad line among good ones: each good one is found, once, as it is."""
    documents = random.choices(SEEDS, k=random.randrange(2, 6))
    bad = mutated(random).translate(bytes.maketrans(b"\r\n", b"  "))
    begin, between, end = random.choice(((b"[\n", b",\n", b"\n]\n"), (b"", b"\n", b"\n")))
    place = (
        random.randrange(len(documents) + 1) if begin else random.randrange(1, len(documents) + 1)
    )
    raw, wanted = begin, []
    for document in (*documents[:place], None, *documents[place:]):
        if document is not None:
            wanted.append(Span(len(raw), len(document)))
        raw += (bad if document is None else document) + between
    raw = raw[: -len(between)] + end
    spans = spans_of(raw, random.choice((1 << 20, 1 << 20, 4096, 1000, 97)))
    check_order(spans, len(raw))
    good = [span for span in spans if span in wanted]
    assert good == wanted, f"{len(wanted) - len(good)} good neighbours lost"
    return "line broken" if any(span.error for span in spans) else "line read"


def layouts(random: Random) -> str:
    """Any bytes in any layout: refused with a sentence, or spans that follow each other."""
    documents = [*random.choices(SEEDS, k=random.randrange(3)), mutated(random)]
    documents += random.choices(SEEDS, k=random.randrange(2))
    body = random.choice((b",", b", \n", b"\n", b"")).join(documents)
    begin, end = random.choice(
        ((b"[", b"]"), (b"", b""), (b'{"Data":[', b"]}"), (b'{"IsSuccessful":true,"data":', b"}"))
    )
    raw = begin + body + end
    if random.random() < 0.3:
        raw = raw[: random.randrange(len(raw))]
    try:
        spans = spans_of(raw, random.choice((1 << 20, 1000, 61)))
    except FileRefused as error:
        check_sentence(error)
        return "file refused"
    check_order(spans, len(raw))
    return "file read"


def spans_of(raw: bytes, chunk: int) -> list[Span]:
    """The spans of a file with these bytes."""
    return list(split(lambda offset, size: raw[offset : offset + size], "fatura.json", chunk))


def read(raw: bytes, span: Span) -> bytes:
    """The bytes of a span."""
    return raw[span.offset : span.offset + span.length]


def check_order(spans: list[Span], size: int) -> None:
    """One behind the other, within the file; each error fits a line."""
    end = 0
    for span in spans:
        assert span.offset >= end, "two spans share bytes"
        end = span.offset + span.length
        assert fits_a_line(text(span.error) if span.error else "")
    assert end <= size


def whole_import(random: Random) -> str:
    """Bad documents among good ones into empty books: each whole, or not there at all."""
    documents = [mutated(random) if random.random() < 0.6 else random.choice(SEEDS)
                 for _ in range(60)]  # fmt: skip
    with new_books() as books, TemporaryDirectory() as folder:
        path = Path(folder) / "fatura.json"
        path.write_bytes(b"[\n" + b",\n".join(documents) + b"\n]\n")
        try:
            incoming = IncomingFile(path)
        except FileRefused as error:
            check_sentence(error)
            path.write_bytes(path.read_bytes().decode("utf-8", "replace").encode())
            incoming = IncomingFile(path)
        told: list[Any] = []
        judged = random.random() < 0.5
        with closing(incoming):
            if judged:
                incoming.judge()
            positions = list(incoming.rows.find()) if judged else None
            rule = ImportRule(create_cards=True, skip_transferred=random.random() < 0.2,
                              series=random.choice((None, None, "ZZ")))  # fmt: skip
            summary = run_import(incoming, positions, rule, told=told.extend)
        check_told(path, told, summary)
        check_stored(path, told, books)
    return "import"


def check_told(path: Path, told: list[Any], summary: Any) -> None:
    """Each document of the file has one result, and it is the reader's."""
    readings = readings_of(path)
    assert [result.position for result in told] == list(range(1, len(readings) + 1))
    for result, reading in zip(told, readings, strict=True):
        assert all(map(fits_a_line, result.message.split("; "))), result.message
        assert "veritabanı kabul etmedi" not in result.message, result.message
        if isinstance(reading, Reason):
            assert (result.status, result.message) == (
                "hata",
                text(reading, result.position),
            )
    assert summary.count == len(told)


def readings_of(path: Path) -> list[Record | Reason]:
    """What the reader finds in a file."""
    with open_source(path) as source:
        return read_batch(source, RECORDS, source.spans())


header_columns = attrgetter(*(m.attribute for m in inside(InvoiceHeader)[2:]))


def check_stored(path: Path, told: list[Any], books: Path) -> None:
    """What was told to be saved is in the books, whole, and nothing else."""
    saved = [result for result in told if result.status == "aktarildi"]
    if not saved:
        return
    out = books.with_name("geri.json")
    export_all(out)
    stored = readings_of(out)
    readings = readings_of(path)
    assert len(stored) == len(saved)
    for result, found in zip(saved, stored, strict=True):
        wanted = readings[result.position - 1]
        assert isinstance(found, Record), found
        assert isinstance(wanted, Record)
        assert found.number == result.new_number
        assert found.lines == wanted.lines
        assert header_columns(found) == header_columns(wanted)
        if "yazılmadı" in result.message:  # another document has its GİB number
            wanted = without_gib_number(wanted)
        assert (found.extra, found.header_extra) == (wanted.extra, wanted.header_extra)


ROUND: tuple[tuple[Callable[[Random], str], int], ...] = (
    (document, 60), (lines, 20), (layouts, 20),
)  # fmt: skip
ROUNDS_TO_AN_IMPORT = 20


def one_round(seed: str, number: int) -> Counter[str]:
    """A hundred documents and files, and now and then an import. Notes its number on a failure."""
    found: Counter[str] = Counter()
    random = Random(f"{seed}:{number}")
    try:
        for check, times in ROUND:
            found.update(check(random) for _ in range(times))
        if number % ROUNDS_TO_AN_IMPORT == 0:
            found[whole_import(random)] += 1
    except Exception as error:
        error.add_note(f"once more: --tohum {seed} --sira {number}")
        raise
    return found


def main() -> int:
    """Rounds until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.netsis.fuzzing", description=__doc__)
    parser.add_argument("--saniye", type=float, default=60, help="how long (60)")
    parser.add_argument("--tohum", default="1", help="the seed (1)")
    parser.add_argument("--sira", type=int, help="this round alone")
    options = parser.parse_args()
    end = time.monotonic() + options.saniye
    rounds = islice(count(), options.sira, options.sira and options.sira + 1)
    total: Counter[str] = Counter()
    for number in rounds:
        total += one_round(options.tohum, number)
        if time.monotonic() > end:
            break
    for name, times in sorted(total.items()):
        print(f"{times:9,}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
