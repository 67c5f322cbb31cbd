"""An encrypted ladder from the mutation to a client that plays it; and where its key is not."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.support.live import LiveApi, bucket_client, role_url, running
from tests.support.media import big_buck_bunny, ffmpeg
from tests.support.stack_fixtures import S3Settings

pytestmark = pytest.mark.e2e

LADDER = {"rungs": [{"height": 144}], "encryption": "CLEAR_KEY"}


@pytest.fixture(scope="module")
def talkative(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    """An API that logs all it can, and its runners too."""
    folder = tmp_path_factory.mktemp("encrypted")
    with running(new_database(), s3_settings, folder, LOG_LEVEL="DEBUG") as live:
        yield live


@pytest.fixture(scope="module")
async def streamed(talkative: LiveApi) -> dict[str, Any]:
    key = "films/encrypted.mp4"
    bucket_client(talkative.s3).upload_file(str(big_buck_bunny()), talkative.s3.bucket_in, key)
    started = await talkative.transcode(
        sourceKey=key, recipe={"tier": "DRAFT", "ladder": LADDER, "poster": {}}
    )
    assert started["userErrors"] == []
    logs = talkative.folder / "scratch" / "logs"
    job_id = started["job"]["id"]
    await talkative.until(job_id, lambda _: any(logs.glob("*.log")))
    # It is removed with the job, but not from who has it open.
    with next(logs.glob("*.log")).open() as log:
        job = await talkative.ended(job_id)
        assert job["status"] == "SUCCEEDED", job
        return job | {"log": log.read()}


def link(job: dict[str, Any], kind: str) -> str:
    found: str = next(o["playbackUrl"] for o in job["outputs"] if o["kind"] == kind)
    return found


async def content_key(job: dict[str, Any]) -> bytes:
    async with httpx.AsyncClient() as client:
        answer = await client.get(link(job, "HLS").replace("master.m3u8", "key"))
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_client_of_hls_plays_it_by_its_link(streamed: dict[str, Any]) -> None:
    """FFmpeg asks for playlists, key and segments as it finds them named."""
    command = [ffmpeg(), "-v", "error", "-xerror", "-i", link(streamed, "HLS")]
    command += ["-map", "0", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_segments_alone_are_of_no_use(streamed: dict[str, Any], tmp_path: Path) -> None:
    base = link(streamed, "HLS").removesuffix("master.m3u8")
    file = tmp_path / "track.mp4"
    async with httpx.AsyncClient(follow_redirects=True) as client:
        parts = [await client.get(f"{base}video_144/{name}") for name in ("init.mp4", "00001.m4s")]
    file.write_bytes(b"".join(part.content for part in parts))

    def decode(*options: str) -> int:
        command = [ffmpeg(), "-v", "error", "-xerror", *options, "-i", str(file), "-f", "null", "-"]
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode

    assert decode() != 0
    assert decode("-decryption_key", (await content_key(streamed)).hex()) == 0


async def test_a_manifest_sends_players_to_the_key(streamed: dict[str, Any]) -> None:
    async with httpx.AsyncClient() as client:
        manifest = (await client.get(link(streamed, "DASH"))).text
        (address,) = set(re.findall(r">([^<]+)</dashif:Laurl>", manifest))
        (kid,) = set(re.findall(r'default_KID="([^"]+)"', manifest))
        licence = (await client.post(address, json={"kids": [], "type": "temporary"})).json()
    (entry,) = licence["keys"]
    told = [base64.urlsafe_b64decode(entry[name] + "==") for name in ("kid", "k")]
    assert told == [bytes.fromhex(kid.replace("-", "")), await content_key(streamed)]


async def test_the_key_is_written_down_nowhere(
    streamed: dict[str, Any], talkative: LiveApi
) -> None:
    key = await content_key(streamed)
    forms = [key.hex(), base64.b64encode(key).decode()[:20]]
    forms.append(base64.urlsafe_b64encode(key).decode()[:20])
    written = await rows(role_url(talkative.owner_url, "rm_system"))
    assert streamed["outputs"][0]["key"] in written
    log = talkative.log() + streamed["log"]
    assert "task claimed" in log
    assert "packager.flags" in log  # runners name their commands
    for form in forms:
        assert form not in written
        assert form not in log
    client = bucket_client(talkative.s3)
    bucket = talkative.s3.bucket_out
    prefix = streamed["outputs"][0]["key"].rpartition("/")[0]
    stored = client.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    assert len(stored) > 5
    for item in stored:
        body = client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        assert key not in body
        assert not any(form.encode() in body for form in forms)


async def rows(url: str) -> str:
    """Every row that a role may read, as text. The owner may not: row security is forced."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select oid::regclass::text as name from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace and has_table_privilege(oid, 'select')"
        )
        assert {"job", "attempt", "task", "blob", "event"} <= {each["name"] for each in tables}
        found = []
        for table in tables:
            # The names come from the catalogue.
            query = f"select t::text as row from {table['name']} t"
            found += [each["row"] for each in await connection.fetch(query)]
        return "\n".join(found)
    finally:
        await connection.close()
