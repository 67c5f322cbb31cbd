"""Outputs: what users see of blobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids
from api.domain.models import Job, Output
from schema.output import OutputFacts

_SQL = sql.load("outputs")
_COLUMNS = frozenset({"kind", "key", "content_type", "size", "files", "sha256"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One output to be: its facts with the whole key, and the blob that it shows."""

    facts: OutputFacts
    blob_id: UUID
    bucket: str
    reused: bool = False


async def insert(connection: Connection, job: Job, outputs: Iterable[Seen]) -> None:
    """Record what a user sees of a job, in this order, behind what is there."""
    first = await connection.fetchval(_SQL["next_position"], job.id)
    rows = [
        (
            ids.new(),
            job.project_id,
            job.id,
            job.asset_id,
            seen.blob_id,
            position,
            seen.facts.kind,
            seen.bucket,
            seen.facts.key,
            seen.facts.content_type,
            seen.facts.size,
            seen.facts.files,
            seen.facts.sha256,
            seen.facts.model_dump(mode="json", exclude=set(_COLUMNS)),
            seen.reused,
        )
        for position, seen in enumerate(outputs, start=first)
    ]
    await connection.executemany(_SQL["insert"], rows)


async def forget(connection: Connection, job_id: UUID, blob_id: UUID) -> None:
    """A user sees nothing of this blob any more in a job."""
    await connection.execute(_SQL["forget"], job_id, blob_id)


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


async def newest(
    connection: Connection, asset_ids: Iterable[UUID], kinds: Iterable[str]
) -> list[Output]:
    """Of each asset and kind the newest output."""
    rows = await connection.fetch(_SQL["newest"], list(asset_ids), list(kinds))
    return [build(Output, row) for row in rows]
