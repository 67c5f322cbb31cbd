"""Tells metrics, traces and the log how an attempt went, once that is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from api import metrics, tracing
from api.adapters.postgres import jobs, tasks
from api.domain.states import TERMINAL
from api.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Database
    from api.domain.models import Attempt, Job, Task
    from schema.job import FailureReport, PhaseTime

log = structlog.get_logger(__name__)


async def attempt_ended(
    database: Database, task: Task, phases: Sequence[PhaseTime], failure: FailureReport | None
) -> None:
    """Tell of one attempt. It is no part of the work: a database that is away is borne."""
    try:
        async with database.system() as connection:
            job = await jobs.get(connection, task.job_id)
            attempts = await tasks.attempts_of(connection, [task.job_id])
    except DatabaseUnavailable:
        return
    attempt = next((a for a in attempts if a.id == task.attempt_id), None)
    if job is None or attempt is None or attempt.finished_at is None:
        return
    _count(job, phases, failure)
    _trace(job, attempt, phases, failure)
    log.info(
        "attempt ended",
        job_id=str(job.id),
        attempt=attempt.number,
        status=attempt.status,
        job_status=job.status,
        code=failure.code if failure else None,
        seconds=round((attempt.finished_at - attempt.created_at).total_seconds(), 3),
        phases={p.phase.lower(): round(p.seconds, 3) for p in phases},
    )


def _count(job: Job, phases: Sequence[PhaseTime], failure: FailureReport | None) -> None:
    for phase in phases:
        metrics.phase_seconds.labels(phase.phase).observe(phase.seconds)
    if failure is not None:
        metrics.failures.labels(failure.failure, failure.code).inc()
    if job.status in TERMINAL and job.finished_at is not None:
        seconds = (job.finished_at - job.created_at).total_seconds()
        metrics.job_seconds.labels(job.status).observe(seconds)


def _trace(
    job: Job, attempt: Attempt, phases: Sequence[PhaseTime], failure: FailureReport | None
) -> None:
    if attempt.finished_at is None:
        return
    tracing.attempted(
        job.traceparent,
        queued_at=job.created_at,
        began_at=attempt.created_at,
        ended_at=attempt.finished_at,
        attributes={
            "reelmill.job.id": str(job.id),
            "reelmill.attempt": attempt.number,
            "reelmill.attempt.status": attempt.status,
            "reelmill.job.status": job.status,
        },
        phases=phases,
        error=f"{failure.code}: {failure.message}" if failure else None,
    )
