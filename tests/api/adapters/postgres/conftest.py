"""A migrated database of this session's own, with both pools open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from api import migrate
from api.adapters.postgres import (
    assets,
    events,
    idempotency,
    jobs,
    probes,
    shares,
    tasks,
    uploads,
)
from api.adapters.postgres.pool import Database
from api.domain import ids
from api.domain.execution import Errand
from api.domain.states import UploadMethod
from tests.support.live import role_url


@dataclass(frozen=True)
class Base:
    """Addresses and pools of a migrated database."""

    owner_url: str
    api_url: str
    system_url: str
    database: Database

    async def project(self, name: str, prefix: str) -> UUID:
        """One more project."""
        project = ids.new()
        async with self.database.system() as connection:
            await connection.execute(
                "insert into project (id, name, prefix) values ($1, $2, $3)", project, name, prefix
            )
        return project

    async def analyze(self, table: str) -> None:
        """Let the planner know how large a table is, as autovacuum does within a minute."""
        owner = await asyncpg.connect(self.owner_url)
        try:
            await owner.execute(f"analyze {table}")
        finally:
            await owner.close()


@pytest.fixture(scope="session")
async def base(new_database: Callable[[], str]) -> AsyncIterator[Base]:
    owner_url = new_database()
    api_url, system_url = role_url(owner_url, "rm_api"), role_url(owner_url, "rm_system")
    await migrate.run(
        owner_url=owner_url, api_url=api_url, system_url=system_url, phases={"pre", "post"}
    )
    database = await Database.open(url=api_url, system_url=system_url, size=4)
    yield Base(owner_url, api_url, system_url, database)
    await database.close()


@pytest.fixture(scope="session")
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
        errand = Errand(task_id=ids.new(), attempt_id=ids.new(), kind="encode")
        await tasks.insert(c, [(job, errand)], lease_seconds=1)
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
            options={},
            preset=None,
            seconds=60,
            first_look=False,
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
        await c.execute(
            "insert into job_blob values ($1, $2, 'mp4', $3, true)", project, job.id, blob
        )
        await shares.insert(
            c,
            project,
            asset_id=asset.id,
            output_id=None,
            title="t",
            token=project.hex,
            expires_at=datetime.now(UTC) + timedelta(hours=1),
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
