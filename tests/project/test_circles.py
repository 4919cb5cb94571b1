"""No module imports, in whatever function, one that imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import app

ROOT = Path(app.__file__).parent
MODULES = {
    ".".join(("app", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that are imported below a node, except where only types are named.

    The parts of a tab name its type.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level
            names = (f"{child.module}.{alias.name}" for alias in child.names)
            yield from (name if name in MODULES else str(child.module) for name in names)
        else:
            yield from imported(child)


def test_no_modules_import_each_other() -> None:
    graph = {
        name: (MODULES.keys() & imported(ast.parse(path.read_bytes()))) - {name}
        for name, path in MODULES.items()
    }
    assert sum(map(len, graph.values())) > len(graph)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names them
