"""Clients that talk nonsense: the service answers as it should, and goes on serving others."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import httpx
import pytest
import websockets

from tests.protocol.mutations import Mutator
from tests.protocol.wire import (
    JOB_UPDATED,
    StillJob,
    message,
    raw_socket,
    socket,
    still_job,
    subscribe,
)
from tests.support.live import LiveApi

# 1000 and 1005: the client has closed. The others are those of docs/reference/transports.md.
_KNOWN = {1000, 1005, 1007, 1009, 4400, 4401, 4403, 4409, 4429}
# By number and not by time: a busy machine tries the same.
_TALKS = [200, pytest.param(4_000, marks=pytest.mark.slow)]
_BODIES = [400, pytest.param(20_000, marks=pytest.mark.slow)]


async def _talk(live: LiveApi, talk: list[str | bytes]) -> int:
    """Say it all, then end; returns the close code."""
    async with raw_socket(live) as connection:
        try:
            for said in talk:
                await connection.send(said)
            async with asyncio.timeout(0.3):
                while True:
                    answer = json.loads(await connection.recv())
                    assert answer["type"] in {"connection_ack", "pong", "next", "error", "complete"}
                    assert "INTERNAL" not in str(answer)
        except (TimeoutError, websockets.ConnectionClosed):
            pass
    return connection.close_code or 1005


@pytest.mark.parametrize("number", _TALKS)
async def test_sockets(open_api: LiveApi, number: int) -> None:
    job = await still_job(open_api)
    ends: Counter[int] = Counter()
    async with socket(open_api) as bystander:
        await bystander.send(subscribe("1", JOB_UPDATED, i=job.id))
        assert (await message(bystander))["type"] == "next"
        for seed in range(0, number, 8):
            talks = [Mutator(n, job.id, open_api.key).conversation() for n in range(seed, seed + 8)]
            for code in await asyncio.gather(*(_talk(open_api, talk) for talk in talks)):
                ends[code] += 1
        await _still_serves(open_api, job, bystander)
    assert set(ends) <= _KNOWN, ends
    # Had nothing come through, nothing was tried.
    assert ends[4400] > 20
    assert ends[1000] > 5
    assert "Traceback" not in open_api.log()


async def _still_serves(
    live: LiveApi, job: StillJob, bystander: websockets.ClientConnection
) -> None:
    await job.change(progress=0.25)
    told = await message(bystander)
    assert told["payload"]["data"]["jobUpdated"]["progress"] == 0.25
    assert (await live.graphql("{ __typename }")) == {"__typename": "Query"}
    assert live.process is not None
    assert live.process.poll() is None


@pytest.mark.parametrize("number", _BODIES)
async def test_bodies(open_api: LiveApi, number: int) -> None:
    job = await still_job(open_api)
    statuses: Counter[int] = Counter()
    accepts = ("application/json", "application/graphql-response+json")
    async with httpx.AsyncClient(base_url=open_api.url, timeout=30) as client:
        for seed in range(number):
            headers = {
                "authorization": f"Bearer {open_api.key}",
                "content-type": "application/json",
                "accept": accepts[seed % 2],
            }
            body = Mutator(seed, job.id, open_api.key).body()
            answer = await client.post("/graphql", content=body, headers=headers)
            statuses[answer.status_code] += 1
            assert answer.status_code in {200, 400}, (seed, answer.text)
            told = answer.json()
            assert "data" in told or told["errors"][0]["extensions"]["code"], seed
            assert "INTERNAL" not in answer.text, (seed, answer.text)
    assert statuses[200] > 20
    assert statuses[400] > 20
    assert "Traceback" not in open_api.log()
