"""What the source says of the way of text to the terminal: there is one, and it is made safe.

The screens make what they show by `app.tui.safe` alone, subcommands print by `app.cli.output`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

FOLDER = Path(app.__file__).parent
TUI = FOLDER / "tui"
WALL = "safe.py"
BEHIND_THE_WALL = "terminal"  # the driver: it gets what Textual has drawn, and no datum
KNOWN = {
    "start.py _need_terminal: sys.__stderr__",  # asks whether it is a terminal
    "start.py _open: print(what, file=sys.stderr)",  # a constant
    # Before the screens; the path in the question is cleaned in store/engine/new_file.py.
    'start.py _says_yes: sys.stderr.write(f"{question}\\nEvet için E, Hayır için H yaz',
}

# All of Textual and rich that the screens use; whatever else can show a text comes here first.
USED = {
    "rich.cells": {"cell_len", "set_cell_size"},
    "rich.segment": {"Segment"},
    "rich.style": {"Style"},
    "textual": {"events", "getters", "on"},
    "textual.actions": {"SkipAction"},
    "textual.app": {"App", "ComposeResult"},
    "textual.binding": {"Binding", "BindingType"},
    "textual.containers": {"Horizontal", "Vertical", "VerticalScroll"},
    "textual.content": {"Content"},
    "textual.filter": {"LineFilter"},
    "textual.geometry": {"Region", "Size", "clamp"},
    "textual.message": {"Message"},
    "textual.message_pump": {"MessagePump"},
    "textual.reactive": {"Reactive"},
    "textual.screen": {"ModalScreen", "Screen"},
    "textual.scroll_view": {"ScrollView"},
    "textual.strip": {"Strip"},
    "textual.validation": {"Function"},
    "textual.widget": {"Widget"},
    "textual.widgets": {"Input", "Static"},
}
MAKERS = {"shown", "shown_lines", "styled_lines", "styled", "drawn", "last_words"}
MADE = {"Content", "Segment", "Text"}  # outside the wall they are types, never made
TEXTS = {"border_title", "border_subtitle", "tooltip", "title", "sub_title", "placeholder"}
NEVER = {"notify", "print", "copy_to_clipboard", "from_markup", "Input"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}


def is_safe(node: ast.AST) -> bool:
    """A literal, or what the wall has made."""
    if isinstance(node, ast.IfExp):
        return is_safe(node.body) and is_safe(node.orelse)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in MAKERS
    return isinstance(node, ast.Constant)


def is_told(node: ast.Call) -> bool:
    """Whether a call that shows something shows but what is safe."""
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in NEVER:
        return False
    values = [*node.args, *(word.value for word in node.keywords if word.arg == "content")]
    if name in ("Static", "panic", "write"):
        return all(map(is_safe, values))
    if name == "update":  # a widget's, or that of something private that is no widget
        of = node.func.value if isinstance(node.func, ast.Attribute) else None
        is_private = isinstance(of, ast.Attribute) and of.attr.startswith("_")
        return is_private or all(map(is_safe, values))
    return all(
        is_safe(word.value) or _passes_on(word) for word in node.keywords if word.arg in TEXTS
    )


def _passes_on(word: ast.keyword) -> bool:
    return isinstance(word.value, ast.Name) and word.value.id == word.arg


def annotations(tree: ast.AST) -> set[ast.AST]:
    """Every node that is part of an annotation."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            inner = getattr(node, name, None)
            if inner is not None:
                found.update(ast.walk(inner))
    return found


def unsafe(source: str, name: str = "x.py") -> Iterator[str]:
    """The places in a module of the screens where a text may go another way."""
    tree = ast.parse(source)
    typed = annotations(tree)
    for node, function in placed(tree):
        if any(rule(node, typed) for rule in RULES):
            yield f"{name} {function}: {ast.unparse(node)[:60]}"


