"""Jobs of a task that somebody else has made."""

from __future__ import annotations

import asyncio
import uuid

from api.adapters.kubernetes.executor import KubernetesExecutor
from tests.api.adapters.kubernetes.conftest import Ear, begin
from tests.api.adapters.kubernetes.double import Double
from tests.api.adapters.kubernetes.pods import terminated


async def test_a_copy_that_somebody_has_made_goes_with_the_job(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    """It bears the labels of the task and nothing of it runs, so its log is nobody's either."""
    wanted, job = await begin(executor, ear, double)
    meta = {**job["metadata"], "name": "a-copy", "uid": str(uuid.uuid4())}
    copy = {**job, "metadata": meta}
    await double.tell("jobs", "ADDED", copy)
    await double.pod(copy, "a-copy-x", phase="Failed", **terminated(4))
    double.logs["a-copy-x"] = "the API answered 401"
    await double.pod(job, phase="Failed", **terminated(137))
    await double.end(job, "Failed")
    end = await ear.end()
    assert (end.task_id, end.exit_code, end.log) == (wanted.task_id, 137, "")
    async with asyncio.timeout(10):
        while double.jobs:
            await asyncio.sleep(0.01)
