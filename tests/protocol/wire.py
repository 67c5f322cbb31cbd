"""What the tests of the protocols share: plain clients, and jobs that only they change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import websockets

from api.domain import ids
from tests.support.live import LiveApi, role_url

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
JOB_UPDATED = "subscription($i: ID!) { jobUpdated(id: $i) { id status progress } }"


@asynccontextmanager
async def sql(live: LiveApi) -> AsyncIterator[Any]:
    """The database, as the system role."""
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    try:
        yield connection
    finally:
        await connection.close()


@dataclass(frozen=True)
class StillJob:
    """A job that no runner takes: it changes when a test says so."""

    live: LiveApi
    uuid: UUID

    @property
    def id(self) -> str:
        return ids.encode(ids.Kind.JOB, self.uuid)

    async def change(self, **columns: Any) -> None:
        """Set columns, as a change that subscribers see."""
        names = list(columns)
        pairs = "".join(f", {name} = ${n}" for n, name in enumerate(names, 2))
        async with sql(self.live) as connection:
            await connection.execute(
                f"update job set version = version + 1{pairs} where id = $1",
                self.uuid,
                *columns.values(),
            )
            await self.tell(connection)

    async def tell(self, connection: Any) -> None:
        """Wake the API, as a process that has changed the job does."""
        await connection.execute("select pg_notify('reelmill', $1)", f"job:{self.uuid.hex}")


async def still_job(live: LiveApi) -> StillJob:
    """A job that waits for tomorrow."""
    asset, job = ids.new(), ids.new()
    async with sql(live) as connection:
        project = await connection.fetchval("select id from project where name = 'default'")
        await connection.execute(
            "insert into asset (id, project_id, bucket, key, size, title)"
            " values ($1, $2, 'b', $3, 1, 'still')",
            *(asset, project, f"still/{asset.hex}.mp4"),
        )
        await connection.execute(
            "insert into job (id, project_id, asset_id, recipe, title, output_prefix, run_after)"
            " values ($1, $2, $3, '{}', 'still', $4, now() + interval '1 day')",
            *(job, project, asset, f"{job.hex}/"),
        )
    return StillJob(live, job)


async def new_key(live: LiveApi, **more: Any) -> tuple[str, str]:
    """Id and text of a fresh key."""
    data = await live.graphql(
        "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i)"
        " { apiKey { id } secret userErrors { message } } }",
        i={"name": "protocol", "scopes": ["READ"], **more},
    )
    made = data["createApiKey"]
    assert made["userErrors"] == []
    return made["apiKey"]["id"], made["secret"]


def frame(kind: str, **more: Any) -> str:
    return json.dumps({"type": kind, **more})


def init(key: str) -> str:
    return frame("connection_init", payload={"authorization": f"Bearer {key}"})


def subscribe(name: str, query: str, **variables: Any) -> str:
    return frame("subscribe", id=name, payload={"query": query, "variables": variables})


@asynccontextmanager
async def raw_socket(live: LiveApi, **options: Any) -> AsyncIterator[websockets.ClientConnection]:
    """A socket on which nothing was said yet."""
    address = live.url.replace("http", "ws") + "/graphql"
    options.setdefault("subprotocols", [PROTOCOL])
    async with websockets.connect(address, **options) as connection:
        yield connection


@asynccontextmanager
async def socket(
    live: LiveApi, key: str | None = None, **options: Any
) -> AsyncIterator[websockets.ClientConnection]:
    """A socket that was let in."""
    async with raw_socket(live, **options) as connection:
        await connection.send(init(key or live.key))
        assert await message(connection) == {"type": "connection_ack", "payload": {}}
        yield connection


async def message(connection: websockets.ClientConnection, seconds: float = 15) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        found: dict[str, Any] = json.loads(await connection.recv())
        return found


async def closed(connection: websockets.ClientConnection, seconds: float = 15) -> int:
    """The code with which the server closes."""
    async with asyncio.timeout(seconds):
        await connection.wait_closed()
    assert connection.close_code is not None
    return connection.close_code


@dataclass(frozen=True)
class Event:
    """One server-sent event; a comment has the name `:`."""

    name: str
    data: Any = None


class Stream:
    """A response of events, read by the rules of the HTML standard."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def event(self, seconds: float = 15) -> Event:
        """The next one that is no comment. Raises StopAsyncIteration at the end of the stream."""
        while (found := await self.any(seconds)).name == ":":
            pass
        return found

    async def any(self, seconds: float = 15) -> Event:
        """The next event or comment."""
        name, data = "", ""
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith(":"):
                    return Event(":")
                if not line and name:
                    return Event(name, json.loads(data) if data else None)
                field, _, value = line.partition(":")
                if field == "event":
                    name = value.removeprefix(" ")
                if field == "data":
                    data += value.removeprefix(" ")
        raise StopAsyncIteration


@asynccontextmanager
async def stream(
    live: LiveApi, query: str, *, key: str | None = None, headers: Any = None, **variables: Any
) -> AsyncIterator[Stream]:
    """POST with `Accept: text/event-stream`."""
    sent = {"authorization": f"Bearer {key or live.key}", "accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=30) as client,
        client.stream(
            "POST",
            f"{live.url}/graphql",
            json={"query": query, "variables": variables},
            headers=sent | (headers or {}),
        ) as response,
    ):
        if not response.is_success:
            await response.aread()
        yield Stream(response)
