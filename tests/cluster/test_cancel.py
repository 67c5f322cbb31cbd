"""A cancel in each phase of a transcode: it wins, and takes along whatever there is of it.

Those that wait for room, for their image or for a node: test_faults_configuration.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager

import pytest
import pytest_asyncio

from reelmill import Job
from tests.cluster import harm
from tests.cluster.release import Release
from tests.cluster.stage import Stage, staged

pytestmark = pytest.mark.cluster


@pytest_asyncio.fixture(scope="module")
async def stage(release: Release, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(release, tmp_path_factory.mktemp("films")) as made:
        yield made


def _silence(stage: Stage) -> AbstractContextManager[None]:
    """Runners hear nothing from the store, so that they stay in a phase that waits for it."""
    release = stage.release
    return harm.silent(release.cluster, release.parts("s3"), but=release.parts("api"))


async def _canceled(stage: Stage, job_id: str, attempts: int = 1) -> Job:
    await stage.client.cancel_job(job_id)
    job = await stage.over(job_id)
    assert job.status == "CANCELED", job
    assert len(job.attempts) == attempts, job.attempts
    return job


async def test_while_the_cluster_takes_no_job(stage: Stage) -> None:
    """Nobody knows whether there is a Job by now; once the cluster is back, there is none."""
    cluster = stage.release.cluster
    cluster.stop("kube-apiserver")
    try:
        job_id = await stage.start()
        await stage.until(job_id, lambda job: job.status == "LAUNCHING", "it is being launched")
        job = await stage.client.cancel_job(job_id)
        assert job.status == "CANCELING", job
    finally:
        cluster.start("kube-apiserver")
        await stage.wait_for_cluster()
    job = await stage.over(job_id)
    assert job.status == "CANCELED", job


async def test_while_its_pod_starts(stage: Stage) -> None:
    job_id = await stage.start()
    await stage.until(job_id, lambda job: job.status == "WAITING", "it waits for its pod")
    await _canceled(stage, job_id)


async def test_while_it_fetches(stage: Stage) -> None:
    with _silence(stage):
        job_id = await stage.start()
        await stage.until(job_id, lambda job: job.phase == "FETCHING", "it fetches")
        await _canceled(stage, job_id)


async def test_while_it_encodes(stage: Stage) -> None:
    job_id = await stage.start()
    await stage.encoding(job_id)
    await _canceled(stage, job_id)


async def test_while_it_publishes(stage: Stage) -> None:
    job_id = await stage.start()
    await stage.encoding(job_id)
    with _silence(stage):
        await stage.until(
            job_id,
            lambda job: job.status == "FINALIZING" and job.phase == "PUBLISHING",
            "it publishes",
        )
        await _canceled(stage, job_id)


async def test_between_two_attempts(stage: Stage) -> None:
    """The first has died of its memory, all of it: nobody was left who could have said so."""
    with _silence(stage):
        job_id = await stage.start()
        await stage.until(job_id, lambda job: job.phase == "FETCHING", "it fetches")
        pod = await stage.pod(job_id)
        await asyncio.to_thread(harm.use_up_memory, stage.release, pod, "python")
        await stage.until(job_id, lambda job: job.status == "RETRY_WAIT", "it waits to be retried")
        job = await _canceled(stage, job_id)
    assert job.attempts[0].reason == "OUT_OF_MEMORY"


async def test_when_it_is_over_already(stage: Stage) -> None:
    """Completion was committed first: the answer says so, and nothing is taken back."""
    job_id = await stage.start(recipe={"poster": {}})
    done = await stage.over(job_id)
    assert done.succeeded, done
    assert (await stage.client.cancel_job(job_id)).status == "SUCCEEDED"
    again = await stage.over(job_id)
    assert [output.key for output in again.outputs] == [output.key for output in done.outputs]
