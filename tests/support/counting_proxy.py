"""An HTTP proxy in front of a store: counts which parts pass, and disturbs when it is told to."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

_CHUNK = 256 * 1024
_EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@dataclass
class CountingProxy:
    """Forwards to `port`. `passed` counts parts whose whole body went through and was answered
    with 200, `begun` every try of which the store got
    any byte. Goes no faster than `rate` bytes a second."""

    port: int
    rate: float
    passed: Counter[int] = field(default_factory=Counter)
    begun: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    # Parts that get one 403, as if their link had expired.
    expired: set[int] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    on_bytes: Callable[[int], None] = lambda total: None
    url: str = ""
    _due: float = 0.0

    async def start(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if upstream is None:
                    upstream = await asyncio.open_connection("127.0.0.1", self.port)
                await self._one(head, reader, writer, *upstream)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # one side has gone: so does the other
        finally:
            writer.close()
            if upstream is not None:
                upstream[1].close()

    async def _one(
        self,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        store: asyncio.StreamReader,
        to_store: asyncio.StreamWriter,
    ) -> None:
        number = _number(head)
        if number in self.expired:
            self.expired.discard(number)
            self.refused.append(number)
            writer.write(b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\n")
            writer.write(b"content-length: %d\r\n\r\n" % len(_EXPIRED) + _EXPIRED)
            await writer.drain()
            raise ConnectionResetError
        to_store.write(head)
        whole = left = _length(head)
        while left:
            chunk = await reader.read(min(left, _CHUNK))
            if not chunk:
                raise ConnectionResetError
            self.begun[number] += left == whole
            left -= len(chunk)
            to_store.write(chunk)
            await to_store.drain()
            await self._paced(len(chunk))
        answer = await store.readuntil(b"\r\n\r\n")
        body = await store.readexactly(_length(answer))
        if answer.split(b" ", 2)[1] == b"200":
            self.passed[number] += 1
        writer.write(answer + body)
        await writer.drain()

    async def _paced(self, size: int) -> None:
        self.bytes += size
        self.on_bytes(self.bytes)
        now = time.monotonic()
        self._due = max(self._due, now) + size / self.rate
        if self._due - now > 0.02:
            await asyncio.sleep(self._due - now)


def _number(head: bytes) -> int:
    found = re.search(rb"partNumber=(\d+)", head.split(b"\r\n", 1)[0])
    return int(found[1]) if found else 0


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else 0
