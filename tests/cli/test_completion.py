"""Tab completes the command line in bash, zsh and fish, all of it made from the declaration."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from app.cli import complete_bash, complete_fish, complete_zsh
from app.cli.arguments import COMMANDS, COMMON, takes_quiet
from app.cli.command_line import Option
from app.cli.usage_parts import entries, sections, value_words
from tests.cli.commandline import Desk, environment

SCRIPTS = {
    "bash": complete_bash.script,
    "zsh": complete_zsh.script,
    "fish": complete_fish.script,
}
COMMON_NAMES = {*(option.name for option in COMMON), "--help", "--surum"}
FILES = ("temiz.json", "paket.json.gz", "ay.zip", "rapor.xlsx", "veri.db", "iki söz.json")

_BASH = r"""
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_toplu_fatura
printf '%s\n' "${COMPREPLY[@]}"
"""
_TELL = {
    "bash": "told() { printf '%s\\n' \"$READLINE_LINE\" >told; READLINE_LINE=; }\n"
    "bind -x '\"\\C-t\": told'\n",
    "zsh": "told() { print -r -- $BUFFER >told; BUFFER= }; zle -N told; bindkey '^T' told\n",
}
_START = {"bash": ["bash", "--rcfile", "begin", "-i"], "zsh": ["zsh", "-i"]}


Offered: TypeAlias = Callable[[str, str], set[str]]


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")


SHELLS = [pytest.param(shell, marks=needs(shell)) for shell in ("bash", "fish")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of several kinds."""
    for name in FILES:
        (tmp_path / name).touch()
    (tmp_path / "giden").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts, by the shells' names."""
    made = tmp_path_factory.mktemp("scripts")
    for shell, script in SCRIPTS.items():
        (made / shell).write_text(script(), encoding="utf-8")
    return made


@pytest.fixture
def offered(scripts: Path, folder: Path) -> Offered:
    """What a shell offers for the last word of a line."""

    def offered(shell: str, line: str) -> set[str]:
        return _offered(scripts / shell, folder, line)

    return offered


def _offered(script: Path, folder: Path, line: str) -> set[str]:
    if script.name == "bash":
        words = [part for word in line.split(" ") for part in _split(word)]
        command = ["bash", "-c", f". {script}\n{_BASH}", "bash", *words]
    else:
        command = ["fish", "-N", "-c", f"source {script}; complete -C {json.dumps(line)}"]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    found = {text.partition("\t")[0] for text in done.stdout.splitlines() if text}
    return {text.rpartition("=")[2].rstrip("/") for text in found}  # of --tip=satis the value


def _split(word: str) -> list[str]:
    name, equals, value = word.partition("=")
    return [name, equals, value] if value else [part for part in (name, equals) if part] or [""]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_every_option_is_offered(shell: str, offered: Offered) -> None:
    assert offered(shell, "toplu-fatura ") == set(COMMANDS)
    assert offered(shell, "toplu-fatura --") == COMMON_NAMES
    for name, command in COMMANDS.items():
        own = {option.name for option in command.options}
        line = f"toplu-fatura --veritabani a.db {name} --"
        refused = set() if takes_quiet(name) else {"--sessiz"}
        assert offered(shell, line) == own | COMMON_NAMES - refused


