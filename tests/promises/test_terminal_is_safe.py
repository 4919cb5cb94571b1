"""The terminal is safe: hostile texts from everywhere, and none of them in its bytes.

Names in the database, in files and of files, folders, errors, messages: on every screen, in every
dialog and from every command, in a real pseudo-terminal, by either driver.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hostile import (
    ATTACK,
    BIDI,
    C1,
    CLIPBOARD,
    FAULTY,
    FILE_NAME,
    FOLDER_NAME,
    LINK,
    OTHERS,
    RESET,
    SEEN,
    TITLE,
    attacks_in,
    make_company,
)

import app.tui.screens
from app.cli import arguments
from tests.scale import some
from tests.terminal.starting import Start, loaded
from tests.terminal.watched import Watched, says
from tests.terminal.wire_costs import BACKTAB, DOWN, ENTER, ESC, F1, F2, F3, F5, STOCK, TAB

pytestmark = pytest.mark.broken_books  # hostile names are put there by SQL

BACK_TAB = "\x1b[Z"
F4, F6, F7, F8 = "\x1bOS", "\x1b[17~", "\x1b[18~", "\x1b[19~"
F9, F10 = "\x1b[20~", "\x1b[21~"
END, HOME = "\x1b[F", "\x1b[H"
WIPE = f"{END}\x15"  # Ctrl+U
SIZE = (132, 40)
# Terminals take ESC out of what is pasted, so that nothing ends the paste.
PASTED = f"\x1b[200~{ATTACK.translate({0x1B: None})}\x1b[201~"
_SCREENS = """
import sys
from app.__main__ import main

sys.exit(main())
"""
BOOKS = ("--veritabani", "defter.db")


class Recorded(Watched):
    """A program in a terminal, and every byte that it sent."""

    def __init__(self, start: Start, **environment: str) -> None:
        self.sent = b""
        super().__init__(start, SIZE, **environment)
        decode = self._decode

        def keep(data: bytes) -> str:
            self.sent += data
            return decode(data)

        self._decode = keep  # type: ignore[assignment]

    def go(self, keys: str, *words: str) -> None:
        """Type, and wait for what is to be seen then."""
        self.type(keys)
        self.wait_for(says(*words), quiet=0.03)

    def end(self) -> int:
        """Read to the end; the exit status."""
        while self.program.poll() is None:
            self.read(0.05)
        self.rest(0.05)
        return self.program.returncode


@pytest.fixture(autouse=True)
def _hostile_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder, which is the user's home too, has a hostile name; so have files in it."""
    folder = tmp_path / FOLDER_NAME
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    make_company()


def test_the_search_for_attacks_finds_each() -> None:
    for attack in (CLIPBOARD, TITLE, LINK, RESET, *C1[:1], *OTHERS.split("\x08"), "\x1b(0"):
        assert attacks_in(f"önce{attack}sonra".encode()), repr(attack)
    for sign in BIDI.replace("gnp", ""):
        assert attacks_in(f"önce{sign}sonra".encode()), repr(sign)
    assert attacks_in("\x1b[2J\x1b[1;31mçok\x1b[m\r\n✓\x1b(B".encode()) == []


@pytest.mark.parametrize("driver", some([{}, STOCK], 1))
def test_no_screen_lets_an_attack_through(driver: dict[str, str]) -> None:
    with Recorded(loaded(*BOOKS), **driver) as it:
        _look_around_the_export(it)
        _look_around_the_import(it)
        it.type(F10)
        assert it.end() == 0
        assert attacks_in(it.sent) == []


