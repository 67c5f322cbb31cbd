"""What has been sent of a file so far, and what has gone wrong with a part of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from reelmill.errors import ConnectionFailedError
from reelmill.store import PartError, Verdict
from reelmill.timing import Patience, Timing

_TRIES: Final = 8
_RENEWALS: Final = 3


class Counter:
    """Counts bytes as threads send them, and tells the event loop now and then."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._sent: dict[int, int] = {}
        self._finished = 0
        self._told = True
        self._silent = False
        self.done = 0

    @property
    def bytes(self) -> int:
        """Bytes on their way or in the store."""
        return self._finished + sum(self._sent.copy().values())

    def started(self, number: int) -> Callable[[int], None]:
        """A part is sent, for the first time or again: call the answer with each step's bytes."""
        self._sent[number] = 0

        def step(size: int) -> None:
            self._sent[number] = self._sent.get(number, 0) + size
            # Not one call a step: a fast line would keep the loop busy with nothing else.
            if self._told and not self._loop.is_closed():
                self._told = False
                self._loop.call_soon_threadsafe(self._tell)

        return step

    def finished(self, number: int, size: int) -> None:
        """The store holds it."""
        self._sent.pop(number, None)
        self._finished += size
        self.done += 1

    def _tell(self) -> None:
        self._told = True
        if not self._silent:
            self._on_change()

    def silence(self) -> None:
        """Tell nothing more: threads that are being stopped may still count."""
        self._silent = True


class Failures:
    """What has gone wrong with one part so far."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._patience: Patience | None = None
        self._renewals = 0
        self.last = Verdict.DONE

    def pause_or_raise(self, error: ConnectionFailedError | PartError) -> float:
        """Seconds until the next try, or the error itself when another one is no use."""
        self.last = error.verdict if isinstance(error, PartError) else Verdict.AGAIN
        if self.last is Verdict.REFUSED or error.code == "TLS_FAILED":
            raise error
        if self.last is Verdict.RENEW:
            self._renewals += 1
            if self._renewals > _RENEWALS:
                raise error
            # An expired link is nothing to wait for; what is refused once more may be.
            return 0.0 if self._renewals == 1 else self._timing.pause_after(self._renewals)
        # From the first failure on: a part may take long, and that is no reason to give up.
        self._patience = self._patience or Patience(
            self._timing, self._timing.patience, tries=_TRIES
        )
        pause = self._patience.next_pause()
        if pause is None:
            raise error
        return pause
