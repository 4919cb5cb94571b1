"""What is true of every file: a first sentence, its right place, no trace of a machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

_LONGEST = 400  # lines of a module
_ROOT = Path(__file__).parents[2]
_TOP_LEVEL = {"pyproject.toml", "app", "tests", "screens.css", "README.md"}
_BUILT = {"build", "dist", "__pycache__"}
_MODULES = sorted((_ROOT / "app").rglob("*.py"))
_HOMES = re.compile(r"(?<![\w.~/])/(?:home|Users)/\w|(?<![\w.~/])/roo[t]\b")


def texts() -> list[Path]:
    """Every file of ours that is text."""
    folders = [_ROOT / "app", _ROOT / "tests", _ROOT / ".ci"]
    found = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    top = [_ROOT / name for name in (*_TOP_LEVEL, ".gitignore") if (_ROOT / name).is_file()]
    return [p for p in found + top if not {"__pycache__", ".hypothesis"} & set(p.parts)]


@pytest.mark.parametrize("module", _MODULES, ids=lambda path: str(path.relative_to(_ROOT)))
def test_every_module_begins_with_a_sentence(module):
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring, "no sentence at the top"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", ";", ":")), docstring


def test_the_top_level_holds_only_what_belongs_there():
    there = {p.name for p in _ROOT.iterdir() if not p.name.startswith(".")}
    assert there - _BUILT == _TOP_LEVEL


def test_no_file_names_a_path_of_a_machine():
    own = [str(_ROOT), str(Path.home()), sys.prefix]
    private = [re.escape(path) + r"\b" for path in own if len(Path(path).parts) > 1]
    pattern = re.compile("|".join([_HOMES.pattern, *(rf"(?<![\w.~/]){path}" for path in private)]))
    found = [
        f"{path.relative_to(_ROOT)}: {hit[0]}"
        for path in texts()
        if (hit := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert not found


def test_whoever_writes_tries_again():
    """Only what retries, and the lock on books that are moved, opens a transaction that writes."""
    opening = {
        str(module.relative_to(_ROOT / "app"))
        for module in _MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "app.store.database"
        if "writing" in {name.name for name in node.names}
    }
    assert opening == {"store/again.py", "store/moving.py", "transfer/run_transactions.py"}


def test_a_path_that_cannot_be_looked_at_ends_no_program():
    """Elsewhere os.path looks, which answers False where pathlib raises: a name too long."""
    looks = {"exists", "expanduser", "is_dir", "is_file", "is_symlink", "resolve"}
    looking = {
        str(module.relative_to(_ROOT / "app"))
        for module in _MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in looks and ast.unparse(node.func.value) != "os.path"
    }
    of_the_program = {"netsis/parse_workers.py", "tui/app.py"}
    queries = {"store/journal.py", "store/queries.py"}
    entries = {"tui/folders.py", "tui/paths.py"}
    names_what_it_cannot_look_at = {
        "store/opening.py", "store/engine/new_file.py", "store/engine/file_copy.py",
    }  # fmt: skip
    assert looking == of_the_program | queries | entries | names_what_it_cannot_look_at


def test_every_package_that_we_need_is_there_for_a_reason():
    lines = (_ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads("\n".join(lines))["project"]
    for needed in project["dependencies"]:
        (line,) = (line for line in lines if line.strip().startswith(f'"{needed}"'))
        assert "#" in line, f"{needed} has no reason"


def test_no_module_is_longer_than_a_reader_holds() -> None:
    lengths = {
        str(path.relative_to(_ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (_ROOT / "app").rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > _LONGEST} == {}
