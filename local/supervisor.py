"""Keeps watch over a running stack: the API is started again, the rest ends the whole."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import suppress

from local import proc
from local.interrupts import Interrupts
from local.process import Child, describe_exit
from local.process_table import end_all
from local.stack import Stack

_PR_SET_CHILD_SUBREAPER = 36
_LONGEST_PAUSE = 30.0
# An API that worked this long was well: its next crash is a first one again.
_WELL_AFTER = 60.0


def adopt_orphans() -> None:
    """Makes this process the parent of whatever its children leave behind (prctl(2)): runners of
    a crashed API stay below us, to be taken up by the next one or ended with the stack."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Backoff:
    """Pauses between restarts: 1, 2, 4 ... 30 s, from the beginning after a good while."""

    def __init__(self) -> None:
        self._crashes = 0

    def after_crash(self, lived: float) -> float:
        """Seconds to wait after a process that `lived` so many seconds."""
        self._crashes = 1 if lived >= _WELL_AFTER else self._crashes + 1
        return min(_LONGEST_PAUSE, 2.0 ** (self._crashes - 1))


class Supervisor:
    """Watches the parts of a started stack until a signal comes or a part is lost."""

    def __init__(self, stack: Stack, interrupts: Interrupts, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._interrupts = interrupts
        self._say = say
        self._backoff = Backoff()
        self._started = time.monotonic()
        self._restart_at: float | None = None

    def watch(self) -> None:
        """Returns never: StopRequested and ServiceFailedError end it."""
        while True:
            for part in (self._stack.postgres, self._stack.s3):
                if part.child:
                    part.child.require_alive()
            self._look_after_api()
            reap_orphans({child.pid for child in self._children()})
            pause = None if self._restart_at is None else self._restart_at - time.monotonic()
            self._interrupts.wait(None if pause is None else max(0.0, pause))

    def _children(self) -> list[Child]:
        parts = (self._stack.postgres, self._stack.s3, self._stack.api)
        return [part.child for part in parts if part.child]

    def _look_after_api(self) -> None:
        api = self._stack.api
        now = time.monotonic()
        if self._restart_at is not None:
            if now >= self._restart_at:
                self._restart_at = None
                self._started = now
                api.start()
            return
        code = api.child.returncode if api.child else None
        if code is None:
            return
        pause = self._backoff.after_crash(now - self._started)
        self._restart_at = now + pause
        tail = api.child.log_tail(5) if api.child else ""
        self._say(
            f"The API stopped ({describe_exit(code)}). It is started again in {pause:.0f} s. "
            f"The end of its log:\n{tail}"
        )


def reap_orphans(ours: set[int]) -> None:
    """Takes the exit status of adopted processes that ended; without that they would stay as
    zombies and look alive to the API, which knows them by pid. Our own children are left to
    their `Child`."""
    for found in proc.children(os.getpid()):
        if found.state == "Z" and found.pid not in ours:
            with suppress(ChildProcessError):
                os.waitpid(found.pid, os.WNOHANG)


def end_descendants() -> None:
    """After the stop: nothing below this process may stay, marked or not (FFmpeg runs with an
    empty environment)."""
    targets = {(found.pid, found.start): "" for found in proc.descendants(os.getpid())}
    end_all(targets, gentle={}, seconds=5)
    reap_orphans(set())
