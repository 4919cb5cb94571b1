"""Every command by its F-key, and by the key that is left where byobu or screen keep those.

The same walk through both tabs, with the keypad in either mode.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.tui.commands import COMMANDS
from tests.scale import some
from tests.terminal.keyboards import (
    ALT_GR,
    APPLICATION,
    KEPT,
    OUT,
    PLAIN_CURSOR,
    UNSURE,
    keyboard,
    pasted,
    sent_by,
)
from tests.terminal.watched import Seen, at_row, both, lacks, path_ends, says
from tests.terminal.wire_costs import opened

KEYS = {command.id: command.keys for command in COMMANDS}
COVERED = {"extend_up", "extend_down"}
"""Where a multiplexer keeps Shift and the arrows, `range` does the same with the arrows alone."""


def in_folder(name: str) -> Seen:
    """Whether the picker shows a folder of this name; only the end of a long path is shown."""
    return lambda screen: re.search(f"/{name} +│", screen.text) is not None


WALK = [
    ("help", says("╭")), ("back", lacks("╭")),
    ("lookup", says("[ Bu klasör ]")), ("order", says("ada göre")),
    ("home_folder", in_folder("ev")), ("folder_up", says(OUT)), ("this_folder", lacks("╭")),
    ("lookup", says("[ Bu klasör ]")), ("pick", lacks("╭")),
    (pasted("{out}"), path_ends(OUT)),
    ("advanced", says("Plasiyer")), ("k", says("‹ Kapalı ›")), ("clear", lacks("‹ Kapalı ›")),
    ("back", lacks("Plasiyer")), ("clear_filters", says("Kısıtlar temizlendi")),
    ("fetch", says("935 belge listelendi", "1. satır")),
    ("switch_pane", says("F3 Sekme")), ("switch_pane", says("Boşluk Seç")),
    ("mark", both(says(" 1 işaretli"), at_row(2))), ("invert_marks", says(" 934 işaretli")),
    ("unmark_all", lacks("işaretli ·")), ("mark_all", says(" 935 işaretli")),
    ("unmark_like", says("İşareti kaldır: ")), ("A*\r", says(" 755 işaretli")),
    ("mark_like", says("İşaretle: ")), ("A*\r", says(" 935 işaretli")),
    ("unmark_all", lacks("işaretli ·")), ("go_to", says("Satır (1–935)")), ("2\r", at_row(2)),
    ("extend_down", both(says(" 2 işaretli"), at_row(3))), ("extend_up", says(" 1 işaretli")),
    ("unmark_all", both(lacks("işaretli ·"), at_row(2))), ("range", says("aralık")),
    (PLAIN_CURSOR["down"], both(says(" 2 işaretli"), at_row(3))), ("range", lacks("aralık")),
    ("narrow", says("yalnız işaretliler: 2 / 935")), ("narrow", says("Bütün belgeler görünüyor")),
    ("write_sheet", says("Yeni dosya")), ("back", says("Vazgeçildi")),
    ("totals", says("GENEL TOPLAM")), ("write_totals", says("│ Dosya ")),
    ("back", lacks("│ Dosya ")), ("back", lacks("GENEL TOPLAM")),
    ("open", says("Belge / ")), ("next_document", says("Belge / ")),
    ("previous_document", says("Belge / ")), ("write_document", says("│ Dosya ")),
    ("back", lacks("│ Dosya ")), ("back", lacks("Belge / ")),
    ("search", says("Ara ")), ("A000\r", at_row(8)),
    ("search_next", at_row(13)), ("search_previous", at_row(8)),
    ("column_right", says("Boşluk Seç")), ("sort", says("Tarih▲")),
    ("column_left", says("Tarih▲")), ("sort", says("Fatura No▲")),
    ("redraw", says("Toplu Fatura Aktarımı", "Fatura No▲")),
    ("save_file", says("emin misiniz?")), ("no", says("dosya yazılmadı")),
    ("save_file", says("emin misiniz?")), ("yes", says("Aktarım tamamlandı")),
    ("history", says(" aktarım · 1. satır")), ("undo_run", says("yalnız içeri")),
    ("reread", lacks("yalnız içeri")), ("resume", says("yalnız içeri")),
    ("write_run", says("│ Dosya ")), ("back", says("Vazgeçildi")),
    ("deleted", says("Silinen belge yok")), ("back", says(" aktarım · 1. satır")),
    ("open_row", says(" aktarım, Dışarı")), ("restore_run", says("yalnız içeri")),
    ("back", says(" aktarım · 1. satır")), ("back", says("[Dışarı Aktar]")),
    ("other_tab", says("[İçeri Aktar]")), ("save_documents", says("Liste boş")),
]  # fmt: skip
"""A command, or what is typed; and what is to be seen then."""


def with_f_keys(command_id: str) -> str:
    return sent_by(KEYS[command_id], keyboard("xterm-256color"))


def in_byobu(command_id: str) -> str:
    left = tuple(key for key in KEYS[command_id] if key not in KEPT)
    return sent_by(left, keyboard("screen-256color") | APPLICATION) if left else ""


def test_each_command_has_a_key_that_arrives_everywhere():
    """None of its keys needs AltGr, and none is one of those that terminals lose."""
    for command_id, keys in KEYS.items():
        assert set(keys) - KEPT or command_id in COVERED, command_id
        assert not set(keys) & UNSURE, command_id
        assert not {sent_by((key,), keyboard("xterm")) for key in keys} & set(ALT_GR[1:]), (
            command_id
        )
    assert {what for what, _ in WALK} | {"leave"} >= set(KEYS)


@pytest.mark.parametrize("sent", some([with_f_keys, in_byobu], 1))
def test_the_key_leads_to_the_command(own_books: Path, sent):
    home = own_books / "ev"
    home.mkdir()
    with opened(own_books, HOME=str(home)) as it:
        it.wait_for(says("Kısıtları yazın", "F10"), quiet=0)
        for what, seen in WALK:
            if what == "redraw":
                it.screen.reset()
            keys = sent(what) if what in KEYS else what.format(out=own_books / OUT)
            if keys:
                it.press(keys, seen)
        it.type(sent("leave"))
        assert it.wait_for_end() == 0
    assert len(list((own_books / OUT).iterdir())) == 1
