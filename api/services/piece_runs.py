"""The runner's side of a film that is split: a plan is made, a chunk is stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from api import metrics
from api.adapters.postgres import jobs
from api.domain.states import TaskStatus
from api.errors import InvalidReport, Superseded
from api.services import splitting
from api.services.ownership import must_be_wanted, owned
from schema.job import ChunkReport, PlanReport, TaskKind

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Job
    from api.services.hub import Hub
    from api.services.task_access import TaskAccess

log = structlog.get_logger(__name__)


class PieceRuns:
    """Calls that end a task which is not the last one of its attempt."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        hub: Hub[Job],
        access: TaskAccess,
        settings: Settings,
    ) -> None:
        self._database = database
        self._storage = storage
        self._hub = hub
        self._access = access
        self._settings = settings

    async def planned(self, token: str, task_id: str, report: PlanReport) -> None:
        """A film is split: its chunks follow."""
        await self._piece(token, task_id, report)

    async def stored(self, token: str, task_id: str, report: ChunkReport) -> None:
        """A chunk is made and stored: it is not made again."""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            job = await jobs.get(connection, task.job_id)
        if job is not None and task.status is not TaskStatus.SUCCEEDED:
            must_be_wanted(task, job)
            prefix = self._access.prefix(task, job)
            await self._check_pieces(prefix, report)
        await self._piece(token, task_id, report)

    async def _check_pieces(self, prefix: str, report: ChunkReport) -> None:
        bucket = self._settings.bucket_out
        keys = [prefix + piece.name for piece in report.pieces]
        found = await asyncio.gather(*(self._storage.head(bucket, key) for key in keys))
        missing = [key for key, info in zip(keys, found, strict=True) if info is None]
        if missing:
            raise InvalidReport(f"the store has no object {missing[0]!r}")

    async def _piece(self, token: str, task_id: str, report: PlanReport | ChunkReport) -> None:
        """End a task that is not the last one of its attempt."""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            job = await jobs.lock(connection, task.job_id)
            if task.status is TaskStatus.SUCCEEDED:
                return  # the answer to an earlier call was lost
            if job is None:
                raise Superseded("the job is gone")
            must_be_wanted(task, job)
            if isinstance(report, PlanReport) and task.kind == TaskKind.PLAN:
                done = await splitting.planned(connection, task, report)
            elif isinstance(report, ChunkReport) and task.kind == TaskKind.CHUNK:
                done = await splitting.stored(connection, task, report)
            else:
                raise InvalidReport(f"a task of kind {task.kind} ends otherwise")
            if not done:
                raise Superseded("the task is over")
        for phase in report.phases:
            metrics.phase_seconds.labels(phase.phase).observe(phase.seconds)
        self._hub.changed(job.id)
        log.info(
            "piece done", job_id=str(job.id), task=task.kind, index=task.index, epoch=task.epoch
        )
