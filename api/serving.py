"""The web server around the application: what uvicorn does not do by itself.

It leaves signals to us, tells long connections when it stops, and gives the application a way to
drop a connection at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.graphql.outlet import ABORT

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

_GRACE_SECONDS: Final = 5
_MAX_FRAME_BYTES: Final = 1024 * 1024
# A reader that takes nothing may leave this much unread in our memory.
_UNREAD_BYTES: Final = 32 * 1024
# Longer than the server waits for the other side's close frame.
_LINGER_SECONDS: Final = 12.0


class Server(uvicorn.Server):
    """Serves until `should_exit`; streams and sockets are ended first."""

    def __init__(self, app: Starlette, *, ping_seconds: float) -> None:
        super().__init__(_options(app, ping_seconds))
        self._end_connections: Callable[[], None] = app.state.end_connections

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing: uvicorn would raise signals again after it has stopped serving, and so
        end the process before runners are stopped and connections are closed."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell every long connection; uvicorn waits for them to end."""
        self._end_connections()
        await super().shutdown(sockets)


class Sockets(WebSocketsSansIOProtocol):
    """A peer that answers no ping reads nothing either: closing in order would wait for it."""

    def keepalive_timeout(self) -> None:
        """Say 1011 to whoever may still hear it, and drop the connection soon after."""
        super().keepalive_timeout()
        self.loop.call_later(1.0, self.transport.abort)


class Abortable:
    """Offers `scope["extensions"][ABORT]`, which drops the connection with all that is unsent.

    ASGI has no word for it; uvicorn's `send` is a method of what holds the transport.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is None:
            await self._app(scope, receive, send)
            return
        scope.setdefault("extensions", {})[ABORT] = transport.abort
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        transport.set_write_buffer_limits(high=_UNREAD_BYTES)
        try:
            await self._app(scope, receive, send)
        finally:
            # The close frame may stand behind what the peer never reads.
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, transport.abort)


def _options(app: Starlette, ping_seconds: float) -> uvicorn.Config:
    return uvicorn.Config(
        Abortable(app),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        ws=Sockets,
        ws_max_size=_MAX_FRAME_BYTES,
        ws_ping_interval=ping_seconds,
        ws_ping_timeout=ping_seconds,
        # Deflate costs a third of the deliveries and 40 KiB a connection.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
