"""Starts, watches, adopts and ends runners as Kubernetes Jobs. Only the leader's does anything.

The truth is in PostgreSQL: a Job that the cluster has lost is a task that is tried again, and a Job
that no task knows is deleted. What the watches tell goes through one queue by task, and whoever
takes a task from it looks at the newest state; so nothing depends on the order of events.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog

from api import metrics
from api.adapters.kubernetes import account, jobs, names
from api.adapters.kubernetes.board import Board
from api.adapters.kubernetes.cluster import ClusterRefusal
from api.adapters.kubernetes.decisions import Doom, Finish, Tell
from api.adapters.kubernetes.diagnosis import Over
from api.adapters.kubernetes.entry import Entry
from api.adapters.kubernetes.judge import Judge
from api.adapters.kubernetes.maker import Maker
from api.adapters.kubernetes.orphans import Orphans
from api.domain.execution import Ended, Handle
from api.errors import ClusterUnavailable, DatabaseUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.adapters.kubernetes.seen import JobSeen
    from api.config import Settings
    from api.domain.execution import Errand, Listener, Record, Verdict

# Creates and deletes at once. The API server of a small cluster serves about so many well.
_PARALLEL: Final = 16
_WORKERS: Final = 8
_LEAD_SECONDS: Final = 10.0
_TEND_SECONDS: Final = 1.0
# A Job that was never seen is looked for after this.
_UNSEEN_SECONDS: Final = 60.0
# A runner ends with these only after it has said so itself.
_TOLD: Final = frozenset({0, 1, 3})

log = structlog.get_logger(__name__)


class KubernetesExecutor:
    """As many Jobs at once as the settings allow."""

    # A pod may wait for days in a queue: it is ended by its start timeout, and not by its lease.
    birth_seconds = 400 * 86400.0
    sized = True
    repeatable = True  # a Job has the name of its task

    def __init__(self, cluster: Cluster, settings: Settings, listener: Listener) -> None:
        self._cluster = cluster
        self._settings = settings
        self._listener = listener
        self._judge = Judge(cluster, settings, listener)
        self._board = Board(cluster, settings.kubernetes_instance)
        self._entries: dict[UUID, Entry] = {}
        self._orphans = Orphans()
        self._works: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(_PARALLEL)
        self._maker = Maker(cluster, settings, self._gate)
        self._led: list[asyncio.Task[None]] = []

    @property
    def free(self) -> int:
        """How many more Jobs may be made now: none while the cluster is away."""
        for task in self._led:
            if task.done() and not task.cancelled():
                raise RuntimeError("a loop of the executor has ended") from task.exception()
        if not self._board.is_ready or self._maker.troubled:
            return 0
        places = self._settings.kubernetes_max_live_jobs - len(self._entries)
        return max(0, min(places, self._maker.room))

    @property
    def free_pieces(self) -> int:
        """How many more Jobs may be made for pieces of films: each is a Job like any other."""
        return self.free

    def has(self, task_id: UUID) -> bool:
        """Whether a Job of this task is made or watched here."""
        return task_id in self._entries

    async def lead(self) -> None:
        """Begin to follow the cluster. Raises ClusterUnavailable when it says nothing for long."""
        if not self._led:
            loops = [self._board.run(), self._tend(), *(self._work() for _ in range(_WORKERS))]
            self._led = [asyncio.create_task(loop) for loop in loops]
        try:
            async with asyncio.timeout(_LEAD_SECONDS):
                await self._board.ready()
                await account.refresh(self._cluster, self._settings)
        except TimeoutError:
            raise ClusterUnavailable("the Kubernetes API does not answer") from None

    def follow(self) -> None:
        """Let go of everything; Jobs run on, and the next leader takes them up."""
        for task in (*self._led, *self._works):
            task.cancel()
        self._led = []
        self._board = Board(self._cluster, self._settings.kubernetes_instance)
        self._entries.clear()
        self._orphans = Orphans()
        # The leader's alone: what it has seen last would stand here for ever.
        metrics.cluster_age.set(0)
        metrics.cluster_live.set(0)

    async def stop(self) -> None:
        """This process ends. Jobs run on."""
        ending = [*self._led, *self._works]
        self.follow()
        await asyncio.gather(*ending, return_exceptions=True)

    async def start(self, errand: Errand, record: Record) -> None:
        """Have a Job made. Returns at once: the cluster may be away for minutes."""
        entry = self._entries[errand.task_id] = Entry(errand, record, names.job_name(errand))
        self._spawn(self._bear(entry))

    async def start_together(
        self, errands: Sequence[Errand], record: Callable[[UUID], Record]
    ) -> None:
        """A Job for each chunk: it is born, diagnosed, deleted and tried again by itself."""
        for errand in errands:
            await self.start(errand, record(errand.task_id))

    async def adopt(self, errand: Errand, handle: Handle, record: Record) -> bool:
        """Take up the Job of a task; False when there is none."""
        entry = Entry(errand, record, names.job_name(errand))
        found = self._board.jobs_of(errand.task_id)
        job = next((job for job in found if job.name == entry.name), None)
        if job is None or handle.uid not in {None, job.uid}:
            return False
        self._entries[errand.task_id] = entry
        entry.uid, entry.seen = job.uid, True
        if handle.uid is None:
            self._spawn(self._recorded(entry))
        else:
            entry.recorded = True
            self._board.queue.put(errand.task_id)
        return True

    async def _bear(self, entry: Entry) -> None:
        """Make the Job, however long that takes, unless it is no longer wanted."""
        refused = await self._maker.make(entry)
        if entry.uid is not None:
            await self._recorded(entry)
            return
        if entry.tried and refused is None:
            await self._delete(entry)
        await self._finish(entry, Over(verdict=refused or entry.verdict))

    async def _recorded(self, entry: Entry) -> None:
        """Write down whose Job it is; only then may its pod claim."""
        while True:
            try:
                wanted = await entry.record(Handle(uid=entry.uid))
                break
            except DatabaseUnavailable:
                await asyncio.sleep(_TEND_SECONDS)
        entry.recorded = True
        if entry.doomed:
            self._spawn(self._delete(entry))
        elif not wanted:  # canceled meanwhile, or given up by another leader
            self._doom(entry)
        self._board.queue.put(entry.errand.task_id)

    def kill(self, task_id: UUID) -> None:
        """Delete the Job with its pods. The end is reported once no pod lives."""
        if (entry := self._entries.get(task_id)) is not None:
            self._doom(entry)

    def _doom(self, entry: Entry, verdict: Verdict | None = None) -> None:
        if entry.doomed:
            return
        entry.doomed, entry.doomed_at, entry.verdict = True, time.monotonic(), verdict
        if entry.recorded:
            self._spawn(self._delete(entry))

    async def _delete(self, entry: Entry) -> None:
        await self._maker.unmake(entry)
        self._board.queue.put(entry.errand.task_id)

    async def _finish(self, entry: Entry, over: Over) -> None:
        """Report the end until it is written down, then remove what is left."""
        task_id = entry.errand.task_id
        words = over.log or await self._log(entry, over)
        log.info("runner ended", task_id=str(task_id), name=entry.name, exit_code=over.exit_code)
        await self._listener.ended(Ended(task_id, over.exit_code, words, over.verdict))
        for job in self._board.jobs_of(task_id):
            if job.uid != entry.uid:  # a copy by hand: its pods can claim nothing
                self._spawn(self._remove(job))
        self._entries.pop(task_id, None)
        if entry.uid is not None and not entry.deleted:
            self._spawn(self._delete(entry))

    async def _log(self, entry: Entry, over: Over) -> str:
        """The end of a log that has not been told: only of a runner that could not tell it."""
        found = self._board.pods_of(entry.errand.task_id)
        pods = [pod for pod in found if pod.job_uid == entry.uid and not pod.deleting]
        if not pods or over.exit_code is None or over.exit_code in _TOLD:
            return ""
        return await jobs.log_tail(self._cluster, pods[-1].name)

    async def last_words(self, task_id: UUID) -> str:  # noqa: ARG002 - the port's
        """Nothing: a Job that is gone has taken its log with it."""
        return ""

    async def bury(self, task_id: UUID) -> None:
        """Delete every Job of a task that is over."""
        self._entries.pop(task_id, None)
        for job in self._board.jobs_of(task_id):
            await self._remove(job)

    async def sweep(self, live: Collection[UUID]) -> None:
        """Compare with the database: end Jobs whose task has been over for a minute, or was never
        there; and look at every task again, in case that anything has come without an event."""
        await account.refresh(self._cluster, self._settings)
        for job in self._orphans.of(self._board.all_jobs.values(), live):
            metrics.cluster_jobs.labels("orphaned").inc()
            entry = self._entries.get(job.task) if job.task else None
            if entry is not None and entry.uid == job.uid:
                log.warning("a Job works for a task that is over and is ended", name=job.name)
                self._doom(entry)
            else:
                log.warning("a Job belongs to no task and is deleted", name=job.name)
                self._spawn(self._remove(job))
        for task_id in self._entries:
            self._board.queue.put(task_id)

    async def _remove(self, job: JobSeen) -> None:
        with contextlib.suppress(ClusterUnavailable, ClusterRefusal):  # the sweep comes again
            async with self._gate:
                await jobs.delete(self._cluster, job.name, job.uid)

    async def _work(self) -> None:
        """Take tasks from the queue. What goes wrong with one is tried again with that one."""
        queue = self._board.queue
        while True:
            task_id = await queue.take()
            try:
                if (entry := self._entries.get(task_id)) is not None and entry.recorded:
                    await self._look(entry)
            except DatabaseUnavailable:
                self._spawn(self._again(task_id))
            except Exception:
                log.exception("a task of the cluster could not be looked at", task_id=str(task_id))
                self._spawn(self._again(task_id))
            finally:
                queue.done(task_id)

    async def _again(self, task_id: UUID) -> None:
        await asyncio.sleep(_TEND_SECONDS)
        self._board.queue.put(task_id)

    async def _look(self, entry: Entry) -> None:
        """Do what the newest state of a task asks for."""
        match await self._judge.judge(entry, self._board):
            case Doom(verdict):
                self._doom(entry, verdict)
            case Finish(over):
                await self._finish(entry, over)
            case Tell(words):
                await self._listener.waiting(entry.errand.task_id, words)
                entry.said = words
            case None:
                pass

    async def _tend(self) -> None:
        """Once a second: look again at those that wait, for time alone may end their waiting."""
        while True:
            await asyncio.sleep(_TEND_SECONDS)
            metrics.cluster_age.set(self._board.age)
            metrics.cluster_live.set(len(self._entries))
            now = time.monotonic()
            for task_id, entry in list(self._entries.items()):
                if entry.doomed or entry.cause is not None or entry.ended_at or entry.runs_since:
                    self._board.queue.put(task_id)
                elif entry.recorded and not entry.seen and now - entry.born > _UNSEEN_SECONDS:
                    entry.born = now
                    self._spawn(self._search(entry))

    async def _search(self, entry: Entry) -> None:
        """A Job that was made and never seen may have come and gone between two watches."""
        with contextlib.suppress(ClusterUnavailable, ClusterRefusal):
            entry.seen = await jobs.find(self._cluster, entry.name) is None
            self._board.queue.put(entry.errand.task_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)
