"""Row security alone keeps projects apart, with every service out of the way."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from api.adapters.postgres import assets
from tests.api.adapters.postgres.conftest import Base

TABLES = [
    "project", "api_key", "asset", "job", "attempt", "task", "upload", "blob", "output", "event",
    "idempotency", "scan", "scan_seen", "preset", "usage_archive", "probe_batch", "job_blob",
    "share",
]  # fmt: skip


async def test_the_list_of_tables_is_whole(base: Base) -> None:
    async with base.database.system() as connection:
        rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    assert {row["tablename"] for row in rows} == {*TABLES, "migration"}


@pytest.mark.parametrize("table", TABLES)
async def test_a_project_sees_its_own_rows_only(
    base: Base, projects: tuple[UUID, UUID], table: str
) -> None:
    red, blue = projects
    column = "id" if table == "project" else "project_id"
    async with base.database.tenant(red) as connection:
        owners = await connection.fetch(f"select distinct {column} as owner from {table}")
    assert [row["owner"] for row in owners] == [red]
    assert blue != red


@pytest.mark.parametrize("table", TABLES)
async def test_without_a_project_nothing_is_seen(
    base: Base, projects: tuple[UUID, UUID], table: str
) -> None:
    column = "id" if table == "project" else "project_id"
    connection = await asyncpg.connect(base.api_url)
    try:
        assert await connection.fetch(f"select {column} from {table}") == []
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "table", ["asset", "job", "upload", "output", "blob", "job_blob", "idempotency"]
)
async def test_a_project_cannot_change_anothers_rows(
    base: Base, projects: tuple[UUID, UUID], table: str
) -> None:
    red, blue = projects
    async with base.database.tenant(red) as connection:
        done = await connection.execute(f"delete from {table} where project_id = $1", blue)
    assert done == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with base.database.tenant(red) as connection:
            await connection.execute(f"update {table} set project_id = $1", blue)


async def test_a_project_cannot_write_into_another(base: Base, projects: tuple[UUID, UUID]) -> None:
    red, blue = projects
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with base.database.tenant(red) as connection:
            await assets.upsert(connection, blue, bucket="b", key="x", etag="e", size=1)


@pytest.mark.parametrize(
    "statement",
    [
        "select secret_hash from api_key",
        "update api_key set scopes = '{ADMIN}'",
        "delete from api_key",
        "update task set epoch = 9",
        "update event set type = 'X'",
        "delete from event",
        "update project set prefix = ''",
        "set row_security = off; select * from asset",
        "set role rm_system",
        "create table x ()",
    ],
)
async def test_what_the_api_role_may_not(
    base: Base, projects: tuple[UUID, UUID], statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with base.database.tenant(projects[0]) as connection:
            await connection.execute(statement)


async def test_a_project_cannot_make_a_key_of_another(
    base: Base, projects: tuple[UUID, UUID]
) -> None:
    red, blue = projects
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with base.database.tenant(red) as connection:
            await connection.execute(
                "insert into api_key (id, project_id, name, secret_hash, scopes)"
                " values ('x', $1, 'x', '', '{ADMIN}')",
                blue,
            )


async def test_the_setting_does_not_outlive_its_transaction(
    base: Base, projects: tuple[UUID, UUID]
) -> None:
    connection = await asyncpg.connect(base.api_url)
    try:
        async with connection.transaction():
            await connection.execute("select set_config('app.project', $1, true)", str(projects[0]))
            assert len(await connection.fetch("select id from asset")) == 1
        assert await connection.fetch("select id from asset") == []
    finally:
        await connection.close()
