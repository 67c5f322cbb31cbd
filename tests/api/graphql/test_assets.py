"""Assets: tags, titles, words, filters; and how one is deleted with all that only it refers to."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.support.live import LiveApi

FIND = "query($f: AssetFilter) { assets(first: 100, filter: $f) { nodes { key } } }"
UPDATE = """mutation($i: UpdateAssetInput!) { updateAsset(input: $i) {
  asset { title tags metadata updatedAt } userErrors { code field } } }"""
DELETE = """mutation($i: DeleteAssetInput!) { deleteAsset(input: $i) {
  asset { status } userErrors { code field } } }"""
NAMES = ["Big_Buck-Bunny.MP4", "müde Ente.flac", "talk (2026) 100%.webm", "a'b c|d.mov"]


@pytest.fixture(scope="module")
async def library(live_api: LiveApi, bucket: Any) -> LiveApi:
    """A project with some files, scanned."""
    holder = await live_api.holder("library", prefix="library/")
    for name in NAMES:
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=f"library/{name}", Body=b"x")
    await holder.graphql("mutation { scanMediaFolder { found } }")
    return holder


async def keys(live: LiveApi, **wanted: Any) -> list[str]:
    nodes = (await live.graphql(FIND, f=wanted))["assets"]["nodes"]
    return sorted(node["key"].removeprefix("library/") for node in nodes)


async def id_of(live: LiveApi, key: str) -> str:
    found: str = (await live.graphql("query($k: String) { asset(key: $k) { id } }", k=key))[
        "asset"
    ]["id"]
    return found


async def update(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(UPDATE, i=wanted))["updateAsset"]
    return payload


async def delete(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(DELETE, i=wanted))["deleteAsset"]
    return payload


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bunny", NAMES[:1]),
        ("buck BIG", NAMES[:1]),
        ("bu", NAMES[:1]),
        ("unny", []),
        ("ente", NAMES[1:2]),
        ("müde", NAMES[1:2]),
        ("100", NAMES[2:3]),
        ("2026 webm", NAMES[2:3]),
        ("d", [NAMES[3]]),
        ("library", sorted(NAMES)),
    ],
)
async def test_text_finds_beginnings_of_words(
    library: LiveApi, text: str, found: list[str]
) -> None:
    assert await keys(library, text=text) == found


async def test_kinds(library: LiveApi) -> None:
    assert await keys(library, kind="AUDIO") == NAMES[1:2]
    assert len(await keys(library, kind="VIDEO")) == 3


async def test_what_people_say_of_an_asset(library: LiveApi) -> None:
    asset = await id_of(library, f"library/{NAMES[2]}")
    changed = await update(library, id=asset, title="Keynote", tags=[" talk ", "2026", "talk"])
    assert changed["asset"]["title"] == "Keynote"
    assert changed["asset"]["tags"] == ["talk", "2026"]
    again = await update(library, id=asset, metadata={"room": 7})
    assert again["asset"]["tags"] == ["talk", "2026"]
    assert again["asset"]["metadata"] == {"room": 7}
    assert again["asset"]["updatedAt"] > changed["asset"]["updatedAt"]
    assert await keys(library, tag="talk") == [NAMES[2]]
    assert await keys(library, tag="tal") == []
    assert await keys(library, text="keyn") == [NAMES[2]]
    assert (await update(library, id=asset, tags=[]))["asset"]["tags"] == []
    assert await keys(library, tag="talk") == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"tags": [""]}, "tags"),
        ({"tags": ["x" * 101]}, "tags"),
        ({"tags": [str(n) for n in range(51)]}, "tags"),
        ({"metadata": [1]}, "metadata"),
        ({"metadata": {"x": "y" * 65_536}}, "metadata"),
    ],
)
async def test_what_nobody_can_say(library: LiveApi, wanted: dict[str, Any], field: str) -> None:
    asset = await id_of(library, f"library/{NAMES[0]}")
    refused = await update(library, id=asset, **wanted)
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", field]}]


async def gone(live: LiveApi, asset: str) -> None:
    """Wait until the asset has vanished."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = await live.graphql("query($i: ID!) { asset(id: $i) { status } }", i=asset)
        if found["asset"] is None:
            return
        assert found["asset"]["status"] == "DELETING"
        await asyncio.sleep(0.1)
    raise TimeoutError("the asset is still there")


def below(bucket: Any, name: str, prefix: str) -> list[str]:
    found = bucket.list_objects_v2(Bucket=name, Prefix=prefix).get("Contents", [])
    return [item["Key"] for item in found]


@pytest.mark.parametrize("with_source", [False, True])
async def test_deleting_takes_jobs_outputs_and_bytes(
    live_api: LiveApi, bucket: Any, clip: bytes, with_source: bool
) -> None:
    key = f"delete/{with_source}.mp4"
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=clip)
    started = await live_api.transcode(
        sourceKey=key, recipe={"poster": {}}, outputKey=f"gone/{with_source}"
    )
    job = started["job"]["id"]
    assert (await live_api.ended(job))["status"] == "SUCCEEDED"
    assert below(bucket, live_api.s3.bucket_out, f"gone/{with_source}/")
    before = (await live_api.graphql("{ usage { jobs succeeded } }"))["usage"]

    asset = await id_of(live_api, key)
    assert await delete(live_api, id=asset, deleteSource=with_source) == {
        "asset": {"status": "DELETING"},
        "userErrors": [],
    }
    await gone(live_api, asset)
    assert below(bucket, live_api.s3.bucket_out, f"gone/{with_source}/") == []
    assert bool(below(bucket, live_api.s3.bucket_in, key)) is not with_source
    assert (await live_api.graphql("query($i: ID!) { job(id: $i) { id } }", i=job))["job"] is None
    assert (await delete(live_api, id=asset))["userErrors"][0]["code"] == "NOT_FOUND"
    # What it has cost is still told.
    assert (await live_api.graphql("{ usage { jobs succeeded } }"))["usage"] == before


async def test_an_asset_with_a_living_job_stays(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="busy.mp4", Body=clip)
    job = (await live_api.transcode(sourceKey="busy.mp4", preset="web"))["job"]["id"]
    asset = await id_of(live_api, "busy.mp4")
    # No runner is born and done within this one request.
    refused = await delete(live_api, id=asset)
    assert refused["userErrors"] == [{"code": "ASSET_BUSY", "field": ["input", "id"]}]
    await live_api.graphql("mutation($i: ID!) { cancelJob(input: {id: $i}) { job { id } } }", i=job)
    await live_api.ended(job)
    assert (await delete(live_api, id=asset))["userErrors"] == []
    await gone(live_api, asset)


async def test_a_job_or_a_deletion_wins_and_never_both(library: LiveApi, bucket: Any) -> None:
    for number in range(5):
        key = f"library/race-{number}.mp4"
        bucket.put_object(Bucket=library.s3.bucket_in, Key=key, Body=b"no film")
        await library.graphql("mutation { scanMediaFolder { found } }")
        asset = await id_of(library, key)
        removed, started = await asyncio.gather(
            delete(library, id=asset), library.transcode(assetId=asset, preset="web")
        )
        refusals = removed["userErrors"] + started["userErrors"]
        assert {error["code"] for error in refusals} <= {"ASSET_BUSY", "NOT_FOUND"}
        assert (started["job"] is None) == (removed["userErrors"] == [])
        if started["job"] is None:
            await gone(library, asset)
        else:
            await library.ended(started["job"]["id"])
