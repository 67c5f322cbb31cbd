"""The whole thread: a file in a bucket becomes a stream that an independent client can play."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny, ffmpeg

FIELDS = "id status phase progress outputs { kind }"


@pytest.fixture(scope="module")
async def streamed(live_api: LiveApi, bucket: Any) -> dict[str, Any]:
    """Big Buck Bunny, put there by a foreign S3 client, under a name that asks for trouble."""
    key = "films/-rf %d ü.mp4"
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, key)
    sprite = {"columns": 2, "rows": 2}
    recipe = {"ladder": {}, "mp4": {}, "poster": {}, "sprite": sprite}
    started = await live_api.transcode(sourceKey=key, recipe=recipe)
    assert started["userErrors"] == []
    job = await live_api.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job
    return job


def output(job: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(o for o in job["outputs"] if o["kind"] == kind)


async def fetch(client: httpx.AsyncClient, url: str) -> bytes:
    answer = await client.get(url, follow_redirects=True)
    assert answer.status_code == 200, url
    return answer.content


def named(playlist: str) -> list[str]:
    """Every address in a playlist."""
    lines = [line for line in playlist.splitlines() if line and not line.startswith("#")]
    return lines + re.findall(r'URI="([^"]+)"', playlist)


async def test_every_file_of_the_hls_stream_is_there(
    streamed: dict[str, Any], tmp_path: Path
) -> None:
    master_url = output(streamed, "HLS")["playbackUrl"]
    async with httpx.AsyncClient() as client:
        master = (await fetch(client, master_url)).decode()
        assert master.startswith("#EXTM3U")
        sizes = re.findall(r"RESOLUTION=(\d+)x(\d+)", master)
        assert ("1280", "720") in sizes
        assert all(int(height) <= 720 for _, height in sizes)
        assert 'CODECS="avc1.' in master
        seen = 0
        for media in set(named(master)):
            media_url = urljoin(master_url, media)
            playlist = (await fetch(client, media_url)).decode()
            assert "#EXT-X-ENDLIST" in playlist
            for segment in set(named(playlist)):
                assert len(await fetch(client, urljoin(media_url, segment))) > 0
                seen += 1
        assert seen >= 2 * len(sizes)


async def test_the_dash_manifest_names_what_exists(streamed: dict[str, Any]) -> None:
    url = output(streamed, "DASH")["playbackUrl"]
    async with httpx.AsyncClient() as client:
        root = ET.fromstring(await fetch(client, url))  # noqa: S314 - our own manifest
        space = {"d": "urn:mpeg:dash:schema:mpd:2011"}
        assert root.get("type") == "static"
        heights = {int(r.get("height", 0)) for r in root.iterfind(".//d:Representation", space)}
        assert max(heights) == 720
        for template in root.iterfind(".//d:SegmentTemplate", space):
            initial = template.get("initialization", "")
            assert initial
            assert await fetch(client, urljoin(url, initial))


async def test_the_streams_last_as_long_as_the_source(streamed: dict[str, Any]) -> None:
    for kind in ("HLS", "DASH", "MP4"):
        assert output(streamed, kind)["duration"] == pytest.approx(5.28, abs=0.06), kind


async def test_the_mp4_decodes_from_its_presigned_link(
    streamed: dict[str, Any], tmp_path: Path
) -> None:
    found = output(streamed, "MP4")
    file = tmp_path / "out.mp4"
    async with httpx.AsyncClient() as client:
        file.write_bytes(await fetch(client, found["url"]))
    assert file.stat().st_size == found["size"]
    command = [ffmpeg(), "-v", "error", "-xerror", "-i", str(file), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_the_poster_is_a_jpeg_of_the_documented_width(streamed: dict[str, Any]) -> None:
    found = output(streamed, "POSTER")
    assert found["width"] == 1280
    async with httpx.AsyncClient() as client:
        assert (await fetch(client, found["playbackUrl"])).startswith(b"\xff\xd8\xff")


async def test_a_seek_bar_finds_its_pictures(streamed: dict[str, Any]) -> None:
    """By the VTT's own address, as a player does it. No store answers for the VTT itself."""
    url = output(streamed, "VTT")["playbackUrl"]
    async with httpx.AsyncClient() as client:
        answer = await client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
        cues = re.findall(r"^(\S+)#xywh=\d+,\d+,180,102$", answer.text, re.MULTILINE)
        assert (len(cues), len(set(cues))) == (6, output(streamed, "SPRITE")["files"])
        for sheet in set(cues):
            assert (await fetch(client, urljoin(url, sheet))).startswith(b"\xff\xd8\xff")


