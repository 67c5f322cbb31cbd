"""The gallery: what was made last, with links that work; kept for minutes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.live import LiveApi

QUERY = """query($n: Int!, $r: Boolean!) { gallery(first: $n, refresh: $r) {
  generatedAt expiresAt items { title finishedAt posterUrl playbackUrl
    job { id status } files { kind key size url } } } }"""


async def gallery(live: LiveApi, first: int = 50, *, refresh: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = (await live.graphql(QUERY, n=first, r=refresh))["gallery"]
    return found


async def make(live: LiveApi, bucket: Any, clip: bytes, name: str, **recipe: Any) -> str:
    bucket.put_object(Bucket=live.s3.bucket_in, Key=f"gallery/{name}", Body=clip)
    started = await live.transcode(sourceKey=f"gallery/{name}", recipe=recipe, title=name)
    job: str = (await live.ended(started["job"]["id"]))["id"]
    return job


async def test_what_was_made_last_comes_first(live_api: LiveApi, bucket: Any, clip: bytes) -> None:
    holder = await live_api.holder("gallery", prefix="gallery/")
    empty = await gallery(holder)
    assert empty["items"] == []
    first = await make(holder, bucket, clip, "first.mp4", poster={"width": 64})
    await make(holder, bucket, b"no film", "broken.mp4", poster={})
    second = await make(holder, bucket, clip, "second.mp4", mp4={}, poster={"width": 64})

    # What is kept is shown, until a refresh is asked for.
    assert await gallery(holder) == empty
    fresh = await gallery(holder, refresh=True)
    assert [item["job"]["id"] for item in fresh["items"]] == [second, first]
    assert await gallery(holder) == fresh
    assert [i["job"]["id"] for i in (await gallery(holder, 1))["items"]] == [second]

    newest, oldest = fresh["items"]
    assert newest["title"] == "second.mp4"
    assert {file["kind"] for file in newest["files"]} == {"MP4", "POSTER"}
    assert (oldest["playbackUrl"], newest["playbackUrl"] is not None) == (None, True)
    async with httpx.AsyncClient(follow_redirects=True) as http:
        for item in fresh["items"]:
            for file in item["files"]:
                answer = await http.get(file["url"])
                assert (answer.status_code, len(answer.content)) == (200, file["size"])
            assert (await http.get(item["posterUrl"])).content[:2] == b"\xff\xd8"
        assert (await http.get(newest["playbackUrl"])).status_code == 200


@pytest.mark.parametrize("first", [0, 101, -1])
async def test_a_gallery_has_bounds(live_api: LiveApi, first: int) -> None:
    body = {"query": QUERY, "variables": {"n": first, "r": False}}
    answer = (await live_api.post(body)).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
