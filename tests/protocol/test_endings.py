"""How connections end that the service ends itself: keys, sessions, stalled readers, shutdown."""

from __future__ import annotations

import asyncio
import socket as sockets
import struct
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from api.domain import tokens
from tests.protocol.wire import (
    JOB_UPDATED,
    Stream,
    closed,
    message,
    new_key,
    raw_socket,
    socket,
    sql,
    still_job,
    stream,
    subscribe,
)
from tests.support.live import LiveApi
from tests.support.stack_fixtures import S3Settings

SECRET = bytes(range(32))  # what tests/support/live.py gives to the API
WATCHED = "subscription($i: ID!) { jobUpdated(id: $i) { metadata } }"
# One poll a second, and what a busy machine adds.
SOON = 3.0


@pytest.fixture(scope="module")
def strict_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    """Cuts a stalled reader off after a second, and pings seldom."""
    folder = tmp_path_factory.mktemp("strict")
    extra = {"REELMILL_STALL_SECONDS": "1", "REELMILL_PING_SECONDS": "60"}
    live = LiveApi(new_database(), s3_settings, folder, extra=extra).migrate().start()
    yield live
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log()


@asynccontextmanager
async def _both(live: LiveApi, key: str) -> AsyncIterator[tuple[Any, Stream]]:
    """A socket and a stream of one key, each with a subscription that has begun."""
    job = await still_job(live)
    async with (
        socket(live, key) as connection,
        stream(live, JOB_UPDATED, key=key, i=job.id) as events,
    ):
        await connection.send(subscribe("1", JOB_UPDATED, i=job.id))
        assert (await message(connection))["type"] == "next"
        assert (await events.event()).name == "next"
        yield connection, events


