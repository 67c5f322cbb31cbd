"""The 14 types of the source system, from a bucket to something that plays; each a real file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import media
from tests.support.live import LiveApi

pytestmark = pytest.mark.e2e

VIDEO = ["mp4", "mkv", "avi", "mov", "webm", "flv", "wmv", "m4v"]
AUDIO = {
    "mp3": ("-c:a", "libmp3lame"),
    "wav": ("-c:a", "pcm_s16le"),
    "flac": ("-c:a", "flac"),
    "aac": ("-c:a", "aac", "-f", "adts"),
    "ogg": ("-c:a", "libvorbis"),
    "m4a": ("-c:a", "aac"),
}
RECIPES = {
    "VIDEO": {"ladder": {"rungs": [{"height": 144}]}, "mp4": {}, "poster": {}},
    "AUDIO": {"ladder": {}},
}


def sound(path: Path, options: tuple[str, ...]) -> Path:
    """Two seconds of a tone."""
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
    command = [media.ffmpeg(), "-nostdin", "-v", "error", "-y", *tone, *options, f"file:{path}"]
    subprocess.run(command, check=True, timeout=60)
    return path


def source(folder: Path, name: str) -> Path:
    """A real file of this type; of a film its beginning, with its streams as they are."""
    if name in AUDIO:
        return sound(folder / f"x.{name}", AUDIO[name])
    cut = folder / f"x.{name}"
    whole = ("-i", f"file:{media.sample(f'demo.{name}')}", "-t", "5", "-c", "copy", f"file:{cut}")
    subprocess.run(
        [media.ffmpeg(), "-nostdin", "-v", "error", "-y", *whole], check=True, timeout=60
    )
    return cut


@pytest.mark.parametrize("name", [*VIDEO, *AUDIO])
async def test_each_type_plays_in_the_end(
    live_api: LiveApi, bucket: Any, tmp_path: Path, name: str
) -> None:
    key = f"all/-rf %d ü.{name.upper()}"
    bucket.upload_file(str(source(tmp_path, name)), live_api.s3.bucket_in, key)
    await live_api.graphql('mutation { scanMediaFolder(input: {prefix: "all"}) { registered } }')
    query = "query($k: String!) { asset(key: $k) { id kind } }"
    asset = (await live_api.graphql(query, k=key))["asset"]
    assert asset["kind"] == ("AUDIO" if name in AUDIO else "VIDEO")
    started = await live_api.transcode(assetId=asset["id"], recipe=RECIPES[asset["kind"]])
    assert started["userErrors"] == []
    job = await live_api.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    kinds = {output["kind"] for output in job["outputs"]}
    assert kinds >= {"HLS", "DASH"}
    master = next(output for output in job["outputs"] if output["kind"] == "HLS")
    async with httpx.AsyncClient(follow_redirects=True) as http:
        playlist = (await http.get(master["playbackUrl"])).text
        assert playlist.startswith("#EXTM3U")
        medium = next(line for line in playlist.splitlines() if line and not line.startswith("#"))
        base = master["playbackUrl"].rsplit("/", 1)[0]
        assert "#EXTINF" in (await http.get(f"{base}/{medium}")).text
    read = await live_api.graphql(
        "query($k: String!) { asset(key: $k) { status duration audioCodec } }", k=key
    )
    assert read["asset"]["status"] == "READY"
    assert read["asset"]["duration"] > 1
