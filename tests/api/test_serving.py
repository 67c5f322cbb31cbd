"""The server around the application: connections that never become a request are cut."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api import serving

PATIENCE = 0.3
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def _slow(_request: Request) -> PlainTextResponse:
    await asyncio.sleep(3 * PATIENCE)
    return PlainTextResponse("at last")


@asynccontextmanager
async def _served() -> AsyncIterator[int]:
    app = Starlette(
        routes=[Route("/", _echo, methods=["POST"]), Route("/slow", _slow, methods=["GET"])]
    )
    app.state.end_connections = lambda: None
    server = serving.Server(app, ping_seconds=20)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def _until_cut(reader: asyncio.StreamReader) -> bytes:
    """What is answered before the end; TimeoutError when there is none."""
    try:
        return await asyncio.wait_for(reader.read(), 20 * PATIENCE)
    except ConnectionResetError:
        return b""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_SECONDS", PATIENCE)


@pytest.mark.parametrize(
    "sent", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: x\r\n", HEAD, HEAD + b"abc"]
)
async def test_what_never_becomes_a_request_is_cut(sent: bytes) -> None:
    async with _served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await _until_cut(reader) == b""
        writer.close()


async def test_bytes_now_and_then_do_not_help() -> None:
    async with _served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def drip() -> None:
            writer.write(b"POST / HTTP/1.1\r\n")
            while True:
                writer.write(b"X-Slow: 1\r\n")
                await asyncio.sleep(PATIENCE / 10)

        dripping = asyncio.create_task(drip())
        assert await _until_cut(reader) == b""
        dripping.cancel()
        writer.close()


async def test_a_slow_answer_is_waited_for_and_the_next_request_has_its_own_time() -> None:
    async with _served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await asyncio.wait_for(reader.readuntil(b"at last"), 20 * PATIENCE)
        writer.write(HEAD + b"four")
        assert await asyncio.wait_for(reader.readuntil(b"four"), 20 * PATIENCE)
        writer.close()
