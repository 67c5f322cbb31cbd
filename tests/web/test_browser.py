"""The web app in a real Chromium."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
from pathlib import Path

import pytest

from tests.support.live import LiveApi, bucket_client
from tests.support.media import big_buck_bunny, spoken, two_languages
from tests.web.conftest import ARTIFACTS, Script

pytestmark = [pytest.mark.browser, pytest.mark.web]


def test_a_first_visitor_uploads_and_plays(live_web: LiveApi, run_script: Script) -> None:
    """Against the real API, store and runner: first_visit.mjs says what it looks at."""
    printed = run_script(
        "first_visit.mjs",
        str(big_buck_bunny()),
        str(ARTIFACTS),
        REELMILL_SIGN_IN=f"{live_web.url}/signin#{live_web.key}",
    )
    assert "first visit: all good" in printed


def test_uploads_survive_what_comes_in_their_way(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    """uploads.mjs says what; here the bytes are compared that arrived in the store."""
    mib = 1024 * 1024
    sizes = {
        "-rf %d ü.mp4": 52 * mib + 7,
        "0 paused <i>.mp4": 40 * mib,
        "a.mov": 20 * mib,
        "b.webm": 17 * mib,
    }
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(random.randbytes(size))
    shutil.copy(big_buck_bunny(), tmp_path / "film.mp4")
    sign_in = f"{live_web.url}/signin#{live_web.key}"
    printed = run_script("uploads.mjs", str(tmp_path), str(ARTIFACTS), REELMILL_SIGN_IN=sign_in)
    assert "uploads: all good" in printed
    client = bucket_client(live_web.s3)
    bucket = live_web.s3.bucket_in
    stored = client.list_objects_v2(Bucket=bucket, Prefix="uploads/")["Contents"]
    for name in [*sizes, "film.mp4"]:
        keys = [one["Key"] for one in stored if one["Key"].endswith(f"/{name}")]
        assert len(keys) == 1, f"{name}: {keys}"
        body = client.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
        wanted = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        assert hashlib.sha256(body).hexdigest() == wanted, name


async def test_what_is_said_is_shown_as_subtitles(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = spoken(tmp_path / "film.mp4")
    client = bucket_client(live_web.s3)
    client.upload_file(str(film), live_web.s3.bucket_in, "spoken.mp4")
    recipe = {"ladder": {"rungs": [{"height": 144}]}, "transcript": {"language": "en"}}
    started = await live_web.transcode(sourceKey="spoken.mp4", recipe=recipe)
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    sign_in = f"{live_web.url}/signin#{live_web.key}"
    printed = await asyncio.to_thread(
        run_script, "captions.mjs", job["id"], str(ARTIFACTS), REELMILL_SIGN_IN=sign_in
    )
    assert "captions: all good" in printed


async def test_an_encrypted_stream_plays(live_web: LiveApi, run_script: Script) -> None:
    client = bucket_client(live_web.s3)
    client.upload_file(str(big_buck_bunny()), live_web.s3.bucket_in, "encrypted.mp4")
    ladder = {"rungs": [{"height": 144}], "encryption": "CLEAR_KEY"}
    recipe = {"tier": "DRAFT", "ladder": ladder}
    started = await live_web.transcode(sourceKey="encrypted.mp4", recipe=recipe)
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    sign_in = f"{live_web.url}/signin#{live_web.key}"
    printed = await asyncio.to_thread(
        run_script, "encrypted.mjs", job["id"], REELMILL_SIGN_IN=sign_in
    )
    assert "encrypted: all good" in printed


async def test_a_film_is_watched_with_all_that_the_player_has(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = two_languages(tmp_path / "film.mkv")
    client = bucket_client(live_web.s3)
    client.upload_file(str(film), live_web.s3.bucket_in, "two_languages.mkv")
    recipe = {
        "tier": "DRAFT",
        "ladder": {"rungs": [{"height": 360}, {"height": 144}], "audioTracks": "ALL"},
        "subtitles": {},
        "sprite": {},
        "poster": {},
    }
    started = await live_web.transcode(sourceKey="two_languages.mkv", recipe=recipe)
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    sign_in = f"{live_web.url}/signin#{live_web.key}"
    printed = await asyncio.to_thread(
        run_script, "player.mjs", job["id"], str(ARTIFACTS), REELMILL_SIGN_IN=sign_in
    )
    assert "player: all good" in printed


async def test_a_stranger_watches_by_a_link(live_web: LiveApi, run_script: Script) -> None:
    client = bucket_client(live_web.s3)
    client.upload_file(str(big_buck_bunny()), live_web.s3.bucket_in, "shared.mp4")
    recipe = {
        "tier": "DRAFT",
        "ladder": {"rungs": [{"height": 144}]},
        "poster": {},
        "loudness": {},
        "verify": {"vmaf": True},
    }
    started = await live_web.transcode(sourceKey="shared.mp4", recipe=recipe)
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    found = await live_web.graphql('{ asset(key: "shared.mp4") { id } }')
    sign_in = f"{live_web.url}/signin#{live_web.key}"
    printed = await asyncio.to_thread(
        run_script, "share.mjs", found["asset"]["id"], str(ARTIFACTS), REELMILL_SIGN_IN=sign_in
    )
    assert "share: all good" in printed


def test_every_state_of_the_pages(mock_url: str, run_script: Script) -> None:
    """Light and dark, wide and narrow, also those that are hard to reach on purpose."""
    printed = run_script("looks.mjs", mock_url, str(ARTIFACTS))
    assert "screenshots in" in printed


def test_a_large_library(mock_url: str, run_script: Script) -> None:
    """100,000 assets: scrolled, narrowed, and led through by the keyboard."""
    printed = run_script("library.mjs", mock_url, str(ARTIFACTS))
    print(printed)
    assert "library: all good" in printed
