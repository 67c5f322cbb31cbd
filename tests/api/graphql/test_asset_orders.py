"""Lists of assets: sorted, filtered by what was found in them, with their newest outputs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.live import LiveApi

PAGE = """query($f: AssetFilter, $o: AssetOrder!, $n: Int!, $a: String) {
  assets(first: $n, after: $a, filter: $f, orderBy: $o) {
    edges { cursor node { key } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
SIZES = {"Beta.mp4": 30, "alpha.mp4": 20, "gamma.mp3": 10}


@pytest.fixture(scope="module")
async def library(live_api: LiveApi, bucket: Any, clip: bytes) -> LiveApi:
    """A project with three files that are no media inside, and one film with two posters."""
    holder = await live_api.holder("orders", prefix="orders/")
    for name, size in SIZES.items():
        key = f"orders/{name}"
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=b"x" * size)
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="orders/delta.mp4", Body=clip)
    await holder.graphql("mutation { scanMediaFolder { found } }")
    for width in (64, 32):
        recipe = {"poster": {"width": width}}
        job = (await holder.transcode(sourceKey="orders/delta.mp4", recipe=recipe))["job"]
        assert (await holder.ended(job["id"]))["status"] == "SUCCEEDED"
    return holder


async def page(live: LiveApi, order: str, **more: Any) -> tuple[list[str], dict[str, Any]]:
    answer = (await live.graphql(PAGE, **{"o": order, "n": 100, **more}))["assets"]
    keys = [edge["node"]["key"].removeprefix("orders/") for edge in answer["edges"]]
    if keys:
        assert answer["pageInfo"]["endCursor"] == answer["edges"][-1]["cursor"]
    return keys, answer["pageInfo"]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("TITLE_ASC", ["alpha.mp4", "Beta.mp4", "delta.mp4", "gamma.mp3"]),
        ("TITLE_DESC", ["gamma.mp3", "delta.mp4", "Beta.mp4", "alpha.mp4"]),
        ("SIZE_ASC", ["gamma.mp3", "alpha.mp4", "Beta.mp4", "delta.mp4"]),
        ("SIZE_DESC", ["delta.mp4", "Beta.mp4", "alpha.mp4", "gamma.mp3"]),
    ],
)
async def test_orders(library: LiveApi, order: str, keys: list[str]) -> None:
    found, info = await page(library, order)
    assert found == keys
    first, info = await page(library, order, n=2)
    assert (first, info["hasNextPage"]) == (keys[:2], True)
    rest, info = await page(library, order, n=2, a=info["endCursor"])
    assert (rest, info["hasNextPage"], info["hasPreviousPage"]) == (keys[2:], False, True)


async def test_what_was_not_read_stands_last(library: LiveApi) -> None:
    for order in ("DURATION_ASC", "DURATION_DESC"):
        found, info = await page(library, order, n=1)
        assert found == ["delta.mp4"]
        rest, _ = await page(library, order, a=info["endCursor"])
        assert sorted(rest) == sorted(SIZES)
        _, info = await page(library, order, n=2)
        rest, info = await page(library, order, a=info["endCursor"])
        assert (len(rest), info["hasNextPage"]) == (2, False)


async def test_both_ways_by_age(library: LiveApi) -> None:
    down, _ = await page(library, "CREATED_AT_DESC")
    up, _ = await page(library, "CREATED_AT_ASC")
    assert up == down[::-1]
    assert len(up) == 4


async def test_a_cursor_of_another_order_is_refused(library: LiveApi) -> None:
    for made, used in (("TITLE_ASC", "TITLE_DESC"), ("CREATED_AT_DESC", "SIZE_ASC")):
        _, info = await page(library, made, n=1)
        with pytest.raises(AssertionError, match="INVALID_CURSOR"):
            await page(library, used, a=info["endCursor"])


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"videoCodec": ["H264", "vp9"]}, ["delta.mp4"]),
        ({"videoCodec": ["vp9"]}, []),
        ({"videoCodec": []}, ["alpha.mp4", "Beta.mp4", "delta.mp4", "gamma.mp3"]),
        ({"audioCodec": ["aac"], "durationFrom": 0.5, "durationTo": 2}, ["delta.mp4"]),
        ({"durationFrom": 2}, []),
        ({"sizeFrom": 20, "sizeTo": 30}, ["alpha.mp4", "Beta.mp4"]),
        ({"sizeTo": 20, "kind": "AUDIO"}, ["gamma.mp3"]),
    ],
)
async def test_filters(library: LiveApi, wanted: dict[str, Any], keys: list[str]) -> None:
    assert (await page(library, "TITLE_ASC", f=wanted))[0] == keys


async def test_the_newest_output_of_a_kind(library: LiveApi) -> None:
    answer = await library.graphql(
        """{ assets(orderBy: SIZE_DESC) { nodes { poster: newest(kind: POSTER) {
          width playbackUrl } preview: newest(kind: PREVIEW) { id } outputs { width } } } }"""
    )
    film, *others = answer["assets"]["nodes"]
    assert film["poster"]["width"] == 32
    assert "/play/" in film["poster"]["playbackUrl"]
    assert film["preview"] is None
    assert {output["width"] for output in film["outputs"]} == {64, 32}
    assert [other["poster"] for other in others] == [None] * 3
