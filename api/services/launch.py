"""The leader's loop: takes jobs from the backlog, starts runners, and mends what has broken."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from api.adapters.local.executor import Ended, LocalExecutor
from api.adapters.postgres import events, jobs, tasks
from api.domain import ids, tokens
from api.domain.models import Job
from api.domain.states import JobStatus
from api.errors import DatabaseUnavailable
from schema.job import TaskKind

if TYPE_CHECKING:
    from api.adapters.postgres.leader import Leadership
    from api.adapters.postgres.pool import Connection, Database
    from api.config import Settings
    from api.services.endings import Endings
    from api.services.hub import Hub
    from api.services.probing import Probing

_TICK_SECONDS = 1.0
# A child needs its process recorded within this, or it is started anew.
_BIRTH_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Birth:
    """The ids and the proof of a runner to be."""

    attempt_id: UUID = field(default_factory=ids.new)
    task_id: UUID = field(default_factory=ids.new)
    proof: str = field(default_factory=tokens.random_secret, repr=False)


class Launcher:
    """One a process; only the leader's does anything."""

    def __init__(
        self,
        database: Database,
        leadership: Leadership,
        endings: Endings,
        hub: Hub[Job],
        settings: Settings,
        *,
        probing: Probing | None = None,  # None: nothing is probed here
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._endings = endings
        self._hub = hub
        self._settings = settings
        self._probing = probing
        self._executor = LocalExecutor(settings, self._ended)
        self._wake = asyncio.Event()
        self._leading = False
        self._enforced_at: datetime | None = None  # by the database's clock

    def wake(self) -> None:
        """Something was queued or canceled: do not wait for the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Lead until canceled."""
        while True:
            await self._turn()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def stop(self) -> None:
        """End all runners and let another process lead. Their jobs are tried again at once."""
        if self._probing:
            self._probing.stop()
        await self._executor.stop()
        self._leadership.release()

    async def _turn(self) -> None:
        try:
            await self._tick()
        except DatabaseUnavailable:
            # A commit may have happened although its answer is lost, and nobody could report
            # meanwhile: everything is looked at anew, as after a start.
            self._leading = False
            log.warning("the launcher waits for the database")

    async def _tick(self) -> None:
        was_leading, self._leading = self._leading, await self._leadership.hold()
        if not self._leading:
            return
        if not was_leading:
            await self._adopt()
        await self._enforce()
        await self._launch()
        if self._probing:
            await self._probing.launch(self._executor)

    async def _adopt(self) -> None:
        """Take up the runners that an earlier process has started; what is gone is tried again."""
        async with self._database.system() as connection:
            await tasks.extend_leases(connection, self._settings.lease_seconds)
            live = await tasks.live(connection)
        for task in live:
            if self._executor.has(task.id):
                continue
            known = task.pid is not None and task.pid_started is not None
            if known and self._executor.adopt(task.id, task.pid or 0, task.pid_started or 0):
                log.info("runner adopted", task_id=str(task.id), pid=task.pid)
            else:
                await self._lost(task.id)
        batches = await self._probing.adopt(self._executor) if self._probing else set()
        await self._executor.sweep({task.id for task in live} | batches)

    async def _lost(self, task_id: UUID) -> None:
        """A process that nobody here has seen die; its log may tell why."""
        await self._endings.lost(task_id, None, await self._executor.last_words(task_id))
        await self._executor.bury(task_id)

    async def _enforce(self) -> None:
        """End runners of canceled jobs, and those that have been silent for too long."""
        async with self._database.system() as connection:
            await self._forgive(connection)
            unwanted = await tasks.unwanted(connection)
        for task in unwanted:
            if self._executor.has(task.id):
                self._executor.kill(task.id)
            else:
                await self._lost(task.id)
        if self._probing:
            await self._probing.enforce(self._executor)

    async def _forgive(self, connection: Connection) -> None:
        """Give every runner a new lease when it was us who did not listen.

        We may have been stopped, the machine may have slept, the database may have hung or had its
        clock set: its clock has then moved on by more than our loop ever takes.
        """
        now = await tasks.clock(connection)
        before, self._enforced_at = self._enforced_at, now
        longest = max(self._settings.lease_seconds / 2, 3 * _TICK_SECONDS)
        if before is not None and (now - before).total_seconds() > longest:
            log.warning("runners get new leases: nobody listened", since=before.isoformat())
            await tasks.extend_leases(connection, self._settings.lease_seconds)
            if self._probing:
                await self._probing.forgive(connection)

    async def _launch(self) -> None:
        free = self._executor.free
        places = free + (self._probing.places(self._executor) if self._probing else 0)
        if places == 0:
            return
        async with self._database.system() as connection:
            births = {j.id: (j, _Birth()) for j in await jobs.claim_backlog(connection, places)}
            for job, birth in births.values():
                await tasks.insert(
                    connection,
                    job,
                    attempt_id=birth.attempt_id,
                    task_id=birth.task_id,
                    kind=TaskKind.ENCODE,
                    proof_hash=tokens.digest(birth.proof),
                    lease_seconds=_BIRTH_SECONDS,
                )
            # Each takes its project's counter until the commit: in one order everywhere, or two
            # leaders of one moment would wait for each other.
            for job, _ in sorted(births.values(), key=lambda born: born[0].project_id):
                await events.append(connection, job.project_id, "JOB_LAUNCHING", job.id)
        if self._probing and len(births) > free:
            self._probing.give_way(self._executor)
        for job, birth in births.values():
            self._hub.changed(job.id)
            try:
                await self._start(job, birth)
            except DatabaseUnavailable:
                # This one's process was ended again. Those behind it have a task by now, and
                # without a process they would wait for the end of its lease.
                log.warning("the database went away at a start", job_id=str(job.id))

    async def _start(self, job: Job, birth: _Birth) -> None:
        async def record(pid: int, started: int) -> bool:
            async with self._database.system() as connection:
                return await tasks.record_process(connection, birth.task_id, pid, started)

        try:
            await self._executor.start(
                task_id=birth.task_id,
                attempt_id=birth.attempt_id,
                kind=TaskKind.ENCODE,
                index=0,
                proof=birth.proof,
                record=record,
            )
        except OSError as error:
            # No process, no end of one: without this the job would wait for its lease.
            log.exception("no runner could be started", job_id=str(job.id))
            await self._endings.lost(birth.task_id, None, f"no runner could be started: {error}")
            await self._executor.bury(birth.task_id)
            return
        async with self._database.system() as connection:
            waiting = await jobs.move(
                connection, job, JobStatus.WAITING, reason="the runner is starting"
            )
        if waiting is not None:
            self._hub.changed(job.id)

    async def _ended(self, end: Ended) -> None:
        """A process is gone: say so, however long the database is away, and use its place."""
        while True:
            try:
                await self._endings.lost(end.task_id, end.exit_code, end.log)
                if self._probing:
                    await self._probing.ended(end)
            except DatabaseUnavailable:
                await asyncio.sleep(_TICK_SECONDS)
            else:
                break
        self.wake()
