"""The web server around the application: what uvicorn does not do by itself.

It leaves signals to us, goes on serving while callers find another process, tells long connections
when it stops, and gives the application a way to drop a connection at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.outlet import ABORT

if TYPE_CHECKING:
    from types import FrameType

    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GRACE_SECONDS: Final = 5
_MAX_FRAME_BYTES: Final = 1024 * 1024
# A reader that takes nothing may leave this much unread in our memory.
_UNREAD_BYTES: Final = 32 * 1024
# Longer than proxies keep an idle connection (60 s as a rule): a request that is sent while the
# other side closes is lost, so whoever sends must be the one that closes.
_IDLE_SECONDS: Final = 75
# What is read of one socket before everybody else's turn comes.
_PIECE_BYTES: Final = 8 * 1024
# Longer than the server waits for the other side's close frame.
_LINGER_SECONDS: Final = 12.0
# For a request to arrive, its body included: a mebibyte at 35 kB/s.
REQUEST_SECONDS: Final = 30.0


class Server(uvicorn.Server):
    """Serves until `should_exit`, and then for `drain_seconds` more, while callers that have not
    heard of the end yet still come; streams and sockets are ended after that."""

    def __init__(self, app: Starlette, *, ping_seconds: float, drain_seconds: float = 0) -> None:
        self._farewell = Farewell(app)
        super().__init__(_options(self._farewell, ping_seconds))
        self._drain_seconds = drain_seconds
        self._hurried = asyncio.Event()
        self._end_connections: Callable[[], None] = app.state.end_connections

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing: uvicorn would raise signals again after it has stopped serving, and so
        end the process before runners are stopped and connections are closed."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second Ctrl-C waits for nobody."""
        super().handle_exit(sig, frame)
        if self.force_exit:
            self._hurried.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then tell every long connection; uvicorn waits for them to end."""
        self._farewell.said = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._drain_seconds):
                await self._hurried.wait()
        self._end_connections()
        await super().shutdown(sockets)


class Farewell:
    """Once `said`, each answer is the last on its connection: the next request opens another, which
    leads to another process. A connection that is closed while it idles loses the request that
    is on its way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            if self.said and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, last if scope["type"] == "http" else send)


class Requests(H11Protocol):
    """Whoever sends a byte now and then, or nothing at all, would keep a connection for ever, and
    a process has only so many."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library has it
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether the request is whole."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The time runs from a request's first byte; between two requests uvicorn has its own."""
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        if self.transport.get_protocol() is self:  # else it is a WebSocket now
            self.transport.abort()


class Sockets(WebSocketsSansIOProtocol):
    """Takes what a peer sends in turns with everybody else's, and only while it reads itself.

    The library reads a quarter of a megabyte at once, which may hold forty thousand frames, and
    answers pings into a buffer without end.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unread = bytearray()
        self._turn: asyncio.Handle | None = None

    def data_received(self, data: bytes) -> None:
        """Put it behind what is here already."""
        self._unread += data
        if self._turn is None:
            self._take()

    def _take(self) -> None:
        """Read one piece; the next one after everybody else had a turn."""
        self._turn = None
        if self.writable.is_set() and self._unread:
            piece = bytes(self._unread[:_PIECE_BYTES])
            del self._unread[:_PIECE_BYTES]
            super().data_received(piece)
        if self.transport.is_closing():
            return
        if self._unread and self.writable.is_set():
            self._turn = self.loop.call_soon(self._take)
        if self._unread or not self.writable.is_set():
            self.transport.pause_reading()
        elif not self.read_paused:
            self.transport.resume_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._turn is None:
            self._turn = self.loop.call_soon(self._take)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there to be answered."""
        self._unread.clear()
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        """A peer that answers no ping reads nothing either: closing in order would wait for it.
        Say 1011 to whoever may still hear it, and drop the connection soon after."""
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


def _options(app: ASGIApp, ping_seconds: float) -> uvicorn.Config:
    return uvicorn.Config(
        Abortable(app),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        http=Requests,
        ws=Sockets,
        ws_max_size=_MAX_FRAME_BYTES,
        ws_ping_interval=ping_seconds,
        ws_ping_timeout=ping_seconds,
        # Deflate costs a third of the deliveries and 40 KiB a connection.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_IDLE_SECONDS,
    )
