"""Jobs: the backlog, guarded state changes, pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain.filters import JobQuery
from api.domain.job_orders import Place
from api.domain.models import Job, Json
from api.domain.states import JobStatus, before
from api.errors import AssetBusy

_SQL = sql.load("jobs")


@dataclass(frozen=True, slots=True)
class Backlog:
    """Jobs that have not ended, by state; and for how long the oldest one is QUEUED, in seconds."""

    counts: Mapping[JobStatus, int]
    oldest_seconds: float


async def insert(
    connection: Connection,
    *,
    job_id: UUID,
    project_id: UUID,
    asset_id: UUID,
    preset: str | None,
    recipe: Json,
    title: str,
    output_prefix: str,
    priority: int,
    metadata: Json,
    retry_of: UUID | None = None,
    traceparent: str | None = None,
    force: bool = False,
    share_key: str | None = None,
    inputs: Sequence[UUID] = (),
) -> Job:
    """A job at the end of the backlog. Raises AssetBusy when an asset of it is being deleted."""
    row = await connection.fetchrow(
        _SQL["insert"],
        job_id,
        project_id,
        asset_id,
        preset,
        recipe,
        title,
        output_prefix,
        priority,
        metadata,
        retry_of,
        traceparent,
        force,
        share_key,
        list(inputs),
    )
    if row is None:
        raise AssetBusy("an asset of the job is being deleted")
    return build(Job, row)


async def get(connection: Connection, job_id: UUID) -> Job | None:
    """One job."""
    return maybe(Job, await connection.fetchrow(_SQL["get"], job_id))


async def lock(connection: Connection, job_id: UUID) -> Job | None:
    """One job, held against other writers until the transaction ends."""
    return maybe(Job, await connection.fetchrow(_SQL["lock"], job_id))


async def get_many(connection: Connection, job_ids: Iterable[UUID]) -> list[Job]:
    """Jobs by id, in any order."""
    return [build(Job, row) for row in await connection.fetch(_SQL["get_many"], list(job_ids))]


async def page(
    connection: Connection, project_id: UUID, *, after: UUID | None, wanted: JobQuery, limit: int
) -> list[Job]:
    """The newest jobs below a cursor."""
    words = (wanted.asset_id, wanted.status, limit, wanted.retried)
    rows = await connection.fetch(_SQL["page"], project_id, after, *words)
    return [build(Job, row) for row in rows]


async def page_of_ended(
    connection: Connection, project_id: UUID, *, after: Place | None, wanted: JobQuery, limit: int
) -> list[Job]:
    """Jobs that have ended, the last one first, behind a place."""
    behind = (after.id, after.finished_at) if after else (None, None)
    status = list(JobStatus) if wanted.status is None else wanted.status
    words = (wanted.asset_id, status, limit, wanted.retried)
    rows = await connection.fetch(_SQL["page_of_ended"], project_id, *behind, *words)
    return [build(Job, row) for row in rows]


async def retries(connection: Connection, job_ids: Iterable[UUID]) -> dict[UUID, Job]:
    """Of jobs that were made again, by id: the newest one, unless that was canceled."""
    rows = await connection.fetch(_SQL["retries"], list(job_ids))
    return {row["old_id"]: build(Job, row) for row in rows}


async def pages_of_assets(
    connection: Connection, asset_ids: Iterable[UUID], *, after: UUID | None, limit: int
) -> list[Job]:
    """The newest jobs of each asset below a cursor, newest first."""
    rows = await connection.fetch(_SQL["pages_of_assets"], list(asset_ids), after, limit)
    return [build(Job, row) for row in rows]


async def versions(connection: Connection, job_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The version of each job."""
    rows = await connection.fetch(_SQL["versions"], list(job_ids))
    return {row["id"]: row["version"] for row in rows}


async def claim_backlog(
    connection: Connection, limit: int, *, per_project: int | None = None
) -> list[Job]:
    """Take up to `limit` jobs to start; no project gets more than `per_project` at once."""
    rows = await connection.fetch(_SQL["claim_backlog"], limit, per_project)
    return [build(Job, row) for row in rows]


