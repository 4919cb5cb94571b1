"""A company whose names attack the terminal, and what of an attack may be in a terminal's bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from app.domain.netsis_json import encode_invoice
from app.store import cards
from app.store.database import database, writing
from app.store.opening import close_database, open_database
from tests.store.bookkeeping import document, enter, rows
from tests.transfer.carrying import export_all

CLIPBOARD: Final = "\x1b]52;c;S09QWUE=\x07"
TITLE: Final = "\x1b]0;BASLIK\x07"
LINK: Final = "\x1b]8;;http://kotu.example\x1b\\TIKLA\x1b]8;;\x1b\\"
RESET: Final = "\x1bc"
C1: Final = "\x9b31m\x9d0;BASLIK\x9c\x90q\x9c\x85"
BIDI: Final = "\u202egnp\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029"
OTHERS: Final = "\x1b[7777t\x1b[6n\x07\x08\x7f\x0e\x1b(0\r\n\t"
ATTACK: Final = CLIPBOARD + TITLE + LINK + RESET + C1 + BIDI + OTHERS
SEEN: Final = "]52;c;S09"
"""What an attack looks like on the screen, where it has come through as text."""
SHORT: Final = f"{RESET}\x9b\u202e\x07K"  # for a column of few characters
FILE_NAME: Final = f"{CLIPBOARD}{RESET}\x9b31m\u202e.json"
FOLDER_NAME: Final = f"{TITLE}{CLIPBOARD}\x9b\u202e"

# What a terminal is sent besides text: the pointer's shape, CSI, ASCII, cursor, row ends.
_ORDINARY: Final = re.compile(
    r"\x1b\]22;default\x07|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\(B|\x1b[=>78DM]|[\r\n\b\x0f]"
)
_PLAYED: Final = re.compile(r"\x1b\[[0-?]*7777|\x1b\[6n|\x1b\(0")
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def attacks_in(data: bytes) -> list[str]:
    """What of an attack is in the bytes that a terminal was sent."""
    text = data.decode("utf-8")
    found = [*_PLAYED.findall(text), *_CONTROL.findall(_ORDINARY.sub("", text))]
    return [f"{one!r} in {_around(text, one)!r}" for one in found]


def _around(text: str, found: str) -> str:
    place = text.find(found)
    return text[max(place - 20, 0) : place + 20]


def make_company() -> None:
    """A database `defter.db` here, put there by SQL since an import refuses such codes; and files.

    A-1 can be opened, B-2 holds what cannot be read, C has a hostile number. Of the file's
    documents the fifth is taken, with its hostile notes; two have hostile codes.
    """
    Path("cikis").mkdir()
    open_database("defter.db")
    with writing():
        for number in range(1, 4):
            cards.add_accounts([(f"120-00{number}", f"{ATTACK} kotu {number}")])
        cards.add_stock_items([("150-01", ATTACK)])
    enter(*(document(f"{letter}-1", account=f"120-00{number}")
            for number, letter in enumerate("ABC", 1)))  # fmt: skip
    # A journal, so that a document has come from somewhere.
    export_all(Path("iyi.json"))
    with writing():
        run = database.execute_sql
        run("UPDATE transfer SET file = ?, direction = 'iceri'", (f"/tmp/{FILE_NAME}",))
        run("UPDATE transfer_item SET source_number = ?, message = ?", (ATTACK, ATTACK))
        run("UPDATE invoice SET transfer_id = 1, transfer_position = id")
        run("UPDATE invoice SET salesman = ?, project = ? WHERE number = 'B-1'", (SHORT, SHORT))
        run("UPDATE invoice SET header_extra = ? WHERE number = 'B-1'",
            (json.dumps({"EKACK1": ATTACK, ATTACK: {ATTACK: 1}}),))  # fmt: skip
        run("UPDATE invoice SET number = ?, series = ? WHERE number = 'C-1'", (SHORT, SHORT))
        run("UPDATE series SET prefix = ? WHERE prefix = 'C-'", (SHORT,))
    assert rows("SELECT count(*) FROM invoice") == [(3,)]
    close_database()
    _write_files()


def _write_files() -> None:
    good = [encode_invoice(document(f"D-{n}", account="120-001")) for n in range(3)]
    bad = [json.loads(text) for text in good]
    bad[0]["FatUst"]["FATIRS_NO"] = SHORT
    bad[1][ATTACK] = {"a": ATTACK}
    bad[1]["FatUst"]["EKACK1"] = f"Not {ATTACK}"
    bad[1]["Kalems"][0] |= {"MALADI": ATTACK, "STra_ACIK": ATTACK, "Ek": ATTACK}
    bad[2]["Kalems"][0]["StokKodu"] = ATTACK
    hostile = [json.dumps(document, ensure_ascii=False).encode() for document in bad]
    Path("dosya.json").write_bytes(b"[\n" + b",\n".join([*good, *hostile]) + b"\n]\n")
    Path(FILE_NAME).write_bytes(Path("dosya.json").read_bytes())
    Path(FOLDER_NAME).mkdir()


FAULTY = f"""
from app.store import queries

def fail(*_, **__):
    raise ValueError({ATTACK!r})

queries.find = fail
"""
"""Code of a program that has a fault whose message is an attack."""
