"""`python -m tests.mutants`: puts slips into a copy of the code, one at a time; tests must notice.

The exit status is 1 where a slip survives, or where the tests fail without one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests.mutants.slips import FILES, FOLDERS, ROOT, Slip, load

PASSED, FAILED = 0, 1  # pytest's exit status; any other says that the tests did not run
PATIENCE = 300  # seconds; a slip by which the tests never end is noticed too
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".hypothesis", "mutants")
_NOTICED = re.compile(r"^(?:FAILED|ERROR) \S+?::(\S+)", re.MULTILINE)


class Verdict(NamedTuple):
    """Whether a slip was noticed, by which test, and after how many seconds."""

    slip: Slip
    word: str
    noticed_by: str
    seconds: float


def main() -> int:
    """Run and print a table."""
    options = _options()
    slips = [slip for slip in load() if options.only in slip.name]
    if options.list:
        for slip in slips:
            print(f"{slip.name}  ({slip.file})")
        return 0
    wrong = [f"{slip.name}: {reason}" for slip in slips if (reason := slip.wrong())]
    if wrong or not slips:
        print("\n".join(wrong) or "no such slip", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="toplu-fatura-mutants-") as folder:
        os.chmod(folder, 0o755)  # tests become other users, who have to reach the program
        copies = [_copied(Path(folder) / str(n)) for n in range(options.jobs)]
        if not _passes_as_it_is(copies[0], slips):
            return 1
        return _judge(copies, slips)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="only slips with this in their name")
    parser.add_argument("--list", action="store_true", help="name them and do nothing")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (2)")
    return parser.parse_args()


def _copied(copy: Path) -> Path:
    copy.mkdir()
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy(ROOT / name, copy)
    # By default Python takes a changed file of the same size and second for unchanged.
    compile_all = ("-m", "compileall", "-q", "--invalidation-mode", "checked-hash")
    subprocess.run([sys.executable, *compile_all, copy / "app"], check=True)
    return copy


def _passes_as_it_is(copy: Path, slips: Sequence[Slip]) -> bool:
    tests = sorted({test for slip in slips for test in slip.tests})
    status, said = _run(copy, tests)
    if status != PASSED:
        print(f"{said}\nthe tests fail without any slip", file=sys.stderr)
    return status == PASSED


def _judge(copies: Iterable[Path], slips: Sequence[Slip]) -> int:
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def judge(slip: Slip) -> Verdict:
        copy = free.get()
        try:
            return _verdict(copy, slip)
        finally:
            free.put(copy)

    width = max(len(slip.name) for slip in slips)
    survived = 0
    with ThreadPoolExecutor(free.qsize()) as pool:
        for verdict in pool.map(judge, slips):
            survived += verdict.word != "killed"
            print(
                f"{verdict.slip.name:<{width}}  {verdict.word:<8}  {verdict.seconds:5.1f} s  "
                f"{verdict.noticed_by}",
                flush=True,
            )
    print(f"{len(slips)} slips: {len(slips) - survived} killed, {survived} not")
    return 1 if survived else 0


def _verdict(copy: Path, slip: Slip) -> Verdict:
    begin = time.monotonic()
    before = slip.apply(copy)
    try:
        status, said = _run(copy, slip.tests)
    finally:
        (copy / slip.file).write_text(before, encoding="utf-8")
    noticed = _NOTICED.search(said)
    word = {PASSED: "SURVIVED", FAILED: "killed"}.get(status, "BROKEN")
    return Verdict(slip, word, noticed[1] if noticed else "", time.monotonic() - begin)


def _run(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """pytest's exit status and words; tests that go on for ever have failed."""
    # Always the same examples: what only luck finds is not noticed.
    options = ("-x", "-n0", "-p", "no:cacheprovider", "--hypothesis-seed=0", "--tb=line")
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests], cwd=copy, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=PATIENCE if len(tests) < 10 else None)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.communicate()
        return FAILED, "no end"
    return process.returncode, said


if __name__ == "__main__":
    sys.exit(main())
