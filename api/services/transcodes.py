"""Start, retry, reorder and cancel jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from api import metrics
from api.adapters.postgres import events, jobs, projects, shared
from api.domain import ids, keys
from api.domain.models import Asset, Job, Principal
from api.domain.states import RETRIED, TERMINAL, JobStatus
from api.errors import Conflict, InvalidInput, NotFound
from api.services import backlog, first_look, idempotency, recipes, sharing
from api.services.assets import check_title
from api.services.finder import Finder
from api.services.options import fitted, parse
from api.services.reuse import Reuse
from api.services.sources import Sources
from schema.options import MediaOptions
from schema.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.adapters.postgres.blobs import Blob
    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.services.backlog import StartTranscode
    from api.services.hub import Hub


class Transcodes:
    """Jobs from the user's side."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        hub: Hub[Job],
        settings: Settings,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._hub = hub
        self._wake = wake
        self.finder = Finder(database, storage, settings.bucket_in)
        self._reuse = Reuse(database, storage, settings)

    async def start(self, who: Principal, wanted: StartTranscode) -> Job:
        """Queue a job. The same idempotency key and input give the same job."""
        _check(wanted)
        async with self._database.tenant(who.project_id) as connection:
            before = await idempotency.earlier(connection, who.project_id, **_identity(wanted))
            if before is not None:
                return await _existing(connection, before)
            recipe = await recipes.choose(connection, who.project_id, wanted.preset, wanted.recipe)
            inherited = await projects.options(connection, who.project_id)
        source = await self._source(who, wanted)
        if wanted.preset is not None:
            own = MediaOptions.model_validate(source.options)
            recipe = fitted(recipe, parse(wanted.options or {}), own, inherited)
        given = Sources(source, await self.finder.inputs(who, recipe))
        found = await self._made(who, given, recipe, wanted)
        job_id = ids.new()
        async with self._database.tenant(who.project_id) as connection:
            earlier = await idempotency.reserve(
                connection, who.project_id, **_identity(wanted), entity_id=job_id
            )
            if earlier is not None:
                return await _existing(connection, earlier)
            job = await backlog.insert(
                connection, who, job_id=job_id, given=given, recipe=recipe, wanted=wanted
            )
            job = await self._reuse.settle(connection, job, found) or job
            job = await sharing.follow(connection, job)
            job = await first_look.ahead(
                connection, who, job, given=given, recipe=recipe, wanted=wanted
            )
        if job.status is JobStatus.SUCCEEDED:
            metrics.reused_parts.inc(len(found))
        self.queued(job)
        return job

    async def _made(
        self, who: Principal, given: Sources, recipe: Recipe, wanted: StartTranscode
    ) -> dict[str, Blob]:
        """All that is wanted, where it was made before and nobody wants it made anew."""
        if wanted.force:
            return {}
        below = backlog.destination(who, wanted)
        return await self._reuse.whole(who.project_id, recipe, given.ways, below=below)

    def queued(self, job: Job) -> None:
        """Say, after the commit, that the backlog has grown."""
        self._hub.changed(job.id)
        self._wake()

    async def retry(self, who: Principal, job_id: UUID, idempotency_key: str | None) -> Job:
        """A new job like one that has FAILED or was CANCELED; an ended job stays as it is.

        Raises NotFound, Conflict for any other state, and what `start` raises for its source.
        """
        asked = {"id": job_id.hex}
        async with self._database.tenant(who.project_id) as connection:
            before = await idempotency.earlier(
                connection, who.project_id, mutation="retryJob", key=idempotency_key, value=asked
            )
            if before is not None:
                return await _existing(connection, before)
            old = await jobs.get(connection, job_id)
        if old is None:
            raise NotFound("there is no such job in this project", field="input.id")
        if old.status not in RETRIED:
            raise Conflict(
                f"the job is {old.status}; only what failed is retried", field="input.id"
            )
        recipe = Recipe.model_validate(old.recipe)
        given = Sources(
            await self.finder.by_id(who, old.asset_id), await self.finder.inputs(who, recipe)
        )
        new_id = ids.new()
        async with self._database.tenant(who.project_id) as connection:
            earlier = await idempotency.reserve(
                connection,
                who.project_id,
                mutation="retryJob",
                key=idempotency_key,
                value=asked,
                entity_id=new_id,
            )
            if earlier is not None:
                return await _existing(connection, earlier)
            job = await backlog.again(connection, old, new_id, given)
            job = await sharing.follow(connection, job)
        self.queued(job)
        return job

    async def set_priority(self, who: Principal, job_id: UUID, priority: int) -> Job:
        """Move a job in the backlog. Raises NotFound, and Conflict once it has ended."""
        _check_priority(priority)
        async with self._database.tenant(who.project_id) as connection:
            job = await jobs.get(connection, job_id)
            if job is None:
                raise NotFound("there is no such job in this project", field="input.id")
            changed = await jobs.set_priority(connection, job_id, priority)
            if changed is None:
                raise Conflict("the job has ended", field="input.id")
            await events.append(
                connection, who.project_id, "JOB_PRIORITY", job_id, {"priority": priority}
            )
        self._hub.changed(job_id)
        return changed

    async def cancel(self, who: Principal, job_id: UUID) -> Job:
        """Cancel, unless completion was committed first: then the job as it ended."""
        async with self._database.tenant(who.project_id) as connection:
            job = await jobs.lock(connection, job_id)
            if job is None:
                raise NotFound("there is no such job in this project", field="input.id")
            if job.status in TERMINAL or job.status is JobStatus.CANCELING:
                return job
            if job.waits_for is not None:
                job = await shared.release(connection, job) or job  # it has no runner to be stopped
            done = await jobs.finish(connection, job, JobStatus.CANCELED)
            if done is None:
                done = await jobs.move(
                    connection, job, JobStatus.CANCELING, reason="the runner is being stopped"
                )
            if done is None:
                return job
            await events.append(connection, who.project_id, f"JOB_{done.status}", job.id)
        self._hub.changed(job_id)
        self._wake()
        return done

    async def _source(self, who: Principal, wanted: StartTranscode) -> Asset:
        if (wanted.asset_id is None) == (wanted.source_key is None):
            raise InvalidInput("give either assetId or sourceKey", field="input")
        if wanted.asset_id is not None:
            return await self.finder.by_id(who, wanted.asset_id)
        return await self.finder.by_key(who, wanted.source_key or "")


async def _existing(connection: Connection, job_id: UUID) -> Job:
    job = await jobs.get(connection, job_id)
    if job is None:
        raise NotFound("the job of this idempotency key was deleted")
    return job


def _check(wanted: StartTranscode) -> None:
    _check_priority(wanted.priority)
    check_title(wanted.title)
    if wanted.options is not None and wanted.recipe is not None:
        raise InvalidInput(
            "options go with a preset; an own recipe says all itself", field="input.options"
        )
    keys.output_folder(wanted.output_key or "", field="input.outputKey")


def _check_priority(priority: int) -> None:
    if not -100 <= priority <= 100:
        raise InvalidInput("priority is -100 to 100", field="input.priority")


def _identity(wanted: StartTranscode) -> dict[str, Any]:
    """What makes a request the same as an earlier one."""
    key, value = wanted.idempotency_key, idempotency.said(wanted)
    return {"mutation": "startTranscode", "key": key, "value": value}
