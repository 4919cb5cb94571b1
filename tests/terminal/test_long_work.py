"""Very many documents are read and saved in a real terminal: the screen stays alive."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import Company
from app.domain.invoice import Invoice
from app.domain.netsis_json import encode_invoice
from app.domain.text import turkish_count
from app.store import cards
from app.store.database import writing
from tests.bench.terminal import Seen, Terminal, terminal
from tests.store.bookkeeping import opened

MANY = 20_000
STAGES = 3  # a screen that hangs shows one or two; the benchmark has its longest silence
_PERCENT = re.compile(r" (%\d+)  \d")
F2, F3, F5, TAB, ENTER = b"\x1bOQ", b"\x1bOR", b"\x1b[15~", b"\t", b"\r"


@pytest.fixture(scope="module")
def invoice() -> Invoice:
    return min(Company(3).invoices(50), key=lambda one: len(encode_invoice(one)))


@pytest.fixture
def file(tmp_path: Path, invoice: Invoice) -> Path:
    """One document again and again, each time under a number of its own."""
    invoice.header.gib_number = None  # it would be one document's
    text, number = encode_invoice(invoice), invoice.header.number.encode()
    documents = (
        text.replace(number, b"%b%014d" % (number[:1], place), 1) for place in range(1, MANY + 1)
    )
    path = tmp_path / "cok.json"
    path.write_bytes(b"[\n" + b",\n".join(documents) + b"\n]\n")
    return path


@pytest.fixture
def books(tmp_path: Path, invoice: Invoice) -> Iterator[Path]:
    """A database with the cards of that document."""
    with opened(tmp_path / "defter.db") as path:
        with writing():
            cards.add_accounts([(invoice.header.account_code, "Cari")])
            cards.add_stock_items({line.stock_code: "Stok" for line in invoice.lines}.items())
        yield path


def stages(drawn: Terminal, seen: Seen) -> set[str]:
    """How far the work was at each look, as the screen tells it, until the screen shows `seen`."""
    told = (_PERCENT.findall("\n".join(drawn.lines)) for _ in drawn.moments_until(seen))
    return {percent for percents in told for percent in percents}


def says(*words: str) -> Seen:
    return lambda lines: all(word in "\n".join(lines) for word in words)


def test_the_screen_tells_again_and_again_how_far_the_work_is(books: Path, file: Path) -> None:
    with terminal([sys.executable, "-m", "app", "--veritabani", str(books)]) as drawn:
        drawn.wait_for(says("[Dışarı Aktar]"))
        drawn.press(F3)
        drawn.wait_for(says("[İçeri Aktar]"))
        drawn.press(str(file).encode())
        drawn.wait_for(says(file.name))
        drawn.press(F5)
        reading = stages(drawn, says(f"{turkish_count(MANY)} hazır"))
        drawn.press(b"a" + F2)
        drawn.wait_for(says(f"{turkish_count(MANY)} belge numarasını korur"))
        drawn.press(ENTER + ENTER)
        saving = stages(drawn, says(f"Aktarım tamamlandı: {turkish_count(MANY)} belge"))
    assert len(reading) >= STAGES
    assert len(saving) >= STAGES
