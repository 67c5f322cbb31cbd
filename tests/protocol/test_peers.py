"""Clients that others wrote, on a real transcode; and the audits of the HTTP specification."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import gql
import pytest
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.protocol.wire import StillJob, still_job
from tests.support.browser import web_tool
from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny

PEERS = Path(__file__).parent / "peers"
JOB_UPDATED = "subscription($i: ID!) { jobUpdated(id: $i) { status progress } }"
Lines = list[Any]


@pytest.fixture(scope="session")
def node() -> str:
    """Node and the packages, out of the lock files; what is lacking on the machine is brought."""
    return web_tool("node")


async def _run(node: str, live: LiveApi, script: str, *arguments: str) -> AsyncIterator[Any]:
    environment = {"GRAPHQL_URL": f"{live.url}/graphql", "REELMILL_KEY": live.key}
    process = await asyncio.create_subprocess_exec(
        *(node, str(PEERS / script), *arguments),
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(90):
        while line := await process.stdout.readline():
            yield json.loads(line)
        errors = await process.stderr.read()
        assert await process.wait() == 0, errors.decode()


async def test_the_audits_of_graphql_over_http(node: str, open_api: LiveApi) -> None:
    lines = [line async for line in _run(node, open_api, "audits.mjs")]
    assert lines == [{"ok": 61, "notice": 0, "warn": 0, "error": 0}]


Watch = Callable[[str, LiveApi, str], Awaitable[Lines]]


async def _graphql_ws(node: str, live: LiveApi, job: str) -> Lines:
    *seen, complete, end = [line async for line in _run(node, live, "socket_client.mjs", job)]
    assert complete == "complete"
    assert end == {"closed": 1000, "clean": True}
    return seen


async def _graphql_sse(node: str, live: LiveApi, job: str) -> Lines:
    *seen, complete = [line async for line in _run(node, live, "stream_client.mjs", job)]
    assert complete == "complete"
    return seen


async def _python_gql(node: str, live: LiveApi, job: str) -> Lines:
    transport = WebsocketsTransport(
        url=f"{live.url.replace('http', 'ws')}/graphql",
        init_payload={"authorization": f"Bearer {live.key}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        keep_alive_timeout=None,
    )
    request = gql.GraphQLRequest(gql.gql(JOB_UPDATED), variable_values={"i": job})
    async with gql.Client(transport=transport) as session:
        return [result["jobUpdated"] async for result in session.subscribe(request)]


@pytest.mark.parametrize("watch", [_graphql_ws, _graphql_sse, _python_gql])
async def test_a_client_watches_a_transcode(
    node: str, open_api: LiveApi, bucket: Any, watch: Watch
) -> None:
    key = f"{watch.__name__}.mp4"
    bucket.upload_file(str(big_buck_bunny()), open_api.s3.bucket_in, key)
    started = await open_api.transcode(sourceKey=key, preset="web")
    seen = await watch(node, open_api, started["job"]["id"])
    assert seen[0]["status"] not in {"SUCCEEDED", "FAILED", "CANCELED"}
    progress = [job["progress"] for job in seen]
    assert progress == sorted(progress)
    assert len(set(progress)) > 2
    assert [job["status"] for job in seen if job["status"] == "SUCCEEDED"] == ["SUCCEEDED"]
    assert seen[-1] == {"status": "SUCCEEDED", "progress": 1}


async def test_gql_over_http(open_api: LiveApi) -> None:
    transport = HTTPXAsyncTransport(
        url=f"{open_api.url}/graphql", headers={"authorization": f"Bearer {open_api.key}"}
    )
    async with gql.Client(transport=transport, fetch_schema_from_transport=True) as session:
        answer = await session.execute(gql.gql("{ viewer { keyName } assets { nodes { id } } }"))
    assert answer["viewer"]["keyName"]


async def test_the_stream_client_comes_again_after_a_restart(node: str, open_api: LiveApi) -> None:
    job = await still_job(open_api)
    lines = _run(node, open_api, "stream_client.mjs", job.id)
    assert (await anext(lines))["status"] == "QUEUED"
    await asyncio.to_thread(open_api.stop)
    assert await anext(lines) == "again"
    await asyncio.to_thread(open_api.start)
    await _end(job)
    # Whether it was back before the end is chance; that it sees the end is not.
    seen = [line async for line in lines if line not in ("again", _QUEUED)]
    assert seen == [{"status": "CANCELED", "progress": 0}, "complete"]


_QUEUED = {"status": "QUEUED", "progress": 0}


async def _end(job: StillJob) -> None:
    await job.change(status="CANCELED")
