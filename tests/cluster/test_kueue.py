"""Kueue by its contract, played by the test: a Job of a queue is made suspended; whoever admits it
unsuspends it, and whoever wants its place back suspends it again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reelmill import Client, Job
from tests.cluster import changes
from tests.cluster.release import Release
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster

_QUEUED = "it is queued in the cluster until there is room for it"


@pytest.fixture(scope="module")
def queue(release: Release) -> Iterator[Release]:
    with changes.setting(release, REELMILL_KUBERNETES_QUEUE_NAME="films"):
        yield release


def _suspend(release: Release, name: str, suspend: bool) -> None:
    change = [{"op": "replace", "path": "/spec/suspend", "value": suspend}]
    release.cluster.batch.patch_namespaced_job(name, release.namespace, change)


async def _until(client: Client, job_id: str, holds: Any) -> Job:
    async with asyncio.timeout(240):
        async for job in client.watch_job(job_id):
            if holds(job):
                return job
    raise AssertionError(f"it never came to that: {job}")


async def _queued(release: Release, client: Client, job_id: str, attempt: int) -> str:
    """The name of the attempt's Job, once the job says that it is queued."""
    await _until(client, job_id, lambda job: job.waiting_reason == _QUEUED)

    def made() -> list[Any]:
        names = [job.metadata.name for job in release.jobs(job_id)]
        return [name for name in names if f"-a{attempt}-" in name]

    (name,) = await asyncio.to_thread(release.cluster.until, made, "its Job is made")
    return str(name)


async def test_a_job_waits_for_its_admission_and_a_preemption_costs_only_work(
    queue: Release, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=40, size="1280x720")
    async with queue.client() as client:
        upload = await client.upload(film, preset="web")
        assert upload.job is not None
        job_id = upload.job.id
        name = await _queued(queue, client, job_id, 1)
        (made,) = queue.jobs(job_id)
        assert made.spec.suspend is True
        assert made.metadata.labels["kueue.x-k8s.io/queue-name"] == "films"
        assert made.spec.active_deadline_seconds is None
        assert queue.pods(job_id) == []
        _suspend(queue, name, False)
        await _until(client, job_id, lambda job: job.status == "RUNNING" and job.progress > 0)
        _suspend(queue, name, True)  # somebody more important has come
        again = await _queued(queue, client, job_id, 2)
        await asyncio.to_thread(
            queue.cluster.until,
            lambda: [job.metadata.name for job in queue.jobs(job_id)] == [again],
            "the first Job is gone: it would be admitted again, and its task is over",
        )
        _suspend(queue, again, False)
        job = await _until(client, job_id, lambda job: job.done)
        job = await client.job(job_id)
    assert job.succeeded, job
    first, second = job.attempts
    # Its runner has said so itself, or had no time to.
    assert first.reason in {"DISRUPTED", "RUNNER_LOST"}
    assert (second.reason, second.memory) == (None, first.memory)
    queue.cluster.until(lambda: not queue.jobs(), "no Job is left")


async def test_a_job_is_canceled_while_it_is_queued(queue: Release, tmp_path: Path) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=2)
    async with queue.client() as client:
        upload = await client.upload(film, preset="web")
        assert upload.job is not None
        await _queued(queue, client, upload.job.id, 1)
        await client.cancel_job(upload.job.id)
        job = await _until(client, upload.job.id, lambda job: job.done)
    assert job.status == "CANCELED", job
    queue.cluster.until(lambda: not queue.jobs(), "no Job is left")
