"""Attempts and their tasks: births, claims, leases, ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import tokens
from api.domain.execution import Errand, Handle
from api.domain.models import Attempt, Job, Task
from api.domain.sizing import Lack
from api.domain.states import AttemptStatus

_SQL = sql.load("tasks")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one epoch of a task writes."""

    attempt: int
    kind: str
    index: int
    epoch: int


async def insert(
    connection: Connection, born: Sequence[tuple[Job, Errand]], *, lease_seconds: float
) -> None:
    """Record the attempt that each `job.attempt` numbers, with its only task."""
    owners = [[job.project_id for job, _ in born], [job.id for job, _ in born]]
    attempts = [errand.attempt_id for _, errand in born]
    sizes = [errand.size for _, errand in born]
    await connection.execute(
        _SQL["insert_attempts"],
        attempts,
        *owners,
        [job.attempt for job, _ in born],
        [size.memory if size else None for size in sizes],
        [size.storage if size else None for size in sizes],
    )
    await connection.execute(
        _SQL["insert_tasks"],
        [errand.task_id for _, errand in born],
        *owners,
        attempts,
        [errand.kind for _, errand in born],
        [tokens.digest(errand.proof) for _, errand in born],
        lease_seconds,
    )


async def lacked(connection: Connection, job_ids: Collection[UUID]) -> dict[UUID, Lack]:
    """What attempts of these jobs had and died for want of more."""
    rows = await connection.fetch(_SQL["lacked"], list(job_ids))
    return {row["job_id"]: Lack(row["memory"], row["storage"]) for row in rows}


async def record_processes(
    connection: Connection, handles: Mapping[UUID, Handle]
) -> dict[UUID, UUID]:
    """Note whose processes they are; returns the job of each task that was waiting for one."""
    await connection.execute(_SQL["lock_jobs"], list(handles))
    found = await connection.fetch(
        _SQL["record_processes"],
        list(handles),
        [handle.pid for handle in handles.values()],
        [handle.started for handle in handles.values()],
        [handle.uid for handle in handles.values()],
    )
    return {row["id"]: row["job_id"] for row in found}


async def find(connection: Connection, task_id: UUID) -> Task | None:
    """One task."""
    return maybe(Task, await connection.fetchrow(_SQL["find"], task_id))


async def find_place(
    connection: Connection, attempt_id: UUID, kind: str, index: int
) -> Task | None:
    """One task by where it stands in its attempt."""
    row = await connection.fetchrow(_SQL["find_place"], attempt_id, kind, index)
    return maybe(Task, row)


async def claim(
    connection: Connection,
    task: Task,
    *,
    token_hash: bytes,
    lease_seconds: float,
    credential_seconds: float | None,
) -> int | None:
    """Raise the epoch and return it; None when another claim was faster or the task is over."""
    epoch: int | None = await connection.fetchval(
        _SQL["claim"], task.id, task.epoch, token_hash, lease_seconds, credential_seconds
    )
    if epoch is not None:
        await connection.execute(_SQL["start_attempt"], task.attempt_id)
    return epoch


async def renew(
    connection: Connection, task: Task, *, sequence: int, lease_seconds: float, renew_before: float
) -> bool | None:
    """Extend the lease; None for a report that is older than one already seen.

    Else whether the runner's credentials end within `renew_before` seconds. The database's clock
    alone decides: those of API processes and stores may be wrong.
    """
    due: bool | None = await connection.fetchval(
        _SQL["renew"], task.id, task.epoch, sequence, lease_seconds, renew_before
    )
    return due


async def set_credentials(connection: Connection, task_id: UUID, seconds: float | None) -> None:
    """Note for how long the runner's newest credentials are good."""
    await connection.execute(_SQL["set_credentials"], task_id, seconds)


async def end(
    connection: Connection,
    task: Task,
    to: AttemptStatus,
    *,
    reason: str | None = None,
    log: str | None = None,
) -> bool:
    """End a task and its attempt, once; False when they have ended before.

    With it ends what else of the attempt waits or runs.
    """
    ended = await connection.fetchval(_SQL["end_task"], task.id, to)
    if ended is None:
        return False
    await connection.execute(_SQL["withdraw"], task.attempt_id, to)
    await connection.execute(_SQL["end_attempt"], task.attempt_id, to, reason, log)
    return True


async def withdraw(connection: Connection, job: Job, to: AttemptStatus) -> None:
    """End the attempt of a job that has no runner."""
    attempt_id = await connection.fetchval(_SQL["attempt_of"], job.id, job.attempt)
    if attempt_id is not None:
        await connection.execute(_SQL["withdraw"], attempt_id, to)
        await connection.execute(_SQL["end_attempt"], attempt_id, to, None, None)


async def live(connection: Connection) -> list[Task]:
    """Every task that may have a process."""
    return [build(Task, row) for row in await connection.fetch(_SQL["live"])]


async def extend_leases(connection: Connection, seconds: float) -> None:
    """Give every live task time to report."""
    await connection.execute(_SQL["extend_leases"], seconds)


async def clock(connection: Connection) -> datetime:
    """The time by which leases end."""
    now: datetime = await connection.fetchval(_SQL["clock"])
    return now


async def unwanted(connection: Connection) -> list[Task]:
    """Tasks whose runner must end: silent for longer than the lease, or canceled."""
    return [build(Task, row) for row in await connection.fetch(_SQL["unwanted"])]


async def attempts_of(connection: Connection, job_ids: Iterable[UUID]) -> list[Attempt]:
    """The tries at some jobs, oldest first."""
    rows = await connection.fetch(_SQL["attempts_of"], list(job_ids))
    return [build(Attempt, row) for row in rows]


async def places(connection: Connection, job_id: UUID) -> list[Place]:
    """Every place where a task of this job may have written; `epoch` is the newest of each."""
    rows = await connection.fetch(_SQL["epochs_of"], job_id)
    return [Place(row["attempt"], row["kind"], row["index"], row["epoch"]) for row in rows]
