"""Subscriptions over HTTP as server-sent events, by a plain HTTP client."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from tests.protocol.wire import JOB_UPDATED, Event, new_key, still_job, stream
from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny


async def test_a_transcode_from_the_snapshot_to_the_end(open_api: LiveApi, bucket: Any) -> None:
    bucket.upload_file(str(big_buck_bunny()), open_api.s3.bucket_in, "sse.mp4")
    started = await open_api.transcode(sourceKey="sse.mp4", preset="web")
    seen = []
    async with stream(open_api, JOB_UPDATED, i=started["job"]["id"]) as events:
        while (event := await events.event(60)).name == "next":
            seen.append(event.data["data"]["jobUpdated"])
        assert event == Event("complete")
        with pytest.raises(StopAsyncIteration):
            await events.any()
    progress = [job["progress"] for job in seen]
    assert progress == sorted(progress)
    assert len(set(progress)) > 2
    assert seen[-1]["status"] == "SUCCEEDED"


async def test_headers(polite_api: LiveApi) -> None:
    async with stream(polite_api, "{ __typename }") as events:
        headers = events.response.headers
        assert events.response.status_code == 200
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-cache, no-transform"
        assert headers["x-accel-buffering"] == "no"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
        assert await events.any() == Event(":")


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ __typename }", {"__typename": "Query"}),
        ("mutation { __typename }", {"__typename": "Mutation"}),
    ],
)
async def test_other_operations_work_too(polite_api: LiveApi, query: str, data: Any) -> None:
    async with stream(polite_api, query) as events:
        assert await events.event() == Event("next", {"data": data})
        assert await events.event() == Event("complete")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_INVALID"),
        ("{ nothing }", "GRAPHQL_INVALID"),
        ("query A { __typename } query B { __typename }", "GRAPHQL_INVALID"),
        ('subscription { jobUpdated(id: "x") { id } }', "INVALID_ID"),
        (f'subscription {{ jobUpdated(id: "job_{"0" * 32}") {{ id }} }}', "NOT_FOUND"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }", "QUERY_TOO_LARGE"),
    ],
)
async def test_a_wrong_document_is_an_event(polite_api: LiveApi, query: str, code: str) -> None:
    async with stream(polite_api, query) as events:
        event = await events.event()
        assert event.name == "next"
        assert event.data["errors"][0]["extensions"]["code"] == code
        assert await events.event() == Event("complete")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer rm_wrong"}, 401),
        ({"origin": "https://evil.example"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"cookie": "reelmill_session=x"}, 403),
    ],
)
async def test_a_refused_request_is_no_stream(
    polite_api: LiveApi, headers: dict[str, str], status: int
) -> None:
    async with stream(polite_api, "{ __typename }", headers=headers) as events:
        assert events.response.status_code == status
        assert events.response.headers["content-type"] == "application/json"
        assert events.response.json()["errors"][0]["extensions"]["code"]


async def test_malformed_bodies_are_no_stream(polite_api: LiveApi) -> None:
    headers = {
        "authorization": f"Bearer {polite_api.key}",
        "accept": "text/event-stream",
        "content-type": "application/json",
    }
    async with httpx.AsyncClient(base_url=polite_api.url) as client:
        for content, status in ((b"[]", 400), (b"x", 400), (b"x" * 2_000_000, 413)):
            answer = await client.post("/graphql", content=content, headers=headers)
            assert answer.status_code == status


async def test_only_subscriptions_stream_when_json_is_welcome(polite_api: LiveApi) -> None:
    job = await still_job(polite_api)
    both = {"accept": "application/graphql-response+json, application/json, text/event-stream"}
    query = await polite_api.post({"query": "{ __typename }"}, **both)
    assert query.headers["content-type"].startswith("application/graphql-response+json")
    wrong = await polite_api.post({"query": "{ nothing }"}, **both)
    assert wrong.status_code == 400
    async with stream(polite_api, JOB_UPDATED, headers=both, i=job.id) as events:
        assert events.response.headers["content-type"].startswith("text/event-stream")
        assert (await events.event()).data["data"]["jobUpdated"]["status"] == "QUEUED"


async def test_a_query_by_get_streams_and_a_mutation_does_not(polite_api: LiveApi) -> None:
    headers = {
        "authorization": f"Bearer {polite_api.key}",
        "accept": "text/event-stream",
    }
    async with httpx.AsyncClient(base_url=polite_api.url, headers=headers) as client:
        query = await client.get("/graphql", params={"query": "{ __typename }"})
        assert "Query" in query.text
        mutation = await client.get("/graphql", params={"query": "mutation { __typename }"})
        assert "mutations are not allowed" in mutation.text
        assert "Mutation" not in mutation.text.replace("mutations", "")


async def test_silence_is_filled_with_comments(polite_api: LiveApi) -> None:
    job = await still_job(polite_api)
    async with stream(polite_api, JOB_UPDATED, i=job.id) as events:
        found = [await events.any(3) for _ in range(4)]
        assert [event.name for event in found] == [":", "next", ":", ":"]
        await job.change(progress=0.5)
        assert (await events.event(3)).data["data"]["jobUpdated"]["progress"] == 0.5


async def test_a_client_that_has_gone_leaves_its_place(polite_api: LiveApi) -> None:
    job = await still_job(polite_api)
    _, key = await new_key(polite_api)
    # The limit is five at once; more than that one after the other must pass.
    for _ in range(3):
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(_first(polite_api, job.id, key))
        await _until_free(polite_api, job.id, key)


async def _first(live: LiveApi, job: str, key: str) -> None:
    async with stream(live, JOB_UPDATED, key=key, i=job) as events:
        assert (await events.event()).name == "next"


async def _until_free(live: LiveApi, job: str, key: str) -> None:
    """The server hears of a closed connection a moment after its client has closed it."""
    async with asyncio.timeout(5):
        while True:
            async with stream(live, JOB_UPDATED, key=key, i=job) as events:
                if events.response.status_code == 200:
                    return


async def test_too_many_streams_of_a_key(polite_api: LiveApi) -> None:
    job = await still_job(polite_api)
    _, key = await new_key(polite_api)
    async with AsyncExitStack() as opened:
        held = []
        for _ in range(5):
            one = stream(polite_api, JOB_UPDATED, key=key, i=job.id)
            held.append(await opened.enter_async_context(one))
            assert (await held[-1].event()).name == "next"
        async with stream(polite_api, JOB_UPDATED, key=key, i=job.id) as events:
            assert events.response.status_code == 429
            assert events.response.headers["retry-after"] == "1"
            code = events.response.json()["errors"][0]["extensions"]["code"]
            assert code == "TOO_MANY_CONNECTIONS"
