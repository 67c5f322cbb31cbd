"""An asset belongs to a project that exists: a foreign key's rule, asked once a statement."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from api.domain import ids
from tests.api.adapters.postgres.conftest import Base

_INSERT = """insert into asset (id, project_id, bucket, key, size, title)
  select gen_random_uuid(), project, 'in', 'of-a-project/' || gen_random_uuid(), 1, 't'
  from unnest($1::uuid[]) project"""


async def test_an_asset_needs_a_project(base: Base, projects: tuple[UUID, UUID]) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with base.database.system() as c:
            await c.execute(_INSERT, [projects[0], ids.new(), projects[1]])


async def test_an_asset_stays_in_its_project(base: Base, projects: tuple[UUID, UUID]) -> None:
    project = await base.project("left by nobody", "left/")
    async with base.database.system() as c:
        await c.execute(_INSERT, [project])
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with base.database.system() as c:
            await c.execute(
                "update asset set project_id = $2 where project_id = $1", project, projects[1]
            )


async def test_a_project_with_assets_stays(base: Base) -> None:
    project = await base.project("owner of one", "owner/")
    async with base.database.system() as c:
        await c.execute(_INSERT, [project])
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with base.database.system() as c:
            await c.execute("delete from project where id = $1", project)
    async with base.database.system() as c:
        await c.execute("delete from asset where project_id = $1", project)
        await c.execute("delete from project where id = $1", project)


async def test_who_deletes_the_project_waits_for_who_registers(base: Base) -> None:
    project = await base.project("disputed", "disputed/")
    registering = await asyncpg.connect(base.system_url)
    try:
        await registering.execute("begin")
        await registering.execute(_INSERT, [project])
        delete = f"set local lock_timeout = '100ms'; delete from project where id = '{project}'"
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with base.database.system() as c:
                await c.execute(delete)
    finally:
        await registering.close()
