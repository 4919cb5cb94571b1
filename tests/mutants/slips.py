"""Plausible slips in the code (slips.toml), each with the tests that must notice it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "tests")
FILES = ("pyproject.toml", "screens.css", "README.md")


@dataclass(frozen=True)
class Slip:
    """One change of one place in a file, by which a test must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """As pytest takes them: files, or `file::test`."""

    def wrong(self, root: Path = ROOT) -> str:
        """Why it cannot be applied to the checkout; empty where it can."""
        path = root / self.file
        if not path.is_file():
            return f"{self.file} is not there"
        count = path.read_text(encoding="utf-8").count(self.old)
        if count != 1:
            return f"its old text stands {count} times in {self.file}"
        if self.new == self.old:
            return "it changes nothing"
        gone = [test for test in self.tests if not _is_there(root, test)]
        return f"no such test: {', '.join(gone)}" if gone or not self.tests else ""

    def apply(self, root: Path) -> str:
        """Change the file of a copy; returns what stood in it before."""
        path = root / self.file
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace(self.old, self.new), encoding="utf-8")
        return before


def _is_there(root: Path, test: str) -> bool:
    file, _, function = test.partition("::")
    path = root / file
    return path.is_file() and (
        not function or f"def {function.partition('[')[0]}(" in path.read_text(encoding="utf-8")
    )


def load() -> list[Slip]:
    """All slips, in the order of the file."""
    with (Path(__file__).parent / "slips.toml").open("rb") as file:
        found = tomllib.load(file)["slip"]
    return [Slip(**{**slip, "tests": tuple(slip["tests"])}) for slip in found]
