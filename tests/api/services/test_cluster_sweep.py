"""What slips through is found by comparing the database with the cluster, now and then."""

from __future__ import annotations

import asyncio

import pytest

from api.domain.states import JobStatus
from api.services import launch
from schema.job import Phase, ProgressReport
from tests.api.services.cluster_site import Site
from tests.api.services.test_cluster_jobs import site

__all__ = ["site"]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_SWEEP_SECONDS", 0.2)


async def test_a_task_that_nobody_watches_is_taken_up_with_its_job(site: Site) -> None:
    """As if this process had lost its entry by a mistake of ours: its Job runs on meanwhile."""
    job = await site.bench.queued()
    site.launcher.wake()
    made, request, token = await site.start(job)
    claim = await site.claim(request, token)
    executor = site.launcher._executor
    (entry,) = executor._entries.values()  # type: ignore[attr-defined]
    executor._entries.clear()  # type: ignore[attr-defined]
    while not executor.has(entry.errand.task_id):
        await asyncio.sleep(0.02)
    assert (await site.bench.job(job)).status is JobStatus.RUNNING
    assert site.double.jobs == [made], "the very Job goes on"
    await site.runs.progress(
        claim.token,
        claim.task_id,
        ProgressReport(epoch=claim.epoch, sequence=1, phase=Phase.ENCODING, fraction=0.5),
    )


async def test_a_task_without_a_job_is_tried_again(site: Site) -> None:
    job = await site.bench.queued()
    site.launcher.wake()
    made, *_ = await site.start(job)
    await site.becomes(job, JobStatus.WAITING)
    executor = site.launcher._executor
    executor._entries.clear()  # type: ignore[attr-defined]
    await site.double.remove("pods", made["metadata"]["name"] + "-x")
    await site.double.remove("jobs", made["metadata"]["name"])

    async def again() -> bool:
        return (await site.bench.job(job)).attempt == 2

    await site.until(again)
    first, *_ = await site.attempts(job)
    assert (first.status, first.reason) == ("FAILED", "RUNNER_LOST")


async def test_what_has_claimed_is_known(site: Site) -> None:
    job = await site.bench.queued()
    site.launcher.wake()
    _, request, token = await site.start(job)
    (task_id,) = list(site.launcher._executor._entries)  # type: ignore[attr-defined]
    assert not await site.launcher.claimed(task_id)
    await site.claim(request, token)
    assert await site.launcher.claimed(task_id)
    assert await site.launcher.claimed(job.id), "no task of ours need be waited for"
