"""Estimate the time left of a job, steadily enough to be read while it changes."""

from __future__ import annotations

from typing import Final

_MEMORY: Final = 15.0
"""Seconds after which the weight of a measured speed has fallen to a tenth."""
_PATIENCE: Final = 2.0
"""Seconds before the first estimate, because a job's start is rarely typical."""
_LEEWAY: Final = 0.3
"""The share of the time left up to which a difference is corrected gradually."""
_GENTLY: Final = 5.0
"""Seconds in which such a difference is corrected."""
_MINUTE, _HOUR = 60, 3600
_COARSE: Final = 10 * _MINUTE  # seconds; above it the display is in whole minutes


class TimeLeft:
    """The time left of one job, from its progress; restarts if the progress falls back.

    The speed is an exponentially weighted mean by time, smoothed twice, as in the progress bars of
    indicatif: bursts even out, and a lasting change is followed within a few `_MEMORY`. The
    displayed time counts down slightly faster or slower than the clock if the estimate differs, and
    jumps only for a large difference.
    """

    def __init__(self) -> None:
        self._of = -1
        self._restart(0, 0.0)

    def _restart(self, done: int, now: float) -> None:
        self._began = self._at = now
        self._done = done
        self._once = self._twice = 0.0
        self._told: float | None = None

    def seconds(self, done: int, of: int, now: float) -> int | None:
        """Return the whole seconds left at the time `now`, in a clock's seconds.

        Returns None without an estimate: too early, nothing done, or at the end.
        """
        if of != self._of or done < self._done:
            self._of = of
            self._restart(done, now)
        passed = now - self._at
        if passed > 0:
            self._measure(done, now)
        speed = self._twice / (self._weight(now) or 1.0)
        if now - self._began < _PATIENCE or speed <= 0 or done >= of:
            return None
        self._told = _next_shown(self._told, (of - done) / speed, passed)
        return max(round(self._told), 1)

    def _measure(self, done: int, now: float) -> None:
        """Update the means with the speed since the last call."""
        passed = now - self._at
        kept = 0.1 ** (passed / _MEMORY)
        self._once = self._once * kept + (done - self._done) / passed * (1 - kept)
        unbiased = self._once / self._weight(now)
        self._twice = self._twice * kept + unbiased * (1 - kept)
        self._done, self._at = done, now

    def _weight(self, now: float) -> float:
        """Return the sum of the weights so far; it approaches 1."""
        return float(1 - 0.1 ** ((now - self._began) / _MEMORY))


def _next_shown(told: float | None, left: float, passed: float) -> float:
    """Return the time to display `passed` seconds after `told`; it only rises in a jump."""
    if told is None or abs(left - (told - passed)) > max(_LEEWAY * left, 1.0):
        return left
    difference = left - (told - passed)
    return told - passed + min(max(difference * passed / _GENTLY, -passed), passed)


def left_words(seconds: int | None) -> str:
    """Return the time left in words: `12 sn kaldı`, `2 dk 30 sn kaldı`, `1 sa 5 dk kaldı`.

    Empty for None. It is in whole minutes from ten minutes on, in steps of ten seconds below.
    """
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return f"{seconds} sn kaldı"
    step = 10 if seconds < _COARSE else _MINUTE
    seconds = -(-seconds // step) * step
    minutes, seconds = divmod(seconds, _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    parts = ((hours, "sa"), (minutes, "dk"), (seconds, "sn"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) + " kaldı"
