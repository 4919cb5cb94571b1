"""Keys in the order in which they were typed, each for the place that the one before led to.

Textual hands a key to the widget that has the focus as the key arrives. Over a slow line several
arrive at once: without this, what is typed behind Tab or F4 would go to the field before it.
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
    """Follows a key through the same queues: where this one arrives, the key has been dealt with.

    A second `lap` waits for what the key has set going in its turn: a pressed button.
    """

    def __init__(self, lap: int) -> None:
        super().__init__()
        self.lap = lap


class TypeaheadApp(App[None], inherit_bindings=False):
    """An app that looks at a key only once the one before has had its effect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._typed: deque[events.Event] = deque()
        self._followed: MessagePump | None = None
        """Where the last key went, while it is on its way."""
        self._known: MessagePump | None = None
        """The last screen without a focus that was there for a key."""

    async def on_event(self, event: events.Event) -> None:
        """Keys and pasted text wait for their turn; all else goes its way."""
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
        """A key has had its effect: the next one."""
        event.stop()
        target, self._followed = self._followed, None
        if target and event.lap < _LAPS:
            self._follow(target, event.lap + 1)
        await self._next_key()

    def keys_wait(self) -> bool:
        """Whether keys are meant for what is still to come, as a list that is being fetched."""
        return False

    def passes(self, event: events.Event) -> bool:
        """Whether this one, with none before it, need not wait."""
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
        """Whether a screen without a focus is to stay so; a new one is still being made."""
        if screen is self._known:
            return True
        self._known = screen
        self._follow(screen)
        return self._followed is None

    def _follow(self, target: MessagePump, lap: int = 1) -> None:
        if target.post_message(KeyPassed(lap)):
            self._followed = target

    async def _look_again(self) -> None:
        """A place that is gone lets nothing through any more."""
        if self._followed is None:
            return
        if self._followed.is_running:
            self.set_timer(_LOOK_AGAIN_SECONDS, self._look_again)
        else:
            self._followed = None
            await self._next_key()


def _is_urgent(event: events.Event) -> bool:
    """A key that waits for nothing, and that takes back what was typed ahead of it."""
    return isinstance(event, events.Key) and event.key in _URGENT
