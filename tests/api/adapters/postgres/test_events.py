"""The event log has no gap, whatever commits when."""

from __future__ import annotations

import asyncio

from api.adapters.postgres import events
from api.domain import ids
from tests.api.adapters.postgres.conftest import Base


async def test_numbers_follow_the_commits_without_a_gap(base: Base) -> None:
    project = await base.project("events", "events/")

    async def write(number: int) -> None:
        try:
            async with base.database.system() as connection:
                await asyncio.sleep(0.001 * (number % 3))
                await events.append(connection, project, "JOB_QUEUED", ids.new())
                if number % 5 == 0:
                    raise RuntimeError("rolled back")
        except RuntimeError:
            return

    await asyncio.gather(*(write(number) for number in range(40)))
    async with base.database.system() as connection:
        rows = await connection.fetch(
            "select seq from event where project_id = $1 order by seq", project
        )
    assert [row["seq"] for row in rows] == list(range(1, 33))


async def test_many_events_of_one_commit_stand_in_their_order(base: Base) -> None:
    project = await base.project("many", "many/")
    entities = [ids.new() for _ in range(5)]
    async with base.database.system() as connection:
        await events.append(connection, project, "JOB_QUEUED", entities[0])
    async with base.database.system() as connection:
        await events.append_each(connection, project, "JOB_LAUNCHING", entities)
    async with base.database.system() as connection:
        assert await events.append(connection, project, "JOB_QUEUED", entities[0]) == 7
        found = await events.after(connection, project, 1, 10)
    launched = [(event.seq, event.entity_id, event.payload) for event in found[:5]]
    assert launched == [(seq, entity, {}) for seq, entity in enumerate(entities, 2)]
