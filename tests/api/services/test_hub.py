"""Subscribers get the newest state, in this process and from others, and never a queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from api import migrate
from api.adapters.postgres import assets, jobs
from api.adapters.postgres.pool import Database
from api.domain import ids
from api.domain.models import Job
from api.domain.states import JobStatus
from api.errors import NotFound
from api.services.hub import JOBS, Hub
from api.services.wire import Wire
from tests.support.live import role_url


@dataclass
class Bench:
    """Two processes' hubs on one database."""

    database: Database
    here: Hub[Job]
    there: Hub[Job]
    project: Any

    async def job(self) -> Job:
        """A job that counts as running."""
        async with self.database.tenant(self.project) as c:
            asset = await assets.upsert(c, self.project, bucket="b", key="a.mp4", etag="e", size=5)
            job = await jobs.insert(
                c,
                job_id=ids.new(),
                project_id=self.project,
                asset_id=asset.id,
                preset=None,
                recipe={},
                title="t",
                output_prefix="p/",
                priority=0,
                metadata={},
            )
        async with self.database.system() as c:
            await c.execute("update job set status = 'RUNNING' where id = $1", job.id)
            found = await jobs.get(c, job.id)
        assert found is not None
        return found

    async def advance(self, job: Job, fraction: float) -> None:
        async with self.database.system() as c:
            await jobs.progress(
                c, job.id, 0, phase="ENCODING", fraction=fraction, speed=None, eta_seconds=None
            )

    async def finish(self, job: Job) -> None:
        async with self.database.system() as c:
            assert await jobs.finish(c, job, JobStatus.SUCCEEDED)


@pytest.fixture(scope="module")
async def bench(new_database: Callable[[], str]) -> AsyncIterator[Bench]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    database = await Database.open(url=api, system_url=system, size=4)
    wires = Wire(system), Wire(system)
    here, there = (Hub(database, wire, JOBS) for wire in wires)
    loops = [asyncio.create_task(part.run()) for part in (*wires, here, there)]
    async with database.system() as c:
        project = await c.fetchval("select id from project")
    yield Bench(database, here, there, project)
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    for wire in wires:
        await wire.close()
    await database.close()


async def test_a_change_told_by_another_process_arrives(bench: Bench) -> None:
    job = await bench.job()
    watching = bench.here.watch(job)
    assert (await anext(watching)).progress == 0
    await bench.advance(job, 0.5)
    bench.there.changed(job.id)
    async with asyncio.timeout(5):
        assert (await anext(watching)).progress == 0.5
    await watching.aclose()


async def test_a_change_that_nobody_tells_of_arrives_by_the_poll(bench: Bench) -> None:
    job = await bench.job()
    watching = bench.here.watch(job)
    await anext(watching)
    await bench.finish(job)
    async with asyncio.timeout(5):
        assert (await anext(watching)).status is JobStatus.SUCCEEDED
        with pytest.raises(StopAsyncIteration):
            await anext(watching)


async def test_a_slow_reader_gets_the_newest_state_only(bench: Bench) -> None:
    job = await bench.job()
    slow, quick = bench.here.watch(job), bench.here.watch(job)
    await anext(slow)
    await anext(quick)
    for step in range(1, 6):
        await bench.advance(job, step / 10)
        bench.here.changed(job.id)
        async with asyncio.timeout(5):
            assert (await anext(quick)).progress == step / 10
    async with asyncio.timeout(5):
        assert (await anext(slow)).progress == 0.5
    await slow.aclose()
    await quick.aclose()


async def test_a_second_subscriber_misses_nothing_that_the_first_has_seen(bench: Bench) -> None:
    job = await bench.job()
    first = bench.here.watch(job)
    await anext(first)
    await bench.advance(job, 0.4)
    bench.here.changed(job.id)
    async with asyncio.timeout(5):
        await anext(first)
        # It has read the job before the change, and asks after it.
        second = bench.here.watch(job)
        assert (await anext(second)).progress == 0
        assert (await anext(second)).progress == 0.4
    await first.aclose()
    await second.aclose()


async def test_nothing_is_kept_of_subscribers_that_have_left(bench: Bench) -> None:
    job = await bench.job()
    watching = bench.here.watch(job)
    await anext(watching)
    await watching.aclose()
    assert bench.here.watched == 0


async def test_a_row_that_is_deleted_ends_its_subscription(bench: Bench) -> None:
    job = await bench.job()
    watching, unread = bench.here.watch(job), bench.here.watch(job)
    await anext(watching)
    async with bench.database.system() as c:
        await c.execute("delete from job where id = $1", job.id)
    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await anext(watching)
        # The snapshot was read while the row was there; then the same end.
        assert (await anext(unread)).id == job.id
        with pytest.raises(NotFound):
            await anext(unread)
    assert bench.here.watched == 0
