"""The board of jobs: live in two windows, through failures and crashes, and with hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import PATIENCE
from tests.support.live import LiveApi, bucket_client
from tests.support.media import big_buck_bunny, synthesize
from tests.web.conftest import ARTIFACTS, Script
from tests.web.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.web]

TEN_MINUTES = 600
SMALL = {"tier": "DRAFT", "ladder": {"rungs": [{"height": 144}]}}


async def test_two_windows_while_the_api_dies(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "long.mp4", seconds=30, size="640x360")
    bucket_client(live_web.s3).upload_file(str(film), live_web.s3.bucket_in, "two.mp4")
    watched = Watched(run_script, live_web, "board.mjs", "live", tmp_path)
    await watched.heard("open")
    recipe = {"ladder": {"rungs": [{"height": 360}, {"height": 240}], "dash": False}}
    started = await live_web.transcode(sourceKey="two.mp4", recipe=recipe, title="Two windows")
    await watched.heard("running")
    live_web.kill()
    try:
        await watched.heard("lost")
    finally:
        live_web.start()
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    assert "live: all good" in await watched.end()


async def test_a_broken_file_is_replaced(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    bucket, client = live_web.s3.bucket_in, bucket_client(live_web.s3)
    # Its index is at the end.
    cut = synthesize(tmp_path / "whole.mp4", seconds=2).read_bytes()[:20_000]
    client.put_object(Bucket=bucket, Key="broken.mp4", Body=cut)
    watched = Watched(run_script, live_web, "board.mjs", "failure", tmp_path)
    await watched.heard("open")
    await live_web.transcode(sourceKey="broken.mp4", recipe=SMALL, title="Broken")
    await watched.heard("failed")
    client.upload_file(str(big_buck_bunny()), bucket, "broken.mp4")
    watched.say("replaced")
    assert "failure: all good" in await watched.end()


async def test_a_first_look_is_told_from_the_rest(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=2, size="640x360")
    bucket_client(live_web.s3).upload_file(str(film), live_web.s3.bucket_in, "look.mp4")
    watched = Watched(run_script, live_web, "board.mjs", "look", tmp_path)
    await watched.heard("open")
    ladder = {"rungs": [{"height": 360}, {"height": 144}]}
    started = await live_web.transcode(
        sourceKey="look.mp4",
        recipe={"tier": "DRAFT", "ladder": ladder},
        title="Two qualities",
        firstLook=True,
        force=False,
    )
    assert not started["userErrors"]
    assert "look: all good" in await watched.end()


def test_the_order_of_what_waits_is_changed(mock_url: str, run_script: Script) -> None:
    """By the pointer and by the keyboard; and many are canceled at once."""
    assert "queue: all good" in run_script("board_queue.mjs", mock_url, str(ARTIFACTS))


@pytest.mark.timeout(TEN_MINUTES + PATIENCE)
@pytest.mark.parametrize("seconds", [40, pytest.param(TEN_MINUTES, marks=pytest.mark.slow)])
def test_hundreds_of_jobs_at_once(mock_url: str, run_script: Script, seconds: int) -> None:
    """No long task and little memory, and the truth after a break."""
    words = (mock_url, str(ARTIFACTS), str(seconds))
    printed = run_script("board_crowd.mjs", *words, patience=PATIENCE + seconds)
    print(printed)
    assert "crowd: all good" in printed
