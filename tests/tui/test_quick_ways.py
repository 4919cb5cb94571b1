"""What tests of the screens share is what each would have found itself."""

from __future__ import annotations

import pytest
from desk import desk
from quick_messages import FIND as FIND_HANDLERS
from quick_styles import FIND
from textual.message import Message
from textual.message_pump import MessagePump

pytestmark = pytest.mark.usefixtures("office")


async def test_shared_styles_are_those_that_textual_finds():
    for _ in ("the first finds them", "the second shares them"):
        async with desk("cikis", "dosyalar/temiz.json") as it:
            for keys in (["f5", "down", "plus"], ["escape", "f3", "f5", "a"], ["f2"]):
                await it.press(*keys)
                for node in it.app.screen.walk_children(with_self=True):
                    shared = node.styles.base._rules.copy()
                    FIND(it.app.stylesheet, node)
                    assert node.styles.base._rules == shared, node


def kinds_of(message: type[Message]) -> list[type[Message]]:
    return [message, *(each for kind in message.__subclasses__() for each in kinds_of(kind))]


async def test_shared_handlers_are_those_that_textual_finds():
    found = 0
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f5", "a", "f2")
        for pump in (it.app, *it.app.screen.walk_children(with_self=True)):
            for kind in kinds_of(Message)[1:]:
                message = kind.__new__(kind)
                message._no_default_action, message._sender = False, None
                for name in (kind.handler_name, "on_idle"):
                    handlers = list(FIND_HANDLERS(pump, name, message))
                    assert list(MessagePump._get_dispatch_methods(pump, name, message)) == handlers
                    found += len(handlers)
    assert found > 1000


async def test_a_handler_keeps_a_message_from_those_behind_it():
    async with desk("cikis", "dosyalar/temiz.json") as it:
        message = Message()
        handlers = MessagePump._get_dispatch_methods(it.app.screen, "on_idle", message)
        assert next(handlers)
        message.prevent_default()
        assert list(handlers) == []
