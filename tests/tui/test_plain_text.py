"""Data is never markup and never a command to the terminal, wherever it comes from."""

import json

import pytest
from desk import desk

from app.store.database import database as connection
from app.store.database import writing

pytestmark = pytest.mark.usefixtures("office")

MARKUP = "[/foo] [@click=app.quit]x[/] [red]"
ATTACK = "\x1b]52;c;aGk=\x07\x9b31m\u202e" + MARKUP


def is_clean(it):
    drawn = "".join(it.lines)
    return drawn.isprintable() and it.app.is_running


async def test_names_in_the_database_cannot_attack():
    with writing():
        connection.execute_sql("UPDATE account SET name = ?, search_key = 'foo'", (ATTACK,))
        connection.execute_sql("UPDATE stock_item SET name = ?", (ATTACK,))
    async with desk("cikis", size=(140, 40)) as it:
        await it.press("f5")
        assert "[/foo] [@click" in it.rows[0]
        assert is_clean(it)
        await it.press("enter")
        assert MARKUP in it.text
        assert is_clean(it)
        await it.press("escape")
        await it.fill("account_code", "")
        await it.press("f4")
        await it.type("foo")
        assert "[/foo] [@click" in it.text
        assert is_clean(it)
        await it.press("escape", "f5", "a", "f2")
        assert is_clean(it)
        await it.press("h")
        assert "yazılmadı" in it.message


async def test_texts_in_a_file_cannot_attack(office):
    documents = json.loads((office / "dosyalar/temiz.json").read_text(encoding="utf-8"))
    for document, text in zip(documents, [MARKUP[:20], ATTACK], strict=False):
        document["FatUst"]["Aciklama"] = text
    documents[2]["FatUst"]["FATIRS_NO"] = "[/foo][b]"
    documents[3]["FatUst"]["CariKod"] = "[@click=app.q]"
    documents[4]["FatUst"][ATTACK] = {"[/foo]": 1}
    name = "[red]fatura[b].json"
    (office / "dosyalar" / name).write_text(json.dumps(documents[:6]))
    async with desk("", f"dosyalar/{name}") as it:
        await it.press("f3", "f5")
        assert it.message.startswith(name)
        assert "[/foo][b]" in it.text
        for _ in range(6):
            await it.press("enter", "escape", "down")
            assert is_clean(it)
        await it.press("a", "f2", "down", "down", "space")
        assert is_clean(it)
        assert "[@click=ap" in it.text  # the card that is missing
        await it.press("tab", "tab", "tab", "enter", "home")
        assert is_clean(it)


async def test_typed_and_pasted_text_cannot_attack():
    async with desk("cikis") as it:
        for field in ("path", "account_code", "number_from"):
            await it.fill(field, ATTACK)
            assert is_clean(it)
        await it.press("f5")
        assert is_clean(it)
        await it.press("f3")
        await it.fill("path", ATTACK)
        await it.press("f5")
        assert "böyle bir klasör yok" in it.message
        assert is_clean(it)