@pytest.mark.parametrize("shell", SHELLS)
def test_the_words_that_a_value_may_be_are_offered(shell: str, offered: Offered) -> None:
    for name, command in COMMANDS.items():
        for option in command.options:
            if isinstance(option, Option) and option.choices:
                for equals in (" ", "="):
                    line = f"toplu-fatura {name} {option.name}{equals}"
                    assert offered(shell, line) == set(option.choices), line
        for place, operand in enumerate(command.operands):
            if words := command.choices.get(operand):
                before = "x " * place
                assert offered(shell, f"toplu-fatura {name} {before}") == set(words)


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_offered_by_their_endings_and_folders_always(
    shell: str, offered: Offered
) -> None:
    documents = {"temiz.json", "paket.json.gz", "ay.zip", "iki söz.json", "giden"}
    offers = offered(shell, "toplu-fatura iceri-aktar --seri A ")
    assert {name.replace("\\", "") for name in offers} == documents
    assert offered(shell, "toplu-fatura iceri-aktar t") == {"temiz.json"}
    assert offered(shell, "toplu-fatura geri-yukle ") == {"veri.db", "giden"}
    assert offered(shell, "toplu-fatura --veritabani v") == {"veri.db"}
    assert offered(shell, "toplu-fatura yedekle r") == {"rapor.xlsx"}
    assert offered(shell, "toplu-fatura tasi v") == {"veri.db"}
    assert offered(shell, "toplu-fatura tasi veri.db r") == {"rapor.xlsx"}
    assert offered(shell, "toplu-fatura iceri-aktar temiz.json ") == set()
    for free in ("goster ", "listele --cari ", "listele --tarih="):
        assert offered(shell, f"toplu-fatura {free}") == set(), free


@contextmanager
def at_prompt(script: Path, folder: Path) -> Iterator[int]:
    """An interactive shell that has read the script; yields its terminal."""
    shell = script.name
    begin = f". {script}\n{_TELL[shell]}"
    if shell == "zsh":
        begin = f"autoload -Uz compinit; compinit -u -D\n{begin}"
    for name in ("begin", ".zshrc"):
        (folder / name).write_text(begin)
    os.mkfifo(folder / "told")
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        _START[shell], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(folder, ZDOTDIR=str(folder), TERM="dumb"), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield terminal
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize("shell", [pytest.param(s, marks=needs(s)) for s in ("bash", "zsh")])
def test_tab_completes_what_is_typed(shell: str, scripts: Path, folder: Path) -> None:
    with at_prompt(scripts / shell, folder) as terminal:
        for typed, completed in {
            "toplu-fatura lis": "toplu-fatura listele ",
            "toplu-fatura --veritabani v": "toplu-fatura --veritabani veri.db ",
            "toplu-fatura listele --tip sa": "toplu-fatura listele --tip satis ",
            "toplu-fatura goster x --c": "toplu-fatura goster x --cari",
            "toplu-fatura iceri-aktar te": "toplu-fatura iceri-aktar temiz.json ",
            "toplu-fatura iceri-aktar i": "toplu-fatura iceri-aktar iki\\ söz.json ",
            "toplu-fatura tamamlama f": "toplu-fatura tamamlama fish ",
        }.items():
            os.write(terminal, f"{typed}\t\x14".encode())
            with open(folder / "told", encoding="utf-8") as told:  # waits for the shell
                assert told.read().rstrip(" =\n") == completed.rstrip(" ="), typed


def test_the_command_prints_the_script_and_needs_no_books(desk: Desk) -> None:
    for shell, script in SCRIPTS.items():
        said = desk.run("tamamlama", shell)
        assert (said.status, said.out, said.err) == (0, script(), "")
    assert not (desk.folder / ".local" / "share").exists()
    said = desk.run("tamamlama", "ksh")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("KABUK: ksh olamaz (bash, zsh, fish)")


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_declared_word_is_in_every_script(shell: str) -> None:
    script = SCRIPTS[shell]()
    for name, command in COMMANDS.items():
        assert name in script
        for option in command.options:
            assert option.name.removeprefix("--") in script


def test_every_command_and_option_is_in_the_usage_text() -> None:
    synopses: dict[str, str] = {}
    for entry in entries():
        assert entry.summary, entry.name
        synopses[entry.name] = f"{synopses.get(entry.name, '')} {entry.synopsis}"
    assert set(synopses) - {""} == set(COMMANDS)
    values, filters = value_words(), "\n".join(sections()["KISITLAR"])
    for name, command in COMMANDS.items():
        synopsis = synopses[name]
        for option in command.options:
            in_filters = "KISITLAR" in synopsis and f"{option.name} " in filters
            assert option.name in synopsis or in_filters, f"{name} {option.name}"
            assert not isinstance(option, Option) or values[option.name], option.name
        for operand in command.operands:
            assert operand in synopsis or set(command.choices[operand]) <= set(
                synopsis.replace("|", " ").split()
            )
