"""Helper for tests of the command line: the real program in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.loaded_program import run_loaded
from tests.store.bookkeeping import opened, typed

ROOT = Path(__file__).parents[2]
SMALLEST_PIPE = 4096  # bytes; about 40 lines of `--json`


@dataclass
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of this machine's user but the search path, and where tests keep the log."""
    kept = {name: os.environ[name] for name in ("PATH", "XDG_STATE_HOME") if name in os.environ}
    plain = kept | {"HOME": str(home), "LANG": "C.UTF-8"}
    return plain | {"PYTHONPATH": str(ROOT)} | more


def command(*arguments: object, patient: bool = False) -> list[str]:
    """The program with these arguments; `patient` gives a job all the time it wants to stop.

    Else a job that was asked to stop is cut off after a moment, which a busy machine may need.
    """
    program = ["-c", _PATIENT] if patient else ["-m", "app"]
    return [sys.executable, *program, *map(typed, arguments)]


_PATIENT = """
import sys
from app.__main__ import main
from app.cli import signals
signals._PATIENCE = 60
sys.exit(main())
"""


def interruptible() -> None:
    """In the child: Ctrl+C and the rest as a terminal's shell leaves them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _said(done: subprocess.CompletedProcess[bytes]) -> Said:
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in said.err, said.err
    assert "\x1b" not in said.out + said.err
    return said


class Desk:
    """Someone at a shell in a folder of their own, with a database in it; at first it is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "defter.db"
        with opened(self.database):
            pass

    def run(
        self, *arguments: object, env: dict[str, str] | None = None, given: bytes = b""
    ) -> Said:
        """Run the program as it is typed, in a fork; `given` comes to its standard input."""
        surroundings = environment(self.folder, **(env or {}))
        return _said(run_loaded(list(map(typed, arguments)), self.folder, surroundings, given))

    def run_anew(self, *arguments: object, **more: Any) -> Said:
        """The same in a process that loads the program itself; `more` is for the process."""
        return _said(
            subprocess.run(
                command(*arguments), cwd=self.folder, env=environment(self.folder),
                capture_output=True, timeout=60, **more,
            )
        )  # fmt: skip

    def ask(self, *arguments: object, **more: Any) -> Said:
        """The same, on the desk's database."""
        return self.run("--veritabani", self.database, *arguments, **more)

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Begin a command on the desk's database and do not wait for it.

        It cannot get far ahead of who reads its output: the pipe is as small as can be.
        """
        return subprocess.Popen(
            command("--veritabani", self.database, *arguments, patient=True), cwd=self.folder,
            env=environment(self.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=interruptible, bufsize=0, pipesize=SMALLEST_PIPE,
        )  # fmt: skip
