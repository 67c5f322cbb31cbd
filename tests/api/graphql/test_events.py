"""`events` and `scanUpdated`, as a client sees them; by two processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.live import LiveApi, free_port

EVENTS = """subscription($a: String, $t: [EventType!]) { events(after: $a, types: $t) {
  cursor type entityId createdAt payload
  node { __typename id ... on Job { status } ... on Asset { key } ... on Scan { found } } } }"""
SCAN = """mutation($p: String!) { scanMediaFolder(input: {prefix: $p}) {
  found scan { id status found registered missing createdAt finishedAt } } }"""
CURSOR = "{ viewer { project { eventCursor } } }"


async def cursor(live: LiveApi) -> str:
    found: str = (await live.graphql(CURSOR))["viewer"]["project"]["eventCursor"]
    return found


async def take(live: LiveApi, count: int, **wanted: Any) -> list[dict[str, Any]]:
    """The next events."""
    found = []
    async with asyncio.timeout(30):
        async with aclosing(live.subscribe(EVENTS, **wanted)) as reading:  # type: ignore[type-var]
            async for data in reading:
                found.append(data["events"])
                if len(found) == count:
                    break
    return found


@pytest.fixture(scope="module")
async def other_process(
    live_api: LiveApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LiveApi]:
    """A second process on the same database and store."""
    folder: Path = tmp_path_factory.mktemp("second")
    second = replace(live_api, folder=folder, port=free_port(), process=None).start()
    yield second
    assert second.stop() == 0
    assert "Traceback" not in second.log(), second.log()[-3000:]


async def test_a_job_tells_its_life_to_another_process(
    live_api: LiveApi, other_process: LiveApi, bucket: Any, clip: bytes
) -> None:
    start = await cursor(live_api)
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="told.mp4", Body=clip)
    reading = asyncio.create_task(take(other_process, 4, a=start))
    job = (await live_api.transcode(sourceKey="told.mp4", recipe={"poster": {}}))["job"]["id"]
    await live_api.ended(job)
    found = [event for event in await reading if event["entityId"] == job]
    kinds = [event["type"] for event in found]
    assert kinds[:3] == ["JOB_QUEUED", "JOB_LAUNCHING", "JOB_RUNNING"]
    assert {event["node"]["__typename"] for event in found} == {"Job"}
    numbers = [int(event["cursor"]) for event in found]
    assert numbers == sorted(numbers)
    ended = await take(live_api, 1, a=start, t=["JOB_SUCCEEDED"])
    assert ended[0]["node"] == {"__typename": "Job", "id": job, "status": "SUCCEEDED"}


async def test_a_reader_that_comes_back_misses_nothing(live_api: LiveApi) -> None:
    holder = await live_api.holder("resume", prefix="resume/")
    for number in range(6):
        await holder.graphql(SCAN, p=f"{number}/")
    first = await take(holder, 5, a="0")
    rest = await take(holder, 7, a=first[-1]["cursor"])
    assert [int(event["cursor"]) for event in first + rest] == list(range(1, 13))
    assert {event["node"]["__typename"] for event in rest} == {"Scan"}
    assert await cursor(holder) == "12"


async def test_a_cursor_of_another_kind_is_refused(live_api: LiveApi) -> None:
    with pytest.raises(AssertionError, match="INVALID_CURSOR"):
        await take(live_api, 1, a="abc")


async def test_a_scan_is_watched_until_its_end(live_api: LiveApi, bucket: Any) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="watched/a.mp4", Body=b"x")
    scan = (await live_api.graphql(SCAN, p="watched/"))["scanMediaFolder"]["scan"]
    assert (scan["status"], scan["found"], scan["registered"]) == ("SUCCEEDED", 1, 1)
    assert scan["createdAt"] <= scan["finishedAt"]
    query = "subscription($i: ID!) { scanUpdated(id: $i) { id status found } }"
    seen = [data["scanUpdated"] async for data in live_api.subscribe(query, i=scan["id"])]
    assert seen == [{"id": scan["id"], "status": "SUCCEEDED", "found": 1}]
    listed = await live_api.graphql("{ scans(first: 1) { nodes { id } pageInfo { hasNextPage } } }")
    assert listed["scans"]["nodes"] == [{"id": scan["id"]}]
    node = await live_api.graphql("query($i: ID!) { node(id: $i) { id __typename } }", i=scan["id"])
    assert node["node"] == {"id": scan["id"], "__typename": "Scan"}


@pytest.mark.parametrize(
    "name",
    [
        "mp4",
        "mkv",
        "avi",
        "mov",
        "webm",
        "flv",
        "wmv",
        "m4v",
        "mp3",
        "wav",
        "flac",
        "aac",
        "ogg",
        "m4a",
    ],
)
async def test_all_types_of_the_source_system_in_any_case(
    live_api: LiveApi, bucket: Any, name: str
) -> None:
    for ending in (name, name.upper(), name.capitalize()):
        key = f"types/{name}/x.{ending}"
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=b"x")
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key=f"types/{name}/x.{name}.txt", Body=b"x")
    scan = (await live_api.graphql(SCAN, p=f"types/{name}"))["scanMediaFolder"]
    assert scan["found"] == 3
