"""Whose jobs are started: projects take turns, within one the most urgent come first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest

from api import migrate
from api.adapters.postgres import assets, jobs
from api.adapters.postgres.pool import Database
from api.domain import ids
from tests.support.live import role_url


@pytest.fixture(scope="module")
async def database(new_database: Callable[[], str]) -> AsyncIterator[Database]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    opened = await Database.open(url=api, system_url=system, size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def projects(database: Database) -> dict[str, UUID]:
    """Three tenants without jobs. Their ids are in the order of their names."""
    made = {name: ids.new() for name in "abc"}
    async with database.system() as c:
        for table in ("job", "asset"):
            await c.execute(f"delete from {table}")
        for project in made.values():
            await c.execute(
                "insert into project (id, name, prefix) values ($1, $2, $3)",
                project,
                project.hex,
                f"{project.hex}/",
            )
    return made


async def queue(database: Database, project: UUID, *priorities: int) -> list[UUID]:
    # Two ids of one millisecond have no order of their own.
    made = sorted(ids.new() for _ in priorities)
    async with database.tenant(project) as c:
        asset = await assets.upsert(
            c, project, bucket="in", key=f"{project.hex}/a.mp4", etag="e", size=5
        )
        for job_id, priority in zip(made, priorities, strict=True):
            await jobs.insert(
                c,
                job_id=job_id,
                project_id=project,
                asset_id=asset.id,
                preset=None,
                recipe={"poster": {}},
                title="t",
                output_prefix="o/",
                priority=priority,
                metadata={},
            )
    return made


async def take(
    database: Database, limit: int, per_project: int | None = None
) -> list[tuple[UUID, UUID]]:
    async with database.system() as c:
        found = await jobs.claim_backlog(c, limit, per_project=per_project)
    return [(job.project_id, job.id) for job in found]


async def test_a_crowded_project_does_not_starve_the_others(
    database: Database, projects: dict[str, UUID]
) -> None:
    await queue(database, projects["a"], *[100] * 50)
    await queue(database, projects["b"], 0, 0)
    await queue(database, projects["c"], -100)
    first = Counter(project for project, _ in await take(database, 5))
    assert first == {projects["a"]: 2, projects["b"]: 2, projects["c"]: 1}
    # What runs already counts: the newcomer is served before those who have two.
    (late,) = await queue(database, projects["c"], 0)
    (taken,) = await take(database, 1)
    assert taken == (projects["c"], late)


async def test_within_a_project_the_most_urgent_and_then_the_oldest(
    database: Database, projects: dict[str, UUID]
) -> None:
    low, high, mid, other = await queue(database, projects["a"], -5, 9, 0, 0)
    order = [(await take(database, 1))[0][1] for _ in range(4)]
    assert order == [high, mid, other, low]
    assert await take(database, 1) == []


async def test_no_project_has_more_than_its_share_at_once(
    database: Database, projects: dict[str, UUID]
) -> None:
    mine = await queue(database, projects["a"], *[0] * 5)
    await queue(database, projects["b"], 0)
    assert len(await take(database, 10, per_project=2)) == 3
    assert await take(database, 10, per_project=2) == []
    async with database.system() as c:
        await c.execute("update job set status = 'SUCCEEDED' where id = $1", mine[0])
    assert await take(database, 10, per_project=2) == [(projects["a"], mine[2])]


async def test_two_launchers_of_one_moment_never_take_the_same(
    database: Database, projects: dict[str, UUID]
) -> None:
    for name in "abc":
        await queue(database, projects[name], *[0] * 20)
    taken = [
        one
        for part in await asyncio.gather(*(take(database, 20) for _ in range(3)))
        for one in part
    ]
    assert len(taken) == len(set(taken))
    assert len(taken) + len(await take(database, 100)) == 60


async def test_what_is_to_be_tried_later_waits(
    database: Database, projects: dict[str, UUID]
) -> None:
    (job,) = await queue(database, projects["b"], 0)
    async with database.system() as c:
        await c.execute("update job set run_after = now() + interval '1 hour' where id = $1", job)
    assert await take(database, 5) == []
