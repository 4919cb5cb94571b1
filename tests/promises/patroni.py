"""A fail-over by Patroni: two nodes and a witness; the node that is written ends at once.

python -m tests.promises.patroni --patroni FOLDER [--kez N] tells what was lost, and how long
nothing could be written. FOLDER is the `bin` of an environment with `patroni[raft]` and
`psycopg[binary]`, which the server's user can run.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.promises.failover import FailOver
from tests.store import server
from tests.store.bookkeeping import document, failures, rows
from tests.transfer.carrying import write

SERIES = "PAT"
_PATIENCE = 60  # seconds for a cluster to stand


@dataclass
class Node:
    """A Patroni with its PostgreSQL, or a witness that only votes."""

    name: str
    folder: Path
    raft: int
    rest: int = 0
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self, patroni: Path, program: str) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [patroni / program, self.folder / f"{self.name}.yml"], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                **server._as(server._user()),
            )  # type: ignore[call-overload]  # fmt: skip

    def role(self) -> str:
        """What it says of itself: primary, replica and its state, or nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/patroni", timeout=1) as said:
                found = json.load(said)
        except (OSError, ValueError):
            return ""
        return f"{found.get('role')} {found.get('replication_state') or found.get('state')}"

    def kill(self) -> None:
        """End Patroni and its PostgreSQL at once, as a machine that is switched off."""
        assert self.process
        self.process.kill()
        for pid in _children(self.folder / self.name):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def _children(data: Path) -> list[int]:
    """The processes of the PostgreSQL of this folder."""
    try:
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        below = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    except (OSError, ValueError):
        return []
    return [postmaster, *map(int, below.split())]


def _ports(number: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _settings(node: Node, others: list[Node], binaries: Path) -> dict[str, object]:
    place, rest = f"127.0.0.1:{node.port}", f"127.0.0.1:{node.rest}"
    return {
        "scope": "firma",
        "name": node.name,
        "restapi": {"listen": rest, "connect_address": rest},
        "raft": {
            "data_dir": str(node.folder / f"{node.name}-raft"),
            "self_addr": f"127.0.0.1:{node.raft}",
            "partner_addrs": [f"127.0.0.1:{one.raft}" for one in others],
        },
        "bootstrap": {
            "dcs": {
                "ttl": 20, "loop_wait": 2, "retry_timeout": 3, "synchronous_mode": True,
                "postgresql": {"use_pg_rewind": False},
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}],
        },
        "postgresql": {
            "listen": place, "connect_address": place, "bin_dir": str(binaries),
            "data_dir": str(node.folder / node.name),
            "pgpass": str(node.folder / f"{node.name}.pgpass"),
            "authentication": {
                "superuser": {"username": "postgres"}, "replication": {"username": "kopya"}
            },
            "pg_hba": [f"host {what} all 127.0.0.1/32 trust" for what in ("all", "replication")],
            "parameters": {"unix_socket_directories": str(node.folder)},
        },
    }  # fmt: skip


@contextmanager
def cluster(patroni: Path) -> Iterator[list[Node]]:
    """Two nodes and a witness: the first is written, the second follows synchronously."""
    binaries = server.programs()
    assert binaries, "no PostgreSQL"
    with server.room() as folder:
        binaries = server._reachable(binaries, folder)
        ports = _ports(7)
        nodes = [Node(f"n{n}", folder, *ports[3 * n : 3 * n + 3]) for n in range(2)]
        every = [*nodes, Node("tanik", folder, ports[6])]
        for node in every:
            others = [one for one in every if one is not node]
            text = json.dumps(_settings(node, others, binaries))  # JSON is YAML
            (folder / f"{node.name}.yml").write_text(text)
        try:
            for node in every:
                node.start(patroni, "patroni" if node.port else "patroni_raft_controller")
            _until(lambda: _leader(nodes) is not None and _follows(nodes), folder)
            yield nodes
        finally:
            for node in every:
                node.kill()


def _leader(nodes: list[Node]) -> Node | None:
    return next((n for n in nodes if n.role().split()[:1] in (["primary"], ["master"])), None)


def _follows(nodes: list[Node]) -> bool:
    return any(node.role() == "replica streaming" for node in nodes)


def _until(is_so: object, folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not is_so():  # type: ignore[operator]
        logs = "\n".join(log.read_text()[-2000:] for log in folder.glob("*.log"))
        assert time.monotonic() < end, logs
        time.sleep(0.2)


def fail_over(patroni: Path, folder: Path, documents: int) -> FailOver:
    """Import over both addresses; kill the node that is written meanwhile."""
    seen = FailOver()
    file = write(folder / "x.json", (document(f"A-{n}") for n in range(1, documents + 1)))
    with cluster(patroni) as nodes:
        time.sleep(5)  # Patroni has to name the synchronous standby
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        url = f"postgresql://postgres@{hosts}/postgres?sema=FIRMA"
        open_database(url)
        incoming = IncomingFile(file)
        killer = threading.Thread(target=_kill, args=(seen, nodes))
        killer.start()
        rule = ImportRule(series=SERIES, create_cards=True)
        run_import(incoming, None, rule, told=seen.tell)
        killer.join()
        incoming.close()
        close_database()
        assert failures(url) == []
        seen.stored = [str(n) for (n,) in rows("SELECT number FROM invoice ORDER BY id")]
        close_database()
    return seen


def _kill(seen: FailOver, nodes: list[Node]) -> None:
    while not seen.told:
        time.sleep(0.001)
    leader = _leader(nodes)
    assert leader
    seen.killed = time.monotonic()
    leader.kill()


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.patroni", description=__doc__)
    parser.add_argument("--patroni", type=Path, required=True, help="where `patroni` is")
    parser.add_argument("--kez", type=int, default=1, help="how many times")
    parser.add_argument("--fatura", type=int, default=20_000, help="documents of the import")
    options = parser.parse_args()
    worst = 0
    for _ in range(options.kez):
        with tempfile.TemporaryDirectory() as folder:
            seen = fail_over(options.patroni, Path(folder), options.fatura)
        lost = len(set(seen.told) - set(seen.stored))
        worst = max(worst, lost)
        when = f"a commit {seen.down:.2f} s after the kill" if seen.meanwhile else "it had ended"
        print(f"{len(seen.told)} told, {lost} lost, {len(seen.stored)} stored; {when}")
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
