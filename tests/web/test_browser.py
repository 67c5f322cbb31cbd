"""The web app in a real Chromium."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
from pathlib import Path

import pytest

from tests.support.live import LiveApi, bucket_client
from tests.support.media import big_buck_bunny, minute_of_film, spoken, synthesize, two_languages
from tests.web.conftest import ARTIFACTS, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]


def test_a_first_visitor_uploads_and_plays(live_web: LiveApi, run_script: Script) -> None:
    """Against the real API, store and runner: first_visit.mjs says what it looks at."""
    printed = run_script(
        "first_visit.mjs",
        str(big_buck_bunny()),
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "first visit: all good" in printed


def test_the_main_path_needs_no_pointer(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "by keys alone.mp4", seconds=4)
    printed = run_script(
        "keyboard.mjs",
        str(film),
        "by keys alone",
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "keyboard: all good" in printed


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
    printed = run_script(
        "uploads.mjs", str(tmp_path), str(ARTIFACTS), REELMILL_SIGN_IN=sign_in(live_web)
    )
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


def test_a_film_is_watched_before_all_of_it_is_made(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = minute_of_film(tmp_path / "film.mp4")
    printed = run_script(
        "first_look.mjs", str(film), str(ARTIFACTS), REELMILL_SIGN_IN=sign_in(live_web)
    )
    print(printed)
    assert "first look: all good" in printed


async def test_what_is_said_is_shown_as_subtitles(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = spoken(tmp_path / "film.mp4")
    recipe = {"ladder": {"rungs": [{"height": 144}]}, "transcript": {"language": "en"}}
    job_id = await made(live_web, film, "spoken.mp4", recipe)
    printed = await asyncio.to_thread(
        run_script, "captions.mjs", job_id, str(ARTIFACTS), REELMILL_SIGN_IN=sign_in(live_web)
    )
    assert "captions: all good" in printed


async def test_an_encrypted_stream_plays(live_web: LiveApi, run_script: Script) -> None:
    ladder = {"rungs": [{"height": 144}], "encryption": "CLEAR_KEY"}
    recipe = {"tier": "DRAFT", "ladder": ladder}
    job_id = await made(live_web, big_buck_bunny(), "encrypted.mp4", recipe)
    printed = await asyncio.to_thread(
        run_script, "encrypted.mjs", job_id, REELMILL_SIGN_IN=sign_in(live_web)
    )
    assert "encrypted: all good" in printed


async def test_a_film_is_watched_with_all_that_the_player_has(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = two_languages(tmp_path / "film.mkv")
    recipe = {
        "tier": "DRAFT",
        "ladder": {"rungs": [{"height": 360}, {"height": 144}], "audioTracks": "ALL"},
        "subtitles": {},
        "sprite": {},
        "poster": {},
    }
    job_id = await made(live_web, film, "two_languages.mkv", recipe)
    printed = await asyncio.to_thread(
        run_script, "player.mjs", job_id, str(ARTIFACTS), REELMILL_SIGN_IN=sign_in(live_web)
    )
    assert "player: all good" in printed


async def test_a_stranger_watches_by_a_link(live_web: LiveApi, run_script: Script) -> None:
    recipe = {
        "tier": "DRAFT",
        "ladder": {"rungs": [{"height": 144}]},
        "poster": {},
        "loudness": {},
        "verify": {"vmaf": True},
    }
    await made(live_web, big_buck_bunny(), "shared.mp4", recipe)
    found = await live_web.graphql('{ asset(key: "shared.mp4") { id } }')
    printed = await asyncio.to_thread(
        run_script,
        "share.mjs",
        found["asset"]["id"],
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
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
