"""Parts go away in the middle of a job and come back: PostgreSQL, the store, the API."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import outside
from tests.support.crash import crash_database
from tests.support.live import free_port
from tests.support.scenarios import SCENARIOS, encoding
from tests.support.site import LEASE, Site, opened
from tests.support.waiting import until

QUICK = {"Runs.complete"}
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with opened() as made:
        yield made


@pytest.fixture
def installed(site: Site) -> Iterator[Site]:
    """All parts but the API; what a test has broken is mended."""
    site.live.forget_log()
    yield site
    site.mend()
    site.live.extra.pop("REELMILL_PROBE", None)


@pytest.fixture
def running(installed: Site) -> Site:
    """With an API that the test may stop and start."""
    installed.live.start("tests.support.crashing")
    return installed


async def _succeeds_at_once(site: Site, job_id: str) -> None:
    """Whatever happened, the runner that had the job has finished it."""
    job = await site.live.ended(job_id, seconds=120)
    assert job["status"] == "SUCCEEDED", job
    assert [a["status"] for a in job["attempts"]] == ["SUCCEEDED"], str(job)
    await outside.calm(site.live, site.client)


@pytest.mark.parametrize("seconds", [LEASE + 3, pytest.param(60, marks=pytest.mark.slow)])
async def test_postgres_is_away_for_longer_than_a_lease(running: Site, seconds: int) -> None:
    job_id = await encoding(running.user)
    running.kill_postgres()
    await asyncio.sleep(seconds)
    running.start_postgres()
    await _succeeds_at_once(running, job_id)


@pytest.mark.slow
async def test_postgres_hangs_for_longer_than_a_lease(running: Site) -> None:
    job_id = await encoding(running.user)
    children = _family(running.postgres)
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(LEASE + 3)
    for pid in children:
        os.kill(pid, signal.SIGCONT)
    await _succeeds_at_once(running, job_id)


async def test_the_api_is_stopped_for_longer_than_a_lease(running: Site) -> None:
    """As when a laptop sleeps: nobody could report, so nobody is to blame."""
    job_id = await encoding(running.user)
    assert running.live.process is not None
    running.live.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(LEASE + 3)
    running.live.process.send_signal(signal.SIGCONT)
    await _succeeds_at_once(running, job_id)


@pytest.mark.slow
async def test_the_api_is_dead_for_longer_than_a_lease(running: Site) -> None:
    job_id = await encoding(running.user)
    running.live.kill()
    await asyncio.sleep(LEASE + 3)
    running.live.start()
    await _succeeds_at_once(running, job_id)


@pytest.mark.slow
async def test_the_store_dies_while_outputs_are_published(installed: Site, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    at = ["--at", "runner:in-publish", "--marker", str(marker), "--victim", str(installed.store)]
    installed.live.start("tests.support.crashing", *at)
    job_id = await installed.user.transcode(preset="mp4")
    await until(marker.exists, "the runner publishes")
    await asyncio.sleep(2)
    installed.start_store()
    await _succeeds_at_once(installed, job_id)


async def test_a_cancel_while_outputs_are_published(installed: Site, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    at = ["--at", "runner:in-publish", "--marker", str(marker), "--victim", str(installed.store)]
    installed.live.start("tests.support.crashing", *at)
    job_id = await installed.user.transcode(preset="mp4")
    await installed.live.until(job_id, lambda job: job["status"] == "FINALIZING")
    assert await installed.user.cancel(job_id) in {"CANCELING", "CANCELED"}
    job = await installed.live.ended(job_id)
    assert (job["status"], job["outputs"]) == ("CANCELED", [])
    installed.start_store()
    await outside.calm(installed.live, installed.client)


async def test_a_full_disk_is_said_and_leaves_nothing(installed: Site, tmp_path: Path) -> None:
    at = ["--at", "runner:small-disk", "--marker", str(tmp_path / "marker")]
    installed.live.start("tests.support.crashing", *at)
    for wanted in ({"sourceKey": "long.mp4"}, {"preset": "mp4"}):
        job = await installed.live.ended(await installed.user.transcode(**wanted))
        assert (job["status"], job["error"]["code"]) == ("FAILED", "SCRATCH_FULL"), job
        # The class DISK is tried once more.
        assert [a["reason"] for a in job["attempts"]] == ["SCRATCH_FULL"] * 2
    await outside.calm(installed.live, installed.client)


@pytest.mark.parametrize("reachable", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_the_leader_dies_and_another_api_takes_over(running: Site, reachable: bool) -> None:
    """Its runner goes on where it can report to somebody; else its lease ends, and it is replaced.

    `reachable`: runners call an address behind which the other process answers too.
    """
    other = replace(running.live, port=free_port(), process=None)
    if reachable:
        running.live.stop()
        running.live.extra["REELMILL_RUNNER_API_URL"] = other.url
        running.live.start()
    other.start()
    try:
        job_id = await encoding(running.user)
        running.live.kill()
        job = await other.ended(job_id, seconds=120)
        assert job["status"] == "SUCCEEDED", job
        ended = ["SUCCEEDED"] if reachable else ["FAILED", "SUCCEEDED"]
        assert [a["status"] for a in job["attempts"]] == ended, job
        await outside.calm(other, running.client)
    finally:
        running.live.extra.pop("REELMILL_RUNNER_API_URL", None)
        other.stop()


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in SCENARIOS]
)
async def test_postgres_dies_at_a_commit(installed: Site, name: str, tmp_path: Path) -> None:
    """Nobody can tell then whether it happened: both must be right."""
    installed.live.extra["REELMILL_PROBE"] = "true"
    await crash_database(
        f"{name}:commit",
        installed.user,
        SCENARIOS[name],
        tmp_path / "marker",
        victim=installed.postgres,
        mend=installed.start_postgres,
    )


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]
