"""Runners that cannot start: an image that does not exist, a request that fits no node.

A release of its own, whose patience is short and whose runners have no image. All of it happens
side by side.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import pytest
import pytest_asyncio

from reelmill import Job
from tests.cluster.release import PACED, NodePorts, Release, installed
from tests.cluster.stage import Stage, Told, staged
from tests.cluster.subject import Cluster

pytestmark = pytest.mark.cluster

IMAGE, START = 30, 50  # seconds of patience
HUGE = "huge"
_CHANGES = {
    "image.runner": {"repository": "reelmill.invalid/runner", "tag": "never-built"},
    "image.pullPolicy": "IfNotPresent",
    "api.replicas": 1,
    "runner.imageTimeoutSeconds": IMAGE,
    "runner.startTimeoutSeconds": START,
    "runner.maxLiveJobs": 4,
    "runner.presetResources": {HUGE: {"cpu": "640"}},
}


class Played(NamedTuple):
    """A job as it waited and as it ended, and how many seconds lie between."""

    waiting: Job
    ended: Job
    seconds: float


@pytest.fixture(scope="module")
def odd(own_cluster: Cluster) -> Iterator[Release]:
    with installed(own_cluster, "odd", NodePorts(api=30842, s3=30835), _CHANGES) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def stage(odd: Release, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("films")
    async with staged(odd, folder, presets=(PACED, HUGE)) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def told(stage: Stage) -> Told:
    stories = (no_image, no_node, image_canceled, node_canceled, queued)
    return await Told.of(stage, *stories, most=len(stories))


async def no_image(stage: Stage) -> Played:
    return await _waited_and_ended(stage, await stage.start(), "image")


async def no_node(stage: Stage) -> Played:
    return await _waited_and_ended(stage, await stage.start(preset=HUGE), "no node")


async def image_canceled(stage: Stage) -> Job:
    return await _waited_and_canceled(stage, await stage.start(), "image")


async def node_canceled(stage: Stage) -> Job:
    return await _waited_and_canceled(stage, await stage.start(preset=HUGE), "no node")


async def queued(stage: Stage) -> Job:
    """As many Jobs live as may: this one is not even made."""
    while len(stage.cursors) < 4:
        await asyncio.sleep(0.1)
    for job_id in list(stage.cursors):
        await _waits(stage, job_id, "")
    job_id = await stage.start()
    job = await stage.client.job(job_id)
    assert job.status == "QUEUED", job
    await stage.client.cancel_job(job_id)
    return await stage.over(job_id)


async def _waits(stage: Stage, job_id: str, words: str) -> Job:
    return await stage.until(
        job_id,
        lambda job: job.status == "WAITING" and words in str(job.waiting_reason),
        f"it waits and says {words!r}",
    )


async def _waited_and_ended(stage: Stage, job_id: str, words: str) -> Played:
    waiting, began = await _waits(stage, job_id, words), time.monotonic()
    await stage.until(job_id, lambda job: job.done, "it is over")
    return Played(waiting, await stage.over(job_id), time.monotonic() - began)


async def _waited_and_canceled(stage: Stage, job_id: str, words: str) -> Job:
    await _waits(stage, job_id, words)
    # Or there would be room for the one that is to stay queued.
    while len(stage.cursors) < 5:
        await asyncio.sleep(0.1)
    await stage.client.cancel_job(job_id)
    return await stage.over(job_id)


async def test_an_image_that_does_not_exist(told: Told) -> None:
    waiting, ended, seconds = told(no_image)
    assert "its node cannot fetch the runner's image" in waiting.waiting_reason
    assert "never-built" in waiting.waiting_reason
    assert ended.status == "FAILED", ended
    assert ended.error.code == "IMAGE_UNAVAILABLE"
    assert "never-built" in ended.error.message
    assert "REELMILL_KUBERNETES_IMAGE" in ended.error.hint
    assert IMAGE / 2 < seconds < IMAGE + 40
    assert len(ended.attempts) == 1, "nothing of it would be better another time"


async def test_a_request_that_fits_no_node(told: Told) -> None:
    waiting, ended, seconds = told(no_node)
    assert "no node has room for it" in waiting.waiting_reason
    assert "Insufficient cpu" in waiting.waiting_reason, "the scheduler's own words"
    assert ended.status == "FAILED", ended
    assert ended.error.code == "START_TIMEOUT"
    assert "Insufficient cpu" in ended.error.message
    assert START / 2 < seconds < START + 40
    assert len(ended.attempts) == 1


@pytest.mark.parametrize("story", [image_canceled, node_canceled])
async def test_a_pod_that_cannot_start_can_be_canceled(told: Told, story: object) -> None:
    job = told(story)
    assert job.status == "CANCELED", job
    assert len(job.attempts) == 1


async def test_what_has_no_job_yet_can_be_canceled(told: Told) -> None:
    job = told(queued)
    assert job.status == "CANCELED", job
    assert not job.attempts
