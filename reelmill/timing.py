"""How long anything is waited for, and the pauses between two tries. Times in seconds."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The waits of one client.

    `patience` is how long a server is tried again that has answered before; one that never did is
    more likely a wrong address, so `first_patience` is short. `transfer` is how long the store may
    stay silent in the middle of a part; `complete` how long it may take to join a file.
    """

    connect: float = 10.0
    read: float = 60.0
    transfer: float = 120.0
    complete: float = 600.0
    patience: float = 120.0
    first_patience: float = 1.0
    pause: float = 0.25
    longest_pause: float = 15.0
    poll: float = 2.0
    abort: float = 10.0

    def pause_after(self, failures: int, chance: float | None = None) -> float:
        """The pause after so many failures in a row: doubled each time, and between the half and
        the whole of that by chance, so that many clients do not come back in step."""
        # The exponent is held down: 2.0 ** 1100 does not fit into a float.
        whole = min(self.pause * 2.0 ** min(failures - 1, 30), self.longest_pause)
        return whole * (0.5 + 0.5 * (random.random() if chance is None else chance))  # noqa: S311


class Patience:
    """One operation's tries: counts its failures and knows when it is time to give up.

    It gives up once `seconds` have passed since it was made, but not before `tries` have failed.
    """

    def __init__(self, timing: Timing, seconds: float, *, tries: int = 1) -> None:
        self._timing = timing
        self._deadline = time.monotonic() + seconds
        self._tries = tries
        self._failures = 0

    def next_pause(self) -> float | None:
        """The pause before the next try; None when it is time to give up."""
        self._failures += 1
        pause = self._timing.pause_after(self._failures)
        late = time.monotonic() + pause > self._deadline
        return None if late and self._failures >= self._tries else pause
