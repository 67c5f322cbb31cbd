"""The leader's loop: takes jobs from the backlog, starts runners, and mends what has broken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from api.adapters.local.executor import LocalExecutor
from api.adapters.postgres import pieces, probes, tasks
from api.domain import sizing
from api.domain.execution import Errand
from api.domain.states import TaskStatus
from api.errors import ClusterUnavailable, DatabaseUnavailable
from api.services import births
from api.services.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from api.adapters.postgres.leader import Leadership
    from api.adapters.postgres.pool import Connection, Database
    from api.config import Settings
    from api.domain.execution import Ended, Executor, Listener
    from api.domain.models import Job, Task
    from api.services.endings import Endings
    from api.services.hub import Hub
    from api.services.probing import Probing
    from api.services.sharing import Sharing

_TICK_SECONDS = 1.0
_SWEEP_SECONDS = 30.0
# Taken in one transaction; more would keep others waiting for their projects' counters.
_MOST_AT_ONCE = 64

log = structlog.get_logger(__name__)


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
        executor: Callable[[Listener], Executor] | None = None,  # None: child processes
        probing: Probing | None = None,  # None: nothing is probed here
        sharing: Sharing | None = None,  # None: nobody waits for an equal job
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._endings = endings
        self._hub = hub
        self._recorder = Recorder(database, hub)
        self._settings = settings
        self._probing = probing
        self._sharing = sharing
        self._executor: Executor = (
            executor(self) if executor else LocalExecutor(settings, self.ended)
        )
        self._rules = _rules(settings) if self._executor.sized else None
        self._wake = asyncio.Event()
        self._leading = False
        self._next_sweep = 0.0
        self._unwatched: set[UUID] = set()
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
        """Let another process lead. Children end with us; their jobs are tried again at once."""
        if self._probing:
            self._probing.stop()
        await self._executor.stop()
        self._leadership.release()

    async def _turn(self) -> None:
        try:
            await self._tick()
        except ClusterUnavailable as error:
            self._leading = False
            log.warning("the launcher waits for the cluster", reason=error.message)
        except DatabaseUnavailable:
            # A commit may have happened although its answer is lost, and nobody could report
            # meanwhile: everything is looked at anew, as after a start.
            self._leading = False
            log.warning("the launcher waits for the database")

    async def _tick(self) -> None:
        was_leading, self._leading = self._leading, await self._leadership.hold()
        if not self._leading:
            self._executor.follow()
            return
        if not was_leading:
            await self._executor.lead()
            await self._adopt()
        await self._enforce()
        if self._sharing:
            await self._sharing.round()
        await self._launch_pieces()
        await self._launch_many()
        if self._probing:
            await self._probing.launch(self._executor)
        await self._sweep()

    async def _adopt(self) -> None:
        """Take up the runners that an earlier process has started; what is gone is tried again."""
        async with self._database.system() as connection:
            await tasks.extend_leases(connection, self._settings.lease_seconds)
            live = await tasks.live(connection)
        await self._take_up(live)
        batches = await self._probing.adopt(self._executor) if self._probing else set()
        await self._executor.sweep({task.id for task in live} | batches)

    async def _take_up(self, live: Iterable[Task]) -> None:
        for task in live:
            if self._executor.has(task.id):
                continue
            if await self._executor.adopt(
                births.errand_of(task), births.handle_of(task), self._recorder.record(task.id)
            ):
                log.info("runner adopted", task_id=str(task.id), pid=task.pid)
            elif self._executor.repeatable and births.is_unborn(task):
                await self._start_again(task)
            else:
                await self._lost(task.id)

    async def _start_again(self, task: Task) -> None:
        """The last leader died between its note of a runner and the runner: it is made now."""
        async with self._database.system() as connection:
            errand = await births.repeat(connection, task, self._rules)
        log.info("runner made for an earlier leader", task_id=str(task.id))
        await self._executor.start(errand, self._recorder.record(task.id))

    async def _sweep(self) -> None:
        """Now and then: compare what runs with what should. A task that nobody has watched twice in
        a row is taken up, or is lost; what no task knows is removed."""
        if time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + _SWEEP_SECONDS
        async with self._database.system() as connection:
            live = await tasks.live(connection)
            batches = {batch.id for batch in await probes.live(connection)}
        await self._take_up([task for task in live if task.id in self._unwatched])
        self._unwatched = {task.id for task in live if not self._executor.has(task.id)}
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
            over = await pieces.over(connection)
        for task in unwanted:
            if self._executor.has(task.id):
                self._executor.kill(task.id)
            else:
                await self._lost(task.id)
        # One piece of a film has failed for good, so the others' runners work for nothing.
        for task_id in over:
            if self._executor.has(task_id):
                self._executor.kill(task_id)
        await self._endings.deserted()
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

    async def _launch_pieces(self) -> None:
        """Before new jobs: what has begun should end."""
        if (places := self._executor.free_pieces) == 0:
            return
        async with self._database.system() as connection:
            born = await births.take_pieces(
                connection,
                min(places, _MOST_AT_ONCE),
                lease_seconds=self._executor.birth_seconds,
                rules=self._rules,
                busy=self._executor.has,
            )
        together: dict[UUID, list[Errand]] = {}
        for errand in born:
            together.setdefault(errand.attempt_id, []).append(errand)
        for errands in together.values():
            try:
                await self._executor.start_together(errands, self._recorder.record)
            except DatabaseUnavailable:
                log.warning("the database went away at a start", attempt=str(errands[0].attempt_id))
        if len(born) == _MOST_AT_ONCE:
            self.wake()

    async def _launch_many(self) -> None:
        """Claims alone for up to a tick: with a backlog, all else that a turn does takes longer."""
        until = time.monotonic() + _TICK_SECONDS
        while await self._launch():
            if time.monotonic() > until:
                self.wake()
                return

    async def _launch(self) -> bool:
        """Take some jobs and start them; whether there may be more."""
        free = self._executor.free
        places = free + (self._probing.places(self._executor) if self._probing else 0)
        if places == 0:
            return False
        async with self._database.system() as connection:
            born = await births.take(
                connection,
                min(places, _MOST_AT_ONCE),
                per_project=self._settings.project_concurrency,
                lease_seconds=self._executor.birth_seconds,
                rules=self._rules,
                split_seconds=self._settings.split_seconds,
            )
        if self._probing and len(born) > free:
            self._probing.give_way(self._executor)
        for job, errand in born:
            self._hub.changed(job.id)
            try:
                await self._start(job, errand)
            except DatabaseUnavailable:
                # This one's process was ended again. Those behind it have a task by now, and
                # without a process they would wait for the end of its lease.
                log.warning("the database went away at a start", job_id=str(job.id))
        return len(born) == _MOST_AT_ONCE

    async def _start(self, job: Job, errand: Errand) -> None:
        try:
            await self._executor.start(errand, self._recorder.record(errand.task_id))
        except OSError as error:
            # No process, no end of one: without this the job would wait for its lease.
            log.exception("no runner could be started", job_id=str(job.id))
            await self._endings.lost(errand.task_id, None, f"no runner could be started: {error}")
            await self._executor.bury(errand.task_id)

    async def ended(self, end: Ended) -> None:
        """A runner is gone: say so, however long the database is away, and use its place."""
        while True:
            try:
                await self._endings.lost(end.task_id, end.exit_code, end.log, end.verdict)
                if self._probing:
                    await self._probing.ended(end)
            except DatabaseUnavailable:
                await asyncio.sleep(_TICK_SECONDS)
            else:
                break
        self.wake()

    async def waiting(self, task_id: UUID, reason: str) -> None:
        """Say why a runner has not started. Raises DatabaseUnavailable."""
        await self._recorder.waiting(task_id, reason)

    async def claimed(self, task_id: UUID) -> bool:
        """Whether its runner has reached us. Raises DatabaseUnavailable."""
        async with self._database.statement() as connection:
            task = await tasks.find(connection, task_id)
        return task is None or task.status is not TaskStatus.STARTING


def _rules(settings: Settings) -> sizing.Rules:
    return sizing.Rules(
        own=settings.kubernetes_preset_resources,
        most_memory=sizing.quantity(settings.kubernetes_memory_limit),
    )
