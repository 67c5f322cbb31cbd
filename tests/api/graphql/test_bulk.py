"""Many at once: each has its own result, and its own event."""

from __future__ import annotations

from typing import Any

import pytest

from api.domain import ids
from tests.support.live import LiveApi

UPDATE = """mutation($i: UpdateAssetsInput!) { updateAssets(input: $i) {
  assets { id tags } userErrors { code field } } }"""
DELETE = """mutation($i: DeleteAssetsInput!) { deleteAssets(input: $i) {
  assets { id status } userErrors { code field } } }"""
CANCEL = """mutation($i: CancelJobsInput!) { cancelJobs(input: $i) {
  jobs { id status } userErrors { code field } } }"""
RETRY = """mutation($i: RetryJobsInput!) { retryJobs(input: $i) {
  jobs { id status retryOf { id } } userErrors { code field } } }"""
LOST = ids.encode(ids.Kind.ASSET, ids.new())


@pytest.fixture
async def library(live_api: LiveApi, bucket: Any, clip: bytes) -> LiveApi:
    name = f"bulk{ids.new().hex}"
    holder = await live_api.holder(name, prefix=f"{name}/")
    for number in range(3):
        key = f"{name}/{number}.mp4"
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=clip)
    await holder.graphql("mutation { scanMediaFolder { found } }")
    return holder


async def all_ids(live: LiveApi) -> list[str]:
    nodes = (await live.graphql("{ assets(orderBy: TITLE_ASC) { nodes { id } } }"))["assets"]
    return [node["id"] for node in nodes["nodes"]]


async def seen(live: LiveApi, after: str, *types: str) -> list[tuple[str, str]]:
    """Events since a cursor, until the project's last."""
    last = (await live.graphql("{ viewer { project { eventCursor } } }"))["viewer"]["project"]
    document = """subscription($a: String) { events(after: $a) { cursor type entityId } }"""
    found = []
    async for data in live.subscribe(document, a=after):
        found.append((data["events"]["type"], data["events"]["entityId"]))
        if data["events"]["cursor"] == last["eventCursor"]:
            break
    return [event for event in found if event[0] in types]


async def cursor(live: LiveApi) -> str:
    answer = await live.graphql("{ viewer { project { eventCursor } } }")
    found: str = answer["viewer"]["project"]["eventCursor"]
    return found


async def test_tags_come_and_go(library: LiveApi) -> None:
    first, second, third = await all_ids(library)
    before = await cursor(library)
    wanted = {"ids": [first, LOST, second, "job_1"], "addTags": [" new ", "old"]}
    said = (await library.graphql(UPDATE, i=wanted))["updateAssets"]
    assert [a and a["tags"] for a in said["assets"]] == [["new", "old"], None, ["new", "old"], None]
    assert said["userErrors"] == [
        {"code": "NOT_FOUND", "field": ["input", "ids", "1"]},
        {"code": "INVALID_ID", "field": ["input", "ids", "3"]},
    ]
    wanted = {"ids": [second, third, second], "addTags": ["late"], "removeTags": ["old", "none"]}
    said = (await library.graphql(UPDATE, i=wanted))["updateAssets"]
    assert [a["tags"] for a in said["assets"]] == [["new", "late"], ["late"], ["new", "late"]]
    again = (await library.graphql(UPDATE, i=wanted))["updateAssets"]
    assert again == said
    updated = [("ASSET_UPDATED", asset) for asset in (first, second, second, third, second, third)]
    assert sorted(await seen(library, before, "ASSET_UPDATED")) == sorted(updated)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"ids": [], "addTags": ["x"]}, ["input", "ids"]),
        ({"ids": [LOST] * 101, "addTags": ["x"]}, ["input", "ids"]),
        ({"ids": [LOST]}, ["input", "addTags"]),
    ],
)
async def test_what_nobody_can_ask_for(
    live_api: LiveApi, wanted: dict[str, Any], field: list[str]
) -> None:
    said = (await live_api.graphql(UPDATE, i=wanted))["updateAssets"]
    assert said == {"assets": [], "userErrors": [{"code": "INVALID_INPUT", "field": field}]}


async def test_too_many_tags_are_refused_for_whom_they_are_too_many(library: LiveApi) -> None:
    first, second, _ = await all_ids(library)
    for one, count in ((first, 50), (second, 49)):
        tags = [f"t{n}" for n in range(count)]
        await library.graphql(UPDATE, i={"ids": [one], "addTags": tags})
    said = (await library.graphql(UPDATE, i={"ids": [first, second], "addTags": ["x"]}))[
        "updateAssets"
    ]
    assert [a and len(a["tags"]) for a in said["assets"]] == [None, 50]
    assert said["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", "ids", "0"]}]


async def test_what_is_busy_keeps_no_other_from_going(library: LiveApi) -> None:
    first, second, third = await all_ids(library)
    before = await cursor(library)
    ladder = {"ladder": {"rungs": [{"height": 720}]}}
    started = [
        (await library.transcode(assetId=first, recipe=ladder))["job"]["id"] for _ in range(2)
    ]
    said = (await library.graphql(DELETE, i={"ids": [first, second, second, third]}))[
        "deleteAssets"
    ]
    assert [a and a["status"] for a in said["assets"]] == [None] + ["DELETING"] * 3
    assert said["userErrors"] == [{"code": "ASSET_BUSY", "field": ["input", "ids", "0"]}]
    doomed = await seen(library, before, "ASSET_DELETING")
    assert sorted(doomed) == sorted([("ASSET_DELETING", second), ("ASSET_DELETING", third)])
    said = (await library.graphql(CANCEL, i={"ids": [*started, LOST]}))["cancelJobs"]
    assert [job["id"] for job in said["jobs"][:2]] == started
    assert said["userErrors"] == [{"code": "INVALID_ID", "field": ["input", "ids", "2"]}]
    ended = [await library.ended(job) for job in started]
    assert {job["status"] for job in ended} <= {"CANCELED", "SUCCEEDED"}


async def test_failed_jobs_are_made_again_once(library: LiveApi) -> None:
    first, *_ = await all_ids(library)
    beyond = {"clips": [{"start": 500.0, "end": 501.0, "mode": "EXACT"}]}
    poster = {"poster": {"width": 32}}
    jobs = [
        (await library.transcode(assetId=first, recipe=recipe))["job"]["id"]
        for recipe in (beyond, poster, beyond)
    ]
    states = [(await library.ended(job))["status"] for job in jobs]
    assert states == ["FAILED", "SUCCEEDED", "FAILED"]
    wanted = {"ids": jobs, "idempotencyKey": "again"}
    said = (await library.graphql(RETRY, i=wanted))["retryJobs"]
    assert [job and job["retryOf"]["id"] for job in said["jobs"]] == [jobs[0], None, jobs[2]]
    assert said["userErrors"] == [{"code": "CONFLICT", "field": ["input", "ids", "1"]}]
    again = (await library.graphql(RETRY, i=wanted))["retryJobs"]
    assert [job and job["id"] for job in again["jobs"]] == [
        job and job["id"] for job in said["jobs"]
    ]
    for job in said["jobs"][::2]:
        await library.ended(job["id"])
