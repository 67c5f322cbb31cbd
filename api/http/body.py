"""The largest body this service reads: media goes to the store, never through here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import InvalidInput, Refusal
from api.http.responses import TooLarge, header, refused

MAX_BODY: Final = 1024 * 1024
_LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 8 * MAX_BODY
_AMBIGUOUS: Final = InvalidInput("a body has a Content-Length or a Transfer-Encoding, not both")


class BodyLimit:
    """413 as soon as a body is, or claims to be, too large; the rest is thrown away."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        gate = _Gate(self.limit, receive, send)
        length = header(scope["headers"], b"content-length")
        claimed = length or "0"
        if not claimed.isdecimal() or int(claimed) > self.limit:
            await self._refuse(scope, receive, send)
            return
        if length is not None and header(scope["headers"], b"transfer-encoding") is not None:
            # A proxy that believes the other of the two would take the rest for a next request:
            # https://www.rfc-editor.org/rfc/rfc9112#section-6.1
            await self._answer(_AMBIGUOUS, scope, receive, send)
            return
        try:
            await self.app(scope, gate.receive, gate.send)
        except TooLarge:
            # A route may have a smaller limit of its own.
            if not gate.exceeded:
                raise
        # A route may have caught the exception and made an error of its own of it.
        if gate.exceeded and not gate.started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(_too_large(self.limit), scope, receive, send)

    async def _answer(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        answer = refused(refusal)
        # The rest of the body is still on its way: this connection cannot be used again.
        answer.headers["connection"] = "close"

        async def send_and_linger(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                await _drain(receive)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await answer(scope, receive, send_and_linger)


async def _drain(receive: Receive) -> None:
    """Read on for a moment, and throw away.

    A connection that is closed over unread bytes is reset, and a client that is still sending
    would see the reset instead of the answer.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            left = LINGER_BYTES
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                left -= len(message.get("body", b""))


class _Gate:
    """`receive` and `send` of one request, with the bytes counted."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._receive = receive
        self._send = send
        self._read = 0
        self.started = False

    @property
    def exceeded(self) -> bool:
        return self._read > self._limit

    async def receive(self) -> Message:
        if self.exceeded:
            raise _too_large(self._limit)
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self.exceeded:
                raise _too_large(self._limit)
        return message

    async def send(self, message: Message) -> None:
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a body has {limit:,} bytes at most")
