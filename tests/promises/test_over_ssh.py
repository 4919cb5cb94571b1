"""Over a real OpenSSH, dropped at either end: what was cut off is told of, and gone on with.

The server is the current user's own, on loopback, and knows no key but the one made for the test.
"""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cut_off import ASKS, MANY, QUIET, Desk, children
from lines import ROOT

from app.domain.text import turkish_count
from tests.scale import some
from tests.terminal.starting import command
from tests.terminal.watched import PATIENCE, Watched, says

pytestmark = pytest.mark.files_only

F2, F3, F5, F10 = "\x1bOQ", "\x1bOR", "\x1b[15~", "\x1b[21~"
NEEDED = ("sshd", "ssh", "ssh-keygen")
RUN = Path("/run/sshd")  # where sshd of root locks itself in; Debian makes it at each boot


class Server:
    """An sshd on a port that was free a moment ago, and the way to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("host", "user"):
            made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(made, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        )
        command = [found("sshd"), "-D", "-e", "-f", str(config)]
        with (folder / "sshd.log").open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)

    def wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
        pytest.fail(f"sshd has not started: {(self.folder / 'sshd.log').read_text()}")

    def opened(self, books: Path) -> Watched:
        """The program at the other end, in a terminal of its own."""
        setting = {
            "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONUTF8": "1",
            "XDG_STATE_HOME": os.devnull,
        }  # fmt: skip
        program = [sys.executable, "-m", "app", "--veritabani", str(books)]
        options = [
            f"UserKnownHostsFile={self.folder}/known_hosts", "StrictHostKeyChecking=accept-new",
            "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "ControlPath=none",
        ]  # fmt: skip
        there = ["env", *(f"{name}={value}" for name, value in setting.items()), *program]
        ssh = command(
            "ssh", "-F", os.devnull, "-tt", "-q", "-p", self.port, "-i", self.folder / "user",
            *(f"-o{option}" for option in options), f"{getpass.getuser()}@127.0.0.1",
            shlex.join(there),
        )  # fmt: skip
        return Watched(ssh)


def found(program: str) -> str:
    """Its whole path, which sshd wants to be started by."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    return path or pytest.skip(f"{program} is missing (Debian: openssh-server, openssh-client)")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    for program in NEEDED:
        found(program)
    if os.getuid() == 0:
        RUN.mkdir(mode=0o755, exist_ok=True)  # it stays: another server may have need of it
    it = Server(tmp_path_factory.mktemp("ssh"))
    try:
        it.wait_until_it_listens()
        yield it
    finally:
        for pid in children(it.process.pid):
            end(pid)
        it.process.kill()
        it.process.wait()


def end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def the_client_dies(line: Watched, _server: Server) -> None:
    end(line.program.pid)


def the_session_dies(_line: Watched, server: Server) -> None:
    for pid in children(server.process.pid):
        end(pid)


def running_on(books: Path) -> list[int]:
    """The processes that have these books in their command line, the client apart."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if os.fsencode(books) in arguments:
                found.append(int(process.name))
    return found


@pytest.mark.parametrize("drops", some([the_client_dies, the_session_dies], 1))
def test_an_import_goes_on_over_a_new_line(
    desk: Desk, server: Server, drops: Callable[[Watched, Server], None]
) -> None:
    with desk.yielding(), server.opened(desk.books) as line:
        line.press("", says(QUIET))
        line.press(F3, says("[İçeri Aktar]"))
        line.press(f"{desk.many}{F5}", says("7.000 hazır"))
        line.press("a" + F2, says("7.000 belge numarasını korur"))
        line.press("\r\r", says("İçeri aktarma", "Aktarıldı "))
        assert running_on(desk.books)
        drops(line, server)
        deadline = time.monotonic() + PATIENCE
        while running_on(desk.books):
            assert time.monotonic() < deadline, "the program outlives its line"
    first = desk.saved()
    assert 0 < first < MANY
    assert desk.runs() == ["suruyor"]
    rest = turkish_count(MANY - first)
    with server.opened(desk.books) as line:
        line.press("", says(ASKS, f"{turkish_count(first)} belge aktarıldı"))
        line.press("e", says(f"{turkish_count(first)} uyarılı. Sürdürmek için a, sonra F2"))
        line.press("a" + F2, says("[✓] Daha önce aktarılanları atla", "belge atlanır"))
        line.press("\r\r\r", says(f"Aktarım tamamlandı: {rest} belge aktarıldı"))
        line.type(F10)
        assert line.wait_for_end() == 0
    assert desk.saved() == MANY
    assert desk.runs() == ["suruyor", "tamam"]
