"""The runner's side of a job: claim, progress, complete, fail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog

from api import metrics
from api.adapters.local.proofs import PipeProofs
from api.adapters.postgres import events, jobs, tasks
from api.adapters.s3 import Storage
from api.domain import tokens
from api.domain.models import Job, Task
from api.domain.objects import Credentials
from api.domain.states import AttemptStatus, JobStatus, TaskStatus
from api.errors import Gone, InvalidReport, Superseded, Unauthenticated
from api.services import chronicle, publication, sources, splitting
from api.services.ownership import must_be_wanted, owned, uuid_of
from api.services.piece_runs import PieceRuns
from api.services.reuse import Reuse
from api.services.task_access import TaskAccess, lifetime
from schema.job import (
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureReport,
    Phase,
    ProgressAnswer,
    ProgressReport,
    StorageAccess,
    TaskKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.adapters.postgres.pool import Connection, Database
    from api.config import Settings
    from api.domain.execution import Vouching
    from api.services.endings import Endings
    from api.services.hub import Hub
    from api.services.sealing import Sealed
    from api.services.sources import Sources

# Every ten minutes, so that a runner which has lost one answer still has good ones long enough.
_RENEW_BEFORE: Final = 3000
# A piece that waits has no runner: who asks for it was given up.
_CLOSED = frozenset(
    {TaskStatus.PENDING, TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELED}
)

log = structlog.get_logger(__name__)


class Runs:
    """Every call that a runner makes."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        hub: Hub[Job],
        endings: Endings,
        settings: Settings,
        *,
        proofs: Vouching | None = None,  # None: secrets through pipes
    ) -> None:
        self._database = database
        self._storage = storage
        self._hub = hub
        self._endings = endings
        self._settings = settings
        self._proofs = proofs or PipeProofs()
        self._access = TaskAccess(storage, settings)
        self.pieces = PieceRuns(database, storage, hub, self._access, settings)
        self.reuse = Reuse(database, storage, settings)

    async def claim(self, proof: str, request: ClaimRequest) -> Claim:
        """Give a task to whoever proves to be its runner. A newer claim raises the epoch."""
        task, job, given = await self._claimable(proof, request)
        async with self._database.system() as connection:
            parts = await splitting.parts(connection, task, self._access.chunk_prefix(task, job))
        spec = self._access.spec(task, job, given, epoch=task.epoch + 1, parts=parts)
        credentials = await self._access.credentials(spec)
        token = tokens.random_secret()
        async with self._database.system() as connection:
            epoch = await self._take(connection, task, token, credentials)
        self._hub.changed(job.id)
        first = task.kind in {TaskKind.ENCODE, TaskKind.PLAN}
        if first and (task.attempt, epoch) == (1, 1):
            waited = datetime.now(UTC) - job.created_at
            metrics.queue_seconds.observe(max(0.0, waited.total_seconds()))
        log.info("task claimed", job_id=str(job.id), task_id=str(task.id), epoch=epoch)
        return Claim(
            task_id=str(task.id),
            token=token,
            epoch=epoch,
            lease_seconds=self._settings.lease_seconds,
            spec=spec,
            storage=self._access.shown(credentials),
        )

    async def _claimable(self, proof: str, request: ClaimRequest) -> tuple[Task, Job, Sources]:
        attempt_id = uuid_of(request.attempt_id)
        async with self._database.system() as connection:
            task = await tasks.find_place(connection, attempt_id, request.task, request.index)
        if task is None or not await self._proofs.vouches(proof, task):
            raise Unauthenticated("this proof belongs to no such task")
        async with self._database.system() as connection:
            job = await jobs.get(connection, task.job_id)
            given = await sources.of_job(connection, job) if job else None
            given = await sources.announced(connection, given) if given else None
        if job is None or given is None or task.status in _CLOSED:
            raise Superseded("the task is over")
        if job.status in {JobStatus.CANCELING, JobStatus.CANCELED}:
            raise Gone("the job was canceled")
        return task, job, given

    async def _take(
        self, connection: Connection, task: Task, token: str, credentials: Credentials
    ) -> int:
        job = await jobs.lock(connection, task.job_id)
        epoch = await tasks.claim(
            connection,
            task,
            token_hash=tokens.digest(token),
            lease_seconds=self._settings.lease_seconds,
            credential_seconds=lifetime(credentials),
        )
        if job is None or epoch is None:
            raise Superseded("another runner was faster")
        if job.status not in {JobStatus.RUNNING, JobStatus.FINALIZING}:
            if await jobs.move(connection, job, JobStatus.RUNNING) is None:
                raise Gone("the job was canceled")
            await events.append(connection, job.project_id, "JOB_RUNNING", job.id)
        return epoch

    async def progress(self, token: str, task_id: str, report: ProgressReport) -> ProgressAnswer:
        """Renew the lease and note how far the work is."""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            if task.status is not TaskStatus.RUNNING:
                raise Superseded("the task is over")
            # Whoever ends a task takes the job first: the other order here would be a deadlock.
            job = await jobs.lock(connection, task.job_id)
            due = await tasks.renew(
                connection,
                task,
                sequence=report.sequence,
                lease_seconds=self._settings.lease_seconds,
                renew_before=_RENEW_BEFORE,
            )
            if due is not None:
                job = await self._note(connection, task, report) or job
        if job is None:
            raise Superseded("the job is gone")
        self._hub.changed(job.id)
        return ProgressAnswer(
            lease_seconds=self._settings.lease_seconds,
            cancel=job.status in {JobStatus.CANCELING, JobStatus.CANCELED},
            storage=await self._renewed(task, job) if due else None,
        )

    async def _note(self, connection: Connection, task: Task, report: ProgressReport) -> Job | None:
        now = await splitting.progress(connection, task, report)
        job = await jobs.progress(
            connection,
            task.job_id,
            task.attempt,
            phase=now.phase,
            fraction=now.fraction,
            speed=now.speed,
            eta_seconds=now.eta_seconds,
        )
        finalizing = now.phase is Phase.PUBLISHING
        if job is not None and finalizing and job.status is JobStatus.RUNNING:
            moved = await jobs.move(connection, job, JobStatus.FINALIZING)
            if moved is not None:
                await events.append(connection, job.project_id, "JOB_FINALIZING", job.id)
            return moved
        return job

    async def _renewed(self, task: Task, job: Job) -> StorageAccess | None:
        async with self._database.system() as connection:
            given = await sources.of_job(connection, job)
        if given is None:
            return None
        spec = self._access.spec(task, job, given, epoch=task.epoch)
        credentials = await self._access.credentials(spec)
        async with self._database.system() as connection:
            await tasks.set_credentials(connection, task.id, lifetime(credentials))
        return self._access.shown(credentials)

    async def complete(self, token: str, task_id: str, report: CompletionReport) -> None:
        """Publish: blobs, outputs, the final state and its event in one transaction."""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            job = await jobs.get(connection, task.job_id)
        if job is None:
            raise Superseded("the job is gone")
        if task.status is TaskStatus.SUCCEEDED:
            return  # the answer to an earlier call was lost
        if task.kind == TaskKind.CHUNK:
            raise InvalidReport("a task of kind chunk ends otherwise")
        # Before the outputs are looked for: those of a lost attempt may be cleaned away by now.
        must_be_wanted(task, job)
        prefix = self._access.prefix(task, job)
        sealed = await publication.inspect(self._storage, self._settings.bucket_out, prefix, report)
        async with self._database.system() as connection:
            await self._publish(connection, task, prefix, report, sealed)
        self._hub.changed(job.id)
        await chronicle.attempt_ended(self._database, task, report.phases, None)

    async def _publish(
        self,
        connection: Connection,
        task: Task,
        prefix: str,
        report: CompletionReport,
        sealed: Mapping[str, Sealed],
    ) -> None:
        job = await jobs.lock(connection, task.job_id)
        if job is None or job.status in {JobStatus.CANCELING, JobStatus.CANCELED}:
            raise Gone("the job was canceled")
        newest = await tasks.find(connection, task.id)
        if newest is None or newest.epoch != report.epoch:
            raise Superseded("a newer claim of this task exists")
        if not await tasks.end(connection, task, AttemptStatus.SUCCEEDED, log=report.log):
            raise Superseded("the task is over")
        if await jobs.finish(connection, job, JobStatus.SUCCEEDED) is None:
            raise Superseded("the job is over")
        await publication.publish(
            connection,
            job,
            bucket=self._settings.bucket_out,
            prefix=prefix,
            report=report,
            sealed=sealed,
        )
        await sources.note(connection, job, report)
        await events.append(connection, job.project_id, "JOB_SUCCEEDED", job.id)

    async def fail(self, token: str, task_id: str, report: FailureReport) -> None:
        """End the attempt, and start another where that may help."""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            job = await jobs.get(connection, task.job_id)
            given = await sources.of_job(connection, job) if job else None
        report = await sources.explained(self._storage, given, report)
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            if task.status is not TaskStatus.RUNNING:
                return  # the answer to an earlier call was lost
            await self._endings.end(connection, task, report)
        self._hub.changed(task.job_id)
        await chronicle.attempt_ended(self._database, task, report.phases, report)
