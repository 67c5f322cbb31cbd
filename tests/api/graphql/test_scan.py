"""`scanMediaFolder`, as a customer writes it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.live import LiveApi

NAMES = [
    "video1.mp4",
    "sub/folder/x.mkv",
    "sub/-rf %d ü.mp4",
    "sub/a+b&c=d?e#f.MOV",
    "日本語/映画.webm",
    "sound/a.flac",
]
OTHERS = ["readme.txt", "sub/folder/poster.jpg", "noextension", "sub/.mp4"]


@pytest.fixture(scope="module")
def filled(live_api: LiveApi, bucket: Any) -> str:
    for name in NAMES + OTHERS:
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=f"scan/{name}", Body=b"x")
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="scan/folder/", Body=b"")
    return "scan"


SCAN = """mutation($p: String!) { scanMediaFolder(input: {prefix: $p}) {
  found registered skipped files userErrors { code field } } }"""


async def test_the_call_of_the_playground_needs_no_argument(live_api: LiveApi, filled: str) -> None:
    data = await live_api.graphql("mutation { scanMediaFolder { found registered skipped files } }")
    payload = data["scanMediaFolder"]
    assert payload["found"] >= len(NAMES)
    assert {f"scan/{name}" for name in NAMES} <= set(payload["files"])


async def test_a_folder_is_found_once_and_only_media_counts(live_api: LiveApi, filled: str) -> None:
    first = (await live_api.graphql(SCAN, p=filled))["scanMediaFolder"]
    again = (await live_api.graphql(SCAN, p=f"/{filled}/"))["scanMediaFolder"]
    assert first["found"] == again["found"] == len(NAMES)
    assert first["skipped"] == again["skipped"] == len(OTHERS)
    assert again["registered"] == 0
    assert again["files"] == []


async def test_a_replaced_object_is_read_anew(live_api: LiveApi, bucket: Any, filled: str) -> None:
    await live_api.graphql(SCAN, p=filled)
    query = "query($k: String!) { asset(key: $k) { id etag size status title } }"
    before = (await live_api.graphql(query, k="scan/video1.mp4"))["asset"]
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="scan/video1.mp4", Body=b"other")
    await live_api.graphql(SCAN, p=filled)
    after = (await live_api.graphql(query, k="scan/video1.mp4"))["asset"]
    assert after["id"] == before["id"]
    assert (before["size"], after["size"]) == (1, 5)
    assert after["etag"] != before["etag"]
    assert after["title"] == "video1"


@pytest.mark.parametrize("prefix", ["../", "a/../b", "a//b", "a\u0007b"])
async def test_prefixes_that_are_no_folder(live_api: LiveApi, prefix: str) -> None:
    payload = (await live_api.graphql(SCAN, p=prefix))["scanMediaFolder"]
    assert payload["userErrors"] == [{"code": "INVALID_KEY", "field": ["input", "prefix"]}]


async def test_pages_of_assets_do_not_overlap(live_api: LiveApi, filled: str) -> None:
    await live_api.graphql(SCAN, p=filled)
    query = """query($a: String) { assets(first: 2, after: $a, filter: {prefix: "scan/"}) {
      edges { cursor } nodes { key } pageInfo { hasNextPage endCursor } } }"""
    seen: list[str] = []
    cursor = None
    while True:
        page = (await live_api.graphql(query, a=cursor))["assets"]
        seen += [node["key"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        cursor = page["pageInfo"]["endCursor"]
    assert sorted(seen) == sorted(f"scan/{name}" for name in NAMES)
