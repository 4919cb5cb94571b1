"""Runs one command and prints what it cost; a small process of its own, started for each run.

A process's peak memory includes, on Linux, that of the one that started it: this one is as small
as Python can be, and imports nothing of ours.
"""

import os
import sys
import time


def main() -> int:
    """Prints wall s, CPU s, peak (ru_maxrss) and exit status of the command in argv[1:]."""
    command = sys.argv[1:]
    nowhere = os.open(os.devnull, os.O_RDWR)
    quiet = [(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, nowhere, 1)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
    return 0


if __name__ == "__main__":
    sys.exit(main())
