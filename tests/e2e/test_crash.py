"""kill -9 in the middle of a job: it ends by itself, once, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.support.live import LiveApi, role_url
from tests.support.media import synthesize
from tests.support.stack_fixtures import S3Settings

pytestmark = pytest.mark.e2e
KEY = "long.mp4"


@pytest.fixture(scope="module")
def source(bucket: Any, s3_settings: S3Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Long enough that a runner can be hit in the middle, on any machine."""
    path = synthesize(tmp_path_factory.mktemp("m") / "long.mp4", seconds=30, size="640x360")
    bucket.upload_file(str(path), s3_settings.bucket_in, KEY)
    return KEY


@pytest.fixture
def live(live_api: LiveApi) -> Iterator[LiveApi]:
    """The shared API; a test that has killed it starts it again."""
    yield live_api
    assert live_api.process is not None
    if live_api.process.poll() is not None:
        live_api.start()


def encoding(job: dict[str, Any]) -> bool:
    return job["phase"] == "ENCODING" and job["progress"] > 0.02


async def begin(live: LiveApi, source: str) -> str:
    recipe = {"ladder": {"rungs": [{"height": 360}, {"height": 240}], "dash": False}}
    started = await live.transcode(sourceKey=source, recipe=recipe)
    job_id: str = started["job"]["id"]
    await live.until(job_id, encoding)
    return job_id


async def check(live: LiveApi, job: dict[str, Any], bucket: Any) -> None:
    """What must hold from outside, whatever happened inside."""
    assert job["status"] == "SUCCEEDED", job
    assert [o["kind"] for o in job["outputs"]] == ["HLS"]
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    try:
        ends = await connection.fetchval(
            "select count(*) from event where entity_id = $1::text::uuid"
            " and type in ('JOB_SUCCEEDED', 'JOB_FAILED', 'JOB_CANCELED')",
            job["id"].removeprefix("job_"),
        )
        gaps = await connection.fetchval(
            "select max(seq) - count(*) from event group by project_id"
        )
    finally:
        await connection.close()
    assert ends == 1
    assert gaps == 0
    await no_processes(live)
    assert scratch(live) == []


async def no_processes(live: LiveApi) -> None:
    # The process ends a moment after its report.
    for pid in live.runners():
        handle = os.pidfd_open(pid)
        try:
            readable, _, _ = select.select([handle], [], [], 10)
        finally:
            os.close(handle)
        assert readable, f"runner {pid} lives on"


def scratch(live: LiveApi) -> list[str]:
    folder = live.folder / "scratch"
    return [str(p) for p in folder.rglob("*") if p.is_file() and p.parent != folder / "logs"]


async def published_only(live: LiveApi, job: dict[str, Any], bucket: Any) -> bool:
    """Whether the store holds this job's published prefix and nothing else of it."""
    name = job["id"].removeprefix("job_")
    listed = bucket.list_objects_v2(Bucket=live.s3.bucket_out, Prefix=name).get("Contents", [])
    prefix = job["outputs"][0]["key"].rsplit("/", 1)[0] + "/" if job["outputs"] else "none/"
    return all(o["Key"].startswith(prefix) for o in listed)


async def test_the_runner_is_killed(live: LiveApi, source: str, bucket: Any) -> None:
    job_id = await begin(live, source)
    (pid,) = live.runners()
    os.kill(pid, signal.SIGKILL)
    job = await live.ended(job_id)
    await check(live, job, bucket)
    assert [a["status"] for a in job["attempts"]] == ["FAILED", "SUCCEEDED"]
    assert job["attempts"][0]["reason"] == "RUNNER_LOST"
    assert await eventually_clean(live, job, bucket)


async def test_the_api_is_killed_and_its_runner_is_adopted(
    live: LiveApi, source: str, bucket: Any
) -> None:
    job_id = await begin(live, source)
    (pid,) = live.runners()
    live.kill()
    live.start()
    assert live.runners() == [pid]
    job = await live.ended(job_id)
    await check(live, job, bucket)
    assert [a["status"] for a in job["attempts"]] == ["SUCCEEDED"]


async def test_both_are_killed(live: LiveApi, source: str, bucket: Any) -> None:
    job_id = await begin(live, source)
    (pid,) = live.runners()
    live.kill()
    os.kill(pid, signal.SIGKILL)
    live.start()
    job = await live.ended(job_id)
    await check(live, job, bucket)
    assert [a["status"] for a in job["attempts"]] == ["FAILED", "SUCCEEDED"]


async def test_a_polite_stop_takes_the_runner_along_and_the_job_goes_on_later(
    live: LiveApi, source: str, bucket: Any
) -> None:
    job_id = await begin(live, source)
    assert live.stop() == 0
    assert live.runners() == []
    live.start()
    await check(live, await live.ended(job_id), bucket)


async def test_a_runner_that_hangs_is_replaced(live: LiveApi, source: str, bucket: Any) -> None:
    job_id = await begin(live, source)
    (pid,) = live.runners()
    os.killpg(pid, signal.SIGSTOP)
    job = await live.ended(job_id)
    await check(live, job, bucket)
    assert [a["status"] for a in job["attempts"]] == ["FAILED", "SUCCEEDED"]


async def test_a_cancel_ends_the_runner_and_publishes_nothing(
    live: LiveApi, source: str, bucket: Any
) -> None:
    job_id = await begin(live, source)
    cancel = """mutation($i: ID!) { cancelJob(input: {id: $i}) {
      job { status } userErrors { code } } }"""
    payload = (await live.graphql(cancel, i=job_id))["cancelJob"]
    assert payload["userErrors"] == []
    assert payload["job"]["status"] in {"CANCELING", "CANCELED"}
    job = await live.ended(job_id, seconds=10)
    assert (job["status"], job["outputs"]) == ("CANCELED", [])
    await no_processes(live)
    assert await eventually_clean(live, job, bucket)
    again = (await live.graphql(cancel, i=job_id))["cancelJob"]
    assert again["job"]["status"] == "CANCELED"


async def eventually_clean(live: LiveApi, job: dict[str, Any], bucket: Any) -> bool:
    """The janitor comes by every few seconds."""
    for _ in range(100):
        if await published_only(live, job, bucket):
            return True
        await asyncio.sleep(0.2)
    return False


def test_scratch_is_private(live: LiveApi) -> None:
    folder = Path(live.folder / "scratch")
    assert all(p.stat().st_mode & 0o077 == 0 for p in folder.iterdir() if p.is_dir())
