"""Crash an installation at a named moment, let it go on, and see that all is well."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support import outside
from tests.support.live import LiveApi
from tests.support.scenarios import Scenario
from tests.support.user import User
from tests.support.waiting import until

_PROGRAM = "tests.support.crashing"


async def crash(at: str, user: User, scenario: Scenario, marker: Path) -> None:
    """kill -9 of the API, or of its runner, at `at` while a user does `scenario`."""
    live = user.live
    words = ("--at", at, "--marker", str(marker))
    live.spawn(_PROGRAM, *words)
    async with _kept_up(live, lambda: None, lambda: () if marker.exists() else words):
        await scenario(user)
        # Some moments come only after what the user waits for.
        await until(marker.exists, f"{at} is reached")
        await until(lambda: _ready(live), "the API answers again")
        await outside.calm(live, user.client)


async def crash_database(
    at: str, user: User, scenario: Scenario, marker: Path, *, victim: int, mend: Callable[[], None]
) -> None:
    """The same with PostgreSQL: `victim` is its postmaster, and `mend` starts it again."""
    live = user.live
    words = ("--at", at, "--marker", str(marker), "--victim", str(victim))
    live.spawn(_PROGRAM, *words)
    mended = False

    def tend() -> None:
        nonlocal mended
        if marker.exists() and not mended:
            mended = True
            mend()

    async with _kept_up(live, tend, lambda: () if marker.exists() else words):
        await scenario(user)
        await until(marker.exists, f"{at} is reached")
        await outside.calm(live, user.client)


@asynccontextmanager
async def _kept_up(
    live: LiveApi, tend: Callable[[], None], words: Callable[[], tuple[str, ...]]
) -> AsyncIterator[None]:
    """What a supervisor does: start what has died, an ordinary API after the crash.

    Before it the same again: an API that comes before its database ends by itself.
    """

    async def keep() -> None:
        while True:
            tend()
            assert live.process is not None
            if live.process.poll() is not None:
                live.spawn(_PROGRAM, *words())
            await asyncio.sleep(0.05)

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        _stop(live)


async def _ready(live: LiveApi) -> bool:
    try:
        await live.graphql("{ viewer { __typename } }")
    except (httpx.HTTPError, ValueError, AssertionError):
        return False
    return True


def _stop(live: LiveApi) -> None:
    assert live.process is not None
    if live.process.poll() is None:
        live.process.send_signal(signal.SIGTERM)
        live.process.wait(20)