async def test_nothing_lies_in_the_store_but_what_is_published(
    live_api: LiveApi, streamed: dict[str, Any], bucket: Any
) -> None:
    listed = bucket.list_objects_v2(Bucket=live_api.s3.bucket_out)["Contents"]
    prefix = output(streamed, "HLS")["key"].rsplit("/", 1)[0] + "/"
    mine = [o["Key"] for o in listed if streamed["id"].removeprefix("job_") in o["Key"]]
    assert mine
    assert all(key.startswith(prefix) for key in mine)


async def test_the_asset_knows_what_the_runner_read(
    live_api: LiveApi, streamed: dict[str, Any]
) -> None:
    data = await live_api.graphql(
        'query { asset(key: "films/-rf %d ü.mp4") { status duration width height videoCodec '
        "audioCodec sha256 outputs { kind } jobs { nodes { id } } } }"
    )
    asset = data["asset"]
    assert (asset["status"], asset["width"], asset["height"]) == ("READY", 1280, 720)
    assert (asset["videoCodec"], asset["audioCodec"]) == ("h264", "aac")
    assert len(asset["sha256"]) == 64
    assert [node["id"] for node in asset["jobs"]["nodes"]] == [streamed["id"]]
    kinds = {"HLS", "DASH", "MP4", "POSTER", "SPRITE", "VTT"}
    assert {o["kind"] for o in asset["outputs"]} == kinds


async def test_the_subscription_begins_with_a_snapshot_and_ends_by_itself(
    live_api: LiveApi, bucket: Any
) -> None:
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, "sub/a.mp4")
    job = (await live_api.transcode(sourceKey="sub/a.mp4", preset="preview"))["job"]
    seen = []
    query = f"subscription($i: ID!) {{ jobUpdated(id: $i) {{ {FIELDS} }} }}"
    async for data in live_api.subscribe(query, i=job["id"]):
        seen.append(data["jobUpdated"])
    assert seen[0]["status"] in {"QUEUED", "LAUNCHING", "WAITING"}
    assert seen[-1]["status"] == "SUCCEEDED"
    assert {o["kind"] for o in seen[-1]["outputs"]} == {"HLS", "DASH", "POSTER"}
    progress = [job["progress"] for job in seen]
    assert progress == sorted(progress)
    # A subscription to a job that has ended is its snapshot, and then the end.
    again = [d["jobUpdated"] async for d in live_api.subscribe(query, i=job["id"])]
    assert again == seen[-1:]


@pytest.mark.parametrize(("mode", "exact"), [("EXACT", True), ("COPY", False)])
async def test_a_clip(live_api: LiveApi, bucket: Any, mode: str, exact: bool) -> None:
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, "clip/b.mp4")
    started = await live_api.transcode(
        sourceKey="clip/b.mp4",
        recipe={"clips": [{"start": 1.0, "end": 3.0, "mode": mode}]},
        title="A/b %d",
        outputKey="cuts",
    )
    job = await live_api.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job
    (clip,) = job["outputs"]
    assert clip["kind"] == "CLIP"
    assert clip["key"].startswith("cuts/")
    assert clip["key"].endswith("_clip_1.mp4")
    if exact:
        assert clip["duration"] == pytest.approx(2.0, abs=0.05)
    else:
        # A copy begins at the keyframe before; it is never shorter than what was asked.
        assert clip["duration"] >= 1.95
