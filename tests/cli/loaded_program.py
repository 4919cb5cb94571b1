"""The program, loaded once in a process that waits for orders; each start of it is a fork.

Loading takes a quarter of a second of a processor with the screens, a fork a twentieth of that. A
fork has the arguments, folder, environment, umask, terminal and streams that it is given. It does
not show what the program loads, nor what Python reads from the environment as it starts, nor what
it does at its end.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

_PATIENCE = 60  # seconds; only a failure waits that long
_ROOMS = ("cli", "demo", "netsis", "sheets", "store", "transfer", "tui")
_MOST = 1 << 20  # bytes of an order


def run_loaded(
    arguments: list[str], folder: Path, env: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end; `given` comes to its standard input through a pipe."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        read, write = os.pipe()
        writer = threading.Thread(target=_give, args=(write, given))
        try:
            writer.start()
            streams = (read, out.fileno(), err.fileno())
            with Fork(arguments, folder, env, streams) as fork:
                status = fork.wait(_PATIENCE)
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


class Fork:
    """The program, started in a session of its own; to be used as a `subprocess.Popen` is.

    Several threads may ask how it ended.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        streams: tuple[int, int, int],
        *,
        controls: bool = False,
        ignored: Sequence[int] = (),
        script: str = "",
    ) -> None:
        """`controls`: the first stream is the terminal that sends it signals.

        The signals in `ignored` are so from the start. A `script` is run in place of the program.
        """
        self.returncode: int | None = None
        self._asking = threading.Lock()
        umask = os.umask(0)
        os.umask(umask)
        order = [list(arguments), str(folder), dict(env), umask, controls, list(ignored), script]
        self._line = _loaded().obey(json.dumps(order).encode(), streams)
        pid, (self._handle, *_), _, _ = socket.recv_fds(self._line, 16, 1)
        self.pid = int(pid)

    def __enter__(self) -> Fork:
        return self

    def __exit__(self, *_: object) -> None:
        if self.poll() is None:
            self.kill()
        self.wait()

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self._asking.acquire(blocking=False):
            try:
                self._ask(0)
            finally:
                self._asking.release()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; how. Raises subprocess.TimeoutExpired."""
        with self._asking:
            self._ask(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("a fork", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ask(self, timeout: float | None) -> None:
        if self.returncode is None and select.select([self._line], [], [], timeout)[0]:
            self.returncode = int(self._line.recv(16))
            self._line.close()
            os.close(self._handle)


class _Loaded:
    """The process that waits, and the line to it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                env=os.environ | {"LANG": "C.UTF-8"}, start_new_session=True,
            )  # fmt: skip
        atexit.register(self.end)

    def obey(self, order: bytes, streams: Sequence[int]) -> socket.socket:
        """Give an order; the line on which the answers come."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_PATIENCE)
        with theirs:
            socket.send_fds(self._line, [order], [theirs.fileno(), *streams])
        return ours

    def end(self) -> None:
        self._line.close()
        self._process.wait()


_loaded = cache(_Loaded)


# In that process


class _Server:
    """Forks for each order, and tells how each fork ends."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._running = dict[int, tuple[int, socket.socket]]()  # the fork and its line, by handle
        self._poll = select.poll()
        self._poll.register(orders, select.POLLIN)

    def serve(self) -> tuple[bytes, list[int]]:
        """Serve until the other end is gone; returns in each fork, with its order and streams."""
        while True:
            for ready, _ in self._poll.poll():
                if ready in self._running:
                    self._tell_end(ready)
                elif order := self._start():
                    return order

    def _tell_end(self, handle: int) -> None:
        self._poll.unregister(handle)
        os.close(handle)
        child, line = self._running.pop(handle)
        _, ended = os.waitpid(child, 0)
        with line, suppress(BrokenPipeError):
            line.send(b"%d" % os.waitstatus_to_exitcode(ended))

    def _start(self) -> tuple[bytes, list[int]] | None:
        """Fork; None in this process."""
        order, given, _, _ = socket.recv_fds(self._orders, _MOST, 4)
        if not order:
            os._exit(0)
        answers, *streams = given
        line = socket.socket(fileno=answers)
        child = os.fork()
        if not child:
            line.close()
            self._leave()
            return order, streams
        handle = os.pidfd_open(child)
        self._running[handle] = child, line
        self._poll.register(handle, select.POLLIN)
        socket.send_fds(line, [b"%d" % child], [handle])
        for stream in streams:
            os.close(stream)
        return None

    def _leave(self) -> None:
        self._orders.close()
        for handle, (_, line) in self._running.items():
            os.close(handle)
            line.close()


def _become(order: bytes, streams: list[int]) -> str:
    """Take what is ordered; the script that is to be run, if any."""
    arguments, folder, env, umask, controls, ignored, script = json.loads(order)
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if controls:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = sys.__stdin__ = open(0)  # noqa: SIM115  # open to the end, as below
    sys.stdout = sys.__stdout__ = open(1, "w")  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", errors="backslashreplace")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    os.umask(umask)
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
    sys.argv[1:] = arguments
    return script


def load() -> None:
    """Import every module of the program."""
    import app

    for room in _ROOMS:
        package = import_module(f"{app.__name__}.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)


def _run(script: str) -> int:
    from app.__main__ import main

    if not script:
        return main()
    try:
        exec(compile(script, "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])
    load()
    gc.collect()
    gc.freeze()  # else each fork would copy what its collector looks at
    status = _run(_become(*_Server(socket.socket(fileno=int(sys.argv[1]))).serve()))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # the interpreter's own end takes longer than most commands
