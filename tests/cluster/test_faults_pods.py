"""What becomes of a transcode when its pod comes to harm. Most of it happens side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reelmill import Job
from tests.cluster import harm
from tests.cluster.preemption import an_urgent_pod
from tests.cluster.release import Release
from tests.cluster.stage import Stage, Told, staged

pytestmark = pytest.mark.cluster


@pytest_asyncio.fixture(scope="module")
async def stage(release: Release, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(release, tmp_path_factory.mktemp("films")) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def told(stage: Stage) -> Told:
    return await Told.of(stage, deleted, killed, evicted, hungry, neighbour, full, doubled)


async def _in_the_middle(stage: Stage) -> tuple[str, Any]:
    job_id = await stage.start()
    await stage.encoding(job_id)
    return job_id, await stage.pod(job_id)


async def deleted(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    stage.release.cluster.core.delete_namespaced_pod(pod.metadata.name, stage.release.namespace)
    return await stage.over(job_id)


async def killed(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    stage.release.cluster.core.delete_namespaced_pod(
        pod.metadata.name, stage.release.namespace, grace_period_seconds=0
    )
    return await stage.over(job_id)


async def evicted(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    name, namespace = pod.metadata.name, stage.release.namespace
    eviction = {"metadata": {"name": name, "namespace": namespace}}
    stage.release.cluster.core.create_namespaced_pod_eviction(name, namespace, eviction)
    return await stage.over(job_id)


async def hungry(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    await asyncio.to_thread(harm.use_up_memory, stage.release, pod, "ffmpeg")
    return await stage.over(job_id)


async def neighbour(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    await asyncio.to_thread(harm.die_for_memory, stage.release, pod)
    return await stage.over(job_id)


async def full(stage: Stage) -> Job:
    job_id, pod = await _in_the_middle(stage)
    harm.freeze(pod)
    await asyncio.to_thread(harm.fill_scratch, stage.release, pod)
    return await stage.over(job_id)


async def doubled(stage: Stage) -> Job:
    """Somebody copies the Job of a transcode, as `kubectl create job --from` would."""
    job_id, _ = await _in_the_middle(stage)
    batch, namespace = stage.release.cluster.batch, stage.release.namespace
    (job,) = stage.release.jobs(job_id)
    batch.create_namespaced_job(namespace, harm.copy_of(job))
    copy = f"{job.metadata.name}-copy"
    await stage.wait(lambda: _ended(stage, copy), "the copy's runner has given up")
    return await stage.over(job_id)


def _ended(stage: Stage, name: str) -> bool:
    pods = stage.release.cluster.core.list_namespaced_pod(
        stage.release.namespace, label_selector=f"batch.kubernetes.io/job-name={name}"
    ).items
    return bool(pods) and all(pod.status.phase in {"Succeeded", "Failed"} for pod in pods)


@pytest.mark.parametrize("story", [deleted, killed, evicted])
async def test_a_pod_that_is_taken_away_is_a_disruption_and_runs_again(
    told: Told, story: Any
) -> None:
    job = told(story)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["DISRUPTED", None]
    first, second = job.attempts
    # Less it may be: the film may have been probed meanwhile.
    assert second.memory <= first.memory
    assert second.storage <= first.storage


async def test_an_encoder_killed_for_memory_gets_twice_as_much(told: Told) -> None:
    job = told(hungry)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["OUT_OF_MEMORY", None]
    first, second = job.attempts
    assert second.memory == 2 * first.memory
    assert second.storage == first.storage


async def test_only_the_runners_word_makes_a_result(told: Told) -> None:
    """Something in the container was killed for memory, so its pod says OOMKilled; but the runner
    has completed its task."""
    job = told(neighbour)
    assert job.succeeded, job
    assert len(job.attempts) == 1


async def test_a_runner_whose_scratch_is_full_gets_twice_as_much(told: Told) -> None:
    job = told(full)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["SCRATCH_FULL", None]
    first, second = job.attempts
    assert second.storage == 2 * first.storage
    assert second.memory == first.memory


async def test_a_copy_of_a_job_gets_no_task_and_is_swept_away(told: Told) -> None:
    job = told(doubled)
    assert job.succeeded, job
    assert len(job.attempts) == 1
    assert job.attempts[0].reason is None


async def test_a_runner_gives_way_to_a_pod_of_higher_priority(stage: Stage) -> None:
    job_id, pod = await _in_the_middle(stage)
    with an_urgent_pod(stage.release, pod) as urgent:
        await stage.wait(urgent.runs, "the urgent pod runs instead")
        job = await stage.until(
            job_id,
            lambda job: "no node has room" in str(job.waiting_reason),
            "it says why it waits",
        )
    job = await stage.over(job_id)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["DISRUPTED", None]
