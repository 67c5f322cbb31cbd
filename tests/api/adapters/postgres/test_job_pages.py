"""Pages of jobs by when they ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from api.adapters.postgres import jobs
from api.domain import ids
from api.domain.filters import JobQuery
from api.domain.job_orders import Place
from api.domain.models import Job
from tests.api.adapters.postgres.conftest import Base
from tests.api.adapters.postgres.explaining import Explaining

JOBS = 4_000
# Of ten jobs: seven succeeded, one failed, one was canceled and one still runs.
_INSERT = """
insert into job (id, project_id, asset_id, recipe, title, output_prefix, status, finished_at)
select id, $1, $2, '{}', 't', 'p/',
  (array['RUNNING', 'FAILED', 'CANCELED', 'SUCCEEDED'])[least(nr % 10, 3) + 1],
  case when nr % 10 > 0
    -- Short ones overtake long ones, and some end in the very same moment.
    then timestamptz '2026-01-01' + make_interval(secs => (nr * 7919) % 1000) end
from unnest($3::uuid[]) with ordinality each (id, nr)
"""


@pytest.fixture(scope="module")
async def project(base: Base) -> AsyncIterator[UUID]:
    name = ids.new().hex
    project = await base.project(name, f"{name}/")
    asset = ids.new()
    async with base.database.system() as connection:
        await connection.execute(
            "insert into asset (id, project_id, bucket, key, size, title)"
            " values ($1, $2, 'in', $1::uuid::text, 1, 'film')",
            asset,
            project,
        )
        await connection.execute(_INSERT, project, asset, ids.batch(JOBS))
    await base.analyze("job")
    yield project
    async with base.database.system() as connection:
        await connection.execute("delete from job where project_id = $1", project)


async def _listed(base: Base, project: UUID, wanted: JobQuery, size: int) -> list[Job]:
    found: list[Job] = []
    after: Place | None = None
    async with base.database.tenant(project) as connection:
        while True:
            page = await jobs.page_of_ended(
                connection, project, after=after, wanted=wanted, limit=size
            )
            if not page:
                return found
            found += page
            assert page[-1].finished_at is not None
            after = Place(page[-1].finished_at, page[-1].id)


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (None, JOBS * 9 // 10),
        (["FAILED"], JOBS // 10),
        (["SUCCEEDED", "CANCELED"], JOBS * 8 // 10),
        (["RUNNING"], 0),
    ],
)
async def test_each_that_has_ended_comes_once_and_the_last_one_first(
    base: Base, project: UUID, status: list[str] | None, number: int
) -> None:
    found = await _listed(base, project, JobQuery(status=status), 700)
    assert len(found) == len({job.id for job in found}) == number
    places = [(job.finished_at, job.id) for job in found if job.finished_at]
    assert len(places) == number
    assert all(one > other for one, other in pairwise(places))


async def test_a_page_reads_what_it_shows(base: Base, project: UUID) -> None:
    """Also behind thousands of others, and under row security."""
    wanted = JobQuery(status=["SUCCEEDED", "CANCELED"])
    middle = (await _listed(base, project, wanted, 700))[JOBS // 3]
    assert middle.finished_at is not None
    async with base.database.tenant(project) as connection:
        for after in (None, Place(middle.finished_at, middle.id)):
            explaining: Any = Explaining(connection)
            await jobs.page_of_ended(explaining, project, after=after, wanted=wanted, limit=50)
            assert [rows for rows in explaining.seen if rows > 120] == [], explaining.plans


async def test_of_one_asset_and_not_retried(base: Base, project: UUID) -> None:
    failed = JobQuery(status=["FAILED"])
    (asset,) = {job.asset_id for job in await _listed(base, project, failed, 700)}
    last = (await _listed(base, project, failed, 1_000))[0]
    async with base.database.system() as connection:
        again = await connection.fetchval(
            "update job set retry_of = $1 where id = (select id from job where project_id = $2"
            " and status = 'RUNNING' order by id desc limit 1) returning id",
            last.id,
            project,
        )
    chosen = JobQuery(status=["FAILED"], retried=True, asset_id=asset)
    assert [job.id for job in await _listed(base, project, chosen, 10)] == [last.id]
    assert await _listed(base, project, JobQuery(asset_id=ids.new()), 10) == []
    async with base.database.system() as connection:
        await connection.execute("update job set retry_of = null where id = $1", again)
