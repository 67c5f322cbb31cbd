"""From the backlog to an attempt with a task: what is to be started is written down first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.adapters.postgres import assets, events, jobs, tasks
from api.domain import ids, sizing, tokens
from api.domain.execution import Errand
from schema.job import TaskKind
from schema.probe import Probe
from schema.recipe import Recipe

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection
    from api.domain.models import Asset, Job


async def take(
    connection: Connection,
    limit: int,
    *,
    per_project: int | None,
    lease_seconds: float,
    sized: bool,
) -> list[tuple[Job, Errand]]:
    """Claim up to `limit` jobs, each with a new attempt and the errand of its runner."""
    claimed = await jobs.claim_backlog(connection, limit, per_project=per_project)
    sources: dict[object, Asset] = {}
    if sized and claimed:
        found = await assets.get_many(connection, {job.asset_id for job in claimed})
        sources = {asset.id: asset for asset in found}
    born = [(job, _errand(job, sources.get(job.asset_id))) for job in claimed]
    for job, errand in born:
        await tasks.insert(
            connection,
            job,
            attempt_id=errand.attempt_id,
            task_id=errand.task_id,
            kind=errand.kind,
            proof_hash=tokens.digest(errand.proof),
            lease_seconds=lease_seconds,
            size=errand.size,
        )
    # Each takes its project's counter until the commit: in one order everywhere, or two leaders of
    # one moment would wait for each other.
    for job in sorted(claimed, key=lambda job: job.project_id):
        await events.append(connection, job.project_id, "JOB_LAUNCHING", job.id)
    return born


def _errand(job: Job, asset: Asset | None) -> Errand:
    return Errand(
        task_id=ids.new(),
        attempt_id=ids.new(),
        kind=TaskKind.ENCODE,
        job_id=job.id,
        attempt=job.attempt,
        preset=job.preset,
        proof=tokens.random_secret(),
        size=_size(job, asset) if asset else None,
    )


def _size(job: Job, asset: Asset) -> sizing.Size:
    probe = Probe.model_validate(asset.probe) if asset.probe else None
    return sizing.of_task(Recipe.model_validate(job.recipe), probe, asset.size, job.retries)
