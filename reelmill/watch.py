"""Follow one thing to its end, whatever happens to the connection meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, Protocol, TypeVar

from reelmill.errors import ConnectionFailedError, UnavailableError
from reelmill.subscription import SocketRefusedError
from reelmill.timing import Timing

# So many sockets in a row that broke at once, while HTTP works, are none to be had.
_SOCKETS: Final = 5
_HEALTHY_SECONDS: Final = 10.0


class Ends(Protocol):
    """What changes until it does so no more: a job, a scan."""

    @property
    def done(self) -> bool:
        """Whether it will never change again."""


T = TypeVar("T", bound=Ends)
Stream = Callable[[], AsyncGenerator[T, None]]
Read = Callable[[], Awaitable[T]]


async def watch(stream: Stream[T], read: Read[T], timing: Timing) -> AsyncGenerator[T, None]:
    """The thing as it is, then each change; ends after a final state.

    `stream` opens a socket, `read` asks once over HTTP and waits for a server that is away.
    Raises what `read` raises. The same state is never given twice in a row.
    """
    last: T | None = None
    async with aclosing(_states(stream, read, timing)) as states:
        async for state in states:
            if state != last:
                yield state
            last = state
            if state.done:
                return


async def _states(stream: Stream[T], read: Read[T], timing: Timing) -> AsyncGenerator[T, None]:
    async with aclosing(_over_sockets(stream, read, timing)) as states:
        async for state in states:
            yield state
    while True:
        yield await read()
        await asyncio.sleep(timing.poll)


async def _over_sockets(
    stream: Stream[T], read: Read[T], timing: Timing
) -> AsyncGenerator[T, None]:
    """Sockets, one after the other, until it is clear that there is none to be had."""
    failures = 0
    while failures < _SOCKETS:
        began = time.monotonic()
        try:
            async with aclosing(stream()) as states:
                async for state in states:
                    yield state
        except SocketRefusedError:
            return
        except (ConnectionFailedError, UnavailableError):
            pass  # what it was is told by the next reading, if it lasts
        lived = time.monotonic() - began
        failures = 1 if lived > _HEALTHY_SECONDS else failures + 1
        # Tells what was missed, whether the server is there at all, and why it wants no socket.
        yield await read()
        await asyncio.sleep(timing.pause_after(failures))
