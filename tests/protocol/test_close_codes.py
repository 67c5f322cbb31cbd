"""Every close code of the protocol, provoked; and what closes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import websockets

from tests.protocol.wire import (
    JOB_UPDATED,
    closed,
    frame,
    init,
    message,
    new_key,
    raw_socket,
    socket,
    still_job,
    subscribe,
)
from tests.support.live import LiveApi

Connection = websockets.ClientConnection
Act = Callable[[LiveApi, Connection], Awaitable[None]]


def _say(*frames: str | bytes) -> Act:
    async def act(live: LiveApi, connection: Connection) -> None:
        for each in frames:
            await connection.send(each)

    return act


async def _right_key(live: LiveApi, connection: Connection) -> None:
    await connection.send(init(live.key))


async def _twice(live: LiveApi, connection: Connection) -> None:
    await connection.send(init(live.key))
    await connection.send(init(live.key))


async def _same_id(live: LiveApi, connection: Connection) -> None:
    job = await still_job(live)
    await connection.send(init(live.key))
    await connection.send(subscribe("1", JOB_UPDATED, i=job.id))
    await connection.send(subscribe("1", JOB_UPDATED, i=job.id))


async def _wait(live: LiveApi, connection: Connection) -> None:
    """Say nothing; ten seconds are allowed."""


_PLAIN = "{ __typename }"
TABLE: list[tuple[int, str, Act]] = [
    (4400, "no JSON", _say("not json")),
    (4400, "no object", _say("[]")),
    (4400, "no type", _say("{}")),
    (4400, "an unknown type", _say(frame("nonsense"))),
    (4400, "binary", _say(b'{"type": "connection_init"}')),
    (4400, "a payload of the wrong type", _say(frame("connection_init", payload=5))),
    (4400, "too deep", _say("[" * 100_000)),
    (4400, "half a character", _say('{"type": "ping", "payload": {"a": "\\ud800"}}')),
    (4401, "an operation before the init", _say(subscribe("1", _PLAIN))),
    (4403, "no key", _say(frame("connection_init"))),
    (4403, "a wrong key", _say(init("rm_wrong"))),
    (4403, "a key of the right form", _say(init(f"rm_{'a' * 12}_{'b' * 38}"))),
    (4403, "a list for a key", _say(frame("connection_init", payload={"authorization": [1]}))),
    (4408, "no init", _wait),
    (4408, "pings, but no init", _say(frame("ping"), frame("pong"), frame("complete", id="1"))),
    (4409, "an id in use", _same_id),
    (4429, "two inits", _twice),
    (1009, "a huge frame", _say("x" * 1_100_000)),
]  # fmt: skip


async def test_each_close_code(polite_api: LiveApi) -> None:
    async def provoke(act: Act) -> int:
        async with raw_socket(polite_api) as connection:
            await act(polite_api, connection)
            return await closed(connection)

    # Five at a time: the key of the tests may not have more.
    gate = asyncio.Semaphore(4)

    async def one(code: int, name: str, act: Act) -> tuple[int, int, str]:
        if code == 4408:
            return code, await provoke(act), name
        async with gate:
            return code, await provoke(act), name

    found = await asyncio.gather(*(one(*row) for row in TABLE))
    assert [row for row in found if row[0] != row[1]] == []


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["chat", "graphql-transport-wss"]])
async def test_another_subprotocol_closes_with_4406(
    polite_api: LiveApi, offered: list[str] | None
) -> None:
    names = [websockets.Subprotocol(name) for name in offered or ()] or None
    # The client library itself would give up over the missing answer to its offer.
    async with raw_socket(polite_api, subprotocols=names) as connection:
        assert await closed(connection) == 4406


async def test_the_protocol_is_chosen_among_several(polite_api: LiveApi) -> None:
    names = [websockets.Subprotocol(n) for n in ("graphql-ws", "graphql-transport-ws")]
    async with socket(polite_api, subprotocols=names) as connection:
        assert connection.subprotocol == "graphql-transport-ws"


async def test_ping_and_pong_in_both_directions(polite_api: LiveApi) -> None:
    async with raw_socket(polite_api) as connection:
        await connection.send(frame("ping", payload={"a": 1}))
        assert (await message(connection))["type"] == "pong"
        # A pong that nobody has asked for is allowed, and closes nothing.
        await connection.send(frame("pong"))
        await connection.send(init(polite_api.key))
        assert (await message(connection))["type"] == "connection_ack"
        await (await connection.ping())


async def test_wrong_operations_leave_the_socket_open(polite_api: LiveApi) -> None:
    async with socket(polite_api) as connection:
        for number, (query, code) in enumerate(
            (
                ("{", "GRAPHQL_INVALID"),
                ("", "GRAPHQL_INVALID"),
                ("{ nothing }", "GRAPHQL_INVALID"),
                ("query A { __typename } query B { __typename }", "GRAPHQL_INVALID"),
                ("{ " + "__typename " * 3_000 + "}", "GRAPHQL_INVALID"),
                ("{ " + " ".join(f"a{n}: __typename" for n in range(99)) + "}", "QUERY_TOO_LARGE"),
            )
        ):
            await connection.send(subscribe(str(number), query))
            answer = await message(connection)
            assert (answer["type"], answer["id"]) == ("error", str(number)), query[:40]
            assert answer["payload"][0]["extensions"]["code"] == code, query[:40]
        await connection.send(subscribe("last", "{ __typename }"))
        assert (await message(connection))["payload"] == {"data": {"__typename": "Query"}}
        assert (await message(connection))["type"] == "complete"


async def test_a_refused_subscription_completes(polite_api: LiveApi) -> None:
    async with socket(polite_api) as connection:
        await connection.send(subscribe("1", JOB_UPDATED, i="job_" + "0" * 32))
        answer = await message(connection)
        assert answer["type"] in {"next", "error"}
        errors = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
        assert errors[0]["extensions"]["code"] == "NOT_FOUND"


async def test_too_many_operations_have_a_code(polite_api: LiveApi) -> None:
    job = await still_job(polite_api)
    async with socket(polite_api) as connection:
        for number in range(4):
            await connection.send(subscribe(str(number), JOB_UPDATED, i=job.id))
            assert (await message(connection))["type"] == "next"
        await connection.send(subscribe("5", JOB_UPDATED, i=job.id))
        refused = await message(connection)
        assert (refused["type"], refused["id"]) == ("error", "5")
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await connection.send(frame("complete", id="0"))
        # An operation that was given up leaves its place, and its id.
        await connection.send(subscribe("0", JOB_UPDATED, i=job.id))
        assert (await message(connection))["type"] == "next"


async def test_too_many_sockets_of_a_key(polite_api: LiveApi) -> None:
    _, key = await new_key(polite_api)
    async with AsyncExitStack() as held:
        for _ in range(5):
            await held.enter_async_context(socket(polite_api, key))
        async with raw_socket(polite_api) as connection:
            await connection.send(init(key))
            assert await closed(connection) == 1013
    async with asyncio.timeout(5):
        while not await _let_in(polite_api, key):
            pass


async def _let_in(live: LiveApi, key: str) -> bool:
    async with raw_socket(live) as connection:
        await connection.send(init(key))
        try:
            return (await message(connection))["type"] == "connection_ack"
        except websockets.ConnectionClosed:
            return False


async def test_too_many_sockets_of_a_process(polite_api: LiveApi) -> None:
    async with AsyncExitStack() as held:
        response = await _refused(polite_api, held)
        assert response.status_code == 503
        assert b"OVERLOADED" in response.body
        assert response.headers["retry-after"] == "1"


async def _refused(live: LiveApi, held: AsyncExitStack) -> Any:
    """The answer to the first handshake that is refused."""
    for _ in range(60):
        try:
            await held.enter_async_context(raw_socket(live))
        except websockets.InvalidStatus as refused:
            return refused.response
    raise AssertionError("sixty sockets were let in")


async def test_foreign_origins_are_refused(polite_api: LiveApi) -> None:
    for origin in ("https://evil.example", "null", polite_api.url + ".evil.example"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with raw_socket(polite_api, origin=websockets.Origin(origin)):
                pass
        assert refused.value.response.status_code == 403
    async with socket(polite_api, origin=websockets.Origin(polite_api.url)) as connection:
        assert connection.subprotocol
