"""What becomes of a transcode when parts of the cluster go away under it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reelmill import Client, Job
from tests.cluster.release import Release
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough that a test has seconds in which it is being encoded."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return synthesize(path, seconds=40, size="1280x720")


async def _encoding(client: Client, film: Path) -> str:
    """Uploads, and returns the job's id once its encoder works."""
    upload = await client.upload(film, preset="web")
    assert upload.job is not None
    async for job in client.watch_job(upload.job.id):
        if job.status == "RUNNING" and job.progress > 0:
            return job.id
    raise AssertionError(f"nothing could be done to it: {job}")


async def _over(client: Client, job_id: str) -> Job:
    async with asyncio.timeout(300):
        async for _ in client.watch_job(job_id):
            pass
    return await client.job(job_id)


async def test_a_pod_deleted_while_encoding_is_a_disruption_and_runs_again(
    release: Release, film: Path
) -> None:
    async with release.client() as client:
        job_id = await _encoding(client, film)
        (pod,) = release.pods()
        release.cluster.core.delete_namespaced_pod(pod.metadata.name, release.namespace)
        job = await _over(client, job_id)
    assert job.succeeded, job
    first, second = job.attempts
    assert (first.reason, second.status) == ("DISRUPTED", "SUCCEEDED")
    _nothing_left(release)


async def test_a_pod_killed_without_grace_runs_again(release: Release, film: Path) -> None:
    async with release.client() as client:
        job_id = await _encoding(client, film)
        (pod,) = release.pods()
        release.cluster.core.delete_namespaced_pod(
            pod.metadata.name, release.namespace, grace_period_seconds=0
        )
        job = await _over(client, job_id)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["DISRUPTED", None]
    _nothing_left(release)


async def test_a_canceled_job_takes_its_pod_along(release: Release, film: Path) -> None:
    async with release.client() as client:
        job_id = await _encoding(client, film)
        await client.cancel_job(job_id)
        job = await _over(client, job_id)
    assert job.status == "CANCELED", job
    _nothing_left(release)


async def test_no_api_process_need_live_as_long_as_a_transcode(
    release: Release, film: Path
) -> None:
    """The leader is one of those that are deleted: another leads and knows the Job by its uid."""
    api = "app.kubernetes.io/component=api"
    async with release.client() as client:
        job_id = await _encoding(client, film)
        (before,) = release.jobs()
        core = release.cluster.core
        old = core.list_namespaced_pod(release.namespace, label_selector=api).items
        for pod in old:
            core.delete_namespaced_pod(pod.metadata.name, release.namespace, grace_period_seconds=0)
        names = {pod.metadata.name for pod in old}
        release.cluster.until(_replaced(release, api, names), "other API pods are ready")
        job = await _over(client, job_id)
    assert job.succeeded, job
    assert len(job.attempts) == 1, "the very Job went on"
    assert before.metadata.name.endswith("-a1-encode-r1")
    _nothing_left(release)


def _replaced(release: Release, selector: str, old: set[str]) -> Callable[[], bool]:
    def holds() -> bool:
        listed = release.cluster.core.list_namespaced_pod(
            release.namespace, label_selector=selector
        )
        fresh = [pod for pod in listed.items if pod.metadata.name not in old]
        return len(fresh) == len(old) and all(_ready(pod) for pod in fresh)

    return holds


def _ready(pod: Any) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])


def _nothing_left(release: Release) -> None:
    release.cluster.until(lambda: not release.jobs() and not release.pods(), "no Job is left")