def _look_around_the_export(it: Recorded) -> None:
    it.go("", "Kısıtları yazın", SEEN)  # the folder's name
    it.go(WIPE + TAB, "cikis/")  # a hostile name is not offered
    it.go(
        WIPE + "~/cikis" + F5, "3 belge listelendi", f"\ufffd{SEEN}", "\ufffdc\ufffd\ufffd\ufffdK"
    )
    it.go(ENTER, "gösterilemiyor", "izin verilmeyen karakter (U+001B)")
    it.go(DOWN + ENTER, "Belge / A-1", f"120-001  \ufffd{SEEN}", f"Dosya  \ufffd{SEEN}")
    it.go(F1, "Belgenin tamamı")
    it.go(ESC + END, "belgenin sonu")
    it.go(ESC, "2. satır")
    it.go("/kotu 3", "1 satırda var", "Esc döner")
    it.go(ENTER, "“kotu 3”", "1. satır")
    it.go("s", "▲")
    it.go("g", "Satır (1–3)")
    it.go(f"3{ENTER}", "3. satır")
    it.go(ENTER, "PLA_KODU", "izin verilmeyen karakter")
    it.go("a" + F2, "emin misiniz?", SEEN)  # the path of the new file
    it.go("e", "Aktarım tamamlandı", f"{SEEN}QWUE=")
    it.go(F1, "Liste: ")
    it.go(ESC + F6 + TAB + TAB + F4, "Rehber: Cari Kodu", f"120-003            \ufffd{SEEN}")
    it.go(f"kotu 2{DOWN}{ENTER}", "120-002")
    it.go(TAB * 4 + F4, "Rehber: Fatura No", f"\ufffd{SEEN}")
    it.go(f"{ENTER}{F5}", "120-002")  # a hostile number as a filter
    it.go(f"{BACK_TAB * 6}{WIPE}~/{F4}", "[ Bu klasör ]", "cikis/")
    it.go(f"/{PASTED}", "]52;c;S09")
    it.go(ESC, "Dosya Yolu")
    it.go(F8, "Kısıtlar temizlendi")
    it.go(F7, "Plasiyer")
    it.go(TAB + "9" * 16, "En çok 15 karakter")  # no bell
    it.go(F8, "Alanlar boş")
    it.go(TAB * 5 + F4, "Rehber: Proje", "\ufffdc\ufffd\ufffd\ufffdK")
    it.go(ENTER, "Plasiyer")
    it.go(F5, "İleri Kısıt: Proje \ufffdc", "uyan belge yok")
    it.go(F8, "Kısıtlar temizlendi")
    it.go(f"{F6}{F6}{WIPE}/yok/{PASTED}", "/yok/]52;c;")


def _look_around_the_import(it: Recorded) -> None:
    it.go(F3, "[İçeri Aktar]")
    it.go("~/" + TAB, "dosya.json  iyi.json")  # hostile names are not among them
    it.go(f"{WIPE}/yok/{PASTED}{F5}", "böyle bir klasör yok", "/yok/]52;c;")
    it.go(f"{WIPE}~/dosya.json{F5}", "3 hazır, 1 uyarılı, 2 hatalı", f"\ufffd{SEEN}")
    it.go(DOWN * 3, "4. belge, Fatura No (FATIRS_NO): “", "izin verilmeyen karakter")
    it.go(DOWN, f"Uyarı: \ufffd{SEEN}", "görünmeyen karakter var (U+001B)")
    it.go(ENTER, "Belge / D-1", f"120-001  \ufffd{SEEN}", f"Not \ufffd{SEEN}")
    it.go(ESC, "5. satır")
    it.go(DOWN, "6. belge, 1. kalem, Stok Kodu (StokKodu)")
    it.go(ENTER, "Belge / 6. belge, okunamadı", "StokKodu", SEEN)
    it.go(ESC + HOME + ENTER, "Belge / D-0", "Dosya  /")
    it.go(ESC, "1. satır")
    it.go(f"/kotu 1{ENTER}", "“kotu 1”: 4 satırda var")
    it.go("a" + F2, "Yeni Numara Girişi", "numarasını korur")
    it.go(F4, "Rehber: Fatura Serisi")
    it.go(ESC, "Yeni Numara Girişi")
    it.go(BACKTAB * 2 + ENTER, "4 belge aktarıldı")
    it.go(HOME + ENTER, "Belge / D-0", "Dosya  dosya.json")
    it.go(ESC, "Aktarıldı")
    it.go("t", "Toplamlar / ", f"120-001 \ufffd{SEEN}")
    it.go(ESC, "Aktarıldı")
    it.go("w", ".xlsx: Excel")
    it.go(ESC, "Aktarıldı")
    it.go(F9, "Aktarımlar", "dosya.json")
    it.go(ENTER, "aktarım", "D-0")
    it.go(ESC, "Aktarımlar")
    it.go("w", "Dosya ")
    it.go(ESC, "Vazgeçildi")
    it.go("ge", "4 belge Silinen Belgeler'e taşındı")
    it.go(F6, "4 silinen belge", "D-0")
    it.go(ENTER, "Belge / D-0", f"{SEEN}")
    it.go("re", "4 belge aynı numaralarla geri geldi")
    it.go(ESC, "Aktarımlar")
    it.go(ESC, "Aktarıldı")


