"""How each screen looks, to the letter, at 80×24 and at 120×40; some at 60×24 too.

To renew the pictures after a change that was meant:
RESIMLERI_YENILE=1 python -m pytest tests/tui/test_pictures.py
— and look at what `git diff` shows.
"""

import os
from pathlib import Path

import pytest
from desk import desk

from app.store.database import database as connection
from app.store.database import writing

pytestmark = pytest.mark.usefixtures("office")

PICTURES = Path(__file__).parent / "pictures"
IMPORT = ("f3", "f5")

SCENES = {
    "disari-bos": (),
    "disari-dolu": ("f5", "space", "space", "down", "space"),
    "disari-hata": ("f2",),
    "disari-ara": ("f5", "slash", *"temizlik"),
    "disari-soru": ("f5", "a", "f2"),
    "disari-tablo": ("f5", "space", "space", "w"),
    "disari-rehber": ("down", "tab", "f4", "s", "a", "n"),
    "disari-rehber-numara": ("down", "down", "tab", "tab", "f4"),
    "disari-ileri": ("f7", "tab", "1"),
    "disari-ileri-acik": ("f7", "tab", "1", "f5", "a"),
    "disari-yardim": ("f1",),
    "iceri-bos": ("f3",),
    "iceri-dolu": (*IMPORT, "a", "down", "down", "down"),
    "iceri-yalniz": (*IMPORT, "a", "y", "y", "y"),
    "iceri-numara": (*IMPORT, "a", "f2"),
    "iceri-numara-seri": (*IMPORT, "a", "f2", "space", "down", "r", "d", "m"),
    "iceri-numara-serisiz": (*IMPORT, "a", "f2", "space", "tab", "enter"),
    "iceri-rehber-seri": (*IMPORT, "a", "f2", "tab", "f4"),
    "iceri-hatada": (*IMPORT, "a", "f2", "tab", "tab", "tab", "tab", "1"),
    "iceri-tablo": (*IMPORT, "w"),
    "iceri-sonuc": (*IMPORT, "a", "f2", "enter", "enter"),
    "iceri-okunamayan": (*IMPORT, "down", "down", "down", "enter"),
    "belge": ("f5", "enter"),
    "belge-sonu": ("f5", "enter", "end"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES)
async def test_screen(scene, size):
    async with desk("cikis", "dosyalar/hatali.json", size) as it:
        await it.press(*SCENES[scene])
        compare(f"{scene}-{size[0]}x{size[1]}", it.text)


@pytest.mark.parametrize("scene", ["disari-dolu", "disari-ileri", "iceri-dolu"])
async def test_screen_narrower_than_usual(scene):
    async with desk("cikis", "dosyalar/hatali.json", (60, 24)) as it:
        await it.press(*SCENES[scene])
        compare(f"{scene}-60x24", it.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_screen_while_a_job_runs(size):
    async with desk("cikis", "dosyalar/temiz.json", size) as it:
        await it.press("f3", "f5", "a", "f2")
        with writing():  # until this ends, the import waits for the lock
            connection.execute_sql("SELECT 1")
            await it.pilot.press("enter", "enter", "down")
            compare(f"iceri-suruyor-{size[0]}x{size[1]}", it.text)
            await it.pilot.press("escape")
            compare(f"iceri-durdur-{size[0]}x{size[1]}", it.text)
            await it.pilot.press("h")
        await it.settle()


HISTORY = {"aktarimlar": (), "geri-al-soru": ("g",), "aktarim": ("enter",)}


@pytest.mark.parametrize("size", [(80, 24), (60, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", HISTORY)
async def test_screen_of_the_history(scene, size):
    async with desk("cikis", "dosyalar/hatali.json", size) as it:
        await it.press(*IMPORT, "a", "f2", "enter", "enter")
        with writing():  # who, when and where differ from test to test
            connection.execute_sql(
                "UPDATE transfer SET \"user\" = 'ayse', file = '/faturalar/hatali.json',"
                " started_at = '2026-03-15 10:30:00', finished_at = '2026-03-15 10:30:01'"
            )
        await it.press("f9", *HISTORY[scene])
        compare(f"{scene}-{size[0]}x{size[1]}", it.text)


def compare(name, text):
    path = PICTURES / f"{name}.txt"
    if os.environ.get("RESIMLERI_YENILE"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")
