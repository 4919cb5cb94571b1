"""A line to a PostgreSQL server that a test can cut: a proxy on a socket of its own."""

from __future__ import annotations

import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"
_PIECE = 1 << 16
_PATIENCE = 30  # seconds; only a failure waits that long


@dataclass
class Line:
    """What goes over it, message by message."""

    folder: Path
    """Where clients find its socket."""
    server: Path
    """Where the server's socket is."""
    messages: list[bytes] = field(default_factory=list)
    """What clients have sent since `watch`: the kind of each, and of a query its text."""
    is_down: bool = False
    """Whether nobody can connect."""
    cuts: int = 0
    then: Callable[[], object] = lambda: None
    """What happens when the server has done what it had got before the cut."""
    _carriers: list[threading.Thread] = field(default_factory=list)
    _before: Callable[[int, bytes], bool] = lambda *_: False
    _after: Callable[[int, bytes], bool] = lambda *_: False
    _lasting: bool = False

    def watch(
        self,
        before: Callable[[int, bytes], bool] = lambda *_: False,
        after: Callable[[int, bytes], bool] = lambda *_: False,
        *,
        lasting: bool = False,
    ) -> None:
        """Cut the line before the first message of which `before` says so, by number and text;
        or once the server has done it, so that its answer is lost. `lasting`: nobody gets through
        any more.
        """
        self.messages.clear()
        self.cuts, self.is_down = 0, False
        self._before, self._after, self._lasting = before, after, lasting

    def url(self, schema: str, more: str = "") -> str:
        """The address of a schema over this line."""
        return f"postgresql:///postgres?host={self.folder}&user=postgres&sema={schema}{more}"

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            if self.is_down:
                client.close()
                continue
            carrier = threading.Thread(target=self._carry, args=(client,), daemon=True)
            self._carriers.append(carrier)
            carrier.start()

    def settle(self) -> None:
        """Wait until the server has ended what came from clients that are gone."""
        while self._carriers:
            self._carriers.pop().join(_PATIENCE)

    def _carry(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server, suppress(OSError):
            server.connect(str(self.server / _SOCKET))
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            is_cut = False
            try:
                is_cut = self._forward(client, server)
            finally:
                server.shutdown(socket.SHUT_WR)  # it does what it has got, then it sees the end
                back.join()
            if is_cut:
                self.then()

    def _forward(self, client: socket.socket, server: socket.socket) -> bool:
        """Forward messages until the client goes, or the line is to be cut; tell whether it was."""
        stream = client.makefile("rb")
        begun = is_cut = False
        while not is_cut and (message := _message(stream, begun=begun)):
            begun = True
            number = len(self.messages)
            is_told = message[:1] in (b"Q", b"P")
            self.messages.append(message[:1] + message[5:] if is_told else message[:1])
            text = self.messages[-1]
            is_cut = not self.cuts and self._before(number, text)
            if is_cut:
                self._cut(client)
                break
            is_cut = not self.cuts and self._after(number, text)
            if is_cut:
                self._cut(client)
            server.sendall(message)
        return is_cut

    def _cut(self, client: socket.socket) -> None:
        self.cuts += 1
        self.is_down = self._lasting
        client.shutdown(socket.SHUT_RDWR)


def _message(stream: object, *, begun: bool) -> bytes:
    head = stream.read(5 if begun else 4)  # type: ignore[attr-defined]
    if len(head) < 4:
        return b""
    (length,) = struct.unpack(">I", head[-4:])
    return head + stream.read(length - 4)  # type: ignore[attr-defined,no-any-return]


def _copy(source: socket.socket, target: socket.socket) -> None:
    """What the server says, to its end; it does not block where nobody listens any more."""
    is_open = True
    with suppress(OSError):
        while data := source.recv(_PIECE):
            if is_open:
                try:
                    target.sendall(data)
                except OSError:
                    is_open = False
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(server: Path) -> Iterator[Line]:
    """A line to the server whose socket is in this folder."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        line = Line(Path(folder), server)
        listening.bind(str(line.folder / _SOCKET))
        listening.listen()
        serving = threading.Thread(target=line.serve, args=(listening,), daemon=True)
        serving.start()
        yield line
        listening.shutdown(socket.SHUT_RDWR)
        serving.join(_PATIENCE)