def placed(node: ast.AST, function: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Every node below this one, with the function or class that it stands in: `_Bar.draw`."""
    for child in ast.iter_child_nodes(node):
        yield child, function
        within = [function] if function else []
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            within.append(child.name)
        yield from placed(child, ".".join(within))


def shows(node: ast.AST, _typed: set[ast.AST]) -> bool:
    return isinstance(node, ast.Call) and not is_told(node)


def makes(node: ast.AST, typed: set[ast.AST]) -> bool:
    return isinstance(node, ast.Name) and node.id in MADE and node not in typed


def imports(node: ast.AST, _typed: set[ast.AST]) -> bool:
    """Something of Textual or rich that is not known to be harmless."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in ("textual", "rich") for alias in node.names)
    if not isinstance(node, ast.ImportFrom) or not node.module:
        return False
    names = {alias.name for alias in node.names}
    return node.module.split(".")[0] in ("textual", "rich") and not names <= USED.get(
        node.module, set()
    )


def assigns(node: ast.AST, _typed: set[ast.AST]) -> bool:
    """A text of Textual's own that is set to something else than a literal."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = any(isinstance(target, ast.Attribute) and target.attr in TEXTS for target in targets)
    return named and not (node.value is not None and is_safe(node.value))


def renders(node: ast.AST, _typed: set[ast.AST]) -> bool:
    """A `render` that does not give what only the wall can make; a str would be markup."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    wanted = {"render": "Content", "render_line": "Strip"}.get(node.name)
    return wanted is not None and (node.returns is None or ast.unparse(node.returns) != wanted)


def streams(node: ast.AST, _typed: set[ast.AST]) -> bool:
    """A stream that is kept under another name, written to in other ways."""
    if not isinstance(node, ast.Attribute) or node.attr not in STREAMS:
        return False
    return ast.unparse(node) != "sys.stderr"


RULES = (shows, makes, imports, assigns, renders, streams)


@pytest.mark.parametrize(
    "bad",
    [
        "Static(name)",
        "Static(f'{name}')",
        "Static(content=name)",
        "Static(shown(name) if name else name)",
        "Static('a' + name)",
        "self.query_one('#a', Static).update(name)",
        "widget.update(name)",
        "self.notify('x')",
        "self.app.notify(error.sentence)",
        "self.app.panic(Text(name))",
        "Content(name)",
        "Content.assemble(name)",
        "Content.from_markup(name)",
        "Segment(name)",
        "made = Segment",
        "Text(name)",
        "Field(placeholder=name)",
        "Vertical(border_title=name)",
        "self.border_title = name",
        "self.query_one('#a').tooltip = name",
        "self.app.title = name",
        "self.sub_title += name",
        "print(name)",
        "sys.stderr.write(name)",
        "sys.stdout.write('x')",
        "out = sys.__stderr__",
        "self.app.copy_to_clipboard(name)",
        "from textual.widgets import Label",
        "from textual.widgets import Static, OptionList",
        "from textual.content import Content, Span",
        "from rich.text import Text",
        "from rich.console import Console",
        "from rich import print",
        "import rich",
        "import textual.widgets as w",
        "def render(self): return name",
        "def render(self) -> str: return name",
        "def render(self) -> RenderResult: return name",
        "def render_line(self, y): return name",
        "Input(name)",
    ],
)
def test_the_reader_of_the_source_sees_what_is_unsafe(bad: str) -> None:
    assert list(unsafe(bad))


@pytest.mark.parametrize(
    "good",
    [
        "Static('Dosya Yolu', classes='label')",
        "Static(shown(name))",
        "Static(shown(name) if name else 'yok')",
        "Static(id='plan')",
        "self.query_one('#a', Static).update(shown_lines(lines))",
        "self._rows.update(found)",
        "def render(self) -> Content: return shown(name)",
        "def pieces(self) -> list[Segment]: return [drawn(name, style)]",
        "self.panic(last_words(log.crash_sentence(error)))",
        "self._title = name",
        "Field(name, placeholder='yazın')",
        "sys.stderr.write('Hazırlanıyor')",
        "from textual.widgets import Input, Static",
    ],
)
def test_the_reader_of_the_source_lets_pass_what_is_safe(good: str) -> None:
    assert list(unsafe(good)) == []


def test_only_the_wall_brings_data_to_the_screens() -> None:
    modules = [
        path
        for path in sorted(TUI.rglob("*.py"))
        if path.name != WALL and path.parent.name != BEHIND_THE_WALL
    ]
    assert len(modules) > 20
    found = [
        place for path in modules for place in unsafe(path.read_text(encoding="utf-8"), path.name)
    ]
    assert sorted(found) == sorted(KNOWN)


def test_what_is_behind_the_wall_knows_nothing_of_the_program() -> None:
    """The driver has no data to write: it imports its own modules, and the watch of signals."""
    for path in (TUI / BEHIND_THE_WALL).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
                name = node.module or ""
                assert name.startswith(f"app.tui.{BEHIND_THE_WALL}.") or name == "app.signals", path


def test_the_fields_that_one_types_into_are_of_one_kind() -> None:
    """Textual's Input shows its value as it is; ours cleans it before it is kept."""
    heirs = [
        (path.name, node.name)
        for path in TUI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) == "Input" for base in node.bases)
    ]
    assert heirs == [("fields.py", "Field")]


def test_only_the_output_writes_for_subcommands() -> None:
    """And it cleans whatever it is given; readers answer through a pipe, not a terminal."""
    allowed = {
        "__main__.py",
        "cli/output.py",
        "cli/streams.py",
        "netsis/worker_process.py",
        "netsis/standard_streams.py",  # asks whether one is a terminal, and refuses it
        "tui/start.py",
    }
    found = set()
    for path in FOLDER.rglob("*.py"):
        if path.parent.name == BEHIND_THE_WALL:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            prints = isinstance(node, ast.Name) and node.id == "print"
            if prints or (isinstance(node, ast.Attribute) and ast.unparse(node) in _SYS_STREAMS):
                found.add(path.relative_to(FOLDER).as_posix())
    assert found == allowed


_SYS_STREAMS = {f"sys.{name}" for name in STREAMS}
