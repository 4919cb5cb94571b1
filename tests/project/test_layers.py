"""The layers hold: no arrow points up, and each folder imports what it may."""

from __future__ import annotations

from pathlib import Path

from importlinter.cli import lint_imports

_ROOT = Path(__file__).parents[2]


def test_the_contracts_of_the_layers_are_kept(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(_ROOT))
    status = lint_imports(str(_ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out
