"""What a page says to engineers of a try that has failed."""

from __future__ import annotations

from typing import Any

import asyncpg

from api.domain import ids
from tests.support.live import LiveApi, role_url

ATTEMPTS = "query($i: ID!) { job(id: $i) { error { code hint } attempts { status reason log } } }"
SIGNED = "http://s3/in/k.mp4?X-Amz-Credential=AK%2F1&X-Amz-Signature=ff00"


async def test_the_command_and_its_last_words_are_there(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    # Its index stands in front, and half of what that points to is missing.
    moved = clip.rfind(b"moov") - 4
    body = clip[:moved]
    cut = body[:32] + clip[moved:] + body[32 : len(body) // 2]
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="cut.mp4", Body=cut)
    started = await live_api.transcode(sourceKey="cut.mp4", recipe={"mp4": {"maxHeight": 144}})
    job = await live_api.ended(started["job"]["id"])
    assert job["status"] == "FAILED"
    said = (await live_api.graphql(ATTEMPTS, i=job["id"]))["job"]
    assert said["error"]["hint"]
    log = said["attempts"][-1]["log"]
    assert "\n$ /" in f"\n{log}", log


async def test_secrets_are_taken_out(live_api: LiveApi, bucket: Any) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="signed.mp4", Body=b"no film" * 50)
    started = await live_api.transcode(sourceKey="signed.mp4", recipe={"poster": {}})
    job = await live_api.ended(started["job"]["id"])
    connection = await asyncpg.connect(role_url(live_api.owner_url, "rm_system"))
    try:
        await connection.execute(
            "update attempt set log = $2 where job_id = $1",
            ids.expect(ids.Kind.JOB, job["id"]),
            f"exit status 1\n$ ffmpeg -i {SIGNED} 'a\"b\\c'\n\x1b[31mcannot read\xe4 {SIGNED}",
        )
    finally:
        await connection.close()
    (attempt,) = (await live_api.graphql(ATTEMPTS, i=job["id"]))["job"]["attempts"]
    plain = "http://s3/in/k.mp4?***"
    words = f"exit status 1\n$ ffmpeg -i {plain} 'a\"b\\c'\n\x1b[31mcannot read\xe4 {plain}"
    assert attempt["log"] == words
