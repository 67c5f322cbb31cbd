"""Jobs from the user's side: made again, moved in the backlog."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.live import LiveApi

RETRY = """mutation($i: RetryJobInput!) { retryJob(input: $i) {
  job { id title preset metadata priority recipe retryOf { id retriedBy { id } } asset { key } }
  userErrors { code field } } }"""
PRIORITY = """mutation($i: SetJobPriorityInput!) { setJobPriority(input: $i) {
  job { priority } userErrors { code field } } }"""


async def retry(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(RETRY, i=wanted))["retryJob"]
    return payload


async def set_priority(live: LiveApi, job: str, priority: int) -> dict[str, Any]:
    data = await live.graphql(PRIORITY, i={"id": job, "priority": priority})
    payload: dict[str, Any] = data["setJobPriority"]
    return payload


async def seen_to(live: LiveApi, job: str) -> tuple[bool, bool]:
    """Whether the filter `retried` finds it: true, false."""
    asked = "jobs(first: 100, filter: { retried: %s }) { nodes { id } }"
    data = await live.graphql(f"{{ yes: {asked % 'true'} no: {asked % 'false'} }}")
    yes, no = ([node["id"] for node in data[name]["nodes"]] for name in ("yes", "no"))
    return job in yes, job in no


@pytest.fixture(scope="module")
async def failed(live_api: LiveApi, bucket: Any) -> dict[str, Any]:
    """A job whose source is no film."""
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="again.mp4", Body=b"no film" * 50)
    started = await live_api.transcode(
        sourceKey="again.mp4",
        recipe={"poster": {"width": 200}},
        title="Again",
        outputKey="box/of",
        metadata={"n": 1},
        priority=7,
    )
    job = await live_api.ended(started["job"]["id"])
    assert job["error"]["code"] == "SOURCE_NOT_MEDIA"
    return job


async def test_a_failed_job_is_made_again_as_it_was(
    live_api: LiveApi, bucket: Any, clip: bytes, failed: dict[str, Any]
) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="again.mp4", Body=clip)
    made = (await retry(live_api, id=failed["id"], idempotencyKey="retry-1"))["job"]
    assert made["retryOf"] == {"id": failed["id"], "retriedBy": {"id": made["id"]}}
    assert (made["title"], made["metadata"], made["priority"]) == ("Again", {"n": 1}, 7)
    assert made["recipe"]["poster"]["width"] == 200
    again = (await retry(live_api, id=failed["id"], idempotencyKey="retry-1"))["job"]
    assert again["id"] == made["id"] != failed["id"]
    ended = await live_api.ended(made["id"])
    assert ended["status"] == "SUCCEEDED"
    assert ended["outputs"][0]["key"].startswith(f"box/of/{made['id'].removeprefix('job_')}/")
    assert (await live_api.job(failed["id"]))["status"] == "FAILED"
    assert await seen_to(live_api, failed["id"]) == (True, False)
    assert await seen_to(live_api, made["id"]) == (False, True)
    refused = await retry(live_api, id=made["id"])
    assert refused["userErrors"] == [{"code": "CONFLICT", "field": ["input", "id"]}]


async def test_a_job_whose_source_is_gone_is_not_made_again(live_api: LiveApi, bucket: Any) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="lost.mp4", Body=b"no film")
    started = await live_api.transcode(sourceKey="lost.mp4", preset="web")
    await live_api.ended(started["job"]["id"])
    bucket.delete_object(Bucket=live_api.s3.bucket_in, Key="lost.mp4")
    refused = await retry(live_api, id=started["job"]["id"])
    assert refused["userErrors"][0]["code"] == "SOURCE_NOT_FOUND"


async def test_a_lost_answer_is_asked_for_again_when_the_source_is_gone(
    live_api: LiveApi, bucket: Any
) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="moved.mp4", Body=b"no film")
    wanted = {"sourceKey": "moved.mp4", "preset": "web"}
    started = (await live_api.transcode(**wanted, idempotencyKey="lost-1"))["job"]
    await live_api.ended(started["id"])
    again = (await retry(live_api, id=started["id"], idempotencyKey="lost-2"))["job"]
    await live_api.ended(again["id"])
    bucket.delete_object(Bucket=live_api.s3.bucket_in, Key="moved.mp4")

    found = await live_api.transcode(**wanted, idempotencyKey="lost-1")
    assert found["job"]["id"] == started["id"]
    asked = await retry(live_api, id=started["id"], idempotencyKey="lost-2")
    assert asked["job"]["id"] == again["id"]
    other = await live_api.transcode(**wanted, priority=1, idempotencyKey="lost-1")
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_MISMATCH"
    fresh = await live_api.transcode(**wanted, idempotencyKey="lost-3")
    assert fresh["userErrors"][0]["code"] == "SOURCE_NOT_FOUND"


async def test_an_urgent_job_overtakes(live_api: LiveApi, bucket: Any, clip: bytes) -> None:
    names = [f"urgent-{n}.mp4" for n in range(6)]
    for name in names:
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=name, Body=clip)
    jobs = [
        (await live_api.transcode(sourceKey=name, recipe={"poster": {}}, priority=-5))["job"]["id"]
        for name in names
    ]
    assert await set_priority(live_api, jobs[-1], 50) == {
        "job": {"priority": 50},
        "userErrors": [],
    }
    for job in jobs:
        assert (await live_api.ended(job))["status"] == "SUCCEEDED"
    started = {
        node["id"]: node["startedAt"]
        for node in (await live_api.graphql("{ jobs(first: 20) { nodes { id startedAt } } }"))[
            "jobs"
        ]["nodes"]
    }
    # Two may have been running when it became urgent; it is not behind the others.
    assert started[jobs[-1]] < started[jobs[-2]]
    refused = await set_priority(live_api, jobs[0], 1)
    assert refused["userErrors"] == [{"code": "CONFLICT", "field": ["input", "id"]}]


@pytest.mark.parametrize("priority", [-101, 101])
async def test_priorities_have_bounds(
    live_api: LiveApi, failed: dict[str, Any], priority: int
) -> None:
    refused = await set_priority(live_api, failed["id"], priority)
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", "priority"]}]


async def test_those_that_ended_last_come_first(live_api: LiveApi, bucket: Any) -> None:
    """Also where they were made in another order; and page by page."""
    holder = await live_api.holder("ends", prefix="ends/")
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="ends/a.mp4", Body=b"no film" * 50)
    await holder.graphql("mutation { scanMediaFolder { found } }")
    made = []
    for _ in range(3):
        job = (await holder.transcode(sourceKey="ends/a.mp4", preset="web"))["job"]["id"]
        assert (await holder.ended(job))["status"] == "FAILED"
        made.append(job)
    asked = """query($n: Int!, $a: String) {
      jobs(first: $n, after: $a, orderBy: FINISHED_AT_DESC, filter: { status: [FAILED] }) {
        nodes { id finishedAt } pageInfo { endCursor hasNextPage hasPreviousPage } } }"""
    first = (await holder.graphql(asked, n=2))["jobs"]
    rest = (await holder.graphql(asked, n=2, a=first["pageInfo"]["endCursor"]))["jobs"]
    assert [node["id"] for node in first["nodes"] + rest["nodes"]] == made[::-1]
    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert rest["pageInfo"]["hasPreviousPage"]
    body = {"query": asked, "variables": {"n": 2, "a": made[0].removeprefix("job_")}}
    (error,) = (await holder.post(body)).json()["errors"]
    assert error["extensions"]["code"] == "INVALID_CURSOR"
