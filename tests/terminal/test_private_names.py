"""Every private name of Textual that the program uses or overrides, and those that tests use.

Textual may change any of them in a minor version, so pyproject.toml pins that. After an upgrade
look at the names in these tables, and at whatever else LinuxDriver does.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import textual._xterm_parser
import textual.app
import textual.drivers.linux_driver
import textual.message_pump
import textual.pilot
from textual._compositor import Compositor
from textual.app import App
from textual.css.styles import Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen

import app.tui

PROGRAM = {
    "app.TransferApp": {
        "_css_update_count", "_driver", "_exception", "_exception_event", "_handle_exception",
        "_loop", "_return_code",
    },
    "terminal.driver.DiffDriver": {
        "_debug", "_file", "_get_terminal_size", "_query_in_band_window_resize",
    },
    "terminal.driver": {"_driver"},
    "terminal.key_parser.KeyParser": {"_sequence_to_key_events"},
}  # fmt: skip
"""A class under app.tui → what it touches of its bases; a module → what it touches of the app."""
MODULES = {"textual._xterm_parser"}
TESTS = [
    (App, "_driver"), (App, "_animator"), (App, "_press_keys"), (App, "_exception"),
    (Screen, "_compositor"), (Screen, "_on_timer_update"),
    (Stylesheet, "_parse_rules"), (Stylesheet, "_variables"),
    (Stylesheet, "_process_component_classes"), (Styles, "_rules"), (App, "_background_screens"),
    (Compositor, "_dirty_regions"), (DOMNode, "_selector_names"), (DOMNode, "_id"),
    (DOMNode, "_has_hover_style"), (DOMNode, "_has_focus_within"),
    (DOMNode, "_has_order_style"), (DOMNode, "_has_odd_or_even"),
]  # fmt: skip
"""Where the helpers of our tests look into Textual (tests/tui/quick_pilot.py, desk.py, …)."""


def test_the_program_touches_no_other_private_name() -> None:
    """Nor does it take one by accident: a method of ours would replace one of Textual's."""
    found: dict[str, set[str]] = {}
    for module in _modules():
        for name, kind in vars(module).items():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                _add(found, f"{module.__name__}.{name}", _private_in(kind) & _of_bases(kind))
        others = _attributes(ast.parse(inspect.getsource(module)), lambda of: of.endswith("app"))
        _add(found, module.__name__, others)
    assert found == PROGRAM


def test_the_program_imports_no_other_private_module() -> None:
    found = {
        node.module
        for module in _modules()
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.ImportFrom) and "textual._" in (node.module or "")
    }
    assert found == MODULES


@pytest.mark.parametrize(("kind", "name"), TESTS)
def test_what_tests_use_is_still_there(kind: type, name: str) -> None:
    assert name in _private_in(kind) | _of_bases(kind)


@pytest.mark.parametrize("module", [textual.app, textual.pilot])
def test_the_pilot_waits_where_tests_replace_its_waiting(module: Any) -> None:
    assert "await wait_for_idle(0)" in inspect.getsource(module)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (textual.message_pump, "_handle_exception"),
        (textual.drivers.linux_driver, "_get_terminal_size"),
        (textual.drivers.linux_driver, "_query_in_band_window_resize"),
        (textual._xterm_parser, "_sequence_to_key_events"),
    ],
)
def test_what_is_overridden_is_called_by_textual(module: Any, name: str) -> None:
    """An override that nobody calls any more would be silent."""
    assert f".{name}" in inspect.getsource(module)


def _modules() -> Iterator[Any]:
    for module in pkgutil.walk_packages(app.tui.__path__, "app.tui."):
        yield importlib.import_module(module.name)


def _add(found: dict[str, set[str]], name: str, touched: set[str]) -> None:
    if touched:
        found[name.removeprefix("app.tui.")] = touched


def _of_bases(kind: type) -> set[str]:
    """The private names of those of its bases that are Textual's."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("textual")]
    return set().union(*map(_private_in, bases))


@cache
def _private_in(kind: type) -> set[str]:
    """The private names that a class has in its body or on itself."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    methods = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    own = _attributes(tree, lambda of: of in ("self", "cls"))
    return {node.name for node in methods if _is_private(node.name)} | own


def _attributes(tree: ast.AST, counts: Callable[[str], bool]) -> set[str]:
    """The private attributes that a piece of source names, of what counts."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and _is_private(node.attr)
        and counts(ast.unparse(node.value))
    }


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
