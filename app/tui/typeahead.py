"""Typeahead: a key is dispatched only after the previous one has had its effect.

Textual dispatches a key to the widget that has the focus when the key arrives. Over a slow line
several keys arrive at once, so those typed after Tab or F4 would go to the previous field.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

_LOOK_AGAIN_SECONDS = 0.25
_LAPS = 2
_URGENT = {"escape", "f1", "f3", "f10", "ctrl+l", "ctrl+q", "ctrl+t"}


class KeyPassed(Message):
    """Follows a key through the same message queue; when it arrives, the key has been handled.

    A second `lap` waits for messages that the key has posted, such as a pressed button.
    """

    def __init__(self, lap: int) -> None:
        super().__init__()
        self.lap = lap


class TypeaheadApp(App[None], inherit_bindings=False):
    """An app that queues keys until the previous one has had its effect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._typed: deque[events.Event] = deque()
        self._followed: MessagePump | None = None
        """The target of the last key until it has handled the key."""
        self._known: MessagePump | None = None
        """The last screen without a focus that received a key."""

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pasted text; pass on every other event."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if self.keys_wait() and _is_urgent(event):
            self._typed.clear()
        self._typed.append(event)
        if self._followed is None:
            await self._next_key()
        elif len(self._typed) == 1:
            self.set_timer(_LOOK_AGAIN_SECONDS, self._look_again)

    async def on_key_passed(self, event: KeyPassed) -> None:
        """Dispatch the next key, since the last one has had its effect."""
        event.stop()
        target, self._followed = self._followed, None
        if target and event.lap < _LAPS:
            self._follow(target, event.lap + 1)
        await self._next_key()

    def keys_wait(self) -> bool:
        """Whether keys wait for a result, such as a list that is being fetched."""
        return False

    def passes(self, event: events.Event) -> bool:
        """Return whether this key need not wait if it is the first in the queue."""
        return _is_urgent(event)

    async def _next_key(self) -> None:
        while self._typed and self._followed is None:
            if self.keys_wait() and not self.passes(self._typed[0]):
                return
            target = self.focused or self.screen
            if self.focused is None and not self._settled(target):
                return
            await super().on_event(self._typed.popleft())
            self._follow(target)

    def _settled(self, screen: MessagePump) -> bool:
        """Return whether a screen without a focus will stay so; a new one still gets its focus."""
        if screen is self._known:
            return True
        self._known = screen
        self._follow(screen)
        return self._followed is None

    def _follow(self, target: MessagePump, lap: int = 1) -> None:
        if target.post_message(KeyPassed(lap)):
            self._followed = target

    async def _look_again(self) -> None:
        """Dispatch the next key if the target of the last one has been removed."""
        if self._followed is None:
            return
        if self._followed.is_running:
            self.set_timer(_LOOK_AGAIN_SECONDS, self._look_again)
        else:
            self._followed = None
            await self._next_key()


def _is_urgent(event: events.Event) -> bool:
    """Return whether a key is dispatched at once and cancels keys typed ahead of it."""
    return isinstance(event, events.Key) and event.key in _URGENT
