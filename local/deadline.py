"""One deadline value per operation, handed down."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """A point on the monotonic clock, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until the deadline, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.left() == 0.0


def wait_until(check: Callable[[], bool], deadline: Deadline, *, every: float = 0.05) -> bool:
    """Asks `check` until it says yes; False when the deadline came first.

    `check` may raise to end the wait at once (a child that died will never be ready).
    """
    while not check():
        if deadline.passed:
            return False
        time.sleep(min(every, deadline.left()))
    return True
