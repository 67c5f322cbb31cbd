"""Housekeeping: what nobody refers to any more is removed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import blobs, events, idempotency, jobs, tasks
from api.domain.states import JobStatus
from api.errors import Refusal
from api.services.task_access import asks_amazon, transcribe_prefix

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Job
    from api.services.captions import Captions
    from api.services.deletion import Deletion
    from api.services.upload_sweep import UploadSweep

_BATCH: Final = 20
_IDLE_SECONDS: Final = 5.0
_SWEEP_SECONDS: Final = 3600.0

log = structlog.get_logger(__name__)


class Janitor:
    """Runs in every process; each step can be done twice without harm."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        *,
        sweep: UploadSweep,
        deletion: Deletion,
        captions: Captions,
        settings: Settings,
    ) -> None:
        self._database = database
        self._storage = storage
        self._sweep = sweep
        self._deletion = deletion
        self._captions = captions
        self._settings = settings
        self._wake = asyncio.Event()
        self._next_sweep = 0.0

    def wake(self) -> None:
        """Something is to be deleted: do not wait for the next round."""
        self._wake.set()

    async def run(self) -> None:
        """Clean until canceled. What fails is tried again in the next round."""
        while True:
            try:
                await self.round()
            except Refusal as refusal:
                log.warning("housekeeping waits", reason=refusal.message)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def round(self) -> None:
        """One pass over everything."""
        async with self._database.system() as connection:
            ended = await jobs.unclean(connection, _BATCH)
            await idempotency.sweep(connection)
        await self._sweep_events()
        for job in ended:
            await self._clean(job)
        await self._sweep.round()
        while await self._deletion.round():
            pass
        # Last: a store that lets us delete and not write must keep nothing else waiting.
        while await self._captions.send():
            pass

    async def _sweep_events(self) -> None:
        """Once an hour: it looks at every event."""
        if time.monotonic() < self._next_sweep:
            return
        async with self._database.system() as connection:
            await events.sweep(connection, self._settings.event_days)
        self._next_sweep = time.monotonic() + _SWEEP_SECONDS

    async def _clean(self, job: Job) -> None:
        """Delete what attempts of an ended job have written and not published."""
        async with self._database.system() as connection:
            if job.status is not JobStatus.SUCCEEDED:
                await blobs.let_go(connection, job.id)
            # Also what only other jobs refer to.
            published = await blobs.kept_below(
                connection, job.project_id, self._settings.bucket_out, job.output_prefix
            )
            places = await tasks.places(connection, job.id)
        for place in places:
            prefix = f"{job.output_prefix}{place.attempt}/{place.kind}/{place.index}/"
            await self._storage.delete_below(self._settings.bucket_out, prefix, keep=published)
            await self._storage.abort_below(self._settings.bucket_out, prefix)
        if asks_amazon(job):
            await self._storage.delete_below(self._settings.bucket_out, transcribe_prefix(job))
        async with self._database.system() as connection:
            await jobs.set_cleaned(connection, job.id)
