"""What starts at the same time is written down in one transaction, each as if it were alone."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from api.adapters.postgres import jobs
from api.adapters.postgres.pool import Database
from api.domain import ids
from api.domain.execution import STARTING, Handle
from api.domain.models import Job
from api.domain.states import JobStatus
from api.services import births
from api.services.hub import JOBS, Hub
from api.services.recorder import Recorder
from api.services.wire import Wire
from tests.api.services.conftest import Bench


async def _born(bench: Bench, count: int) -> dict[UUID, Job]:
    """Jobs by the task that waits for its runner."""
    for _ in range(count):
        await bench.queued()
    async with bench.database.system() as c:
        born = await births.take(c, count, per_project=None, lease_seconds=30, rules=None)
    assert len(born) == count
    return {errand.task_id: job for job, errand in born}


@pytest.fixture
async def recorder(runs_bench: Bench) -> Recorder:
    async with runs_bench.database.system() as c:
        await c.execute("update job set status = 'FAILED' where status in ('QUEUED', 'RETRY_WAIT')")
    return Recorder(runs_bench.database, Hub(runs_bench.database, Wire(""), JOBS))


async def _uid(database: Database, task_id: UUID) -> UUID | None:
    async with database.system() as c:
        found: UUID | None = await c.fetchval("select run_uid from task where id = $1", task_id)
    return found


async def test_each_task_gets_its_own_runner_and_an_ended_one_gets_none(
    runs_bench: Bench, recorder: Recorder
) -> None:
    born = await _born(runs_bench, 6)
    ended, canceled, *others = born
    async with runs_bench.database.system() as c:
        await c.execute("update task set status = 'FAILED' where id = $1", ended)
        assert await jobs.move(c, born[canceled], JobStatus.CANCELING)
    uids = {task_id: ids.new() for task_id in born}
    wanted = await asyncio.gather(
        *(recorder.record(task_id)(Handle(uid=uid)) for task_id, uid in uids.items())
    )
    # The canceled one's is known, so that somebody ends it.
    assert dict(zip(uids, wanted, strict=True)) == {task_id: task_id != ended for task_id in born}
    for task_id, job in born.items():
        found = await runs_bench.job(job)
        known = None if task_id == ended else uids[task_id]
        assert await _uid(runs_bench.database, task_id) == known
        if task_id in others:
            assert (found.status, found.waiting_reason) == (JobStatus.WAITING, STARTING)
    assert (await runs_bench.job(born[ended])).status is JobStatus.LAUNCHING
    assert (await runs_bench.job(born[canceled])).status is JobStatus.CANCELING


async def test_a_runner_of_an_earlier_attempt_changes_nothing_of_the_job(
    runs_bench: Bench, recorder: Recorder
) -> None:
    ((task_id, job),) = (await _born(runs_bench, 1)).items()
    async with runs_bench.database.system() as c:
        await c.execute("update job set attempt = attempt + 1 where id = $1", job.id)
    assert await recorder.record(task_id)(Handle(uid=ids.new()))
    await recorder.waiting(task_id, "words")
    found = await runs_bench.job(job)
    assert (found.status, found.waiting_reason) == (JobStatus.LAUNCHING, None)


async def test_reasons_are_told_to_those_that_wait_and_only_when_they_are_new(
    runs_bench: Bench, recorder: Recorder
) -> None:
    born = await _born(runs_bench, 5)
    first, *others = born
    for task_id in others:
        await recorder.record(task_id)(Handle(uid=ids.new()))
    before = {task_id: (await runs_bench.job(job)).version for task_id, job in born.items()}
    for _ in range(2):
        words = {task_id: f"words of {task_id}" for task_id in born}
        await asyncio.gather(*(recorder.waiting(task_id, said) for task_id, said in words.items()))
    for task_id, job in born.items():
        found = await runs_bench.job(job)
        told = task_id != first
        assert found.version == before[task_id] + told
        assert found.waiting_reason == (words[task_id] if told else None)


async def test_two_that_write_of_the_same_jobs_do_not_wait_for_each_other(
    runs_bench: Bench, recorder: Recorder
) -> None:
    """A leader that has just lost its lead, and the next one."""
    born = list(await _born(runs_bench, 20))
    other = Recorder(runs_bench.database, Hub(runs_bench.database, Wire(""), JOBS))
    calls = []
    for here, there in zip(born, reversed(born), strict=True):
        calls += [recorder.record(here)(Handle(uid=here)), other.record(there)(Handle(uid=there))]
    async with asyncio.timeout(20):
        assert all(await asyncio.gather(*calls))
        for number in range(5):
            said = [(recorder, task_id, f"a {number}") for task_id in born]
            said += [(other, task_id, f"b {number}") for task_id in reversed(born)]
            await asyncio.gather(*(who.waiting(task_id, words) for who, task_id, words in said))
