"""How an attempt ends without a result: reported failures, lost processes, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from api.adapters.postgres import assets, events, jobs, pieces, tasks
from api.domain import retry
from api.domain.models import Job, Task
from api.domain.states import AssetStatus, AttemptStatus, JobStatus, TaskStatus
from api.services import chronicle
from schema.job import FailureClass, FailureReport, TaskKind

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.domain.execution import Verdict
    from api.services.hub import Hub

_LIVE: Final = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING})
# What is tried again by itself; a plan that fails costs nothing but itself.
_PIECES: Final = frozenset({TaskKind.CHUNK, TaskKind.ASSEMBLE})
_ASSET_STATUS: Final = {
    "SOURCE_MISSING": AssetStatus.MISSING,
    "SOURCE_CHANGED": AssetStatus.REGISTERED,
}

log = structlog.get_logger(__name__)


class Endings:
    """Ends attempts, and starts others where that may help."""

    def __init__(self, database: Database, hub: Hub[Job]) -> None:
        self._database = database
        self._hub = hub

    async def lost(
        self, task_id: UUID, exit_code: int | None, tail: str, verdict: Verdict | None = None
    ) -> None:
        """A runner is gone. What it has reported before stands; else the job is tried again,
        unless the `verdict` of whoever has seen it die says that it would not help."""
        async with self._database.system() as connection:
            task = await tasks.find(connection, task_id)
            if task is None or task.status not in _LIVE:
                return
            report = _obituary(task.epoch, exit_code, tail, verdict)
            await self.end(connection, task, report)
        self._hub.changed(task.job_id)
        await chronicle.attempt_ended(self._database, task, (), report)

    async def end(self, connection: Connection, task: Task, report: FailureReport) -> None:
        """End a task within the caller's transaction; its job is canceled, failed or retried."""
        job = await jobs.lock(connection, task.job_id)
        if job is None:
            return
        if await self._piece_again(connection, job, task, report):
            return
        canceled = job.status is JobStatus.CANCELING
        status = AttemptStatus.CANCELED if canceled else AttemptStatus.FAILED
        if not await tasks.end(connection, task, status, reason=report.code, log=report.log):
            return
        if canceled:
            if await jobs.finish(connection, job, JobStatus.CANCELED):
                await events.append(connection, job.project_id, "JOB_CANCELED", job.id)
            return
        await self._note_source(connection, job, report)
        await self._retry_or_fail(connection, job, task, report)

    async def _piece_again(
        self, connection: Connection, job: Job, task: Task, report: FailureReport
    ) -> bool:
        """Try a piece of a split film again, by itself: the others are not to blame.

        False where that is not what follows: the job was canceled, the piece has had its tries,
        or the film must be made in one piece.
        """
        if task.kind not in _PIECES or job.status is JobStatus.CANCELING:
            return False
        wait = retry.delay(report.failure, task.retries)
        if wait is None or report.failure is FailureClass.UNSPLITTABLE:
            return False
        log.info(
            "a piece is tried again",
            job_id=str(job.id),
            task=task.kind,
            index=task.index,
            code=report.code,
            wait=wait,
        )
        return await pieces.again(
            connection,
            task,
            failure=report.failure,
            reason=report.code,
            log=report.log,
            delay=wait,
        )

    async def deserted(self) -> None:
        """Cancel jobs that had no runner when they were canceled: pieces may all be waiting."""
        async with self._database.system() as connection:
            found = await pieces.deserted(connection)
            for job in sorted(found, key=lambda job: job.project_id):
                await tasks.withdraw(connection, job, AttemptStatus.CANCELED)
                if await jobs.finish(connection, job, JobStatus.CANCELED):
                    await events.append(connection, job.project_id, "JOB_CANCELED", job.id)
        for job in found:
            self._hub.changed(job.id)

    async def _retry_or_fail(
        self, connection: Connection, job: Job, task: Task, report: FailureReport
    ) -> None:
        wait = retry.delay(report.failure, job.retries)
        if task.kind in _PIECES and report.failure is not FailureClass.UNSPLITTABLE:
            wait = None  # the piece has had its own tries, and another attempt would make all anew
        error = {"code": report.code, "message": report.message, "hint": report.hint}
        if wait is None:
            if await jobs.finish(connection, job, JobStatus.FAILED, error=error):
                await events.append(connection, job.project_id, "JOB_FAILED", job.id, error)
                log.info("job failed", job_id=str(job.id), code=report.code)
        elif await jobs.retry(
            connection, job, failure=report.failure, reason=report.message, delay=wait
        ):
            await events.append(connection, job.project_id, "JOB_RETRY_WAIT", job.id, error)
            log.info("job is tried again", job_id=str(job.id), code=report.code, wait=wait)

    async def _note_source(self, connection: Connection, job: Job, report: FailureReport) -> None:
        if report.failure is not FailureClass.INPUT or not report.code.startswith("SOURCE_"):
            return
        asset = await assets.get(connection, job.asset_id)
        if asset is None:
            return
        await assets.set_facts(
            connection,
            asset.id,
            asset.etag,
            sha256=None,
            md5=None,
            probe=report.probe.model_dump(mode="json") if report.probe else None,
            status=_ASSET_STATUS.get(report.code, AssetStatus.UNREADABLE),
            error={"code": report.code, "message": report.message, "hint": report.hint},
        )


def _obituary(
    epoch: int, exit_code: int | None, tail: str, verdict: Verdict | None
) -> FailureReport:
    """What a runner that says nothing more has died of, as far as one can tell from outside."""
    if verdict is not None:
        return FailureReport(
            epoch=epoch,
            failure=verdict.failure,
            code=verdict.code,
            message=verdict.message[:2000],
            hint=verdict.hint,
            log=tail[-60_000:],
        )
    if exit_code == 2:
        return FailureReport(
            epoch=epoch,
            failure=FailureClass.CONFIG,
            code="RUNNER_MISCONFIGURED",
            message="the runner could not start with its settings",
            hint="see the attempt's log",
            log=tail,
        )
    how = "was lost" if exit_code is None else f"ended with exit code {exit_code}"
    return FailureReport(
        epoch=epoch,
        failure=FailureClass.DISRUPTED,
        code="RUNNER_LOST",
        message=f"the runner {how} before it reported a result",
        hint="it is started again by itself",
        log=tail,
    )
