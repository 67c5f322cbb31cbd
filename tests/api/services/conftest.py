"""The services of the runner protocol over a real database and store, without an executor."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from api import migrate
from api.adapters.postgres import assets, jobs, tasks
from api.adapters.postgres.pool import Database
from api.adapters.s3 import Storage
from api.config import Settings
from api.domain import ids, tokens
from api.domain.execution import Errand
from api.domain.models import Job
from api.services.endings import Endings
from api.services.hub import JOBS, Hub
from api.services.runs import Runs
from api.services.wire import Wire
from schema.job import (
    Claim,
    ClaimRequest,
    TaskKind,
)
from schema.recipe import Poster, Recipe
from tests.support.live import role_url
from tests.support.stack_fixtures import S3Settings


@dataclass
class Bench:
    """The services over a real database and store, without an executor."""

    database: Database
    storage: Storage
    runs: Runs
    endings: Endings
    settings: Settings
    bucket: Any
    project: Any
    proofs: dict[Any, str] = field(default_factory=dict)

    async def attempt(self, job: Job | None = None) -> tuple[Job, ClaimRequest, str]:
        """A job with an attempt whose runner is about to claim."""
        if job is None:
            job = await self.queued()
        proof = tokens.random_secret()
        attempt_id = ids.new()
        async with self.database.system() as c:
            await c.execute(
                "update job set priority = 100, run_after = now() where id = $1", job.id
            )
            (job,) = await jobs.claim_backlog(c, 1)
            errand = Errand(
                task_id=ids.new(), attempt_id=attempt_id, kind=TaskKind.ENCODE, proof=proof
            )
            await tasks.insert(c, [(job, errand)], lease_seconds=30)
        request = ClaimRequest(attempt_id=str(attempt_id), task=TaskKind.ENCODE, runner="test")
        return job, request, proof

    async def queued(self) -> Job:
        async with self.database.tenant(self.project) as c:
            asset = await assets.upsert(
                c, self.project, bucket=self.settings.bucket_in, key="a.mp4", etag="e", size=5
            )
            job_id = ids.new()
            return await jobs.insert(
                c,
                job_id=job_id,
                project_id=self.project,
                asset_id=asset.id,
                preset=None,
                recipe=Recipe(poster=Poster()).model_dump(mode="json"),
                title="t",
                output_prefix=f"{job_id.hex}/",
                priority=0,
                metadata={},
            )

    async def claimed(self) -> tuple[Job, Claim]:
        job, request, proof = await self.attempt()
        return job, await self.runs.claim(proof, request)

    async def job(self, job: Job) -> Job:
        async with self.database.system() as c:
            found = await jobs.get(c, job.id)
        assert found is not None
        return found

    def put(self, key: str) -> None:
        self.bucket.put_object(Bucket=self.settings.bucket_out, Key=key, Body=b"x")

    async def events(self, job: Job) -> list[str]:
        async with self.database.system() as c:
            rows = await c.fetch("select type from event where entity_id = $1 order by seq", job.id)
        return [row["type"] for row in rows]


@pytest.fixture(scope="module")
async def runs_bench(
    new_database: Callable[[], str], s3_settings: S3Settings, bucket: Any
) -> AsyncIterator[Bench]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    settings = Settings(
        database_url=api,
        system_database_url=system,
        secret_key=base64.b64encode(bytes(32)).decode(),
        s3_endpoint=s3_settings.endpoint,
        access_key_id=s3_settings.access_key,
        secret_access_key=s3_settings.secret_key,
        sts_role_arn=s3_settings.role_arn,
        bucket_in=s3_settings.bucket_in,
        bucket_out=s3_settings.bucket_out,
    )
    async with AsyncExitStack() as stack:
        database = await Database.open(url=api, system_url=system, size=4)
        stack.push_async_callback(database.close)
        storage = await Storage.open(settings, stack)
        hub = Hub(database, Wire(system), JOBS)
        endings = Endings(database, hub)
        runs = Runs(database, storage, hub, endings, settings)
        async with database.system() as c:
            project = await c.fetchval("select id from project")
        yield Bench(database, storage, runs, endings, settings, bucket, project)
