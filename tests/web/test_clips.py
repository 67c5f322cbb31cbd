"""The clip editor in a real Chromium, and what its job makes."""

from __future__ import annotations

import asyncio
import json
import subprocess
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.runner.media import shown, stream
from tests.support.live import LiveApi, bucket_client
from tests.support.media import ffmpeg, synthesize
from tests.web.conftest import ARTIFACTS, SHARE, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]

RATE = 25
OUTPUTS = """
query($id: ID!) {
  job(id: $id) {
    title
    outputs { kind key title start url }
    asset { jobs(first: 50) { nodes { title } } }
  }
}
"""


async def test_clips_are_chosen_and_cut(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    """clips.mjs says what is done in the page; here the clips are measured that came of it."""
    film = synthesize(tmp_path / "film.mp4", seconds=12, rate=RATE, gop=50)
    recipe = {"tier": "DRAFT", "ladder": {"rungs": [{"height": 144}]}}
    await made(live_web, film, "cuts.mp4", recipe)
    found = await live_web.graphql('{ asset(key: "cuts.mp4") { id } }')
    printed = await asyncio.to_thread(
        run_script,
        "clips.mjs",
        found["asset"]["id"],
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    chosen = json.loads(printed.splitlines()[-1])
    ended = await live_web.ended(chosen["job"])
    assert ended["status"] == "SUCCEEDED", ended["error"]
    job = (await live_web.graphql(OUTPUTS, id=chosen["job"]))["job"]
    assert job["title"] == "Best of <i>"
    titles = [one["title"] for one in job["asset"]["jobs"]["nodes"]]
    assert titles.count("Best of <i>") == 1
    made_clips = [one for one in job["outputs"] if one["kind"] == "CLIP"]
    assert len(made_clips) == len(chosen["clips"]) == 3
    for number, (clip, output) in enumerate(zip(chosen["clips"], made_clips, strict=True), start=1):
        assert output["title"] == (clip["title"] or None)
        assert output["start"] == pytest.approx(clip["start"], abs=0.5 / RATE)
        assert output["key"].endswith(f"_clip_{number}.mp4")
        local = tmp_path / f"{number}.mp4"
        local.write_bytes(httpx.get(output["url"]).raise_for_status().content)
        seconds = float(stream(local, "video")["duration"])
        assert seconds == pytest.approx(clip["end"] - clip["start"], abs=1 / RATE)


async def test_clips_of_what_nobody_has_seen(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=3, rate=RATE)
    bucket_client(live_web.s3).upload_file(str(film), live_web.s3.bucket_in, "unseen.mp4")
    await live_web.graphql("mutation { scanMediaFolder { registered } }")
    found = await live_web.graphql('{ asset(key: "unseen.mp4") { id duration } }')
    assert found["asset"]["duration"] is None
    printed = await asyncio.to_thread(
        run_script,
        "clips_unseen.mjs",
        found["asset"]["id"],
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "clips unseen: all good" in printed


async def test_a_film_that_the_browser_cannot_decode(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    """Debian's Chromium has no HEVC: with sound it would play that alone, without any error."""
    film = synthesize(tmp_path / "film.mp4", seconds=3, rate=RATE)
    picture = {"codec": "HEVC"}
    recipes = (
        {"tier": "DRAFT", "mp4": picture | {"maxHeight": 144}},
        {"tier": "DRAFT", "ladder": picture | {"rungs": [{"height": 144}]}},
    )
    jobs = [await made(live_web, film, "hevc.mp4", recipe) for recipe in recipes]
    mute = tmp_path / "mute.mp4"
    command = [ffmpeg(), "-v", "error", "-i", f"file:{film}", "-an", "-c", "copy", f"file:{mute}"]
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=60)
    jobs.append(await made(live_web, mute, "mute.mp4", recipes[0]))
    found = await live_web.graphql('{ asset(key: "hevc.mp4") { id } }')
    pages = [f"{live_web.url}/jobs/{job}" for job in jobs]
    # To strangers, too: the stream, the file with sound and the one without.
    for job in jobs:
        (output, *_) = (await live_web.job(job))["outputs"]
        shared = await live_web.graphql(SHARE, i={"outputId": output["id"]})
        pages.append(shared["createShareLink"]["url"])
    printed = await asyncio.to_thread(
        run_script,
        "undecodable.mjs",
        found["asset"]["id"],
        str(ARTIFACTS),
        *pages,
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "undecodable: all good" in printed


async def test_frames_at_no_even_pace_are_gone_through_one_by_one(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "even.mp4", seconds=2, rate=RATE)
    uneven = tmp_path / "uneven.mp4"
    some = "select='not(eq(mod(n,4),1))*not(between(n,18,40))'"
    command = [
        ffmpeg(), "-v", "error", "-i", f"file:{film}", "-an", "-vf", some, "-fps_mode", "vfr",
        "-c:v", "libx264", "-preset", "ultrafast", f"file:{uneven}",
    ]  # fmt: skip
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=60)
    times = [round(seconds, 3) for seconds in shown(uneven)]
    assert len(times) > 15
    assert max(b - a for a, b in pairwise(times)) > 10 * min(b - a for a, b in pairwise(times))
    await made(live_web, uneven, "uneven.mp4", {"tier": "DRAFT", "mp4": {"maxHeight": 144}})
    found = await live_web.graphql('{ asset(key: "uneven.mp4") { id } }')
    printed = await asyncio.to_thread(
        run_script,
        "uneven.mjs",
        found["asset"]["id"],
        json.dumps(times),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "uneven: all good" in printed
