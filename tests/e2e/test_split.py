"""One film over several runners: it ends once, and what is done is not done again."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.support.live import LiveApi, role_url, running
from tests.support.media import ffmpeg
from tests.support.stack_fixtures import S3Settings

pytestmark = pytest.mark.e2e

RECIPE = {"ladder": {"rungs": [{"height": 144}], "segmentSeconds": 1}, "mp4": {}, "poster": {}}
SPLIT = {
    "REELMILL_SPLIT_SECONDS": "4",
    "REELMILL_SPLIT_CHUNK_SECONDS": "3",
    "REELMILL_SPLIT_WORKERS": "2",
    "REELMILL_LOCAL_CONCURRENCY": "1",
}
CANCEL = "mutation($i: ID!) { cancelJob(input: {id: $i}) { userErrors { code } } }"


def film(path: Path, seconds: float, size: str) -> Path:
    """Keyframes often, for pieces are short."""
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", "-f", "lavfi"]
    command += ["-i", f"testsrc2=size={size}:rate=25:duration={seconds}", "-f", "lavfi"]
    command += ["-i", f"sine=frequency=440:duration={seconds}", "-c:v", "libx264", "-preset"]
    command += ["ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", f"file:{path}"]
    subprocess.run(command, check=True, timeout=120)
    return path


@pytest.fixture(scope="module")
def live(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    folder = tmp_path_factory.mktemp("split")
    with running(new_database(), s3_settings, folder, **SPLIT) as live:
        yield live


@pytest.fixture(scope="module")
def short(bucket: Any, s3_settings: S3Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = film(tmp_path_factory.mktemp("m") / "x.mp4", 6, "256x144")
    bucket.upload_file(str(path), s3_settings.bucket_in, "split-short.mp4")
    return "split-short.mp4"


@pytest.fixture(scope="module")
def long(bucket: Any, s3_settings: S3Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each piece is long enough to be hit in its middle."""
    path = film(tmp_path_factory.mktemp("m") / "x.mp4", 24, "854x480")
    bucket.upload_file(str(path), s3_settings.bucket_in, "split-long.mp4")
    return "split-long.mp4"


async def _sql(live: LiveApi, query: str, job_id: str) -> list[Any]:
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    try:
        rows: list[Any] = await connection.fetch(query, job_id.removeprefix("job_"))
    finally:
        await connection.close()
    return rows


async def _tasks(live: LiveApi, job_id: str) -> list[Any]:
    query = "select * from task where job_id = $1::text::uuid order by kind, index"
    return await _sql(live, query, job_id)


async def _check_end(live: LiveApi, job_id: str, status: str) -> dict[str, Any]:
    """One terminal event; no runner, no scratch, and in the store only what is published."""
    job = await live.ended(job_id, 120)
    assert job["status"] == status, job
    query = """select type from event where entity_id = $1::text::uuid
      and type in ('JOB_SUCCEEDED', 'JOB_FAILED', 'JOB_CANCELED')"""
    assert [row["type"] for row in await _sql(live, query, job_id)] == [f"JOB_{status}"]
    await _until(lambda: not live.runners(), "a runner lives on")
    await _until(lambda: not _scratch(live), "scratch is left")
    assert {t["status"] for t in await _tasks(live, job_id)} <= {"SUCCEEDED", "CANCELED"}
    return job


def _scratch(live: LiveApi) -> list[Path]:
    folder = live.folder / "scratch"
    return [p for p in folder.rglob("*") if p.is_file() and p.parent != folder / "logs"]


async def _clean(bucket: Any, live: LiveApi, job: dict[str, Any]) -> None:
    published = job["outputs"][0]["key"].rsplit("/", 1)[0] + "/" if job["outputs"] else "none/"

    def only_published() -> bool:
        prefix = job["id"].removeprefix("job_")
        listed = bucket.list_objects_v2(Bucket=live.s3.bucket_out, Prefix=prefix)
        return all(o["Key"].startswith(published) for o in listed.get("Contents", []))

    await _until(only_published, "pieces are left in the store")


