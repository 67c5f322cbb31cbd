"""A TCP relay in front of a store that counts what each object's readers get, headers included."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

_CHUNK = 64 * 1024
_REQUEST = re.compile(rb"(GET|HEAD|PUT|POST|DELETE) (/[^? ]*)[^\r\n]* HTTP/1\.1\r\n")


@dataclass
class ByteMeter:
    """Forwards to `port`. `read` counts bytes by the path of the GET that they answer."""

    port: int
    read: Counter[str] = field(default_factory=Counter)
    url: str = ""

    async def start(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_store, to_store = await asyncio.open_connection("127.0.0.1", self.port)
        # A connection carries one request after the other.
        now = [""]

        async def forth() -> None:
            while chunk := await reader.read(_CHUNK):
                if found := _REQUEST.match(chunk):
                    now[0] = found[2].decode() if found[1] == b"GET" else ""
                to_store.write(chunk)
                await to_store.drain()

        async def back() -> None:
            while chunk := await from_store.read(_CHUNK):
                self.read[now[0]] += len(chunk)
                writer.write(chunk)
                await writer.drain()

        tasks = [asyncio.create_task(forth()), asyncio.create_task(back())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            to_store.close()
            writer.close()
