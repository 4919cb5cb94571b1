"""Start a program on a terminal: by a command, or as a fork of our program, which is loaded."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tests.cli.loaded_program import Fork

ROOT = Path(__file__).parents[2]


class Process(Protocol):
    """What was started, as `subprocess` has it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def kill(self) -> None: ...


Start = Callable[[int, Mapping[str, str], bool], Process]
"""Starts on a terminal, with an environment; whether the terminal is to send it signals."""


def command(*words: object) -> Start:
    """Start a command."""

    def start(terminal: int, environment: Mapping[str, str], controls: bool) -> Process:
        return subprocess.Popen(
            list(map(str, words)), stdin=terminal, stdout=terminal, stderr=terminal,
            env=environment, start_new_session=True,
            preexec_fn=_take_terminal if controls else None,
        )  # fmt: skip

    return start


def anew(*arguments: object) -> Start:
    """Start our program as a user does: what is about starting it needs that."""
    return command(sys.executable, "-m", "app", *arguments)


def loaded(*arguments: object, script: str = "", ignored: Sequence[int] = ()) -> Start:
    """Start our program, or a script in its place, without loading it again."""

    def start(terminal: int, environment: Mapping[str, str], controls: bool) -> Process:
        return Fork(
            list(map(str, arguments)), Path.cwd(), environment, (terminal, terminal, terminal),
            controls=controls, ignored=ignored, script=script,
        )  # fmt: skip

    return start


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a program on a terminal that can do much."""
    return {
        **os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT), **more,
    }  # fmt: skip
