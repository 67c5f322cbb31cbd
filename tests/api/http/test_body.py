"""The largest body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx

from api.http.body import LINGER_BYTES, MAX_BODY
from tests.api.http.bed import Bed, serve


async def _pieces(total: int, sent: list[int]) -> AsyncIterator[bytes]:
    piece = b"x" * 65536
    while sum(sent) < total:
        sent.append(len(piece))
        yield piece


async def test_a_body_at_the_limit_is_read(http: httpx.AsyncClient) -> None:
    assert (await http.post("/test/echo", content=b"x" * MAX_BODY)).text == str(MAX_BODY)


async def test_one_byte_more_is_not(http: httpx.AsyncClient) -> None:
    answer = await http.post("/test/echo", content=b"x" * (MAX_BODY + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "BODY_TOO_LARGE"
    assert answer.headers["connection"] == "close"


async def test_a_body_without_a_length_is_cut_off(http: httpx.AsyncClient) -> None:
    sent: list[int] = []
    answer = await http.post("/test/echo", content=_pieces(100 * MAX_BODY, sent))
    assert answer.status_code == 413
    assert sum(sent) <= MAX_BODY + LINGER_BYTES + 3 * 65536


async def test_a_route_cannot_hide_it(http: httpx.AsyncClient) -> None:
    sent: list[int] = []
    answer = await http.post("/test/stubborn", content=_pieces(100 * MAX_BODY, sent))
    assert answer.status_code == 413


async def test_a_lie_about_the_length_is_refused(http: httpx.AsyncClient) -> None:
    for lie in ["-1", "1e3", "99999999999999999999", "٣".encode()]:
        answer = await http.post("/test/echo", content=b"x", headers={"Content-Length": lie})
        assert answer.status_code == 413


async def test_two_lengths_are_refused_and_end_the_connection(bed: Bed) -> None:
    async with serve(await bed.application()) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            b"POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        answer = await asyncio.wait_for(reader.read(), 20)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"INVALID_INPUT" in answer
        assert answer.count(b"HTTP/1.1 ") == 1
        writer.close()


async def test_a_server_answers_before_the_body_comes(bed: Bed) -> None:
    async with serve(await bed.application()) as url:
        address = urlsplit(url)
        for head in [b"Content-Length: 9999999999", b"Transfer-Encoding: chunked"]:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(b"POST /test/echo HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
            if b"chunked" in head:
                piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
                writer.write(piece * 17)
            async with asyncio.timeout(5):
                answer = await reader.read()  # up to the end: the server closes the connection
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert b"BODY_TOO_LARGE" in answer
            writer.close()
