"""Style sheets whose work is done once: a third of the time of the screens' tests.

Each app parses the same sheets anew, and each widget that is mounted, focused or shown again is
matched with all rules. What comes out depends on the rules and on the widget's path alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

FIND = Stylesheet.apply
"""As Textual finds them."""


class _Candidates(NamedTuple):
    """The rules whose selectors end in one of a node's names."""

    rules: tuple[int, ...]
    pseudo_classes: tuple[str, ...]
    flags: dict[str, bool]  # what Textual sets on the node


def share_styles(patch: pytest.MonkeyPatch) -> None:
    """Parse each sheet once, and find a widget's styles once for each path of its kind."""
    _parse_once(patch)
    _match_once(patch)


def _parse_once(patch: pytest.MonkeyPatch) -> None:
    parsed: dict[Any, list[RuleSet]] = {}
    parse_rules = Stylesheet._parse_rules

    def parse(sheet: Stylesheet, *arguments: Any, **options: Any) -> list[RuleSet]:
        key = (arguments, *sorted(options.items()), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse_rules(sheet, *arguments, **options)
        return parsed[key]

    patch.setattr(Stylesheet, "_parse_rules", parse)


def _match_once(patch: pytest.MonkeyPatch) -> None:
    candidates: dict[Any, _Candidates] = {}
    styles: dict[Any, dict[str, Any]] = {}

    def apply_known(
        sheet: Stylesheet, node: DOMNode, *, animate: bool = False, cache: Any = None
    ) -> None:
        names = frozenset(sheet.rules_map.keys() & node._selector_names)
        key = (_edition(sheet), names)
        found = candidates.get(key) or candidates.setdefault(key, _candidates(sheet, names))
        path = (found.rules, _path(node, found.pseudo_classes))
        base: Any = node.styles.base
        if path not in styles:
            FIND(sheet, node, animate=animate, cache=cache)
            styles[path] = base._rules.copy()
            return
        for name, value in found.flags.items():
            setattr(node, name, value)
        if base._rules == styles[path]:
            node.notify_style_update()
        elif isinstance(node, Widget):
            sheet.replace_rules(node, styles[path], animate=animate)  # type: ignore[arg-type]
        else:  # made for the styles of a component, and never shown
            base._rules = styles[path].copy()
        sheet._process_component_classes(node)

    patch.setattr(Stylesheet, "apply", apply_known)


def _edition(sheet: Stylesheet) -> tuple[int, ...]:
    """The sheet's rules by their identity; parsed rules live as long as the tests."""
    known = sheet.__dict__.get("_tests_edition")
    if known is None or known[0] is not sheet.rules:
        known = sheet.__dict__["_tests_edition"] = (sheet.rules, tuple(map(id, sheet.rules)))
    return known[1]


def _candidates(sheet: Stylesheet, names: frozenset[str]) -> _Candidates:
    rules = [rule for rule in sheet.rules if not names.isdisjoint(rule.selector_names)]
    pseudo = set().union(*[rule.pseudo_classes for rule in rules])
    by_order = {"first-of-type", "last-of-type", "first-child", "last-child", "empty"}
    flags = {
        "_has_hover_style": "hover" in pseudo,
        "_has_focus_within": "focus-within" in pseudo,
        "_has_order_style": not pseudo.isdisjoint(by_order),
        "_has_odd_or_even": not pseudo.isdisjoint({"odd", "even"}),
    }
    return _Candidates(tuple(map(id, rules)), tuple(sorted(pseudo)), flags)


def _path(node: DOMNode, pseudo_classes: tuple[str, ...]) -> tuple[object, ...]:
    """All that a selector can ask of the node and of those above it."""
    return tuple(
        (type(above), above._id, above.classes, tuple(map(above.has_pseudo_class, pseudo_classes)))
        for above in node.css_path_nodes
    )
