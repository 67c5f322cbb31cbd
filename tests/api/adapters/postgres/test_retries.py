"""Which job stands for one that was made again."""

from __future__ import annotations

from uuid import UUID

import pytest

from api.adapters.postgres import jobs
from api.adapters.postgres.pool import Connection
from api.domain import ids
from api.domain.filters import JobQuery
from tests.api.adapters.postgres.conftest import Base


async def _line(connection: Connection, project: UUID, states: str) -> list[UUID]:
    """Jobs in these states, each made again from the one before."""
    asset = ids.new()
    await connection.execute(
        "insert into asset (id, project_id, bucket, key, size, title)"
        " values ($1, $2, 'in', $1::uuid::text, 1, 'film')",
        asset,
        project,
    )
    wanted = states.split()
    # One after the other, also where all are made in one millisecond.
    made = ids.batch(len(wanted))
    for place, state in enumerate(wanted):
        await connection.execute(
            "insert into job (id, project_id, asset_id, recipe, title, output_prefix, status,"
            " retry_of, finished_at) values ($1, $2, $3, '{}', 't', 'p/', $4, $5, now())",
            made[place],
            project,
            asset,
            state,
            made[place - 1] if place else None,
        )
    return made


@pytest.mark.parametrize(
    ("states", "by"),
    [
        ("FAILED", [None]),
        ("FAILED RUNNING", [1, None]),
        ("FAILED SUCCEEDED", [1, None]),
        ("FAILED FAILED SUCCEEDED", [1, 2, None]),
        ("FAILED CANCELED", [None, None]),
        ("FAILED FAILED CANCELED", [1, None, None]),
        ("FAILED CANCELED QUEUED", [2, 2, None]),
        ("CANCELED SUCCEEDED", [1, None]),
    ],
)
async def test_the_newest_stands_for_the_others_unless_it_was_canceled(
    base: Base, states: str, by: list[int | None]
) -> None:
    name = ids.new().hex
    project = await base.project(name, f"{name}/")
    async with base.database.system() as connection:
        line = await _line(connection, project, states)
    async with base.database.tenant(project) as connection:
        found = await jobs.retries(connection, line)
        assert [found[job].id if job in found else None for job in line] == [
            None if place is None else line[place] for place in by
        ]
        for retried in (True, False):
            chosen = JobQuery(retried=retried)
            page = await jobs.page(connection, project, after=None, wanted=chosen, limit=10)
            wanted = [
                job for job, place in zip(line, by, strict=True) if (place is not None) is retried
            ]
            assert [job.id for job in page] == wanted[::-1]


async def test_of_two_the_later_one_stands(base: Base) -> None:
    name = ids.new().hex
    project = await base.project(name, f"{name}/")
    async with base.database.system() as connection:
        old, _, late = await _line(connection, project, "FAILED RUNNING QUEUED")
        await connection.execute("update job set retry_of = $1 where id = $2", old, late)
    async with base.database.tenant(project) as connection:
        assert (await jobs.retries(connection, [old]))[old].id == late
