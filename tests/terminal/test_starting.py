"""On a terminal a fork of the loaded program shows and does what a process that loads it does."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scale import some
from tests.terminal.starting import Start, anew, loaded
from tests.terminal.watched import Watched, says
from tests.terminal.wire_costs import F5, first_screen, on_books

F10 = "\x1b[21~"
STARTS = [loaded, anew]


def first_list(start: Start, **environment: str) -> tuple[object, ...]:
    """The first screen, the list, what is left after F10, and how it ended."""
    with Watched(start, **environment) as it:
        first_screen(it)
        begin = it.screen.cells
        it.type(F5)
        it.wait_for(says("belge listelendi"))
        listed = it.screen.cells
        it.type(F10)
        return begin, listed, it.wait_for_end(), it.screen.cells


ENVIRONMENTS = [{}, {"TOPLU_FATURA_SURUCU": "textual"}, {"TERM": "vt220"}, {"NO_COLOR": "1"}]


@pytest.mark.parametrize("environment", some(ENVIRONMENTS, 2))
def test_both_show_the_same(filled_books: Path, environment: dict[str, str]) -> None:
    one, other = (first_list(start(*on_books(filled_books)), **environment) for start in STARTS)
    assert one == other


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("keys", ["\x03", "\x1c"])
def test_its_terminal_sends_it_signals(
    tmp_path: Path, start: Callable[..., Start], keys: str
) -> None:
    """At the question the terminal still makes signals of Ctrl+C and Ctrl+\\."""
    with Watched(start("--veritabani", tmp_path / "yeni.db")) as it:
        it.wait_for(says("Oluşturulsun mu?"))
        it.type(keys)
        assert it.wait_for_end() == {"\x03": 130, "\x1c": -signal.SIGQUIT}[keys]


@pytest.mark.parametrize("start", STARTS)
def test_a_signal_ends_it(filled_books: Path, start: Callable[..., Start]) -> None:
    with Watched(start(*on_books(filled_books))) as it:
        first_screen(it)
        it.program.send_signal(signal.SIGTERM)
        assert it.wait_for_end() == 128 + signal.SIGTERM


def test_a_script_runs_in_place_of_the_program_and_ignores_what_it_is_told_to() -> None:
    script = """
import os, signal, sys
print(sys.argv[1:], signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, os.environ["TERM"])
sys.exit(7)
"""
    with Watched(loaded("a b", script=script, ignored=[signal.SIGHUP]), TERM="linux") as it:
        assert it.wait_for_end() == 7
        it.wait_for(says("['a b'] True linux"))
