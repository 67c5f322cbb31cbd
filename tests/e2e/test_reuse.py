"""Never twice, as a user sees it: nothing is read, nothing runs, everything plays."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from reelmill import Client
from tests.support.byte_meter import ByteMeter
from tests.support.live import LiveApi, bucket_client
from tests.support.media import ffmpeg, synthesize
from tests.support.stack_fixtures import S3Settings
from tests.support.waiting import until

pytestmark = pytest.mark.e2e

LADDER = {"rungs": [{"height": 144}], "segmentSeconds": 2}
RECIPE: dict[str, Any] = {"ladder": LADDER, "mp4": {}, "poster": {}, "sprite": {}}
FIELDS = "status reused createdAt finishedAt attempts { number } outputs { kind key reused }"


class Studio:
    """A live API whose store counts what is read, with a film at `a.mp4` and `b.mp4`."""

    def __init__(self, live: LiveApi, client: Any, store: S3Settings, meter: ByteMeter) -> None:
        self.live, self.client, self.store, self.meter = live, client, store, meter

    def read(self) -> int:
        """Bytes of media that anybody has got."""
        return sum(size for path, size in self.meter.read.items() if path.endswith((".mp4", "m4s")))

    async def made(
        self, key: str, recipe: dict[str, Any], *, force: bool = False
    ) -> dict[str, Any]:
        """The job when it has ended."""
        payload = await self.live.transcode(sourceKey=key, recipe=recipe, force=force)
        assert payload["userErrors"] == []
        job = await self.live.ended(payload["job"]["id"])
        assert job["status"] == "SUCCEEDED", job
        query = f"query($i: ID!) {{ job(id: $i) {{ {FIELDS} }} }}"
        return job | (await self.live.graphql(query, i=job["id"]))["job"]


@pytest.fixture
async def studio(
    new_database: Callable[[], str],
    new_bucket: Callable[[str], str],
    s3_settings: S3Settings,
    tmp_path: Path,
) -> AsyncIterator[Studio]:
    store = replace(s3_settings, bucket_in=new_bucket("in"), bucket_out=new_bucket("out"))
    meter = await ByteMeter(urlsplit(store.endpoint).port or 80).start()
    live = LiveApi(new_database(), replace(store, endpoint=meter.url), tmp_path)
    client = bucket_client(store)
    film = synthesize(tmp_path / "film.mp4", seconds=4, size="256x144")
    for key in ("a.mp4", "b.mp4"):
        client.upload_file(str(film), store.bucket_in, key)
    await asyncio.to_thread(live.migrate)
    await asyncio.to_thread(live.start)
    yield Studio(live, client, store, meter)
    assert await asyncio.to_thread(live.stop) == 0
    assert "Traceback" not in live.log(), live.log()[-3000:]
    meter.stop()


async def test_the_same_recipe_twice(studio: Studio) -> None:
    first = await studio.made("a.mp4", RECIPE)
    assert (first["reused"], len(first["attempts"])) == (False, 1)
    read, begun = studio.read(), time.monotonic()
    assert read > 0
    again = await studio.made("a.mp4", RECIPE)
    took = time.monotonic() - begun
    assert took < 1, took
    assert studio.read() == read, "media bytes were read"
    assert (again["reused"], again["attempts"]) == (True, [])
    assert [o["key"] for o in again["outputs"]] == [o["key"] for o in first["outputs"]]
    assert all(o["reused"] for o in again["outputs"])
    forced = await studio.made("a.mp4", RECIPE, force=True)
    assert (forced["reused"], len(forced["attempts"])) == (False, 1)
    assert not {o["key"] for o in forced["outputs"]} & {o["key"] for o in first["outputs"]}


async def test_a_watermark_is_read_by_the_runner_and_known_afterwards(
    studio: Studio, tmp_path: Path
) -> None:
    """By its key, then by its id and a clip more; at last with everything there."""
    blue = ("-f", "lavfi", "-i", "color=blue:s=64x32", "-frames:v", "1")
    image = tmp_path / "logo.png"
    subprocess.run([ffmpeg(), "-v", "error", *blue, str(image)], check=True, timeout=60)
    studio.client.upload_file(str(image), studio.store.bucket_in, "brand/logo.png")
    marked = {"mp4": {}, "watermark": {"image": {"key": "brand/logo.png"}}}
    first = await studio.made("a.mp4", marked)
    assert [o["kind"] for o in first["outputs"]] == ["MP4"]
    data = await studio.live.graphql('{ asset(key: "brand/logo.png") { id kind status sha256 } }')
    logo = data["asset"]
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    assert (logo["kind"], logo["status"], logo["sha256"]) == ("IMAGE", "READY", digest)
    mark = {"image": {"assetId": logo["id"]}}
    more = {"mp4": {}, "clips": [{"end": 1.0}], "watermark": mark}
    second = await studio.made("b.mp4", more)
    assert {o["kind"]: o["reused"] for o in second["outputs"]} == {"MP4": True, "CLIP": False}
    assert (await studio.made("a.mp4", more))["attempts"] == []


async def test_one_more_output_makes_only_that(studio: Studio) -> None:
    first = await studio.made("a.mp4", RECIPE)
    clip = {"start": 1.0, "end": 2.0}
    second = await studio.made("a.mp4", {**RECIPE, "clips": [clip]})
    reused = {o["kind"]: o["reused"] for o in second["outputs"]}
    assert reused == {"CLIP": False} | {o["kind"]: True for o in first["outputs"]}
    keys = await _stored(studio)
    mine = second["id"].removeprefix("job_")
    assert [key for key in keys if mine in key] == [
        o["key"] for o in second["outputs"] if o["kind"] == "CLIP"
    ]


async def test_one_more_rung_is_all_that_is_encoded(studio: Studio, tmp_path: Path) -> None:
    """The other one is read from the ladder before, with credentials for just that."""
    film = synthesize(tmp_path / "wide.mp4", seconds=3, size="320x180")
    studio.client.upload_file(str(film), studio.store.bucket_in, "wide.mp4")
    one = {"rungs": [{"height": 180}], "segmentSeconds": 1}
    two = {"rungs": [{"height": 180}, {"height": 144}], "segmentSeconds": 1}
    first = await studio.made("wide.mp4", {"ladder": one})
    folder = first["outputs"][0]["key"].rpartition("/")[0]
    segment = f"/{studio.store.bucket_out}/{folder}/video_180/00001.m4s"
    assert studio.meter.read[segment] == 0
    second = await studio.made("wide.mp4", {"ladder": two})
    assert studio.meter.read[segment] > 0
    assert [o["reused"] for o in second["outputs"]] == [False, False]
    assert (await studio.live.job(second["id"]))["outputs"][0]["renditions"] == [180, 144]
    rungs = [await _etags(studio, job) for job in (first, second)]
    assert rungs[0]
    assert rungs[0] == rungs[1], "another encode has come of it"


async def test_a_first_look_is_there_before_the_rest(studio: Studio, tmp_path: Path) -> None:
    """Its rung is not encoded again, and all of the ladder is there in the end."""
    film = synthesize(tmp_path / "early.mp4", seconds=3, size="320x180")
    studio.client.upload_file(str(film), studio.store.bucket_in, "early.mp4")
    rungs = [{"height": 180}, {"height": 144}]
    started = await studio.live.transcode(
        sourceKey="early.mp4",
        recipe={"ladder": {"rungs": rungs, "segmentSeconds": 1}, "poster": {}},
        firstLook=True,
        force=False,
    )
    asked = "query($i: ID!) { job(id: $i) { firstLook { id } } }"
    found = await studio.live.graphql(asked, i=started["job"]["id"])
    look = await studio.live.ended(found["job"]["firstLook"]["id"])
    assert [o["renditions"] for o in look["outputs"] if o["kind"] == "HLS"] == [[144]]
    whole = await studio.live.ended(started["job"]["id"])
    assert whole["status"] == "SUCCEEDED", whole["error"]
    assert [o["renditions"] for o in whole["outputs"] if o["kind"] == "HLS"] == [[180, 144]]
    assert [o["reused"] for o in whole["outputs"] if o["kind"] == "POSTER"] == [True]
    etags = [await _etags(studio, job, "video_144") for job in (look, whole)]
    assert etags[0]
    assert etags[0] == etags[1], "the rung was encoded twice"


async def _etags(studio: Studio, job: dict[str, Any], rung: str = "video_180") -> dict[str, str]:
    """Of the files of the rung that both ladders have."""
    folder = job["outputs"][0]["key"].rpartition("/")[0] + f"/{rung}/"
    found = await asyncio.to_thread(
        studio.client.list_objects_v2, Bucket=studio.store.bucket_out, Prefix=folder
    )
    return {o["Key"].removeprefix(folder): o["ETag"] for o in found.get("Contents", [])}


async def test_one_of_two_assets_that_share_blobs_is_deleted(studio: Studio) -> None:
    """The other still plays, to the last segment, from the folder of the one that is gone."""
    first = await studio.made("a.mp4", RECIPE)
    second = await studio.made("b.mp4", {"ladder": LADDER, "sprite": {}})
    assert (second["reused"], len(second["attempts"])) == (True, 1)
    asset = (await studio.live.graphql('{ asset(key: "a.mp4") { id } }'))["asset"]["id"]
    delete = "mutation($i: DeleteAssetInput!) { deleteAsset(input: $i) { userErrors { code } } }"
    await studio.live.graphql(delete, i={"id": asset})
    gone = [o["key"] for o in first["outputs"] if o["kind"] in {"MP4", "POSTER"}]

    async def deleted() -> bool:
        return not set(gone) & set(await _stored(studio))

    await until(deleted, "what only the first asset had is gone", 30)
    folder = Path(studio.live.folder) / "played"
    paths = await _download(studio, second["id"], folder)
    assert {path.suffix for path in paths} == {".m3u8", ".mpd", ".mp4", ".m4s", ".jpg", ".vtt"}
    shutil.rmtree(folder)
    # What the link of the ladder names leads to nothing beside it.
    hls = next(o for o in second["outputs"] if o["kind"] == "HLS")
    url = next(o["playbackUrl"] for o in (await studio.live.job(second["id"]))["outputs"]
               if o["key"] == hls["key"])  # fmt: skip
    async with httpx.AsyncClient() as client:
        for name in ("poster.jpg", "sprite.vtt", "../poster/poster.jpg"):
            beside = url.removesuffix("master.m3u8") + name
            assert (await client.get(beside)).status_code == 404


async def _stored(studio: Studio) -> list[str]:
    listed = await asyncio.to_thread(studio.client.list_objects_v2, Bucket=studio.store.bucket_out)
    return [item["Key"] for item in listed.get("Contents", [])]


async def _download(studio: Studio, job_id: str, folder: Path) -> list[Path]:
    async with Client(studio.live.url, studio.live.key) as client:
        return await client.download(job_id, folder)


async def test_a_list_of_clips_names_those_of_an_earlier_job(studio: Studio) -> None:
    """They are not cut again, and the list says what they are called there."""
    one, two = {"start": 1.0, "end": 2.0, "title": "One"}, {"start": 2.0, "end": 3.0}
    first = await studio.made("a.mp4", {"clips": [one]})
    second = await studio.made("a.mp4", {"clips": [two, one], "metadata": True})
    assert [(o["kind"], o["reused"]) for o in second["outputs"]] == [
        *(("CLIP", False), ("CLIP", True), ("METADATA", False))
    ]
    found = await asyncio.to_thread(
        studio.client.get_object,
        Bucket=studio.store.bucket_out,
        Key=second["outputs"][2]["key"],
    )
    clips = json.loads(found["Body"].read())["clips"]
    assert [clip["title"] for clip in clips] == [None, "One"]
    assert first["outputs"][0]["key"].endswith(f"/{clips[1]['file']}")
