"""Bad input ends in a clear code, and nothing of it is published."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def good(live_api: LiveApi, bucket: Any) -> str:
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, "good.mp4")
    return "good.mp4"


def truncated() -> bytes:
    """A real MP4, cut off before its index."""
    data = big_buck_bunny().read_bytes()
    head = data[: data.index(b"moov") - 4] if data.index(b"moov") > data.index(b"mdat") else b""
    return head or data[:32] + data[data.index(b"mdat") - 4 : len(data) // 2]


BAD_FILES = {
    "text.mp4": (b"this is no film at all\n" * 100, "SOURCE_NOT_MEDIA"),
    "noise.mkv": (bytes((i * 7919 + i // 3) % 256 for i in range(50_000)), "SOURCE_NOT_MEDIA"),
    "one byte.mp4": (b"x", "SOURCE_NOT_MEDIA"),
    "playlist.mp4": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "SOURCE_NOT_MEDIA",
    ),
    "concat.mp4": (b"ffconcat version 1.0\nfile /etc/passwd\n", "SOURCE_NOT_MEDIA"),
    "cut off.mp4": (truncated(), "SOURCE_TRUNCATED"),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_files_that_are_no_media(live_api: LiveApi, bucket: Any, name: str) -> None:
    data, code = BAD_FILES[name]
    key = f"bad/{name}"
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=data)
    started = await live_api.transcode(sourceKey=key, preset="web")
    job = await live_api.ended(started["job"]["id"])
    assert (job["status"], job["error"]["code"]) == ("FAILED", code), job
    assert job["error"]["message"]
    assert job["error"]["hint"]
    assert "Traceback" not in str(job)
    assert job["outputs"] == []
    assert len(job["attempts"]) == 1
    asset = await live_api.graphql("query($k: String!) { asset(key: $k) { status } }", k=key)
    assert asset["asset"]["status"] == "UNREADABLE"
    name = job["id"].removeprefix("job_")
    listed = bucket.list_objects_v2(Bucket=live_api.s3.bucket_out, Prefix=name)
    assert listed.get("KeyCount", 0) == 0


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ({"clips": [{"start": 4, "end": 60}]}, "CLIP_BEYOND_END"),
        ({"clips": [{"start": 60}]}, "CLIP_BEYOND_END"),
        ({"clips": [{"start": 4, "end": 60, "mode": "COPY"}]}, "CLIP_BEYOND_END"),
        ({"poster": {"at": 99}}, "POSTER_BEYOND_END"),
    ],
)
async def test_times_beyond_the_end(
    live_api: LiveApi, good: str, recipe: dict[str, Any], code: str
) -> None:
    started = await live_api.transcode(sourceKey=good, recipe=recipe)
    job = await live_api.ended(started["job"]["id"])
    assert (job["status"], job["error"]["code"]) == ("FAILED", code), job
    assert job["outputs"] == []


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"preset": "web"}, "INVALID_INPUT", "input"),
        ({"sourceKey": "good.mp4"}, "INVALID_INPUT", "input"),
        ({"sourceKey": "good.mp4", "preset": "nope"}, "UNKNOWN_PRESET", "preset"),
        ({"sourceKey": "good.mp4", "recipe": {}}, "INVALID_RECIPE", "recipe"),
        (
            {"sourceKey": "good.mp4", "recipe": {"clips": [{"start": 3, "end": 2}]}},
            "INVALID_RECIPE",
            "recipe.clips.0",
        ),
        (
            {"sourceKey": "good.mp4", "recipe": {"ladder": {"segmentSeconds": 0}}},
            "INVALID_RECIPE",
            "recipe.ladder.segmentSeconds",
        ),
        ({"sourceKey": "../good.mp4", "preset": "web"}, "INVALID_KEY", "sourceKey"),
        ({"sourceKey": "a/../good.mp4", "preset": "web"}, "INVALID_KEY", "sourceKey"),
        ({"sourceKey": "", "preset": "web"}, "INVALID_KEY", "sourceKey"),
        ({"sourceKey": "nowhere.mp4", "preset": "web"}, "SOURCE_NOT_FOUND", "sourceKey"),
        ({"assetId": "asset_" + "0" * 32, "preset": "web"}, "NOT_FOUND", "assetId"),
        ({"assetId": "nonsense", "preset": "web"}, "INVALID_ID", None),
        (
            {"sourceKey": "good.mp4", "preset": "web", "outputKey": "../x"},
            "INVALID_KEY",
            "outputKey",
        ),
        ({"sourceKey": "good.mp4", "preset": "web", "priority": 101}, "INVALID_INPUT", "priority"),
        ({"sourceKey": "good.mp4", "preset": "web", "title": ""}, "INVALID_INPUT", "title"),
        ({"sourceKey": "good.mp4", "preset": "web", "metadata": "x"}, "INVALID_INPUT", "metadata"),
    ],
)
async def test_requests_that_are_refused_at_once(
    live_api: LiveApi, good: str, wanted: dict[str, Any], code: str, field: str | None
) -> None:
    payload = await live_api.transcode(**wanted)
    assert payload["job"] is None
    error = payload["userErrors"][0]
    assert error["code"] == code, error
    if field is not None:
        path = [] if field == "input" else field.split(".")
        assert error["field"] == ["input", *path], error


async def test_an_empty_object_is_refused_at_once(live_api: LiveApi, bucket: Any) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="empty.mp4", Body=b"")
    payload = await live_api.transcode(sourceKey="empty.mp4", preset="web")
    assert payload["userErrors"][0]["code"] == "SOURCE_EMPTY"


async def test_an_object_that_vanishes_before_its_job(
    live_api: LiveApi, bucket: Any, good: str
) -> None:
    # Both places are taken, so that the third job has to wait while its source goes away.
    bucket.copy_object(
        Bucket=live_api.s3.bucket_in,
        Key="gone.mp4",
        CopySource={"Bucket": live_api.s3.bucket_in, "Key": good},
    )
    busy = [await live_api.transcode(sourceKey=good, preset="preview") for _ in range(3)]
    started = await live_api.transcode(sourceKey="gone.mp4", preset="preview", priority=-100)
    bucket.delete_object(Bucket=live_api.s3.bucket_in, Key="gone.mp4")
    job = await live_api.ended(started["job"]["id"])
    assert (job["status"], job["error"]["code"]) == ("FAILED", "SOURCE_MISSING")
    for other in busy:
        assert (await live_api.ended(other["job"]["id"]))["status"] == "SUCCEEDED"


async def test_the_same_idempotency_key_gives_the_same_job(live_api: LiveApi, good: str) -> None:
    wanted = {"sourceKey": good, "preset": "preview", "idempotencyKey": "k1"}
    first = await live_api.transcode(**wanted)
    again = await live_api.transcode(**wanted)
    assert first["job"]["id"] == again["job"]["id"]
    other = await live_api.transcode(**{**wanted, "preset": "web"})
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_MISMATCH"
    assert (await live_api.ended(first["job"]["id"]))["status"] == "SUCCEEDED"


async def test_what_falls_short_does_not_replace_what_is_good(
    live_api: LiveApi, good: str, bucket: Any
) -> None:
    """The same film into the same folder, once well and once worse than the recipe allows."""
    wanted = {"sourceKey": good, "outputKey": "shown"}
    recipe = {"tier": "DRAFT", "mp4": {"maxHeight": 180}}
    started = await live_api.transcode(**wanted, recipe=recipe)
    first = await live_api.ended(started["job"]["id"])
    assert first["status"] == "SUCCEEDED", first
    before = _stored(bucket, live_api)
    worse = {**recipe, "mp4": {"maxHeight": 180, "crf": 51}, "verify": {"minVmaf": 95}}
    again = await live_api.transcode(**wanted, recipe=worse)
    second = await live_api.ended(again["job"]["id"])
    assert (second["status"], second["error"]["code"]) == ("FAILED", "QUALITY_REFUSED"), second
    assert "the MP4 has a VMAF of" in second["error"]["message"]
    assert "worst at" in second["error"]["message"]
    assert second["error"]["hint"]
    assert (second["outputs"], len(second["attempts"])) == ([], 1)
    assert _stored(bucket, live_api) == before
    query = (
        "query($id: ID!, $k: String!) { asset(key: $k) { status } node(id: $id) { ... on Job "
        "{ outputs { playbackUrl report { checks drift frozenSeconds vmaf { mean } } } } } }"
    )
    seen = await live_api.graphql(query, id=first["id"], k=good)
    assert seen["asset"]["status"] == "READY"
    (output,) = seen["node"]["outputs"]
    assert output["report"]["checks"] == ["DECODED", "STREAMS", "DURATION"]
    assert abs(output["report"]["drift"]) < 0.05
    assert (output["report"]["frozenSeconds"], output["report"]["vmaf"]) == (0, None)
    async with httpx.AsyncClient(follow_redirects=True) as client:
        assert (await client.get(output["playbackUrl"])).status_code == 200


def _stored(bucket: Any, live_api: LiveApi) -> dict[str, str]:
    """Every published object and its content's tag."""
    listed = bucket.list_objects_v2(Bucket=live_api.s3.bucket_out)
    return {found["Key"]: found["ETag"] for found in listed.get("Contents", ())}
