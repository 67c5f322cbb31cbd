"""Now and then the database and the cluster are compared: what differs is mended."""

from __future__ import annotations

import asyncio

import pytest

from api.adapters.kubernetes import silence
from api.adapters.kubernetes.executor import KubernetesExecutor
from tests.api.adapters.kubernetes.conftest import Ear, begin, errand
from tests.api.adapters.kubernetes.double import Double


def a_minute_later(executor: KubernetesExecutor) -> None:
    for uid in executor._orphans.since:
        executor._orphans.since[uid] -= 61


async def test_a_job_that_no_task_knows_is_deleted_after_a_minute(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    wanted, _ = await begin(executor, ear, double)
    mine, other = errand(), errand()
    for orphan in (mine, other):
        await executor.start(orphan, ear.record(orphan.task_id))
        await ear.until(lambda orphan=orphan: orphan.task_id in ear.records)
        del executor._entries[orphan.task_id]
    while len(executor._board.all_jobs) < 3:
        await asyncio.sleep(0.01)
    live = {mine.task_id, wanted.task_id}
    await executor.sweep(live)
    assert len(double.jobs) == 3
    a_minute_later(executor)
    await executor.sweep(live)
    while len(double.jobs) > 2:
        await asyncio.sleep(0.01)
    labels = {j["metadata"]["labels"]["reelmill.io/task"] for j in double.jobs}
    assert labels == {str(wanted.task_id), str(mine.task_id)}


async def test_a_job_that_works_for_a_task_that_is_over_is_ended(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    """Its runner has reported, and hangs; or somebody else has ended the task."""
    wanted, job = await begin(executor, ear, double)
    await double.pod(job, phase="Running")
    while wanted.task_id not in {job.task for job in executor._board.all_jobs.values()}:
        await asyncio.sleep(0.01)
    await executor.sweep(set())
    assert double.jobs == [job], "a runner has a minute to end by itself"
    a_minute_later(executor)
    await executor.sweep(set())
    while double.jobs:
        await asyncio.sleep(0.01)
    await double.remove("pods", job["metadata"]["name"] + "-x")
    assert (await ear.end()).task_id == wanted.task_id


async def test_a_job_that_has_gone_without_an_event_is_noticed(
    executor: KubernetesExecutor, ear: Ear, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "_SILENT_SECONDS", 0.1)
    wanted, job = await begin(executor, ear, double)
    ear.claims.add(wanted.task_id)
    await double.pod(job, phase="Running")
    while not executor._entries[wanted.task_id].claimed:
        await asyncio.sleep(0.01)
    # As if the change had been told and its handling had been lost.
    executor._board.jobs._items.clear()
    executor._board._pods_of.clear()
    await asyncio.sleep(0.2)
    assert ear.ends == []
    calls = len(double.calls)
    await executor.sweep({wanted.task_id})
    end = await ear.end()
    assert (end.task_id, end.exit_code) == (wanted.task_id, None)
    listed = [call for call in double.calls[calls:] if call[0] == "GET" and call[1].endswith("s")]
    assert listed == [], "nothing is listed for it"
