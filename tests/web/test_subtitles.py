"""The page on which subtitles are corrected, in a real Chromium."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from schema import webvtt
from schema.webvtt import Cue
from tests.support.live import LiveApi, bucket_client
from tests.support.media import synthesize
from tests.web.conftest import ARTIFACTS, SHARE, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]

SIDECAR = """1
00:00:00,500 --> 00:00:02,000
Fsh and <i>chips</i>

2
00:00:03,000 --> 00:00:04,000
Late by a second

3
00:00:05,000 --> 00:00:07,000
Two halves in one
"""
# Of a film of 100 minutes.
LONG = [Cue(3.0 * n, 3.0 * n + 2.5, f"Satz {n + 1}") for n in range(2000)]
SAVE = "mutation($i: SaveSubtitlesInput!) { saveSubtitles(input: $i) { userErrors { code } } }"
OUTPUTS = "query($id: ID!) { job(id: $id) { asset { id } outputs { key kind playbackUrl } } }"


async def test_subtitles_are_corrected_beside_the_film(
    live_web: LiveApi, run_script: Script, tmp_path: Path
) -> None:
    """subtitles.mjs says what is done; here what the store has is read."""
    film = synthesize(tmp_path / "film.mp4", seconds=8)
    bucket_client(live_web.s3).put_object(
        Bucket=live_web.s3.bucket_in, Key="corrected.en.srt", Body=SIDECAR.encode()
    )
    recipe = {
        "tier": "DRAFT",
        "ladder": {"rungs": [{"height": 144}]},
        "subtitles": {"files": [{"file": {"key": "corrected.en.srt"}, "language": "en"}]},
    }
    job_id = await made(live_web, film, "corrected.mp4", recipe)
    given = {"jobId": job_id, "language": "de", "text": webvtt.write(LONG)}
    assert (await live_web.graphql(SAVE, i=given))["saveSubtitles"]["userErrors"] == []
    asset = (await live_web.graphql(OUTPUTS, id=job_id))["job"]["asset"]["id"]
    shared = (await live_web.graphql(SHARE, i={"assetId": asset}))["createShareLink"]["url"]
    printed = await asyncio.to_thread(
        run_script,
        "subtitles.mjs",
        job_id,
        shared,
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    print(printed)
    assert "subtitles: all good" in printed
    outputs = (await live_web.graphql(OUTPUTS, id=job_id))["job"]["outputs"]
    (saved,) = [one for one in outputs if re.search(r"/saved/.*_en\.vtt$", one["key"])]
    async with httpx.AsyncClient(follow_redirects=True) as http:
        text = (await http.get(saved["playbackUrl"])).text
    assert webvtt.read(text) == [
        Cue(0.5, 2.0, "Fish <b>&amp; &lt;img src=x></b> <i>chips</i>"),
        Cue(2.5, 4.1, "Late by a second"),
        Cue(5.0, 6.0, "Two halves"),
        Cue(6.0, 7.0, "in one"),
    ]