def test_every_kind_of_screen_is_looked_at() -> None:
    """A new one belongs into the walk above."""
    screens = {
        "ExportTab",
        "ImportTab",
        "DocumentScreen",
        "RawScreen",
        "HelpScreen",
        "TotalsScreen",
        "HistoryScreen",
        "RunScreen",
        "DeletedListScreen",
        "DeletedScreen",
    }
    dialogs = {
        "Confirm", "Ask", "Lookup", "NumberingDialog", "Picker", "AdvancedFilter", "Search",
        "SheetDialog", "NewFile",
    }  # fmt: skip
    bases = {
        "Dialog", "JobScreen", "TransferTab", "PageScreen", "DocumentPage", "RunListScreen",
    }  # fmt: skip
    found = set()
    for module in Path(app.tui.screens.__file__).parent.glob("*.py"):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(map(_is_screen, node.bases)):
                found.add(node.name)
    assert found - bases == screens | dialogs


def _is_screen(base: ast.expr) -> bool:
    name = ast.unparse(base).partition("[")[0]
    return name.endswith(("Screen", "Dialog", "Tab", "Page"))


def test_the_last_words_of_a_fault_let_no_attack_through(tmp_path: Path) -> None:
    screens = loaded(*BOOKS, script=FAULTY + _SCREENS)
    with Recorded(screens, XDG_STATE_HOME=str(tmp_path / "durum")) as it:
        it.go("", "Kısıtları yazın")
        it.type(F5)
        assert it.end() == 1
        assert b"Program beklenmeyen bir hatayla durdu (ValueError, app/" in it.sent
        assert attacks_in(it.sent) == []
    logged = (tmp_path / "durum" / "toplu-fatura" / "gunluk.log").read_bytes()
    assert re.search(
        rb" ekranlar: hata ValueError( app/[a-z_/]+\.py:\d+)+\n.*bitti durum=1", logged
    )
    assert attacks_in(logged) == []
    assert SEEN.encode() not in logged


# Subcommands: one process does them all, for a quick end

