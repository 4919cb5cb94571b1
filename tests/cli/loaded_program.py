"""The program, loaded once in a process that waits for orders; each command is a fork of it.

Loading takes a fifth of a second of a processor, a fork a tenth of that. A fork has the arguments,
folder, environment, umask and streams that it is given. It does not show what the program loads,
nor what Python reads from the environment as it starts, nor what it does at its end.
"""

from __future__ import annotations

import atexit
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

_PATIENCE = 60  # seconds; only a failure waits that long
_ROOMS = ("cli", "demo", "netsis", "sheets", "store", "transfer")


def run_loaded(
    arguments: list[str], folder: Path, env: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end; `given` comes to its standard input through a pipe."""
    umask = os.umask(0)
    os.umask(umask)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        read, write = os.pipe()
        writer = threading.Thread(target=_give, args=(write, given))
        order = json.dumps([arguments, str(folder), dict(env), umask])
        try:
            writer.start()
            status = _loaded().obey(order.encode(), [read, out.fileno(), err.fileno()])
        finally:
            os.close(read)  # what nobody reads is not waited for
            writer.join()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read(), err.read())


def _give(pipe: int, given: bytes) -> None:
    try:
        with os.fdopen(pipe, "wb") as stream:
            stream.write(given)
    except BrokenPipeError:
        pass


class _Loaded:
    """The process that waits, and the line to it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(_PATIENCE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                env=os.environ | {"LANG": "C.UTF-8"}, start_new_session=True,
            )  # fmt: skip
        atexit.register(self.end)

    def obey(self, order: bytes, streams: list[int]) -> int:
        try:
            socket.send_fds(self._line, [order], streams)
            return int(self._line.recv(16))
        except OSError:  # it hangs: the next command gets another process
            _loaded.cache_clear()
            os.killpg(self._process.pid, signal.SIGKILL)
            raise

    def end(self) -> None:
        self._line.close()
        self._process.wait()


_loaded = cache(_Loaded)


# In that process


def _serve(line: socket.socket) -> None:
    """Fork for each order; returns in the fork."""
    while True:
        order, streams, _, _ = socket.recv_fds(line, 1 << 20, 3)
        if not order:
            os._exit(0)
        child = os.fork()
        if not child:
            line.close()
            _become(order, streams)
            return
        for stream in streams:
            os.close(stream)
        _, ended = os.waitpid(child, 0)
        line.send(b"%d" % os.waitstatus_to_exitcode(ended))


def _become(order: bytes, streams: list[int]) -> None:
    arguments, folder, env, umask = json.loads(order)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = sys.__stdin__ = open(0)  # noqa: SIM115  # open to the end, as below
    sys.stdout = sys.__stdout__ = open(1, "w")  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", errors="backslashreplace")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    os.umask(umask)
    sys.argv[1:] = arguments


def _load() -> None:
    import app

    for room in _ROOMS:
        package = import_module(f"{app.__name__}.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])
    from app.__main__ import main

    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # the interpreter's own end takes longer than most commands
