"""A fork of the loaded program does and says what a process that loads it does and says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.commandline import Desk, environment
from tests.cli.loaded_program import Fork


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--surum"],
        ["listele", "--veritabani", "defter.db", "--json"],
        ["goster", "A-77", "--veritabani", "defter.db"],
        ["listele", "--boyle-bir-secenek-yok"],
        ["disari-aktar", "~/olmaz", "--veritabani", "defter.db"],
        ["--olustur", "--veritabani", "yeni.db", "denetle"],
    ],
)
def test_a_fork_says_what_a_new_process_says(shop: Desk, arguments: list[str]) -> None:
    said, made = shop.run(*arguments), modes(shop)
    (shop.folder / "yeni.db").unlink(missing_ok=True)
    assert (shop.run_anew(*arguments), modes(shop)) == (said, made)


def test_a_fork_reads_what_it_is_given(shop: Desk) -> None:
    text = shop.ask("disari-aktar", "-").out
    look = ("iceri-aktar", "-", "--kaynak-no", "--dene", "--veritabani", shop.database)
    assert shop.run(*look, given=text.encode()) == shop.run_anew(*look, input=text.encode())


def test_several_threads_may_ask_a_fork_how_it_ended(tmp_path: Path) -> None:
    with open(os.devnull, "r+b") as nothing, ThreadPoolExecutor() as others:
        for _ in range(30):
            streams = (nothing.fileno(),) * 3
            with Fork([], tmp_path, environment(tmp_path), streams, script="exit(5)") as fork:
                waiting = others.submit(fork.wait)
                while fork.poll() is None:
                    pass
                assert (fork.poll(), waiting.result()) == (5, 5)


def modes(desk: Desk) -> dict[str, int]:
    """The files in the folder of a desk, and who may use them."""
    return {path.name: path.stat().st_mode for path in desk.folder.iterdir()}
