"""Equal jobs that were started at the same time: one runs, the others wait and have what it makes.

Nobody is told when a job has ended; the leader looks at who waits for one that is over. So whoever
dies where and when, nobody waits for ever.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import jobs, shared
from api.domain.states import JobStatus
from api.errors import DatabaseUnavailable, Refusal
from api.services import sources
from api.services.reuse import Reuse, folder_of
from schema import parts
from schema.recipe import Recipe

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.postgres.shared import Freed
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Asset, Job
    from api.services.hub import Hub
    from api.services.sources import Sources

# Why a job waits whose equal is under way: with what follows it is part of the API.
SHARED: Final = "shared: an equal job is under way, and this one will have what it makes"
_BATCH: Final = 64

log = structlog.get_logger(__name__)


def share_key(given: Sources, recipe: Recipe, folder: str, *, force: bool) -> str | None:
    """Equal for jobs of which one may wait for the other; None for one that must run by itself."""
    source, *further = (_content(asset) for asset in (given.main, *given.inputs))
    wanted = parts.parts(recipe, further)
    if force or parts.unrepeatable(recipe):
        return None
    text = json.dumps([source, folder, wanted], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(asset: Asset) -> str:
    return asset.sha256 or sources.name_of(asset, asset.etag, asset.size) or asset.id.hex


class Sharing:
    """The leader's part: frees who waits for a job that is over."""

    def __init__(
        self, database: Database, storage: Storage, hub: Hub[Job], settings: Settings
    ) -> None:
        self._database = database
        self._reuse = Reuse(database, storage, settings)
        self._hub = hub

    async def round(self) -> None:
        """Free all who wait for what is over. Raises DatabaseUnavailable; a store that is away
        keeps nobody else waiting."""
        async with self._database.system() as connection:
            waiting = await shared.freed(connection, _BATCH)
        for each in waiting:
            try:
                await self._free(each)
            except DatabaseUnavailable:
                raise
            except Refusal as refusal:
                log.warning("equal jobs wait for the store", reason=refusal.message)
                return
            self._hub.changed(each.job.id)

    async def _free(self, freed: Freed) -> None:
        """End a job with what its equal has made; else it runs, or waits for another that does."""
        job = freed.job
        async with self._database.system() as connection:
            given = await sources.of_job(connection, job)
        recipe = Recipe.model_validate(job.recipe)
        ways = given.ways if given else ()
        found = await self._reuse.whole(job.project_id, recipe, ways, below=folder_of(job))
        async with self._database.system() as connection:
            if await jobs.lock(connection, job.id) is None:
                return
            queued = await shared.release(connection, job)
            if queued is None or await self._reuse.settle(connection, queued, found):
                return
            # What has succeeded and cannot be used would be waited for in vain by one after the
            # other. What has failed is tried by one of them.
            if not freed.made:
                await follow(connection, queued)
        log.info("a job that waited for another one is freed", job_id=str(job.id), made=freed.made)


async def follow(connection: Connection, job: Job) -> Job:
    """The job as it waits for an equal one, or as it was."""
    if job.status is not JobStatus.QUEUED:
        return job
    return await shared.follow(connection, job, reason=SHARED) or job
