"""Outputs and the blobs that they refer to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids
from api.domain.models import Job, Output
from schema.job import OutputFacts

_SQL = sql.load("outputs")
_COLUMNS = frozenset({"kind", "key", "content_type", "size", "files", "sha256"})


async def publish(
    connection: Connection, job: Job, *, bucket: str, prefix: str, outputs: Iterable[OutputFacts]
) -> None:
    """Record one blob and what a user sees of it."""
    blob = await connection.fetchval(_SQL["insert_blob"], ids.new(), job.project_id, bucket, prefix)
    for position, output in enumerate(outputs):
        await connection.execute(
            _SQL["insert"],
            ids.new(),
            job.project_id,
            job.id,
            job.asset_id,
            blob,
            position,
            output.kind,
            bucket,
            output.key,
            output.content_type,
            output.size,
            output.files,
            output.sha256,
            output.model_dump(mode="json", exclude=set(_COLUMNS)),
        )


async def get(connection: Connection, output_id: UUID) -> Output | None:
    """One output."""
    return maybe(Output, await connection.fetchrow(_SQL["get"], output_id))


async def of_jobs(connection: Connection, job_ids: Iterable[UUID]) -> list[Output]:
    """The outputs of some jobs."""
    rows = await connection.fetch(_SQL["of_jobs"], list(job_ids))
    return [build(Output, row) for row in rows]


async def of_assets(connection: Connection, asset_ids: Iterable[UUID]) -> list[Output]:
    """The outputs of some assets."""
    rows = await connection.fetch(_SQL["of_assets"], list(asset_ids))
    return [build(Output, row) for row in rows]


async def prefixes_of(connection: Connection, job_id: UUID) -> list[str]:
    """Prefixes that one job has published."""
    rows = await connection.fetch(_SQL["prefixes_of"], job_id)
    return [row["prefix"] for row in rows]