async def _ended(connection: Any, events: Stream) -> None:
    """Both have ended, in the way that says: this key is good no more."""
    assert await closed(connection) == 4403
    last = await events.event()
    assert last.data["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await events.event()).name == "complete"
    with pytest.raises(StopAsyncIteration):
        await events.any()


async def test_a_key_revoked_behind_our_back(strict_api: LiveApi) -> None:
    number, key = await new_key(strict_api)
    other, other_key = await new_key(strict_api)
    async with _both(strict_api, other_key) as (bystander, _), _both(strict_api, key) as pair:
        async with sql(strict_api) as connection:
            await connection.execute("update api_key set revoked_at = now() where id = $1", number)
        began = time.monotonic()
        await _ended(*pair)
        assert time.monotonic() - began < SOON
        await (await bystander.ping())
        assert bystander.close_code is None, other


async def test_a_key_revoked_here_ends_at_once(strict_api: LiveApi) -> None:
    number, key = await new_key(strict_api)
    async with _both(strict_api, key) as pair:
        began = time.monotonic()
        await strict_api.graphql(
            "mutation($i: RevokeApiKeyInput!) { revokeApiKey(input: $i) { apiKey { id } } }",
            i={"id": number},
        )
        await _ended(*pair)
        assert time.monotonic() - began < 0.9


async def test_a_key_that_expires(strict_api: LiveApi) -> None:
    number, key = await new_key(strict_api)
    async with _both(strict_api, key) as pair:
        async with sql(strict_api) as connection:
            await connection.execute(
                "update api_key set expires_at = now() + interval '1 second' where id = $1", number
            )
        await _ended(*pair)


async def test_a_session_that_ends(strict_api: LiveApi) -> None:
    number, _ = await new_key(strict_api)
    payload = struct.pack(">I", int(time.time()) + 2) + number.encode()
    cookie = f"reelmill_session={tokens.sign(SECRET, 'session', payload)}"
    headers = {"cookie": cookie, "origin": strict_api.url}
    job = await still_job(strict_api)
    async with (
        raw_socket(strict_api, additional_headers=headers) as connection,
        httpx.AsyncClient(timeout=30) as client,
        client.stream(
            "POST",
            f"{strict_api.url}/graphql",
            json={"query": JOB_UPDATED, "variables": {"i": job.id}},
            headers={**headers, "accept": "text/event-stream"},
        ) as response,
    ):
        await connection.send('{"type": "connection_init"}')
        assert (await message(connection))["type"] == "connection_ack"
        events = Stream(response)
        assert (await events.event()).name == "next"
        await _ended(connection, events)


async def test_a_peer_that_answers_no_ping(polite_api: LiveApi) -> None:
    async with _silent_reader(polite_api) as (reader, writer):
        # The server pings after a second and waits another; the frames are never answered.
        async with asyncio.timeout(8):
            received = await reader.read()
        assert struct.pack(">BBH", 0x88, 2 + len("keepalive ping timeout"), 1011) in received
        writer.close()


@asynccontextmanager
async def _silent_reader(
    live: LiveApi,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A handshake by hand: no library answers pings behind the test's back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.close()


def _memory(live: LiveApi) -> int:
    """Resident bytes of the API."""
    assert live.process is not None
    with open(f"/proc/{live.process.pid}/statm") as file:  # noqa: PTH123 - no file of a disk
        return int(file.read().split()[1]) * 4096


def _stalled(live: LiveApi, job: str, query: str) -> sockets.socket:
    """An event stream whose client reads nothing, and has room for little."""
    body = f'{{"query": "{query}", "variables": {{"i": "{job}"}}}}'.encode()
    client = sockets.socket()
    client.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", live.port))
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.key}\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    client.sendall(head.encode() + body)
    return client


async def test_stalled_readers_are_cut_off_and_cost_nothing(strict_api: LiveApi) -> None:
    job = await still_job(strict_api)
    filler = "x" * 800_000
    stalled = [_stalled(strict_api, job.id, WATCHED) for _ in range(6)]
    async with AsyncExitStack() as held:
        for _ in range(3):
            one = socket(strict_api, max_queue=1)
            idle = await held.enter_async_context(one)  # the library reads no further by itself
            await idle.send(subscribe("1", WATCHED, i=job.id))
        before = _memory(strict_api)
        reader = await held.enter_async_context(stream(strict_api, WATCHED, i=job.id))
        assert (await reader.event()).name == "next"
        lines = strict_api.log().count("a reader has stalled")
        number = 0
        async with asyncio.timeout(60):
            while strict_api.log().count("a reader has stalled") - lines < 9:
                number += 1
                await job.change(metadata=f'{{"n": {number}, "filler": "{filler}"}}')
                event = await reader.event()  # who reads is served all the while
                assert event.name == "next"
        assert _memory(strict_api) - before < 40 * 1024 * 1024
    for client in stalled:
        client.close()


async def test_an_unexpected_error_is_masked_on_every_transport(
    new_database: Callable[[], str], s3_settings: S3Settings, tmp_path: Any
) -> None:
    live = LiveApi(new_database(), s3_settings, tmp_path).migrate().start()
    job = await still_job(live)
    await job.change(phase="NO_SUCH_PHASE")  # a row that our own code could not have written
    named = {"x-request-id": "seen-by-a-test"}
    query = f'{{ job(id: "{job.id}") {{ phase }} }}'
    told = "unexpected error; the log has it under request seen-by-a-test"
    errors = [(await live.post({"query": query}, **named)).json()["errors"]]
    for text in (query, JOB_UPDATED):
        async with stream(live, text, headers=named, i=job.id) as events:
            errors.append((await events.event()).data["errors"])
        async with socket(live, additional_headers=named) as connection:
            await connection.send(subscribe("1", text, i=job.id))
            payload = (await message(connection))["payload"]
            errors.append(payload if isinstance(payload, list) else payload["errors"])
    for (error,) in errors:
        assert error["message"] == told
        assert error["extensions"] == {"code": "INTERNAL"}
        assert "NO_SUCH_PHASE" not in str(error)
    live.stop()
    assert live.log().count("NO_SUCH_PHASE") >= len(errors)


async def test_a_service_that_stops_says_so(
    new_database: Callable[[], str], s3_settings: S3Settings, tmp_path: Any
) -> None:
    live = LiveApi(new_database(), s3_settings, tmp_path).migrate().start()
    async with _both(live, live.key) as (connection, events):
        began = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(live.stop))
        assert await closed(connection) == 1012
        with pytest.raises(StopAsyncIteration):  # without `complete`: the client asks again
            await events.event()
        assert await stopping == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in live.log()
