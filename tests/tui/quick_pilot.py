"""What makes tests of the screens quick, and deaf to whatever else the machine does.

Textual's pilot waits after each key until the process takes little time of the processor. That
waits too long on a quiet machine, and too short on a busy one. Nor need it wait for the timers of
frames: the clock goes ahead to the next one. And it draws every frame, for no terminal: a quarter
of the time of the stories.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import sleep
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import textual._time
import textual.app
import textual.pilot
from quick_messages import share_handlers
from quick_styles import share_styles
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.strip import Strip

_TWO_FRAMES = (
    0.04  # seconds; a timer of Textual that draws ends in 1/60, and one that is late in 2/60
)
_PATIENCE = 30  # seconds; only a failure waits that long
_ROUNDS = 3  # turns of the event loop in which nothing was to be done: threads wake it up, too


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 10) -> None:
    """Wait until the event loop has nothing to do, and no timer ends within two frames.

    Such a timer ends at once; what other threads do is not hurried.
    """
    loop: Any = asyncio.get_running_loop()
    begin = time.monotonic()
    quiet = 0
    while quiet < _ROUNDS and time.monotonic() < begin + max_sleep:
        await sleep(0)
        rest = _next_timer(loop) - loop.time()
        if loop._ready:
            quiet = 0
        elif rest < _TWO_FRAMES:
            quiet = 0
            _clock.ahead += max(rest, 0)
        else:
            quiet += 1
    await sleep(begin + min_sleep - time.monotonic())


async def _wait_for_screen(pilot: Pilot[Any], timeout: float = _PATIENCE) -> bool:
    """Wait until all widgets wait for messages; Textual's pilot sends one to each of them."""
    app = pilot.app
    last = time.monotonic() + timeout
    while not app._exception:
        await wait_for_idle()
        pumps = (app, *app.screen.walk_children(with_self=True))
        if all(map(_waits_for_messages, pumps)):
            return True
        if time.monotonic() > last:
            raise WaitForScreenTimeout
    return False


def _waits_for_messages(pump: MessagePump) -> bool:
    ready: Any = pump._message_queue.ready_event
    return bool(ready._waiters) or not pump.is_running or pump._closing


class _Clock:
    """The clock of the event loop and of Textual's timers, which need not be waited for."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead


_clock = _Clock()


def _next_timer(loop: Any) -> float:
    """When the first timer ends."""
    timers = (timer.when() for timer in loop._scheduled if not timer.cancelled())
    return min(timers, default=float("inf"))


@contextmanager
def quick_pilot() -> Iterator[None]:
    """While this lasts, the pilot waits for the event loop; styles and handlers are found once."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.app, textual.pilot):
            patch.setattr(module, "wait_for_idle", wait_for_idle)
        patch.setattr(Pilot, "_wait_for_screen", _wait_for_screen)
        patch.setattr(asyncio.BaseEventLoop, "time", lambda _loop: _clock.now())
        patch.setattr(textual._time, "get_time", _clock.now)
        share_styles(patch)
        share_handlers(patch)
        yield


@contextmanager
def no_frames() -> Iterator[None]:
    """While this lasts nothing is drawn but by `drawn_lines`: what is dirty stays so till then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", _no_frame)
        yield


def drawn_lines(app: App[Any]) -> list[Strip]:
    """The topmost screen, drawn now, before what shows through it."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def _no_frame(compositor: Compositor, **_: Any) -> None:
    compositor._dirty_regions.clear()
