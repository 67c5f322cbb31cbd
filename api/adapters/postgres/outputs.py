"""Outputs and the blobs that they refer to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids
from api.domain.models import Job, Output
from schema.job import OutputFacts

_SQL = sql.load("outputs")


@dataclass(frozen=True, slots=True)
class Blob:
    """Published bytes."""

    id: UUID
    bucket: str
    prefix: str


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


async def unpublish(connection: Connection, asset_id: UUID) -> None:
    """Take an asset's outputs away; blobs that nothing else refers to are doomed."""
    await connection.execute(_SQL["doom_blobs"], asset_id)
    await connection.execute(_SQL["delete_of_asset"], asset_id)


async def doomed(connection: Connection, limit: int) -> list[Blob]:
    """Blobs whose objects are to be deleted."""
    rows = await connection.fetch(_SQL["doomed_blobs"], limit)
    return [build(Blob, row) for row in rows]


async def delete_blob(connection: Connection, blob_id: UUID) -> None:
    """Forget a blob whose objects are gone."""
    await connection.execute(_SQL["delete_blob"], blob_id)


async def kept_below(
    connection: Connection, project_id: UUID, bucket: str, prefix: str
) -> list[str]:
    """Prefixes of published bytes below a prefix."""
    rows = await connection.fetch(_SQL["kept_below"], project_id, bucket, prefix)
    return [row["prefix"] for row in rows]
