"""Sending with a deadline: a reader that stalls is cut off, and so costs no memory for long.

The server's `send` waits while the client takes nothing and the buffers are full. It would wait for
hours; and an orderly close would wait as well, for it stands behind what was not taken.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

# What the server puts into `scope["extensions"]`: a function that drops the connection at once.
ABORT: Final = "reelmill.abort"
log = structlog.get_logger(__name__)


class StalledError(ConnectionAbortedError):
    """The client took nothing within the deadline; its connection was cut."""


class Outlet:
    """The ASGI `send` of one long connection. `seconds` is how long a reader may take nothing."""

    def __init__(self, scope: Scope, send: Send, seconds: float) -> None:
        self._send = send
        self._seconds = seconds
        self._abort = scope.get("extensions", {}).get(ABORT)

    async def __call__(self, message: Message) -> None:
        """Send. Raises StalledError; the connection is gone then."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            log.info("a reader has stalled and was cut off", seconds=self._seconds)
            if self._abort is not None:
                self._abort()
            raise StalledError from None
