"""Queries: filters, pages, nodes, and inputs written into the document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.live import LiveApi

START = """mutation {
  startMultipartUpload(input: {filename: "a.mp4", size: %s}) { upload { id } } }"""


@pytest.fixture(scope="module")
async def job(live_api: LiveApi, bucket: Any) -> dict[str, Any]:
    """A job that fails at once: its source is text."""
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="q/text.mp4", Body=b"no film" * 50)
    started = await live_api.transcode(sourceKey="q/text.mp4", preset="web", title="Text")
    return await live_api.ended(started["job"]["id"])


async def test_filters_of_jobs(live_api: LiveApi, job: dict[str, Any]) -> None:
    query = "query($f: JobFilter) { jobs(first: 100, filter: $f) { nodes { id status } } }"

    async def found(**wanted: Any) -> list[str]:
        data = await live_api.graphql(query, f=wanted)
        return [node["id"] for node in data["jobs"]["nodes"]]

    asset = (await live_api.graphql('{ asset(key: "q/text.mp4") { id } }'))["asset"]["id"]
    assert job["id"] in await found(status=["FAILED", "SUCCEEDED"])
    assert job["id"] not in await found(status=["QUEUED", "RUNNING"])
    assert await found(assetId=asset) == [job["id"]]
    assert await found(assetId=asset, status=["SUCCEEDED"]) == []
    inline = "{ jobs(filter: {status: [FAILED]}) { nodes { status } } }"
    nodes = (await live_api.graphql(inline))["jobs"]["nodes"]
    assert {node["status"] for node in nodes} == {"FAILED"}


async def test_filters_of_assets_and_uploads(live_api: LiveApi, job: dict[str, Any]) -> None:
    query = "query($f: AssetFilter) { assets(filter: $f) { nodes { key status } } }"
    unreadable = {"key": "q/text.mp4", "status": "UNREADABLE"}
    for wanted in ({"key": "q/text.mp4"}, {"prefix": "q/"}, {"status": ["UNREADABLE"]}):
        assert unreadable in (await live_api.graphql(query, f=wanted))["assets"]["nodes"]
    nothing = {"key": "q/text.mp4", "status": ["READY"]}
    assert (await live_api.graphql(query, f=nothing))["assets"]["nodes"] == []
    start = (
        'mutation { startMultipartUpload(input: {filename: "a.mp4", size: 7}) { upload { id } } }'
    )
    made = (await live_api.graphql(start))["startMultipartUpload"]["upload"]["id"]
    for status, there in (("STARTED", True), ("ABORTED", False)):
        text = (
            f"{{ uploads(first: 100, filter: {{status: [{status}]}}) {{ nodes {{ id size }} }} }}"
        )
        nodes = (await live_api.graphql(text))["uploads"]["nodes"]
        assert ({"id": made, "size": 7} in nodes) is there


async def test_every_kind_of_node_is_found_by_its_id(
    live_api: LiveApi, job: dict[str, Any]
) -> None:
    data = await live_api.graphql(
        "query($i: ID!) { job(id: $i) { asset { id } } viewer { project { id } } }", i=job["id"]
    )
    wanted = [job["id"], data["job"]["asset"]["id"], data["viewer"]["project"]["id"]]
    for node in wanted:
        found = await live_api.graphql("query($i: ID!) { node(id: $i) { id } }", i=node)
        assert found["node"] == {"id": node}
    for kind in ("asset", "job", "upload", "output", "project"):
        unknown = f"{kind}_{'0' * 32}"
        found = await live_api.graphql("query($i: ID!) { node(id: $i) { id } }", i=unknown)
        assert found["node"] is None


async def test_a_job_tells_its_story(live_api: LiveApi, job: dict[str, Any]) -> None:
    data = await live_api.graphql(
        "query($i: ID!) { job(id: $i) { title preset recipe priority metadata createdAt startedAt"
        " finishedAt attempts { number status reason log } asset { key jobs { nodes { id } } } } }",
        i=job["id"],
    )
    told = data["job"]
    assert (told["title"], told["preset"], told["priority"]) == ("Text", "web", 0)
    assert told["recipe"]["ladder"]["segment_seconds"] == 4.0
    assert told["createdAt"] <= told["startedAt"] <= told["finishedAt"]
    (attempt,) = told["attempts"]
    assert (attempt["number"], attempt["reason"]) == (1, "SOURCE_NOT_MEDIA")
    assert told["asset"]["jobs"]["nodes"] == [{"id": job["id"]}]


async def test_presets_and_the_viewer(live_api: LiveApi) -> None:
    data = await live_api.graphql(
        "{ presets { name version title description recipe builtin }"
        " viewer { keyName scopes project { name prefix } } }"
    )
    shipped = [p["name"] for p in data["presets"] if p["builtin"]]
    assert shipped == ["mp4", "preview", "web", "web-and-mp4"]
    assert data["viewer"]["scopes"] == ["READ", "WRITE", "ADMIN"]
    assert data["viewer"]["project"] == {"name": "default", "prefix": ""}


async def test_metadata_in_the_document_itself(live_api: LiveApi) -> None:
    data = await live_api.graphql(
        'mutation { startTranscode(input: {sourceKey: "q/text.mp4", preset: "web", priority: -100,'
        ' metadata: {a: 1, b: [true, null, "x"]}}) { job { id metadata } userErrors { code } } }'
    )
    payload = data["startTranscode"]
    assert payload["job"]["metadata"] == {"a": 1, "b": [True, None, "x"]}
    await live_api.ended(payload["job"]["id"])


@pytest.mark.parametrize("size", ["9007199254740993", "1.5", '"7"', "true"])
async def test_int64_is_a_whole_number_below_two_to_53(live_api: LiveApi, size: str) -> None:
    query = START % size
    body = (await live_api.post({"query": query})).json()
    assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_INVALID", body
