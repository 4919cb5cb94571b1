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

from app.tui.terminal.key_parser import KeyParser
from app.tui.terminal.output_parser import OutputParser

CHOICE = "TOPLU_FATURA_SURUCU"
STOCK = "textual"
_TICK = 0.1
"""Seconds after which an Esc that nothing followed is looked at."""
_NUMERIC_KEYPAD = "\x1b>"


class DiffDriver(LinuxDriver):
    """Sends only changed cells, from a thread of its own.

    Frames drawn while the line is busy are merged: a slow line misses steps but always gets the
    last state, and the screens never wait for it. The thread also notices a lost line at once.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._output = self._file or sys.stderr  # the stream that LinuxDriver opened
        self._parser = OutputParser()
        self._lock = RLock()  # a signal may stop the driver while it takes what is written
        self._bell = self._alarm = -1
        self._has_rung = False
        self._is_closing = False
        self._sender: Thread | None = None

    def write(self, data: str) -> None:
        """Take what Textual writes; what the line cannot carry becomes a question mark."""
        encoding = self._output.encoding
        sendable = data.encode(encoding, "replace").decode(encoding)
        with self._lock:
            self._parser.write(sendable, self._get_terminal_size())
            self._ring()

    def invalidate(self) -> None:
        """Send the whole screen: the terminal may show anything."""
        with self._lock:
            self._parser.invalidate()
            self._ring()

    def start_application_mode(self) -> None:
        """Begin to send, or go on after a stop."""
        self._bell, self._alarm = os.pipe()
        self._has_rung = self._is_closing = False
        self._sender = Thread(target=self._send_all, name="terminal-output", daemon=True)
        self._sender.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_NUMERIC_KEYPAD)  # what ran before may have left it otherwise
        self.invalidate()  # whoever had the terminal meanwhile has drawn on it

    def run_input_thread(self) -> None:
        """Read keys until the driver stops; what is no UTF-8 becomes U+FFFD, and ends nothing."""
        parser = KeyParser(self._debug)  # as Textual makes its own parser
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if select.select((self.fileno,), (), (), _TICK)[0]:
                data = os.read(self.fileno, 1 << 12)
                if not data:  # the line is gone; the sender has seen it too
                    return
                if text := decode(data):
                    self._process(parser.feed(text))
            self._process(parser.tick())

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def close(self) -> None:
        """Send the rest."""
        super().close()
        if self._sender:
            with self._lock:
                self._is_closing = True
                self._ring()
            self._sender.join()
            self._sender = None
            os.close(self._bell)
            os.close(self._alarm)

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

    def _ring(self) -> None:
        if self._sender and not self._has_rung:
            self._has_rung = True
            os.write(self._alarm, b"!")

    def _send_all(self) -> None:
        waits = select.poll()
        waits.register(self._bell, select.POLLIN)
        if self.input_tty:
            waits.register(self.fileno, 0)  # wakes only where the line is gone
        is_closing = False
        while not is_closing:
            if any(descriptor == self.fileno for descriptor, _ in waits.poll()):
                waits.unregister(self.fileno)
                os.kill(os.getpid(), signal.SIGHUP)  # also where the system sends none
                continue
            with self._lock:
                os.read(self._bell, 1)
                self._has_rung = False
                is_closing = self._is_closing
                text = self._parser.take_output()
            _write_all(self._output.fileno(), text.encode(self._output.encoding))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:  # whoever shares the terminal may have set it so
            select.select((), (descriptor,), ())
        except OSError:  # the line is gone; the signal for that ends the program
            return


def draw_anew(app: App[Any]) -> None:
    """Redraw the whole screen, whatever the terminal shows now."""
    # `_driver`: Textual has no public way from the app to its driver.
    if isinstance(app._driver, DiffDriver):
        app._driver.invalidate()
    app.refresh(layout=True)


def chosen_driver() -> type[Driver] | None:
    """Our driver; None (Textual chooses) if the environment asks for Textual's or names one."""
    wants_stock = os.environ.get(CHOICE) == STOCK or "TEXTUAL_DRIVER" in os.environ
    return None if wants_stock else DiffDriver
