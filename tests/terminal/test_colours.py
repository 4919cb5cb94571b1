"""In few colours and in none: where one is, what is marked and how a row stands is to be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyte import graphics

from app.demo.filling import DEFAULT_SEED, write_samples
from tests.scale import some
from tests.terminal.emulator import Emulator
from tests.terminal.starting import anew, loaded
from tests.terminal.watched import Seen, Watched, at_row, both, lacks, says

SIXTEEN = {*graphics.FG_ANSI.values(), *graphics.FG_AIXTERM.values(), *graphics.BG_ANSI.values()}
NONE = {"default"}
TERMINALS = [
    ({"TERM": "vt220"}, SIXTEEN),  # which shows none of them
    ({"TERM": "linux"}, SIXTEEN),
    ({"TERM": "xterm-256color"}, SIXTEEN),
    ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, SIXTEEN),
    ({"TERM": "xterm-256color", "NO_COLOR": "1"}, NONE),
]


def reversed_text(screen: Emulator) -> list[str]:
    """What stands out on each row where anything does, without any colour."""
    found = ("".join(cell.data for cell in row if cell.reverse).strip() for row in screen.cells)
    return [text for text in found if text]


def stands_out(text: str) -> Seen:
    return lambda screen: any(text in found for found in reversed_text(screen))


def has_sign(sign: str, *words: str) -> Seen:
    """Whether a row that begins with the sign says these words."""
    return lambda screen: any(
        line.startswith(sign) and all(word in line for word in words) for line in screen.display
    )


def assert_readable(screen: Emulator, colours: set[str]) -> None:
    for cell in (cell for row in screen.cells for cell in row):
        assert {cell.fg, cell.bg} <= colours
        assert cell.fg != cell.bg or cell.fg == "default"


@pytest.mark.parametrize(("terminal", "colours"), some(TERMINALS, 2))
def test_a_state_is_a_word_or_a_sign(own_books: Path, terminal, colours):
    write_samples(own_books, DEFAULT_SEED)
    file, books = own_books / "eksik-kart.json", own_books / "defter.db"
    start = anew if "NO_COLOR" in terminal else loaded
    with Watched(start("--veritabani", books, "iceri", file), **terminal) as it:

        def press(keys: str, *seen: Seen) -> None:
            it.press(keys, both(*seen))
            assert_readable(it.screen, colours)

        press("", says("[İçeri Aktar]", "JSON dosyası, zip ya da klasör"))
        press("\x1b[15~", says("Hazır", "Hata: "), at_row(1), stands_out("Fatura No"))
        it.wait_for(lambda screen: len(reversed_text(screen)) == 2, quiet=0)  # and the row
        press("\x1b[B\x1b[B\x1b[B", at_row(4), stands_out("Hazır"))
        press(" ", at_row(5), has_sign("✓", "Hazır"), stands_out("Hata: "))
        press("\x1bOQ", says("numarasını"), stands_out("[✓] Öncelikle"))
        press("\t\t\t\t\t", stands_out("[ Tamam ]"))
        press("\r", says("Aktarım tamamlandı"), has_sign(" ", "Aktarıldı"), lacks("╭"))
        press("\x1b[15~", has_sign(" ", "Uyarı: daha önce"))
        it.type("\x1b[21~")
        assert it.wait_for_end() == 0
