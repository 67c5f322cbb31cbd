"""Speech in a bucket, subtitles in a player."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.live import LiveApi
from tests.support.media import SPEECH

pytestmark = pytest.mark.e2e


async def test_what_is_said_in_an_object_is_served_as_subtitles(
    live_api: LiveApi, bucket: Any
) -> None:
    bucket.upload_file(str(SPEECH), live_api.s3.bucket_in, "talks/-rf %d ü.ogg")
    started = await live_api.transcode(sourceKey="talks/-rf %d ü.ogg", recipe={"transcript": {}})
    assert started["userErrors"] == []
    job = await live_api.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    found = {output["key"].rsplit("/", 1)[1]: output for output in job["outputs"]}
    assert {name: output["kind"] for name, output in found.items()} == {
        "subtitles_en.vtt": "SUBTITLE",
        "subtitles_en.srt": "SUBTITLE",
        "transcript_en.json": "METADATA",
    }
    async with httpx.AsyncClient(follow_redirects=True) as http:
        served = await http.get(found["subtitles_en.vtt"]["playbackUrl"])
        words = (await http.get(found["transcript_en.json"]["playbackUrl"])).json()
    assert served.headers["content-type"].startswith("text/vtt")
    assert served.text.startswith("WEBVTT\n\n00:00:0")
    assert "your country" in " ".join(words["text"].split()).lower()
