"""Builds what is measured from a seed, once per size: databases and files in a folder."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.measure import run

SEED = 1
SMALL = 100
HEADER_MEMBERS = 120
_UNUSED = (None, 0.0, "", False, "2024-03-15 00:00:00", 0)
ONE_BAD_IN = 100

PROGRAM = (sys.executable, "-m", "app")
_TOTAL = re.compile(r'"GENELTOPLAM":[^,}]+')
_FIRST_LETTER = re.compile(r'("(?:Seri|(?:GIB_)?FATIRS_NO)":").')
CARDS = (sys.executable, "-m", "tests.bench.cards")


@dataclass(frozen=True, slots=True)
class Data:
    """Where everything lies, and how much of it there is."""

    folder: Path
    count: int
    """Invoices to list, to export and to import."""

    @property
    def small(self) -> Path:
        """A database of a hundred invoices."""
        return self.folder / "kucuk.db"

    @property
    def full(self) -> Path:
        """The database that is listed and exported."""
        return self.folder / "dolu.db"

    @property
    def empty(self) -> Path:
        """A database that holds the cards and no document."""
        return self.folder / "bos.db"

    @property
    def file(self) -> Path:
        """The file that is imported: all of `full`."""
        return self.folder / "hepsi.json"

    @property
    def bad_file(self) -> Path:
        """The same file; one document in a hundred has no number for a total."""
        return self.folder / "bozuk.json"

    @property
    def other_file(self) -> Path:
        """As many documents, under numbers that `full` does not hold."""
        return self.folder / "baska.json"

    def spelled(self, style: str) -> Path:
        """All of `full` in one of the STYLES."""
        return self.folder / f"{style}.json"

    def command(self, database: Path, *arguments: str | Path) -> list[str]:
        """The program's command line on one of the databases."""
        return [*PROGRAM, "--veritabani", str(database), *map(str, arguments)]

    def new_file(self) -> Path:
        """Where an export may write; nothing is there."""
        path = self.folder / "giden.json"
        path.unlink(missing_ok=True)
        return path

    def copy(self, database: Path) -> Path:
        """A copy that may be written to, on disk before the clock starts."""
        path = self.folder / "kopya.db"
        for left in self.folder.glob("kopya.db*"):
            left.unlink()
        shutil.copyfile(database, path)
        with path.open("rb+") as copied:
            os.fsync(copied.fileno())
        return path

    def numbers(self, most: int) -> list[str]:
        """The numbers of the file's first documents."""
        documents = itertools.islice(documents_of(self.file), most)
        return [document["FatUst"]["FATIRS_NO"] for document in documents]


def build(folder: Path, count: int) -> Data:
    """Databases and files of `count` invoices; what is there from before stays."""
    data = Data(folder / str(count), count)
    data.folder.mkdir(parents=True, exist_ok=True)
    _make(data.small, lambda path: _fill(data, path, SMALL))
    _make(data.full, lambda path: _fill(data, path, count))
    _make(data.empty, lambda path: run([*CARDS, str(data.full), str(path)]))
    _make(data.file, lambda path: run(data.command(data.copy(data.full), "disari-aktar", path)))
    _make(data.bad_file, lambda path: _rewrite(data.file, path, _spoil))
    for style, write in STYLES.items():
        _make(data.spelled(style), lambda path, write=write: write(documents_of(data.file), path))
    _make(data.other_file, lambda path: _rewrite(data.file, path, _number_anew))
    return data


def _make(path: Path, make: Callable[[Path], object]) -> None:
    """Make a file under another name first: at `path` it is whole or absent."""
    if path.exists():
        return
    draft = path.with_stem(f"{path.stem}-yeni")
    draft.unlink(missing_ok=True)
    make(draft)
    draft.rename(path)


def _fill(data: Data, path: Path, count: int) -> None:
    options = ("--fatura", str(count), "--tohum", str(SEED))
    run(data.command(path, "ornek-veri", *options))


def _rewrite(source: Path, target: Path, change: Callable[[int, str], str]) -> None:
    """The same file, each document's line changed."""
    with source.open(encoding="utf-8") as old, target.open("w", encoding="utf-8") as new:
        place = 0
        for line in old:
            place += line.startswith("{")
            new.write(change(place, line) if line.startswith("{") else line)


def _spoil(place: int, line: str) -> str:
    return (
        _TOTAL.sub('"GENELTOPLAM":"x"', line, 1) if place % ONE_BAD_IN == ONE_BAD_IN // 2 else line
    )


def _number_anew(_place: int, line: str) -> str:
    """Another first letter for number and series; the demo company has none that begins so."""
    return _FIRST_LETTER.sub(r"\1Q", line)


def documents_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the documents of a file in our spelling."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                yield json.loads(line.rstrip(",\n"))


# The same documents as other programs spell them.


def _as_python(documents: Iterator[dict[str, Any]], path: Path) -> None:
    """As `json.dumps`: ASCII, blanks, keys in another order, whole amounts as integers."""
    write_documents(
        path, "[", documents, lambda one: json.dumps(_whole(one), sort_keys=True), ", ", "]"
    )


def _as_dot_net(documents: Iterator[dict[str, Any]], path: Path) -> None:
    """As a .NET serialiser with indentation: CRLF, days with a T."""

    def indented(one: dict[str, Any]) -> str:
        text = json.dumps(one, ensure_ascii=False, indent=2)
        return text.replace(' 00:00:00"', 'T00:00:00"').replace("\n", "\r\n")

    write_documents(path, "[\r\n", documents, indented, ",\r\n", "\r\n]")


def _as_reply(documents: Iterator[dict[str, Any]], path: Path) -> None:
    """As a REST reply: an envelope, 120 members in each header, keys in another order."""

    def filled(one: dict[str, Any]) -> str:
        header = one["FatUst"]
        missing = range(HEADER_MEMBERS - len(header))
        header |= {f"YEDEK{place}": _UNUSED[place % len(_UNUSED)] for place in missing}
        return json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    begin, end = '{"IsSuccessful":true,"Data":[', '],"TotalCount":0,"ErrorDesc":null}'
    write_documents(path, begin, documents, filled, ",", end)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return list(map(_whole, value))
    return int(value) if isinstance(value, float) and value.is_integer() else value


def write_documents(
    path: Path,
    begin: str,
    documents: Iterator[dict[str, Any]],
    spell: Callable[[dict[str, Any]], str],
    between: str,
    end: str,
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(begin)
        for place, document in enumerate(documents):
            file.write((between if place else "") + spell(document))
        file.write(end)


STYLES: dict[str, Callable[[Iterator[dict[str, Any]], Path], None]] = {
    "json.dumps": _as_python,
    ".NET": _as_dot_net,
    "REST": _as_reply,
}
