"""Jobs that wait for another one: for an equal one, or for their first look."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain.models import Job
from api.domain.states import JobStatus, before

_SQL = sql.load("shared")


@dataclass(frozen=True, slots=True)
class Freed:
    """A job that waits for another which is over. `made`: an equal one, and it has succeeded."""

    job: Job
    made: bool


async def follow(connection: Connection, job: Job, *, reason: str) -> Job | None:
    """Let a queued job wait for an equal one; None where there is none to wait for.

    Of two that start at the same moment the second sees the first: both take one lock.
    """
    if job.share_key is None:
        return None
    await connection.execute(_SQL["lock"], f"{job.project_id}{job.share_key}")
    awaited: UUID | None = await connection.fetchval(
        _SQL["awaited"], job.project_id, job.share_key, job.id, job.priority
    )
    if awaited is None:
        return None
    return await _wait(connection, _SQL["wait"], job, awaited, reason)


async def look(connection: Connection, job: Job, first: UUID, *, reason: str) -> Job | None:
    """Let a queued job go on behind its first look; None when it is queued no more."""
    return await _wait(connection, _SQL["look"], job, first, reason)


async def _wait(
    connection: Connection, query: str, job: Job, awaited: UUID, reason: str
) -> Job | None:
    states = [JobStatus.QUEUED]
    return maybe(Job, await connection.fetchrow(query, job.id, awaited, reason, states))


async def freed(connection: Connection, limit: int) -> list[Freed]:
    """Jobs that wait for one which is over, oldest first."""
    rows = await connection.fetch(_SQL["freed"], limit)
    return [Freed(build(Job, row), row["made"]) for row in rows]


async def release(connection: Connection, job: Job) -> Job | None:
    """Let a job that waits for another be queued; None when somebody was faster."""
    states = list(before(JobStatus.QUEUED))
    row = await connection.fetchrow(_SQL["release"], job.id, job.waits_for, states)
    return maybe(Job, row)
