"""No document takes much memory: what would is refused, with the limit in its row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from app.domain.invoice import MAX_LINES
from app.netsis.json_stream import MAX_INVOICE
from tests.cli.commandline import command, environment
from tests.netsis.examples import compact, example
from tests.scale import some
from tests.store.bookkeeping import opened

MOST: Final = 200  # megabytes
VALUES: Final = "çok fazla değer var (en çok 500000)"
TOO_BIG: Final = "belge çok büyük (en çok 12 MiB); bundan sonrası okunamadı"


def with_lines(count: int, more: bytes = b"") -> bytes:
    document = example() | {"KalemAdedi": count, "Kalems": []}
    lines = b",".join([b'{"StokKodu":"A1","STra_GCMIK":1.0%b}' % more] * count)
    return compact(document).replace(b'"Kalems":[]', b'"Kalems":[%b]' % lines)


def in_header(more: bytes) -> bytes:
    return compact(example()).replace(b'"FatUst":{', b'"FatUst":{%b,' % more)


def members(count: int, value: bytes = b"1") -> bytes:
    return b",".join(b'"X%d":%b' % (number, value) for number in range(count))


def text(size: int) -> bytes:
    return in_header(b'"X":"%b"' % (b"," * size))


def many_objects() -> bytes:
    return with_lines(MAX_LINES, b"," + members(6, b'{"aaaaaaaaaaaa":"aaaaaaaaaaaaaaaaaa"}'))


TAKEN: Final[dict[str, Callable[[], bytes]]] = {
    "the most lines, with unknown members": lambda: with_lines(MAX_LINES, b"," + members(12)),
    "the most lines, with unknown objects": many_objects,
    "a wide header": lambda: in_header(members(99_000)),
    "a long text": lambda: text(MAX_INVOICE - 1500),
    "a long key": lambda: in_header(b'"%b":1' % (b"a" * (MAX_INVOICE - 1500))),
}
REFUSED: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "900,000 lines": (lambda: with_lines(900_000), TOO_BIG),
    "15 unknown members a line": (lambda: with_lines(MAX_LINES, b"," + members(15)), VALUES),
    "as many as a line has by itself": (
        lambda: with_lines(MAX_LINES + 1), "Kalemler (Kalems): en çok 32767 kalem olabilir"
    ),
    "a million header members": (lambda: in_header(members(1_000_000)), VALUES),
    "a wide value": (
        lambda: in_header(b'"X":{%b}' % members(450_000)),
        "Üst bilgiler (FatUst): çok fazla değer var (en çok 100000)",
    ),
    "a list of numbers": (lambda: in_header(b'"X":[%b1]' % (b"1," * 5_000_000)), VALUES),
    "a deep value": (
        lambda: in_header(b'"X":%b%b' % (b"[" * 900, b"]" * 900)), "X: çok derin iç içe"
    ),
    "a text of 64 MiB": (lambda: text(64 << 20), TOO_BIG),
}  # fmt: skip


def run(folder: Path, raw: bytes, *options: str) -> tuple[list[dict[str, str]], float]:
    """What the program says of a file, and the most megabytes that one of its processes held."""
    (folder / "dosya.json").write_bytes(raw)
    with opened(folder / "d.db"):
        pass
    arguments = ("--kaynak-no", "--eksik-kartlari-olustur", "--json", *options)
    asked = command("--veritabani", folder / "d.db", "iceri-aktar", "dosya.json", *arguments)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _MEASURED, *asked], cwd=folder, text=True,
        env=environment(folder), capture_output=True, timeout=60,
    )  # fmt: skip
    *records, last = map(json.loads, done.stdout.splitlines())
    return records[:-1], last / 1000


# As small as Python can be: a process's peak includes that of the one that started it.
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", some([*TAKEN], 2))
def test_the_largest_documents_are_taken_in_little_memory(name: str, tmp_path: Path) -> None:
    records, peak = run(tmp_path, b"[%b]" % TAKEN[name]())
    assert [record["durum"] for record in records] == ["aktarildi"]
    assert peak < MOST


@pytest.mark.parametrize("name", some([*REFUSED], 3))
def test_what_would_take_much_memory_is_refused_with_its_limit(name: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[name]
    records, peak = run(tmp_path, b"[%b]" % make(), "--dene")
    assert [record["mesaj"] for record in records] == [f"1. belge, {sentence}"]
    assert peak < MOST


@pytest.mark.parametrize("options", some([(), ("--dene",)], 1))
def test_many_large_documents_are_read_a_few_at_a_time(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    records, peak = run(tmp_path, b"[%b]" % b",".join([text(8 << 20)] * 8), *options)
    assert len(records) == 8
    assert peak < MOST
