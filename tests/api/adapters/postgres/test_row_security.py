"""Row security alone keeps projects apart, with every service out of the way."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from api.adapters.postgres import assets, events, idempotency, jobs, probes, tasks, uploads
from api.domain import ids
from api.domain.states import UploadMethod
from tests.api.adapters.postgres.conftest import Base

TABLES = [
    "project", "api_key", "asset", "job", "attempt", "task", "upload", "blob", "output", "event",
    "idempotency", "scan", "scan_seen", "preset", "usage_archive", "probe_batch",
]  # fmt: skip


@pytest.fixture(scope="module")
async def projects(base: Base) -> tuple[UUID, UUID]:
    """Two projects that have a row in every table."""
    made = [await base.project(name, f"{name}/") for name in ("red", "blue")]
    for project in made:
        await _fill(base, project)
    return made[0], made[1]


async def _fill(base: Base, project: UUID) -> None:
    """One row in each table; long because there are so many."""
    async with base.database.system() as c:
        await c.execute(
            "insert into api_key (id, project_id, name, secret_hash, scopes)"
            " values ($1, $2, 'k', '\\x00', '{READ}')",
            project.hex,
            project,
        )
        asset = await assets.upsert(c, project, bucket="b", key="red/or/blue.mp4", etag="e", size=1)
        job = await jobs.insert(
            c,
            job_id=ids.new(),
            project_id=project,
            asset_id=asset.id,
            preset="web",
            recipe={},
            title="t",
            output_prefix="p/",
            priority=0,
            metadata={},
        )
        await tasks.insert(
            c,
            job,
            attempt_id=ids.new(),
            task_id=ids.new(),
            kind="encode",
            proof_hash=b"",
            lease_seconds=1,
        )
        await uploads.insert(
            c,
            upload_id=ids.new(),
            project_id=project,
            bucket="b",
            key="k",
            method=UploadMethod.PUT,
            filename="f",
            title=None,
            content_type=None,
            size=1,
            part_size=1,
            sha256=None,
            metadata={},
            preset=None,
            seconds=60,
        )
        blob = await c.fetchval(
            "insert into blob (id, project_id, bucket, prefix) values ($1, $2, 'b', 'p/')"
            " returning id",
            ids.new(),
            project,
        )
        await c.execute(
            "insert into output (id, project_id, job_id, asset_id, blob_id, position, kind, bucket,"
            " key, content_type, size, files, sha256, facts)"
            " values ($1, $2, $3, $4, $5, 0, 'MP4', 'b', 'p/a', 'video/mp4', 1, 1, '', '{}')",
            ids.new(),
            project,
            job.id,
            asset.id,
            blob,
        )
        scan = ids.new()
        await c.execute(
            "insert into scan (id, project_id, bucket, prefix, lease_until)"
            " values ($1, $2, 'b', '', now())",
            scan,
            project,
        )
        await c.execute("insert into scan_seen values ($1, $2, 1, 'k')", project, scan)
        batch = ids.new()
        await probes.insert(c, batch, project, proof_hash=b"", lease_seconds=60)
        await c.execute("update asset set probe_batch = $1 where id = $2", batch, asset.id)
        await c.execute("insert into preset values ($1, 'p', 1, 't', 'd', '{}')", project)
        await c.execute(
            "insert into usage_archive values ($1, now()::date, 1, 1, 0, 0, 1, 1)", project
        )
        await idempotency.reserve(
            c, project, mutation="m", key="k", input_hash=b"", entity_id=job.id
        )
        await events.append(c, project, "JOB_QUEUED", job.id)


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


@pytest.mark.parametrize("table", ["asset", "job", "upload", "output", "blob", "idempotency"])
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