async def wait_for_runners(
    connection: Connection, task_ids: Iterable[UUID], *, reason: str
) -> None:
    """Their runners are there or on their way: step into WAITING whatever may."""
    to = JobStatus.WAITING
    await connection.execute(_SQL["wait_for_runners"], list(task_ids), to, list(before(to)), reason)


async def set_reasons(connection: Connection, reasons: Mapping[UUID, str]) -> list[UUID]:
    """Say why the jobs of some tasks wait; returns those that wait and were not told that yet."""
    rows = await connection.fetch(_SQL["set_reasons"], list(reasons), list(reasons.values()))
    return [row["id"] for row in rows]


async def move(
    connection: Connection, job: Job, to: JobStatus, *, reason: str | None = None
) -> Job | None:
    """Step into a state that is not final; None when somebody was faster."""
    row = await connection.fetchrow(_SQL["move"], job.id, job.attempt, to, list(before(to)), reason)
    return maybe(Job, row)


async def progress(
    connection: Connection,
    job_id: UUID,
    attempt: int,
    *,
    phase: str,
    fraction: float,
    speed: float | None,
    eta_seconds: float | None,
) -> Job | None:
    """Store the newest progress; None when the job does not run any more."""
    row = await connection.fetchrow(
        _SQL["progress"], job_id, attempt, phase, fraction, speed, eta_seconds
    )
    return maybe(Job, row)


async def finish(
    connection: Connection, job: Job, to: JobStatus, *, error: Json | None = None
) -> Job | None:
    """Step into a final state, once; None when somebody was faster."""
    row = await connection.fetchrow(
        _SQL["finish"], job.id, job.attempt, to, list(before(to)), error
    )
    return maybe(Job, row)


async def retry(
    connection: Connection, job: Job, *, failure: str, reason: str, delay: float
) -> Job | None:
    """Wait for another attempt; None when somebody was faster."""
    row = await connection.fetchrow(_SQL["retry"], job.id, job.attempt, failure, reason, delay)
    return maybe(Job, row)


async def unclean(connection: Connection, limit: int) -> list[Job]:
    """Ended jobs whose unpublished objects may still lie in the store, or may do so again."""
    return [build(Job, row) for row in await connection.fetch(_SQL["unclean"], limit)]


async def set_cleaned(connection: Connection, job_id: UUID) -> None:
    """Note that nothing unpublished is left."""
    await connection.execute(_SQL["set_cleaned"], job_id)


async def set_priority(connection: Connection, job_id: UUID, priority: int) -> Job | None:
    """Change a job's place in the backlog; None when it has ended."""
    return maybe(Job, await connection.fetchrow(_SQL["set_priority"], job_id, priority))


async def of_asset(connection: Connection, asset_id: UUID) -> list[Job]:
    """Every job of an asset."""
    return [build(Job, row) for row in await connection.fetch(_SQL["of_asset"], asset_id)]


async def delete_of_asset(connection: Connection, asset_id: UUID) -> None:
    """Delete every job of an asset; what they have cost is kept."""
    await connection.execute(_SQL["archive_usage"], asset_id)
    await connection.execute(_SQL["delete_of_asset"], asset_id)


async def newest_succeeded(connection: Connection, project_id: UUID, limit: int) -> list[Job]:
    """The jobs that succeeded last."""
    rows = await connection.fetch(_SQL["newest_succeeded"], project_id, limit)
    return [build(Job, row) for row in rows]


async def backlog(connection: Connection) -> Backlog:
    """What is to do, over all projects."""
    rows = {JobStatus(row["status"]): row for row in await connection.fetch(_SQL["backlog"])}
    oldest = rows[JobStatus.QUEUED]["oldest"] if JobStatus.QUEUED in rows else 0.0
    return Backlog({status: row["count"] for status, row in rows.items()}, oldest)
