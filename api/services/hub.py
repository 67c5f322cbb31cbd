"""Tells subscribers of changed jobs, in this process and in all others.

Each subscriber has a slot for the newest value: a slow reader gets the newest state and never a
queue. Changes arrive by NOTIFY; once a second every watched job's version is compared, so a lost
notification costs a second and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import structlog

from api.adapters.postgres import jobs
from api.adapters.postgres.notify import Listener
from api.adapters.postgres.pool import Database
from api.domain.models import Job
from api.domain.states import TERMINAL
from api.errors import DatabaseUnavailable

_POLL_SECONDS = 1.0
_COALESCE_SECONDS = 0.05

log = structlog.get_logger(__name__)


class _Slot:
    def __init__(self) -> None:
        self.latest: Job | None = None
        self.filled = asyncio.Event()

    def offer(self, job: Job) -> None:
        self.latest = job
        self.filled.set()


class Hub:
    """The fan-out of one process. `run` must be running while anybody watches."""

    def __init__(self, database: Database, listen_url: str) -> None:
        self._database = database
        self._listener = Listener(listen_url, self._mark)
        self._slots: dict[UUID, set[_Slot]] = {}
        self._versions: dict[UUID, int] = {}
        self._dirty: set[UUID] = set()
        self._untold: set[UUID] = set()
        self._wake = asyncio.Event()
        self._tell = asyncio.Event()

    def changed(self, job_id: UUID) -> None:
        """Say, after the commit, that a job has changed."""
        self._mark(job_id)
        self._untold.add(job_id)
        self._tell.set()

    def _mark(self, job_id: UUID) -> None:
        if job_id in self._slots:
            self._dirty.add(job_id)
            self._wake.set()

    @property
    def watched(self) -> int:
        """How many jobs have subscribers in this process."""
        return len(self._slots)

    async def watch(self, job: Job) -> AsyncGenerator[Job, None]:
        """The job as it is, then each newer state; ends after a final one."""
        slot = _Slot()
        self._slots.setdefault(job.id, set()).add(slot)
        version = 0
        try:
            # What changed between the caller's reading and our registering is read again.
            self._versions.pop(job.id, None)
            self._mark(job.id)
            slot.offer(job)
            while True:
                await slot.filled.wait()
                slot.filled.clear()
                newest = slot.latest
                if newest is None or newest.version <= version:
                    continue
                version = newest.version
                yield newest
                if newest.status in TERMINAL:
                    return
        finally:
            self._forget(job.id, slot)

    def _forget(self, job_id: UUID, slot: _Slot) -> None:
        watchers = self._slots.get(job_id, set())
        watchers.discard(slot)
        if not watchers:
            self._slots.pop(job_id, None)
            self._versions.pop(job_id, None)

    async def run(self) -> None:
        """Deliver until canceled. A database that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver())
            group.create_task(self._notify())

    async def _deliver(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self._listener.connect()
                await self._refresh()
            except DatabaseUnavailable:
                log.warning("subscribers wait for the database")
                await asyncio.sleep(_POLL_SECONDS)

    async def _refresh(self) -> None:
        watched = set(self._slots)
        if not watched:
            self._dirty.clear()
            return
        async with self._database.system() as connection:
            versions = await jobs.versions(connection, watched)
            stale = [i for i, v in versions.items() if v > self._versions.get(i, 0)]
            found = await jobs.get_many(connection, stale) if stale else []
        self._dirty.clear()
        for job in found:
            self._versions[job.id] = job.version
            for slot in self._slots.get(job.id, ()):
                slot.offer(job)

    async def _notify(self) -> None:
        while True:
            await self._tell.wait()
            # Many changes at once make one message: NOTIFY takes a lock over the whole server.
            await asyncio.sleep(_COALESCE_SECONDS)
            self._tell.clear()
            told, self._untold = self._untold, set()
            try:
                await self._listener.tell(told)
            except DatabaseUnavailable:
                # The other processes' polls find it within a second.
                log.warning("could not notify other processes")

    async def close(self) -> None:
        """End the listening connection."""
        await self._listener.close()
