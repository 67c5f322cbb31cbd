"""Results as server-sent events: "distinct connections mode" of GraphQL over SSE.

One request, one operation, one stream. Errors of the document come as a `next` event, because a
client of event streams can read nothing else. A stream that ends without `complete` was cut, and
the client asks again. https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.errors import Refusal, Unauthenticated
from api.graphql import answers
from api.services.connections import Ending

if TYPE_CHECKING:
    from starlette.types import Receive, Send

_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # No proxy may keep, compress or collect what it should hand on at once.
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_COMMENT: Final = b":\n\n"
# A browser drops an event without a data field.
_COMPLETE: Final = b"event: complete\ndata:\n\n"


class EventStream:
    """One stream. `silence` is after how many seconds without an event a comment is sent."""

    def __init__(self, receive: Receive, send: Send, *, silence: float) -> None:
        self._receive = receive
        self._send = send
        self._silence = silence
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def end(self, why: Ending) -> None:
        """Finish soon; called by whoever watches the connections."""
        if not self._ending.done():
            self._ending.set_result(why)

    async def run(self, results: AsyncGenerator[str, None]) -> None:
        """Send every result, JSON in one line each, until they end or the client has gone."""
        tasks: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(self._results(results)),
            asyncio.ensure_future(self._comments()),
            asyncio.ensure_future(self._until_gone()),
            self._ending,
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks[:3]:
                task.cancel()
            done = await asyncio.gather(*tasks[:3], return_exceptions=True)
            await results.aclose()
        failed = next((one for one in done if isinstance(one, Exception)), None)
        if failed is None and self._ending.done():
            await self._last_words(self._ending.result())
        elif failed is not None and not isinstance(failed, OSError):
            raise failed

    async def _results(self, results: AsyncGenerator[str, None]) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        # Something at once: some proxies hold the headers back until the first byte.
        await self._write(_COMMENT)
        async for result in results:
            await self._write(f"event: next\ndata: {result}\n\n".encode())
        await self._write(_COMPLETE, more=False)

    async def _comments(self) -> None:
        while True:
            await asyncio.sleep(self._silence)
            await self._write(_COMMENT)

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _last_words(self, why: Ending) -> None:
        """Who may no longer listen is told so; who should ask again sees the stream cut."""
        refusal: Refusal = Unauthenticated(why.value)
        with contextlib.suppress(OSError):
            if why is Ending.FORBIDDEN:
                told = orjson.dumps(answers.errors(refusal))
                await self._write(b"event: next\ndata: " + told + b"\n\n" + _COMPLETE)
            await self._write(b"", more=False)

    async def _write(self, data: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})
