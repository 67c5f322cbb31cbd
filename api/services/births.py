"""From the backlog to an attempt with a task: what is to be started is written down first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import assets, events, jobs, pieces, tasks
from api.domain import ids, sizing, tokens
from api.domain.execution import Errand, Handle
from api.domain.states import TaskStatus
from api.services import splitting
from schema.job import FailureClass, TaskKind
from schema.probe import Probe
from schema.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from api.adapters.postgres.pool import Connection
    from api.domain.models import Asset, Job, Task

# A job that was retried for one of these needs more than an attempt of it had.
_SHORT: Final = frozenset[str]({FailureClass.OOM, FailureClass.DISK})


async def take(
    connection: Connection,
    limit: int,
    *,
    per_project: int | None,
    lease_seconds: float,
    rules: sizing.Rules | None,
    split_seconds: float = 0,
) -> list[tuple[Job, Errand]]:
    """Claim up to `limit` jobs, each with a new attempt and the errand of its runner.

    Without `rules` runners are given no size.
    Films of `split_seconds` or longer begin with a plan; with 0 none does.
    """
    claimed = await jobs.claim_backlog(connection, limit, per_project=per_project)
    sources: dict[UUID, Asset] = {}
    if (rules or split_seconds) and claimed:
        found = await assets.get_many(connection, {job.asset_id for job in claimed})
        sources = {asset.id: asset for asset in found}
    short = [job.id for job in claimed if _SHORT & job.retries.keys()]
    lacked = await tasks.lacked(connection, short) if rules and short else {}
    born = []
    for job in claimed:
        asset = sources.get(job.asset_id)
        kind = splitting.first_task(job, asset, split_seconds)
        born.append((job, _errand(job, asset, kind, rules, lacked.get(job.id))))
    if born:
        await tasks.insert(connection, born, lease_seconds=lease_seconds)
    # Each takes its project's counter until the commit: in one order everywhere, or two leaders of
    # one moment would wait for each other.
    for project_id in sorted({job.project_id for job in claimed}):
        theirs = [job.id for job in claimed if job.project_id == project_id]
        await events.append_each(connection, project_id, "JOB_LAUNCHING", theirs)
    return born


async def take_pieces(
    connection: Connection,
    limit: int,
    *,
    lease_seconds: float,
    rules: sizing.Rules | None,
    busy: Callable[[UUID], bool] = lambda _: False,
) -> list[Errand]:
    """Claim up to `limit` pieces of split films that wait, the errand of each one's runner.

    A `busy` one has an earlier runner that has told its end and is not gone yet.
    """
    waiting = [task for task in await pieces.ready(connection, limit) if not busy(task.id)]
    owners = {
        job.id: job for job in await jobs.get_many(connection, {task.job_id for task in waiting})
    }
    sources: dict[UUID, Asset] = {}
    if rules and waiting:
        found = await assets.get_many(connection, {job.asset_id for job in owners.values()})
        sources = {asset.id: asset for asset in found}
    born = []
    for task in waiting:
        job = owners[task.job_id]
        asset = sources.get(job.asset_id)
        errand = replace(
            errand_of(task),
            preset=job.preset,
            proof=tokens.random_secret(),
            size=_size(job, asset, task.retries, rules),
        )
        await pieces.start(
            connection,
            task.id,
            proof_hash=tokens.digest(errand.proof),
            lease_seconds=lease_seconds,
        )
        born.append(errand)
    return born


async def repeat(connection: Connection, task: Task, rules: sizing.Rules | None) -> Errand:
    """The errand of a runner that was written down and perhaps never made, as it was then."""
    errand = errand_of(task)
    if (job := await jobs.get(connection, task.job_id)) is None:
        return errand
    asset = await assets.get(connection, job.asset_id)
    if task.kind in {TaskKind.CHUNK, TaskKind.ASSEMBLE}:
        size = _size(job, asset, task.retries, rules)
    else:
        lacked = await tasks.lacked(connection, [job.id])
        lack = lacked.get(job.id) if _SHORT & job.retries.keys() else None
        size = _size(job, asset, job.retries, rules, lack)
    return replace(errand, preset=job.preset, size=size)


def errand_of(task: Task) -> Errand:
    """The errand of a runner that was started before, as far as it is needed to find it."""
    return Errand(
        task_id=task.id,
        attempt_id=task.attempt_id,
        kind=task.kind,
        index=task.index,
        job_id=task.job_id,
        attempt=task.attempt,
        run=task.run,
    )


def is_unborn(task: Task) -> bool:
    """Whether no runner of it was ever noted, so that none has worked."""
    return task.status is TaskStatus.STARTING and handle_of(task) == Handle()


def handle_of(task: Task) -> Handle:
    """What it was written down with."""
    return Handle(task.pid, task.pid_started, task.run_uid)


def _errand(
    job: Job,
    asset: Asset | None,
    kind: TaskKind,
    rules: sizing.Rules | None,
    lack: sizing.Lack | None,
) -> Errand:
    return Errand(
        task_id=ids.new(),
        attempt_id=ids.new(),
        kind=kind,
        job_id=job.id,
        attempt=job.attempt,
        preset=job.preset,
        proof=tokens.random_secret(),
        size=_size(job, asset, job.retries, rules, lack),
    )


def _size(
    job: Job,
    asset: Asset | None,
    retries: Mapping[str, int],
    rules: sizing.Rules | None,
    lack: sizing.Lack | None = None,
) -> sizing.Size | None:
    """What its runner is given, where one is given anything; None for child processes."""
    if rules is None or asset is None:
        return None
    probe = Probe.model_validate(asset.probe) if asset.probe else None
    size = sizing.of_task(Recipe.model_validate(job.recipe), probe, asset.size)
    return rules.sized(size, job.preset, retries, lack)
