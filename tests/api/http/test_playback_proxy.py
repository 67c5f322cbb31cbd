"""`/play/` in proxy mode: the store's bytes, passed on in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.adapters.s3 import Storage
from api.config import PlayMode
from api.errors import StorageUnavailable
from api.http import playback
from api.http.playback import PassedOn
from api.services.playback import Playable, Playback
from tests.api.http.bed import PUBLIC, SEGMENT, Bed, serve


@pytest.fixture(scope="module")
async def proxy(bed: Bed) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(await bed.application(mode=PlayMode.PROXY))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield client


async def test_proxied_bytes_are_those_of_the_store(proxy: httpx.AsyncClient, base: str) -> None:
    answer = await proxy.get(base + "hls/720/1.m4s")
    assert (answer.status_code, answer.content) == (200, SEGMENT)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, max-age=600"
    empty = await proxy.get(base + "empty.bin")
    assert (empty.status_code, empty.content) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("bytes=0-0", "bytes 0-0/10240"),
        ("bytes=100-199", "bytes 100-199/10240"),
        ("bytes=10200-", "bytes 10200-10239/10240"),
        ("bytes=-5", "bytes 10235-10239/10240"),
        ("bytes=0-99999", "bytes 0-10239/10240"),
        ("bytes=0-1,4-5", None),
        ("nonsense", None),
    ],
)
async def test_proxied_ranges(
    proxy: httpx.AsyncClient, base: str, asked: str, got: str | None
) -> None:
    answer = await proxy.get(base + "hls/720/1.m4s", headers={"Range": asked})
    assert answer.headers.get("content-range") == got
    assert answer.status_code == (206 if got else 200)
    first, last = got[6:].split("/")[0].split("-") if got else ("0", "10239")
    assert answer.content == SEGMENT[int(first) : int(last) + 1]
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_a_range_behind_the_end(proxy: httpx.AsyncClient, base: str) -> None:
    answer = await proxy.get(base + "hls/720/1.m4s", headers={"Range": "bytes=10240-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */10240"


async def test_if_range_of_another_version(proxy: httpx.AsyncClient, base: str) -> None:
    asked = {"Range": "bytes=0-1", "If-Range": '"other"'}
    assert (await proxy.get(base + "hls/720/1.m4s", headers=asked)).status_code == 200


class _Endless:
    """A body of the store without an end, which knows how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0
        self.closed = asyncio.Event()

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                await asyncio.sleep(0)  # as a body out of a socket does now and then
                self.taken += 65536
                yield b"x" * 65536
        finally:
            self.closed.set()


async def test_a_client_that_leaves_closes_the_body_and_a_slow_one_holds_it(
    base: str, bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = _Endless()

    async def stream(*_args: Any) -> Any:
        return {}, 200, body.pieces()

    async def huge(*_args: Any) -> Playable:
        return Playable("bucket", "film.mp4", 1 << 40, '"e"', 60)

    monkeypatch.setattr(Storage, "stream", stream)
    monkeypatch.setattr(Playback, "resolve", huge)
    async with serve(await bed.application(mode=PlayMode.PROXY)) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
        writer.write(f"GET {base}hls/720/1.m4s HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await reader.read(100)
        held = await _settled(lambda: body.taken)
        assert held < 32 * 1024 * 1024
        assert not body.closed.is_set()
        writer.close()
        async with asyncio.timeout(5):
            await body.closed.wait()


async def test_a_client_that_stalls_gives_the_store_its_connection_back(
    base: str,
    bed: Bed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = _Endless()

    async def stream(*_args: Any) -> Any:
        return {}, 200, body.pieces()

    async def huge(*_args: Any) -> Playable:
        return Playable("bucket", "film.mp4", 1 << 40, '"e"', 60)

    monkeypatch.setattr(Storage, "stream", stream)
    monkeypatch.setattr(Playback, "resolve", huge)
    monkeypatch.setattr(playback, "STALL_SECONDS", 0.5)
    async with serve(await bed.application(mode=PlayMode.PROXY)) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
        writer.write(f"GET {base}hls/720/1.m4s HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await reader.read(100)
        async with asyncio.timeout(20):
            await body.closed.wait()
        writer.close()
    assert not [line for line in caplog.records if line.exc_info]


async def _settled(read: Callable[[], int]) -> int:
    """The value once it stands still for half a second."""
    async with asyncio.timeout(10):
        while True:
            before = read()
            await asyncio.sleep(0.5)
            if read() == before:
                return before


async def test_a_body_is_closed_even_when_nothing_of_it_was_sent() -> None:
    body = _Endless()
    answer = await PassedOn.begin(body.pieces(), 200, {})

    async def gone(_message: Any) -> None:
        raise OSError

    scope = {"type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET"}
    with pytest.raises(Exception):  # noqa: B017, PT011 - which one is Starlette's business
        await answer(scope, None, gone)
    assert body.closed.is_set()


async def test_a_store_that_fails_midway_cuts_the_connection(
    base: str, bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing() -> AsyncGenerator[bytes, None]:
        yield b"x" * 10
        raise StorageUnavailable("gone")

    async def stream(*_args: Any) -> Any:
        return {}, 200, failing()

    monkeypatch.setattr(Storage, "stream", stream)
    async with (
        serve(await bed.application(mode=PlayMode.PROXY)) as url,
        httpx.AsyncClient() as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"{url}{base}hls/720/1.m4s")
