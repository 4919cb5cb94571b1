"""The bar of a long job: one line on a terminal, with the time left; nothing in a pipe."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from app.cli.output import bar_text
from app.sheets.table import SheetColumn, SheetTable
from app.sheets.writer import write_sheet
from app.store import cards
from app.store.database import writing
from tests.cli.commandline import Desk, command, environment
from tests.store.bookkeeping import opened


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


def drawn(desk: Desk, *words: str) -> str:
    """What a terminal on standard error sees of a command."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command("--veritabani", desk.database, *words), cwd=desk.folder,
        env=environment(desk.folder), stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    assert done.returncode == 0
    try:
        return os.read(ours, 1 << 16).decode()
    except OSError:  # nothing was drawn: the terminal has ended
        return ""
    finally:
        os.close(ours)


@pytest.mark.parametrize("name", ["hepsi.json", "liste.csv", "liste.xlsx"])
def test_cards_on_their_way_show_how_far_they_are(desk: Desk, name: str) -> None:
    with opened(desk.database), writing():
        cards.add_accounts((f"120-{n:03}", f"Cari {n}") for n in range(500))
    bar = drawn(desk, "kart-aktar", "disari", "hepsi.json")
    assert bar.startswith("\rKartlar yazılıyor ")
    assert bar.endswith("\r\x1b[K")
    assert drawn(desk, "kart-aktar", "disari", "yine.json", "--sessiz") == ""
    rows = [("Cari Kodu", "Cari Adı"), *((f"120-{n:03}", f"Cari {n}") for n in range(500))]
    table = SheetTable("Kartlar", [SheetColumn(label) for label in rows[0]])
    if name.startswith("liste"):
        write_sheet(desk.folder / name, table, rows[1:], count=500)
    bar = drawn(desk, "kart-aktar", "iceri", name)
    assert bar.startswith("\rKartlar alınıyor ")
    assert bar.endswith("\r\x1b[K")
    assert drawn(desk, "kart-aktar", "iceri", name, "--sessiz") == ""
