"""Equal jobs: one runs, the others wait for it, and one takes over when it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.adapters.postgres import jobs
from api.domain.models import Job
from api.domain.states import JobStatus
from api.services.hub import JOBS, Hub
from api.services.sharing import SHARED, Sharing
from api.services.wire import Wire
from schema.job import FailureClass
from tests.api.services.conftest import Bench
from tests.api.services.reports import failure
from tests.api.services.reuse_user import BOTH, POSTER, User, content


class Crowd(User):
    """A user who starts the same several times, and the leader that looks after it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, bench.project)
        hub = Hub(bench.database, Wire(""), JOBS)
        self.sharing = Sharing(bench.database, bench.storage, hub, bench.settings)

    async def several(self, count: int, recipe: dict[str, Any] = POSTER) -> list[Job]:
        key = self.film(content().encode())
        return [await self.start(key, recipe) for _ in range(count)]

    async def after_a_look(self, *crowd: Job) -> list[Job]:
        await self.sharing.round()
        return [await self.bench.job(job) for job in crowd]

    async def fail(self, job: Job) -> None:
        claim = await self.claim(job)
        report = failure(claim, FailureClass.INPUT)
        await self.bench.runs.fail(claim.token, claim.task_id, report)


@pytest.fixture
def crowd(runs_bench: Bench) -> Crowd:
    return Crowd(runs_bench)


async def test_the_second_waits_and_has_what_the_first_makes(crowd: Crowd) -> None:
    first, second = await crowd.several(2)
    assert (first.status, first.waits_for) == (JobStatus.QUEUED, None)
    assert (second.status, second.waits_for) == (JobStatus.WAITING, first.id)
    assert second.waiting_reason == SHARED
    assert SHARED.startswith("shared:")
    (still,) = await crowd.after_a_look(second)
    assert still.version == second.version, "it was touched before the first has ended"
    await crowd.complete(await crowd.claim(first), ["poster"], content())
    (done,) = await crowd.after_a_look(second)
    assert (done.status, done.attempt, done.waits_for) == (JobStatus.SUCCEEDED, 0, None)
    (one,), (two,) = await crowd.outputs(first), await crowd.outputs(second)
    assert (two.key, two.reused) == (one.key, True)
    assert await crowd.bench.events(second) == ["JOB_QUEUED", "JOB_SUCCEEDED"]


async def test_one_takes_over_when_the_first_fails_and_the_others_wait_for_that(
    crowd: Crowd,
) -> None:
    first, second, third = await crowd.several(3)
    await crowd.fail(first)
    second, third = await crowd.after_a_look(second, third)
    assert (second.status, second.waits_for) == (JobStatus.QUEUED, None)
    assert (third.status, third.waits_for) == (JobStatus.WAITING, second.id)
    await crowd.complete(await crowd.claim(second), ["poster"], content())
    (third,) = await crowd.after_a_look(third)
    assert third.status is JobStatus.SUCCEEDED


async def test_one_takes_over_when_the_first_is_canceled(crowd: Crowd) -> None:
    first, second = await crowd.several(2)
    await crowd.transcodes.cancel(crowd.who, first.id)
    (second,) = await crowd.after_a_look(second)
    assert second.status is JobStatus.QUEUED


async def test_one_takes_over_when_the_first_is_gone(crowd: Crowd) -> None:
    first, second = await crowd.several(2)
    await crowd.transcodes.cancel(crowd.who, first.id)
    async with crowd.bench.database.system() as connection:
        await connection.execute("delete from job where id = $1", first.id)
    (second,) = await crowd.after_a_look(second)
    assert second.status is JobStatus.QUEUED


async def test_who_waits_is_canceled_at_once(crowd: Crowd) -> None:
    first, second = await crowd.several(2)
    done = await crowd.transcodes.cancel(crowd.who, second.id)
    assert done.status is JobStatus.CANCELED
    assert await crowd.bench.events(second) == ["JOB_QUEUED", "JOB_CANCELED"]
    assert (await crowd.bench.job(first)).status is JobStatus.QUEUED


async def test_a_job_that_is_being_canceled_is_not_waited_for(crowd: Crowd) -> None:
    (first,) = await crowd.several(1)
    await crowd.claim(first)
    await crowd.transcodes.cancel(crowd.who, first.id)
    assert (await crowd.bench.job(first)).status is JobStatus.CANCELING
    async with crowd.bench.database.system() as connection:
        key = await connection.fetchval("select key from asset where id = $1", first.asset_id)
    assert (await crowd.start(key, POSTER)).status is JobStatus.QUEUED


async def test_who_waits_for_nobody(crowd: Crowd) -> None:
    key = crowd.film(content().encode())
    first = await crowd.start(key, POSTER)
    for recipe, more in [
        (BOTH, {}),
        (POSTER, {"force": True}),
        (POSTER, {"output_key": "shop"}),
        (POSTER, {"priority": 1}),  # it is more urgent, and the first has not begun
        ({"poster": {}, "transcript": {}}, {}),
    ]:
        job = await crowd.start(key, recipe, **more)
        assert job.status is JobStatus.QUEUED, (recipe, more)
    # Once it has begun it is sooner ready.
    await crowd.claim(first)
    urgent = await crowd.start(key, POSTER, priority=100)
    assert urgent.waits_for is not None


async def test_transcripts_do_not_wait_for_each_other(crowd: Crowd) -> None:
    """What one has made could not be used by the other."""
    made = await crowd.several(2, {"poster": {}, "transcript": {}})
    assert [job.status for job in made] == [JobStatus.QUEUED] * 2


async def test_of_many_at_the_same_moment_one_runs(crowd: Crowd) -> None:
    key = crowd.film(content().encode())
    await crowd.start(key, BOTH)  # so that the asset is known
    made = await asyncio.gather(*(crowd.start(key, POSTER) for _ in range(6)))
    (leader,) = [job for job in made if job.waits_for is None]
    assert {job.waits_for for job in made if job is not leader} == {leader.id}


async def test_what_cannot_be_used_again_is_not_waited_for_by_one_after_the_other(
    crowd: Crowd,
) -> None:
    first, second, third = await crowd.several(3)
    await crowd.complete(await crowd.claim(first), ["poster"], content(), "ffmpeg version n8.1.3")
    left = await crowd.after_a_look(second, third)
    assert [job.status for job in left] == [JobStatus.QUEUED] * 2


async def test_who_waits_takes_no_place_of_its_project(crowd: Crowd) -> None:
    """Else a first that is tried again would wait for a place that its followers hold."""
    first, *others = await crowd.several(4)
    claim = await crowd.claim(first)
    report = failure(claim, FailureClass.TRANSIENT, "STORAGE_UNAVAILABLE")
    await crowd.bench.runs.fail(claim.token, claim.task_id, report)
    async with crowd.bench.database.system() as connection:
        live = await connection.fetchval(
            "select count(*) from job where waits_for is null and id <> $1 and status in"
            " ('LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING', 'CANCELING')",
            first.id,
        )
        await connection.execute(
            "update job set run_after = now(), priority = 100 where id = $1", first.id
        )
        taken = await jobs.claim_backlog(connection, 1, per_project=live + 1)
    assert [job.id for job in taken] == [first.id]
    assert [(await crowd.bench.job(job)).status for job in others] == [JobStatus.WAITING] * 3
