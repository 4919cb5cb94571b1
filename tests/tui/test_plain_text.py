"""Data is never markup and never a command to the terminal, wherever it comes from."""

import ast
import json
from pathlib import Path

import pytest
from desk import desk

import app.tui
from app.store.database import database as connection
from app.store.database import writing

pytestmark = pytest.mark.usefixtures("office")

FOLDER = Path(app.tui.__file__).parent
MARKUP = "[/foo] [@click=app.quit]x[/] [red]"
ATTACK = "\x1b]52;c;aGk=\x07\x9b31m\u202e" + MARKUP

# What shows text, by name of the call; Content.assemble stands only where a file's own texts go.
SHOWING = {"Static", "Label", "update", "notify", "Text", "from_markup", "Content", "panic"}
EXEMPT = {
    ("safe.py", "Content"),  # here it is made safe
    ("app.py", "Text"),  # the sentence of a fault: a type and a line of ours
    ("app.py", "panic"),
}


def _is_safe(argument):
    """A literal, shown(…), or lines of shown(…)."""
    if isinstance(argument, ast.Constant):
        return True
    if not isinstance(argument, ast.Call):
        return False
    if isinstance(argument.func, ast.Name):
        return argument.func.id == "shown"
    joined = isinstance(argument.func, ast.Attribute) and argument.func.attr == "join"
    return joined and all(
        isinstance(lines, ast.GeneratorExp) and _is_safe(lines.elt) for lines in argument.args
    )


def unsafe(source, name):
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called not in SHOWING or (name, called) in EXEMPT:
            continue
        if called == "update" and not _is_widget(node.func):
            continue
        if any(not _is_safe(argument) for argument in node.args):
            yield f"{name}:{node.lineno} {called}"


def _is_widget(function):
    """Whether `update` is a widget's: `query_one(…).update`, not a dict's."""
    return isinstance(function.value, ast.Call)


@pytest.mark.parametrize(
    "bad",
    [
        "Static(name)",
        "Static(f'{name}')",
        "self.query_one('#a', Static).update(name)",
        "self.query_one('#a').update(Content('x').join(line for line in lines))",
        "self.notify(error.sentence)",
        "Content(name)",
    ],
)
def test_the_reader_of_the_source_sees_what_is_unsafe(bad):
    assert list(unsafe(bad, "x.py"))


def test_only_shown_brings_data_to_widgets():
    found = [
        place
        for path in sorted(FOLDER.rglob("*.py"))
        for place in unsafe(path.read_text(encoding="utf-8"), path.name)
    ]
    assert found == []


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
        await it.fill("account", "")
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
        await it.press("tab", "tab", "enter", "home")
        assert is_clean(it)
        assert "[@click=ap" in it.text


async def test_typed_and_pasted_text_cannot_attack():
    async with desk("cikis") as it:
        for field in ("path", "account", "number_from"):
            await it.fill(field, ATTACK)
            assert is_clean(it)
        await it.press("f5")
        assert is_clean(it)
        await it.press("f3")
        await it.fill("path", ATTACK)
        await it.press("f5")
        assert "böyle bir dosya ya da klasör yok" in it.message
        assert is_clean(it)
