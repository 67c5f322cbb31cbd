"""Sockets of rude peers: everybody else keeps having turns, and nothing piles up in memory."""

from __future__ import annotations

import asyncio
import base64
import gc
import os
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from api import serving

TEXT, PING, PONG, CONTINUATION = 0x81, 0x89, 0x8A, 0x00
HANDSHAKE = (
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{more}\r\n"
)
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Bed:
    """A server whose one route counts what it is sent; `protocols` are its open sockets."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.port = 0

    async def count(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                self.received.append(await websocket.receive_text())
        except WebSocketDisconnect:
            return

    async def peer(self, more: str = "") -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(HANDSHAKE.format(key=key, more=more).encode())
        assert b" 101 " in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        return reader, writer


@asynccontextmanager
async def _served() -> AsyncIterator[Bed]:
    bed = Bed()
    app = Starlette(routes=[WebSocketRoute("/", bed.count)])
    app.state.end_connections = lambda: None
    server = serving.Server(app, ping_seconds=20)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bed.port = listening.getsockname()[1]
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield bed
        finally:
            server.should_exit = True
            server.force_exit = True
            await running


def _frame(opcode: int, body: bytes = b"") -> bytes:
    length = bytes([0x80 | len(body)]) if len(body) < 126 else struct.pack("!BQ", 0xFF, len(body))
    return bytes([opcode]) + length + b"\0\0\0\0" + body


async def _longest_wait(until: Callable[[], bool], seconds: float) -> float:
    """The most CPU that this thread spent before somebody else had a turn, in seconds.

    Without the garbage collector: a full pass over what a thousand earlier tests have left in this
    process takes half a second, and says nothing about the server.
    """
    gc.collect()
    gc.disable()
    try:
        worst, last, end = 0.0, time.thread_time(), time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            await asyncio.sleep(0)
            now = time.thread_time()
            worst, last = max(worst, now - last), now
        return worst
    finally:
        gc.enable()


@pytest.mark.parametrize("opcode", [PING, PONG, TEXT])
async def test_a_flood_of_small_frames_leaves_turns_for_others(opcode: int) -> None:
    async with _served() as bed:
        reader, writer = await bed.peer()
        flood = _frame(opcode, b"x" if opcode == TEXT else b"") * 60_000
        sent = asyncio.create_task(_pushed(writer, flood + _frame(TEXT, b"the end")))
        read = asyncio.create_task(_thrown_away(reader))
        worst = await _longest_wait(lambda: bed.received[-1:] == ["the end"], 60)
        assert bed.received[-1] == "the end"
        assert worst < 0.15
        for task in (sent, read):
            task.cancel()
        writer.close()


async def test_a_peer_that_reads_no_pongs_is_not_listened_to() -> None:
    async with _served() as bed:
        _, writer = await bed.peer()
        own = writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        writer.transport.pause_reading()  # type: ignore[attr-defined] # a stream has a transport for both ways
        flood = _frame(PING, b"x" * 125) * 200_000
        # Whatever the kernel holds of both directions is a few megabytes: the rest stays here.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_pushed(writer, flood), 5)
        assert writer.transport.get_write_buffer_size() > len(flood) / 4
        writer.transport.abort()


async def test_pieces_are_put_together_again() -> None:
    async with _served() as bed:
        # A handshake of more than one piece, and then a message of many.
        _, writer = await bed.peer(more=f"X-Long: {'x' * 5_000}\r\n" * 3)
        long = b"0123456789" * 50_000
        writer.write(_frame(TEXT, long))
        writer.write(_frame(TEXT & 0x7F, b"two ") + _frame(0x80 | CONTINUATION, b"parts"))
        await _longest_wait(lambda: len(bed.received) == 2, 30)
        assert bed.received == [long.decode(), "two parts"]
        writer.close()


async def _pushed(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _thrown_away(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass
