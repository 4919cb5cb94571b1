"""Bookkeeping offices, simulated from seeds: work, kills, faults, file acts, a second user.

python -m tests.promises.simulate [--tohum N] [--adim M] [--kez K]

After each step denetle finds nothing, and the books hold what a model in memory says: each
document that was reported as saved, and nothing that nobody imported. What happened to the files
may be refused instead, with a sentence; then they are put back, or the backup is. A seed that
fails is run again with fewer and fewer steps, and the shortest list of steps that still fails is
printed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple

from app.store.engine import file_checks
from tests.promises.file_acts import FORK, foreign_files
from tests.promises.simulated_file_acts import act_on_closed, act_on_killed, act_on_open
from tests.promises.simulated_office import Office
from tests.promises.simulated_undo import kill_an_undo, restore_an_import, undo_an_import

STEPS: Final = 8
_PATIENCE = 120  # seconds for a step; only a failure takes that long


class Step(NamedTuple):
    """One thing that happens: its name, and the seed of all that is left to chance in it."""

    name: str
    seed: str


class _Done(NamedTuple):
    """Where a player is: the step that it begins, or what went wrong with it."""

    step: str
    told: Counter[str]
    wrong: str = ""


WORK: Final[dict[str, Callable[[Office, random.Random], None]]] = {
    name.removeprefix("do_"): step for name, step in vars(Office).items() if name.startswith("do_")
} | {
    step.__name__: step
    for step in (
        act_on_closed, act_on_killed, act_on_open, undo_an_import, restore_an_import, kill_an_undo,
    )
}  # fmt: skip


def steps_of(seed: int, count: int) -> list[Step]:
    """The steps of a seed; each has its own chance, so that one can be left out."""
    chance = random.Random(seed)
    return [Step(chance.choice(list(WORK)), f"{seed}-{n}") for n in range(count)]


def play(steps: Iterable[Step], told: Counter[str] | None = None) -> str:
    """Do the steps in new books; what went wrong, or nothing. `told` counts what was refused.

    A process of its own does them: a step that hangs or ends its process is a failure too.
    """
    foreign_files()  # made once, for all players
    ours, theirs = FORK.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as folder:
        player = FORK.Process(target=_play, args=(steps, Path(folder), theirs))
        player.start()
        theirs.close()
        last = _Done("the beginning", Counter())
        with suppress(EOFError):
            while ours.poll(_PATIENCE):
                last = ours.recv()
        player.kill()
        player.join()
        ours.close()
    if told is not None:
        told.update(last.told)
    if last.step:
        return last.wrong or f"{last.step}: it hung, or ended its process"
    return ""


def _play(steps: Iterable[Step], folder: Path, pipe: Connection) -> None:
    file_checks._LOOKS = 2  # nobody opens the books at the same moment: that is not waited for
    office = Office(folder)
    for step in steps:
        pipe.send(_Done(step.name, office.told))
        try:
            WORK[step.name](office, random.Random(step.seed))
            office.check()
        except Exception as error:
            detail = traceback.format_exc(limit=-2)
            pipe.send(_Done(step.name, office.told, f"{step.name}: {error!r}\n{detail}"))
            os._exit(1)
    pipe.send(_Done("", office.told))
    os._exit(0)


def shrink(steps: list[Step]) -> list[Step]:
    """The fewest of failing steps that still fail, one left out at a time."""
    place = 0
    while place < len(steps):
        fewer = steps[:place] + steps[place + 1 :]
        if play(fewer):
            steps = fewer
        else:
            place += 1
    return steps


def simulate(seed: int, count: int = STEPS, told: Counter[str] | None = None) -> str:
    """Nothing; or of a seed that fails the shortest list of its steps, and what went wrong."""
    steps = steps_of(seed, count)
    wrong = play(steps, told)
    if not wrong:
        return ""
    fewest = shrink(steps)
    names = ", ".join(f"{step.name} ({step.seed})" for step in fewest)
    return f"seed {seed}: {names}\n{play(fewest) or wrong}"


def main() -> int:
    """Simulate seeds; the exit status says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.simulate")
    parser.add_argument("--tohum", type=int, default=1, help="first seed (1)")
    parser.add_argument("--adim", type=int, default=STEPS, help=f"steps of each ({STEPS})")
    parser.add_argument("--kez", type=int, default=1, help="how many seeds (1)")
    options = parser.parse_args()
    failed, told = 0, Counter[str]()
    for seed in range(options.tohum, options.tohum + options.kez):
        if wrong := simulate(seed, options.adim, told):
            failed += 1
            print(wrong, flush=True)
    for what, times in sorted(told.items()):
        print(f"{times:6} × {what}")
    print(f"{options.kez} seeds of {options.adim} steps, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