async def _until(reached: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline, otherwise
        await asyncio.sleep(0.1)


async def test_a_film_is_planned_made_in_pieces_and_assembled(
    live: LiveApi, short: str, bucket: Any
) -> None:
    started = await live.transcode(sourceKey=short, recipe=RECIPE)
    seen: list[float] = []

    def ended(job: dict[str, Any]) -> bool:
        seen.append(job["progress"])
        return job["status"] in {"SUCCEEDED", "FAILED"}

    await live.until(started["job"]["id"], ended, 100)
    job = await _check_end(live, started["job"]["id"], "SUCCEEDED")
    assert seen == sorted(seen)
    assert [o["kind"] for o in job["outputs"]] == ["HLS", "DASH", "MP4", "POSTER"]
    assert job["outputs"][2]["duration"] == pytest.approx(6, abs=0.05)
    assert [a["status"] for a in job["attempts"]] == ["SUCCEEDED"]
    tasks = [(t["kind"], t["index"], t["run"]) for t in await _tasks(live, job["id"])]
    pieces = [("chunk", 0, 1), ("chunk", 1, 1), ("chunk", 2, 1)]
    assert tasks == [("assemble", 0, 1), *pieces, ("plan", 0, 1)]
    assert "/assemble/0/1/" in job["outputs"][0]["key"]
    await _clean(bucket, live, job)


async def test_a_short_film_is_made_whole(live: LiveApi, bucket: Any, tmp_path: Path) -> None:
    bucket.upload_file(
        str(film(tmp_path / "x.mp4", 2, "256x144")), live.s3.bucket_in, "split-not.mp4"
    )
    started = await live.transcode(sourceKey="split-not.mp4", recipe={"mp4": {}})
    job = await _check_end(live, started["job"]["id"], "SUCCEEDED")
    assert len(await _tasks(live, job["id"])) == 1


async def _one_is_done(live: LiveApi, source: str) -> tuple[str, list[Any]]:
    """A job of which some chunk is stored and another one is being made."""
    started = await live.transcode(sourceKey=source, recipe=RECIPE)
    job_id: str = started["job"]["id"]
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        chunks = [t for t in await _tasks(live, job_id) if t["kind"] == "chunk"]
        states = [t["status"] for t in chunks]
        half = any(0.1 < t["fraction"] < 0.8 for t in chunks if t["status"] == "RUNNING")
        if "SUCCEEDED" in states and half:
            return job_id, chunks
        await asyncio.sleep(0.05)
    raise AssertionError([dict(t) for t in await _tasks(live, job_id)])


def _done_before(before: list[Any], after: list[Any]) -> list[tuple[int, int]]:
    """Runs and epochs of what was already done: it must still be the first of both."""
    done = {t["id"] for t in before if t["status"] == "SUCCEEDED"}
    return [(t["run"], t["epoch"]) for t in after if t["id"] in done]


@pytest.mark.slow
async def test_a_killed_runner_costs_one_piece(live: LiveApi, long: str, bucket: Any) -> None:
    job_id, before = await _one_is_done(live, long)
    victim = next(t for t in before if t["status"] == "RUNNING")
    os.kill(victim["pid"], signal.SIGKILL)
    job = await _check_end(live, job_id, "SUCCEEDED")
    after = await _tasks(live, job_id)
    assert set(_done_before(before, after)) == {(1, 1)}
    again = [t for t in after if t["run"] > 1]
    assert [(t["id"], t["run"], t["retries"]) for t in again] == [
        (victim["id"], 2, '{"DISRUPTED": 1}')
    ]
    assert [a["status"] for a in job["attempts"]] == ["SUCCEEDED"]
    await _clean(bucket, live, job)


@pytest.mark.slow
async def test_a_cancel_ends_all_pieces(live: LiveApi, long: str, bucket: Any) -> None:
    job_id, _ = await _one_is_done(live, long)
    await live.graphql(CANCEL, i=job_id)
    job = await _check_end(live, job_id, "CANCELED")
    assert job["outputs"] == []
    await _clean(bucket, live, job)


@pytest.mark.slow
async def test_a_killed_api_goes_on_where_it_was(live: LiveApi, long: str, bucket: Any) -> None:
    job_id, before = await _one_is_done(live, long)
    live.kill()
    live.start()
    job = await _check_end(live, job_id, "SUCCEEDED")
    after = await _tasks(live, job_id)
    assert set(_done_before(before, after)) == {(1, 1)}
    assert {t["run"] for t in after} == {1}, "a runner was adopted, not replaced"
    await _clean(bucket, live, job)


@pytest.mark.slow
async def test_a_spoilt_piece_makes_the_film_whole(live: LiveApi, long: str, bucket: Any) -> None:
    """What does not fit together any more is made once more, by one runner."""
    job_id, before = await _one_is_done(live, long)
    done = next(t for t in before if t["status"] == "SUCCEEDED")
    prefix = f"{job_id.removeprefix('job_')}/1/chunk/{done['index']}/1/"
    listed = bucket.list_objects_v2(Bucket=live.s3.bucket_out, Prefix=prefix)["Contents"]
    key = listed[0]["Key"]
    bucket.put_object(Bucket=live.s3.bucket_out, Key=key, Body=b"x" * listed[0]["Size"])
    job = await live.ended(job_id, 240)
    assert job["status"] == "SUCCEEDED", job
    assert [(a["status"], a["reason"]) for a in job["attempts"]] == [
        ("FAILED", "PIECE_LOST"),
        ("SUCCEEDED", None),
    ]
    assert "/2/encode/0/" in job["outputs"][0]["key"]
    await _clean(bucket, live, job)
