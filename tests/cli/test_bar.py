"""The bar of a long job: one line on a terminal, with the time left; nothing in a pipe."""

from __future__ import annotations

import os
import pty
import subprocess

from app.cli.output import bar_text
from tests.cli.commandline import Desk, command, environment


def test_the_line_says_how_much_and_how_long_and_fits_the_terminal() -> None:
    assert bar_text("İçeri aktarılıyor", 43, 100, 12, 79) == (
        "İçeri aktarılıyor ████████████·················· %43 · 12 sn kaldı"
    )
    assert bar_text("Yedekleniyor", 0, 0, None, 79) == f"Yedekleniyor {'·' * 30} %0"
    assert bar_text("İçeri aktarılıyor", 1, 2, 90, 44) == (
        "İçeri aktarılıyor █·· %50 · 1 dk 30 sn kaldı"
    )
    for room in (0, 5, 20, 40):
        assert len(bar_text("İçeri aktarılıyor", 1, 2, 90, room)) <= room


def test_a_terminal_sees_one_line_that_is_cleared_and_a_pipe_sees_none(desk: Desk) -> None:
    ours, theirs = pty.openpty()
    asked = ("--veritabani", desk.database, "ornek-veri", "--fatura", "300")
    done = subprocess.run(
        command(*asked), cwd=desk.folder, env=environment(desk.folder),
        stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    drawn = os.read(ours, 1 << 16).decode()
    os.close(ours)
    os.close(theirs)
    assert done.stdout.decode() == "300 fatura yazıldı\n"
    assert drawn.startswith("\rÖrnek veri yazılıyor ")
    assert drawn.endswith("\r\x1b[K")
    assert "\n" not in drawn
    assert desk.run("--veritabani", "b.db", "ornek-veri", "--fatura", "300").err == ""
