"""Handlers of messages that are looked up once: a tenth of the time of the screens' tests.

For each message Textual looks through all classes of the widget and all of the message. What it
finds depends on the two classes alone, but where a handler asks by a selector who sent the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from textual.message import Message
from textual.message_pump import MessagePump

FIND = MessagePump._get_dispatch_methods
"""As Textual finds them."""
_Found = Iterator[tuple[type, Callable[..., Any]]]


class _Handlers(NamedTuple):
    """The handlers of one class: those that `on` has decorated, and the name of the one by name."""

    of: type
    decorated: tuple[Any, ...]
    name: str


def share_handlers(patch: pytest.MonkeyPatch) -> None:
    """Find the handlers once for each class of widgets and messages."""
    known: dict[tuple[type, str, type], list[_Handlers] | None] = {}

    def find(pump: MessagePump, name: str, message: Message) -> _Found:
        key = (pump.__class__, name, message.__class__)
        if key not in known:
            known[key] = _handlers(*key)
        found = known[key]
        return FIND(pump, name, message) if found is None else _bound(found, pump, message)

    patch.setattr(MessagePump, "_get_dispatch_methods", find)


def _bound(found: list[_Handlers], pump: MessagePump, message: Message) -> _Found:
    for of, decorated, name in found:
        if message._no_default_action:  # a handler may have said so
            return
        for method in decorated:
            yield of, method.__get__(pump, of)
        if name:
            yield of, of.__dict__[name].__get__(pump, of)


def _handlers(pump: type, name: str, message: type) -> list[_Handlers] | None:
    """Those of each class that has any; None where a selector is asked."""
    found = []
    kinds = [kind for kind in message.__mro__ if issubclass(kind, Message)]
    for of in pump.__mro__:
        listed = of.__dict__.get("_decorated_handlers") or {}
        decorated = [entry for kind in kinds for entry in listed.get(kind, [])]
        if any(selectors for _, selectors in decorated):
            return None
        named = next((each for each in (f"_{name}", name) if of.__dict__.get(each)), "")
        if named and getattr(of.__dict__[named], "_textual_on", None):
            named = ""
        methods = tuple(dict.fromkeys(method for method, _ in decorated))
        if methods or named:
            found.append(_Handlers(of, methods, named))
    return found