_ALL = """
import json, sys
from app.__main__ import main

for arguments in json.load(open("komutlar", encoding="utf-8", errors="surrogateescape")):
    sys.argv = ["toplu-fatura", *arguments]
    print("[[", main(), "]]", flush=True)
"""
SAVING = ("--kaynak-no", "--eksik-kartlari-olustur")
IMPORTED = "6"
"""The run that saved the hostile file."""
COMMANDS = [
    (0, BOOKS, ("listele",)),
    (0, BOOKS, ("listele", "--json")),
    (0, BOOKS, ("goster", "A-1")),
    (0, BOOKS, ("goster", "A-1", "--json")),
    (0, BOOKS, ("goster", "B-1", "--json")),
    (2, BOOKS, ("goster", "B-1")),
    (2, BOOKS, ("goster", ATTACK)),
    (0, BOOKS, ("disari-aktar", FOLDER_NAME)),
    (0, BOOKS, ("disari-aktar", f"{FOLDER_NAME}/{CLIPBOARD}.json", "--json")),
    (2, BOOKS, ("disari-aktar", f"{FOLDER_NAME}/{CLIPBOARD}.json")),
    (2, BOOKS, ("disari-aktar", f"{ATTACK}/x.json")),
    (2, BOOKS, ("disari-aktar", "x.json", "--cari", ATTACK)),
    (1, BOOKS, ("iceri-aktar", FILE_NAME, *SAVING, "--dene")),
    (1, BOOKS, ("iceri-aktar", FILE_NAME, *SAVING, "--dene", "--json")),
    (1, BOOKS, ("iceri-aktar", FILE_NAME, *SAVING)),
    (1, BOOKS, ("iceri-aktar", FILE_NAME, *SAVING, "--aktarilanlari-atla", "--json")),
    (0, BOOKS, ("goster", "D-1")),
    (0, BOOKS, ("goster", "D-3")),
    (0, BOOKS, ("goster", "D-3", "--json")),
    (0, BOOKS, ("geri-al", IMPORTED, "--dene")),
    (0, BOOKS, ("geri-al", IMPORTED)),
    (0, BOOKS, ("silinenler",)),
    (0, BOOKS, ("silinenler", "--json")),
    (0, BOOKS, ("geri-getir", IMPORTED)),
    (0, BOOKS, ("disari-aktar", "yeniden.json", "--fatura-no", "D-3")),
    (0, BOOKS, ("iceri-aktar", "yeniden.json", *SAVING, "--dene", "--json")),
    (2, BOOKS, ("iceri-aktar", ATTACK, *SAVING)),
    (1, BOOKS, ("iceri-aktar", f"{FOLDER_NAME}", *SAVING)),
    (2, BOOKS, ("iceri-aktar", FILE_NAME, "--seri", ATTACK)),
    (2, BOOKS, ("iceri-aktar", FILE_NAME, *SAVING, "--kodlama", ATTACK)),
    (2, BOOKS, ("listele", "--tarih", ATTACK)),
    (2, BOOKS, ("listele", "--tip", ATTACK)),
    (2, BOOKS, ("listele", f"--{ATTACK}")),
    (2, BOOKS, ("ornek-veri", "--fatura", ATTACK)),
    (2, BOOKS, (ATTACK,)),
    (2, ("--veritabani", FILE_NAME), ("listele",)),
    (2, ("--veritabani", ATTACK), ("listele",)),
    (2, ("--veritabani", f"yok/{FOLDER_NAME}"), ("denetle",)),
    (1, BOOKS, ("denetle",)),
    (0, BOOKS, ("ozet",)),
    (0, BOOKS, ("ozet", "--json")),
    (0, BOOKS, ("aktarimlar",)),
    (0, BOOKS, ("aktarimlar", "--json")),
    (0, BOOKS, ("aktarimlar", "1")),
    (0, BOOKS, ("aktarimlar", "1", "--json")),
    (2, BOOKS, ("aktarimlar", ATTACK)),
    (2, BOOKS, ("geri-al", ATTACK)),
    (2, BOOKS, ("geri-getir", ATTACK)),
    (0, BOOKS, ("kart-aktar", "disari", FOLDER_NAME)),
    (2, BOOKS, ("kart-aktar", "disari", f"{ATTACK}/x.json")),
    (1, BOOKS, ("kart-aktar", "iceri", FILE_NAME)),
    (2, BOOKS, ("kart-aktar", "iceri", ATTACK)),
    (2, BOOKS, ("sirket", ATTACK)),
    (0, BOOKS, ("sirket",)),
    (2, BOOKS, ("doviz", "1", ATTACK)),
    (0, BOOKS, ("doviz",)),
    (2, BOOKS, ("yedekle", FOLDER_NAME)),
    (2, BOOKS, ("yedekle", f"{ATTACK}/x.db")),
    (2, BOOKS, ("geri-yukle", FILE_NAME)),
    (2, BOOKS, ("geri-yukle", ATTACK)),
    (2, (), ("tasi", FILE_NAME, ATTACK)),
    (0, (), ("sema",)),
    (2, (), ("tamamlama", ATTACK)),
]


def _run(commands: list[tuple[int, Sequence[str], Sequence[str]]], before: str = "") -> bytes:
    """What the commands sent to one terminal; each ended as it should."""
    wanted = [[*books, *words] for _, books, words in commands]
    Path("komutlar").write_text(json.dumps(wanted), encoding="utf-8")
    with Recorded(loaded(script=before + _ALL)) as it:
        assert it.end() == 0
        statuses = re.findall(rb"\[\[ (\d+) \]\]", it.sent)
        assert [int(status) for status in statuses] == [status for status, _, _ in commands]
        return it.sent


def test_every_command_is_tried() -> None:
    """The one that opens the screens has tests of its own."""
    assert {words[0] for _, _, words in COMMANDS} >= arguments.COMMANDS.keys() - {"iceri"}


def test_no_command_lets_an_attack_through() -> None:
    sent = _run(COMMANDS)
    assert sent.count(SEEN.encode()) > 20
    assert attacks_in(sent) == []


def test_the_fault_of_a_command_lets_no_attack_through() -> None:
    sent = _run([(1, BOOKS, ("listele",)), (1, BOOKS, ("listele", "--json"))], FAULTY)
    assert sent.count(b"Program beklenmeyen bir hatayla durdu (ValueError") == 2
    assert attacks_in(sent) == []
