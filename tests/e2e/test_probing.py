"""After a scan the library knows what its files are, without any job and with few bytes read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.runner import media
from tests.support import outside
from tests.support.byte_meter import ByteMeter
from tests.support.live import LiveApi, bucket_client, role_url
from tests.support.stack_fixtures import S3Settings
from tests.support.waiting import until

pytestmark = pytest.mark.e2e

MB = 1024 * 1024
ASSETS = """query($after: String) { assets(first: 100, after: $after) {
  nodes { key status kind size duration width height videoCodec audioCodec error { code message } }
  pageInfo { hasNextPage endCursor } } }"""
SOUND = {
    "x.m4a": ("-c:a", "aac"),
    "x.flac": ("-c:a", "flac"),
}


@pytest.fixture
async def library(
    new_database: Callable[[], str],
    new_bucket: Callable[[str], str],
    s3_settings: S3Settings,
    tmp_path: Path,
) -> AsyncIterator[Library]:
    """An empty bucket behind a proxy that counts, and an API that is not started yet."""
    store = replace(s3_settings, bucket_in=new_bucket("in"), bucket_out=new_bucket("out"))
    meter = await ByteMeter(urlsplit(store.endpoint).port or 80).start()
    through = replace(store, endpoint=meter.url)
    live = LiveApi(new_database(), through, tmp_path, {"REELMILL_PROBE": "true"})
    made = Library(live, bucket_client(store), store, meter)
    await asyncio.to_thread(live.migrate)
    yield made
    if live.process is not None and live.process.poll() is None:
        assert await asyncio.to_thread(live.stop) == 0
    assert "Traceback" not in live.log(), live.log()[-3000:]
    assert not live.runners()
    meter.stop()


class Library:
    """A bucket, who reads it, and how much of each object was read."""

    def __init__(self, live: LiveApi, client: Any, store: S3Settings, meter: ByteMeter) -> None:
        self.live, self.client, self.store, self.meter = live, client, store, meter

    def read(self, key: str) -> int:
        """Bytes of one object that anybody has got."""
        return self.meter.read[f"/{self.store.bucket_in}/{key}"]

    async def put(self, key: str, body: bytes | Path) -> None:
        data = body if isinstance(body, bytes) else body.read_bytes()
        await asyncio.to_thread(
            self.client.put_object, Bucket=self.store.bucket_in, Key=key, Body=data
        )

    async def start(self, **extra: str) -> None:
        self.live.extra |= extra
        await asyncio.to_thread(self.live.start)

    async def scan(self) -> None:
        await self.live.graphql("mutation { scanMediaFolder { found } }")

    async def assets(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        after = None
        while True:
            page = (await self.live.graphql(ASSETS, after=after))["assets"]
            found |= {node["key"]: node for node in page["nodes"]}
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    async def known(self, seconds: float = 60) -> dict[str, dict[str, Any]]:
        """All assets, when nobody is REGISTERED any more."""

        async def no_more() -> bool:
            return all(a["status"] != "REGISTERED" for a in (await self.assets()).values())

        await until(no_more, "every asset is known", seconds)
        return await self.assets()

    async def sql(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(role_url(self.live.owner_url, "rm_system"))
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query)
            return rows
        finally:
            await connection.close()


def make_sound(path: Path, *options: str, seconds: float = 2) -> Path:
    media.ffmpeg("-f", "lavfi", "-i", f"sine=duration={seconds}", *options, str(path))
    return path


@pytest.mark.timeout(180)
async def test_every_type_is_known_without_a_job(library: Library, tmp_path: Path) -> None:
    for name in ("mp4", "mkv", "avi", "mov", "webm", "flv", "wmv", "m4v"):
        await library.put(f"v/demo.{name}", media.sample(f"demo.{name}"))
    for name in ("mp3", "wav", "aac"):
        await library.put(f"a/demo.{name.upper()}", media.sample(f"demo.{name}"))
    await library.put("a/demo.ogg", media.inside("iscc_samples", "files/audio/demo.ogg"))
    for name, options in SOUND.items():
        await library.put(f"a/{name}", make_sound(tmp_path / name, *options))
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n"
    await library.put("bad/playlist.mp4", playlist)
    await library.put("bad/concat.mkv", b"ffconcat version 1.0\nfile /etc/passwd\n")
    await library.put("bad/cut.mp4", media.sample("demo.mp4").read_bytes()[: 1536 * 1024])
    await library.put("bad/empty.mov", b"")
    await library.start()
    await library.scan()
    known = await library.known()
    for key, asset in known.items():
        if key.startswith("bad/"):
            assert asset["status"] == "UNREADABLE", asset
            assert (asset["duration"], asset["width"]) == (None, None)
            continue
        seconds = 2 if key[2:] in SOUND else 60 if key.startswith("v/") else 15.5
        assert asset["status"] == "READY", asset
        assert asset["duration"] == pytest.approx(seconds, rel=0.03), asset
        assert asset["kind"] == ("VIDEO" if key.startswith("v/") else "AUDIO")
        assert (asset["width"] is not None) == key.startswith("v/")
        assert asset["audioCodec"]
        assert asset["error"] is None
    codes = {k: a["error"]["code"] for k, a in known.items() if a["error"]}
    assert codes == {
        "bad/playlist.mp4": "SOURCE_NOT_MEDIA",
        "bad/concat.mkv": "SOURCE_NOT_MEDIA",
        "bad/cut.mp4": "SOURCE_TRUNCATED",
        "bad/empty.mov": "SOURCE_EMPTY",
    }
    assert len(known) == 18
    await _told(library, 18)
    # A second scan finds nothing to read, and a job works as it did before.
    before = library.read("v/demo.mkv")
    assert before > 0
    await library.scan()
    await library.live.ended(
        (await library.live.transcode(sourceKey="v/demo.mp4", recipe={"poster": {}}))["job"]["id"]
    )
    assert (await library.known())["v/demo.mp4"]["status"] == "READY"
    assert library.read("v/demo.mkv") == before


async def _told(library: Library, assets: int) -> None:
    """A few events, not one for each asset, and nothing left of the batches."""
    rows = await library.sql("select payload from event where type = 'ASSET_PROBED'")
    payloads = [json.loads(row["payload"]) for row in rows]
    assert sum(len(p["assets"]) for p in payloads) == assets
    assert len(payloads) < assets / 2

    async def gone() -> bool:
        return not await library.sql("select id from probe_batch")

    await until(gone, "the batch is over")
    assert await library.sql("select id from job") == []
    assert await library.sql("select id from asset where probe_batch is not null") == []


@pytest.mark.timeout(180)
async def test_of_a_big_file_little_is_read(library: Library, tmp_path: Path) -> None:
    """300 MB whose index stands at the end."""
    film = media.make(tmp_path / "film.mp4", seconds=30, size="640x360")
    data = film.read_bytes()
    at = data.index(b"mdat") - 4
    length = int.from_bytes(data[at : at + 4], "big")
    hole = 300 * MB
    # The samples stay where they were: what is added stands behind them, inside the same box.
    big = data[:at] + (length + hole).to_bytes(4, "big") + data[at + 4 : at + length]
    big += bytes(hole) + data[at + length :]
    await library.put("big.mp4", big)
    await library.put("small.mp4", film)
    await library.start()
    await library.scan()
    known = await library.known()
    assert known["big.mp4"]["duration"] == pytest.approx(30, abs=0.1)
    assert (known["big.mp4"]["width"], known["big.mp4"]["videoCodec"]) == (640, "h264")
    share = library.read("big.mp4") / len(big)
    print(f"\nread {library.read('big.mp4'):,} of {len(big):,} bytes: {share:.2%}")
    assert 0 < share < 0.03
    assert library.read("big.mp4") < 2 * MB


async def _many(library: Library, tmp_path: Path, number: int) -> None:
    clip = media.make(tmp_path / "clip.mp4", seconds=1).read_bytes()
    for start in range(0, number, 20):
        await asyncio.gather(
            *(library.put(f"many/{n}.mp4", clip) for n in range(start, min(start + 20, number)))
        )


async def _some_known(library: Library) -> int:
    rows = await library.sql("select count(*) from asset where status = 'READY'")
    return int(rows[0]["count"])


@pytest.mark.timeout(240)
async def test_a_runner_dies_and_the_api_too(library: Library, tmp_path: Path) -> None:
    await _many(library, tmp_path, 90)
    await library.start()
    await library.scan()
    await until(lambda: _some(library), "a runner is in the middle")
    (first,) = library.live.runners()
    # The API goes and comes back: it takes the runner up.
    await asyncio.to_thread(library.live.kill)
    await asyncio.to_thread(library.live.start)
    # It answers before it leads.
    await until(lambda: "runner adopted" in library.live.log(), "the runner is taken up")
    assert first in library.live.runners()
    os.kill(first, signal.SIGKILL)
    known = await library.known(120)
    assert {asset["status"] for asset in known.values()} == {"READY"}
    rows = await library.sql("select count(*) from asset where probe_tries > 0")
    assert rows[0]["count"] == 0
    await until(lambda: not outside.scratch(library.live), "nothing is left on the disk")


async def _some(library: Library) -> bool:
    return bool(library.live.runners()) and await _some_known(library) > 0


@pytest.mark.timeout(240)
async def test_a_job_goes_first(library: Library, tmp_path: Path) -> None:
    """There is one place, and probing has it."""
    await _many(library, tmp_path, 90)
    await library.start(REELMILL_LOCAL_CONCURRENCY="1")
    await library.scan()
    await until(lambda: _some(library), "a runner is in the middle")
    started = await library.live.transcode(sourceKey="many/0.mp4", recipe={"poster": {}})
    job = await library.live.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED"
    assert len(job["attempts"]) == 1
    assert "probing gives way to a job" in library.live.log()
    known = await library.known(120)
    assert {asset["status"] for asset in known.values()} == {"READY"}


@pytest.mark.timeout(180)
async def test_two_processes_and_two_projects(library: Library, tmp_path: Path) -> None:
    """One leads, the other answers; who has no such file sees nothing of it."""
    clip = media.make(tmp_path / "clip.mp4", seconds=1)
    await library.put("mine.mp4", clip)
    await library.put("theirs/other.mp4", clip)
    await library.start()
    folder = tmp_path / "second"
    folder.mkdir()
    second = LiveApi(library.live.owner_url, library.live.s3, folder, library.live.extra)
    second.key = library.live.key
    await asyncio.to_thread(second.start)
    try:
        theirs = await library.live.holder(f"p{uuid.uuid4().hex}", prefix="theirs/")
        await library.scan()
        await theirs.graphql("mutation { scanMediaFolder { found } }")
        await library.known()
        await Library(theirs, library.client, library.store, library.meter).known()
        query = "{ assets { nodes { key status } } }"
        seen = await replace(theirs, port=second.port).graphql(query)
        assert [n["key"] for n in seen["assets"]["nodes"]] == ["theirs/other.mp4"]
        rows = await library.sql(
            "select payload, project.prefix from event join project on project.id = project_id"
            " where type = 'ASSET_PROBED'"
        )
        assert sorted(row["prefix"] for row in rows)[-1] == "theirs/"
        assert not second.runners()
    finally:
        assert await asyncio.to_thread(second.stop) == 0
