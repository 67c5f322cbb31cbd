"""A recipe that asks for Amazon: API, runner and session policies are real, Amazon is moto."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.support.live import LiveApi, running
from tests.support.media import SPEECH
from tests.support.stack_fixtures import S3Settings
from tests.support.waiting import until

pytestmark = pytest.mark.e2e

RESULT = Path(__file__).parents[1] / "data" / "runner" / "amazon_transcribe.json"
RECIPE = {"transcript": {"engine": "AMAZON"}}


@pytest.fixture(scope="module")
def amazon_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    extra = {
        "REELMILL_AMAZON_TRANSCRIBE": "true",
        "REELMILL_AMAZON_TRANSCRIBE_ENDPOINT": f"http://{host}:{port}",
    }
    with running(new_database(), s3_settings, tmp_path_factory.mktemp("amazon"), **extra) as live:
        yield live
    server.stop()


def _stored(live: LiveApi, bucket: Any, end: str) -> list[str]:
    listed = bucket.list_objects_v2(Bucket=live.s3.bucket_out).get("Contents", [])
    return [
        each["Key"]
        for each in listed
        if "/transcribe/" in each["Key"] and each["Key"].endswith(end)
    ]


async def test_a_runner_hands_sound_to_amazon_and_serves_its_words(
    amazon_api: LiveApi, bucket: Any
) -> None:
    live = amazon_api
    bucket.upload_file(str(SPEECH), live.s3.bucket_in, "amazon.ogg")
    started = await live.transcode(sourceKey="amazon.ogg", recipe=RECIPE)
    assert started["userErrors"] == []

    async def sent() -> bool:
        return bool(await asyncio.to_thread(_stored, live, bucket, ".flac"))

    await until(sent, "the sound lies where Amazon may read it", 60)
    (sound,) = _stored(live, bucket, ".flac")
    # moto takes three looks until a job is done, and a runner waits for seconds between them.
    words = sound.removesuffix(".flac") + ".json"
    bucket.put_object(Bucket=live.s3.bucket_out, Key=words, Body=RESULT.read_bytes())
    job = await live.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    found = {output["key"].rsplit("/", 1)[1]: output for output in job["outputs"]}
    assert set(found) == {"subtitles_en.vtt", "subtitles_en.srt", "transcript_en.json"}
    async with httpx.AsyncClient(follow_redirects=True) as http:
        heard = (await http.get(found["transcript_en.json"]["playbackUrl"])).json()
    assert heard["engine"] == "amazon-transcribe"
    assert heard["text"].endswith("what you can do for your country.")

    async def gone() -> bool:
        return not await asyncio.to_thread(_stored, live, bucket, "")

    await until(gone, "sound and words are deleted", 30)


async def test_where_it_is_not_set_up_a_code_says_so(live_api: LiveApi, bucket: Any) -> None:
    bucket.upload_file(str(SPEECH), live_api.s3.bucket_in, "amazon.ogg")
    started = await live_api.transcode(sourceKey="amazon.ogg", recipe=RECIPE)
    job = await live_api.ended(started["job"]["id"])
    assert (job["status"], job["error"]["code"]) == ("FAILED", "TRANSCRIBER_MISSING")
    assert "REELMILL_AMAZON_TRANSCRIBE" in job["error"]["hint"]
