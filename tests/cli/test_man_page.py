"""The man page: it holds every command and option, and roff has nothing to say against it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from app.cli.arguments import COMMANDS, COMMON
from app.cli.man_page import page
from app.cli.usage import USAGE


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a file."""
    made = tmp_path_factory.mktemp("man") / "toplu-fatura.1"
    made.write_text(page("1.2", date(2024, 3, 31)), encoding="utf-8")
    return made


def test_every_command_and_option_is_in_it() -> None:
    text = page("1.2", date(2024, 3, 31)).replace(r"\-", "-")
    for name, command in COMMANDS.items():
        assert re.search(rf"^\\fB{name}( [a-z]+)?\\fR$", text, re.MULTILINE), name
        assert all(option.name in text for option in (*command.options, *COMMON)), name


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_it_shows_every_word_of_the_usage_text(file: Path) -> None:
    shown = _run("mandoc", "-T", "utf8", "-O", "width=500", str(file))
    words = set(_unstyled(shown).split()) | {"Kullanım:", "Ortak:", "KISITLAR:", "Çıkış", "kodu:"}
    assert [word for word in USAGE.split() if word not in words] == []


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_mandoc_has_no_warning(file: Path) -> None:
    assert _run("mandoc", "-T", "lint", "-W", "warning", str(file)) == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_no_warning(file: Path) -> None:
    _run("groff", "-K", "utf8", "-ww", "-man", "-T", "utf8", str(file))


def _run(*command: str) -> str:
    """Run a program that has nothing to say on standard error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


def _unstyled(text: str) -> str:
    """Take away the overstriking by which a terminal page is bold."""
    while "\b" in text:
        place = text.index("\b")
        text = text[: place - 1] + text[place + 1 :]
    return text
