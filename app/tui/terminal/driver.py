"""Textual's Linux driver, with a writer thread that sends only changed cells."""

from __future__ import annotations

import os
import select
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable
from threading import RLock, Thread
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from app import limits
from app.tui.terminal.key_parser import KeyParser
from app.tui.terminal.output_parser import OutputParser

CHOICE = "TOPLU_FATURA_SURUCU"
STOCK = "textual"
_TICK = 0.1
"""Seconds to wait for the rest of a sequence after an Esc."""
_NUMERIC_KEYPAD = "\x1b>"


class DiffDriver(LinuxDriver):
    """Sends only changed cells, from a thread of its own.

    Frames drawn while the line is busy are merged: a slow line skips intermediate frames but always
    gets the last one, and the screens never wait for it. The thread also notices a hang-up at once.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._output = self._file or sys.stderr  # the stream that LinuxDriver opened
        self._parser = OutputParser()
        self._lock = RLock()  # a signal handler may stop the driver during `write`
        self._wake_read = self._wake_write = -1
        self._is_woken = False
        self._is_closing = False
        self._sender: Thread | None = None

    def write(self, data: str) -> None:
        """Take Textual's output; characters that the encoding lacks become a question mark."""
        encoding = self._output.encoding
        sendable = data.encode(encoding, "replace").decode(encoding)
        with self._lock:
            self._parser.write(sendable, self._get_terminal_size())
            self._wake_sender()

    def invalidate(self) -> None:
        """Send the whole screen next, whatever the terminal shows now."""
        with self._lock:
            self._parser.invalidate()
            self._wake_sender()

    def start_application_mode(self) -> None:
        """Start the sender thread, at the start and after a suspend."""
        self._wake_read, self._wake_write = os.pipe()
        self._is_woken = self._is_closing = False
        self._sender = Thread(target=self._send_all, name="terminal-output", daemon=True)
        limits.start(self._sender)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self.write(_NUMERIC_KEYPAD)  # an earlier program may have changed the keypad mode
        self.invalidate()  # another program may have drawn during a suspend

    def run_input_thread(self) -> None:
        """Read keys until the driver stops; bytes that are not UTF-8 become U+FFFD."""
        parser = KeyParser(self._debug)  # as Textual makes its own parser
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if select.select((self.fileno,), (), (), _TICK)[0]:
                data = os.read(self.fileno, 1 << 12)
                if not data:  # hang-up; the sender thread handles it
                    return
                if text := decode(data):
                    self._process(parser.feed(text))
            self._process(parser.tick())

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def close(self) -> None:
        """Send what is pending, and end the sender thread."""
        super().close()
        if self._sender:
            with self._lock:
                self._is_closing = True
                self._wake_sender()
            self._sender.join()
            self._sender = None
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal itself.

        Overridden because Textual prefers COLUMNS and LINES, which may be older than a resize.
        """
        try:
            width, height = os.get_terminal_size(self.fileno)
        except OSError:
            width = height = 0
        return (width, height) if width and height else super()._get_terminal_size()

    def _query_in_band_window_resize(self) -> None:
        """Send no query.

        Overridden because an answer would replace the size that the kernel reports.
        """

    def _wake_sender(self) -> None:
        if self._sender and not self._is_woken:
            self._is_woken = True
            os.write(self._wake_write, b"!")

    def _send_all(self) -> None:
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        if self.input_tty:
            poll.register(self.fileno, 0)  # reports only a hang-up
        is_closing = False
        while not is_closing:
            if any(descriptor == self.fileno for descriptor, _ in poll.poll()):
                poll.unregister(self.fileno)
                os.kill(os.getpid(), signal.SIGHUP)  # the kernel does not always send it
                continue
            with self._lock:
                os.read(self._wake_read, 1)
                self._is_woken = False
                is_closing = self._is_closing
                text = self._parser.take_output()
            _write_all(self._output.fileno(), text.encode(self._output.encoding))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:  # another process on this terminal may have made it non-blocking
            select.select((), (descriptor,), ())
        except OSError:  # hang-up; SIGHUP ends the program
            return


def draw_anew(app: App[Any]) -> None:
    """Redraw the whole screen, whatever the terminal shows now."""
    # `_driver`: Textual has no public way from the app to its driver.
    if isinstance(app._driver, DiffDriver):
        app._driver.invalidate()
    app.refresh(layout=True)


def chosen_driver() -> type[Driver] | None:
    """Return our driver, or None (Textual chooses) where the environment asks for another."""
    wants_stock = os.environ.get(CHOICE) == STOCK or "TEXTUAL_DRIVER" in os.environ
    return None if wants_stock else DiffDriver
