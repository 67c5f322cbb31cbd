"""From parts at the store to an asset: join, check, register, start the preset's job."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from api.adapters.postgres import assets, events, jobs, projects, uploads
from api.adapters.s3 import S3Error
from api.domain import ids, keys
from api.domain.models import Asset, Job, Principal, Upload
from api.domain.states import UploadMethod, UploadStatus
from api.errors import (
    ChecksumMismatch,
    InvalidPart,
    NotFound,
    Refusal,
    SizeMismatch,
    UploadClosed,
)
from api.services import first_look, recipes
from api.services.backlog import StartTranscode, insert
from api.services.options import fitted
from api.services.sources import Sources
from api.services.upload_checks import (
    Stated,
    check_object,
    check_parts,
    choose_parts,
    must_be_open,
)
from schema.options import MediaOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.domain.objects import ObjectInfo, Part
    from api.services.checksums import Verifier
    from api.services.transcodes import Transcodes
    from api.services.upload_sweep import UploadSweep
    from schema.recipe import Recipe

_MISMATCH = (
    "the bytes that arrived have another SHA-256 than was said; they are deleted, upload again"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole upload: its asset, and the job that a preset has started."""

    upload: Upload
    asset: Asset
    job: Job | None


@dataclass(frozen=True, slots=True)
class _Promised:
    """What is made of an upload, and the assets that it takes beside it."""

    recipe: Recipe
    inputs: Sequence[Asset]


@dataclass(frozen=True, slots=True)
class _Work:
    """A completion under way, and the etags that its client has stated."""

    stated: tuple[tuple[int, str], ...] | None
    task: asyncio.Task[Completed]


class UploadCompletion:
    """Completes each upload once, however often and from wherever that is asked."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        transcodes: Transcodes,
        verifier: Verifier,
        sweep: UploadSweep,
    ) -> None:
        self._database = database
        self._storage = storage
        self._transcodes = transcodes
        self._verifier = verifier
        self._sweep = sweep
        # By project too: nobody may join another project's work and be told its asset.
        self._running: dict[tuple[UUID, UUID], _Work] = {}

    async def complete(self, who: Principal, upload_id: UUID, stated: Stated) -> Completed:
        """The asset and the job.

        Work that a client no longer waits for goes on: reading a big file takes longer than some
        clients wait, and who asks again joins the work instead of starting it anew.
        """
        wanted = None if stated is None else tuple(stated)
        place = (who.project_id, upload_id)
        while (work := self._running.get(place)) is not None and work.stated != wanted:
            await asyncio.wait({work.task})
        if work is None:
            task = asyncio.create_task(self._complete(who, upload_id, stated))
            work = self._running[place] = _Work(wanted, task)
            task.add_done_callback(lambda done: self._forget(place, done))
        return await asyncio.shield(work.task)

    def _forget(self, place: tuple[UUID, UUID], task: asyncio.Task[Completed]) -> None:
        del self._running[place]
        if not task.cancelled():
            task.exception()  # whoever waits gets it; nobody may be left

    async def stop(self) -> None:
        """End what is under way; it can be asked for again."""
        tasks = [work.task for work in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _complete(self, who: Principal, upload_id: UUID, stated: Stated) -> Completed:
        upload = await self._read(who, upload_id)
        if upload.status is not UploadStatus.STARTED:
            return await self._answer(who, upload)
        must_be_open(upload)
        try:
            completed = await self._finish(who, upload, stated)
        except Refusal:
            # Another process may have ended it while we looked: then that is the answer.
            upload = await self._read(who, upload_id)
            if upload.status is UploadStatus.STARTED:
                raise
            return await self._answer(who, upload)
        if completed.job is not None:
            self._transcodes.queued(completed.job)
        return completed

    async def _read(self, who: Principal, upload_id: UUID) -> Upload:
        async with self._database.tenant(who.project_id) as connection:
            upload = await uploads.get(connection, upload_id)
        if upload is None:
            raise NotFound("there is no such upload in this project", field="input.uploadId")
        return upload

    async def _answer(self, who: Principal, upload: Upload) -> Completed:
        """What a closed upload says, as often as it is asked."""
        if upload.refusal == ChecksumMismatch.code:
            raise ChecksumMismatch(_MISMATCH)
        if upload.status is not UploadStatus.COMPLETED:
            must_be_open(upload)
        async with self._database.tenant(who.project_id) as connection:
            asset = await assets.get(connection, upload.asset_id) if upload.asset_id else None
            job = await jobs.get(connection, upload.job_id) if upload.job_id else None
        if asset is None:
            raise UploadClosed("the upload is complete and its asset was deleted since")
        return Completed(upload, asset, job)

    async def _finish(self, who: Principal, upload: Upload, stated: Stated) -> Completed:
        promised = await self._promised(who, upload)
        found = await self._whole(upload, stated)
        right = await self._verifier.check(upload, found)
        if right is False:
            await self._refuse(who, upload)
        return await self._register(who, upload, found, promised, verified=bool(right))

    async def _promised(self, who: Principal, upload: Upload) -> _Promised | None:
        """What the preset asks for under the options of upload and project, and what that names
        beside the upload."""
        if upload.preset is None:
            return None
        async with self._database.tenant(who.project_id) as connection:
            # Deleted since the upload began? It was promised then.
            preset = await recipes.find_preset(
                connection, who.project_id, upload.preset, with_deleted=True
            )
            inherited = await projects.options(connection, who.project_id)
        recipe = fitted(preset.recipe, MediaOptions.model_validate(upload.options), inherited)
        return _Promised(recipe, await self._transcodes.finder.inputs(who, recipe))

    async def _whole(self, upload: Upload, stated: Stated) -> ObjectInfo:
        """The whole object, joined now or before by somebody else."""
        if upload.method is not UploadMethod.MULTIPART:
            return check_object(upload, await self._storage.head(upload.bucket, upload.key), stated)
        await self._join(upload, stated)
        found = await self._storage.head(upload.bucket, upload.key)
        if found is None:
            raise UploadClosed("the store has neither this upload nor its object; start a new one")
        if upload.size is not None and found.size != upload.size:
            raise SizeMismatch(
                f"{upload.size:,} bytes were announced and {found.size:,} have arrived"
            )
        return found

    async def _join(self, upload: Upload, stated: Stated) -> None:
        if upload.store_id is None:
            check_parts(upload, [], stated)
            return
        try:
            listed = await self._storage.parts(upload.bucket, upload.key, upload.store_id)
        except NotFound:
            return  # somebody has joined it, or thrown it away: the object is looked up next
        held = choose_parts(upload, listed, stated)
        check_parts(upload, held, stated)
        await self._ask_to_join(upload, upload.store_id, held)

    async def _ask_to_join(self, upload: Upload, store_id: str, held: Sequence[Part]) -> None:
        try:
            await self._storage.complete_multipart(upload.bucket, upload.key, store_id, held)
        except NotFound:
            return  # somebody else was faster; the object is looked up next
        except S3Error as error:
            raise InvalidPart(
                f"the store cannot join the parts ({error.reason}); send them again"
            ) from error

    async def _refuse(self, who: Principal, upload: Upload) -> None:
        """Close for good; a crash after the commit leaves the object to the sweep."""
        async with self._database.tenant(who.project_id) as connection:
            closed = await uploads.abort(connection, upload.id, refusal=ChecksumMismatch.code)
            if closed is not None:
                payload = {"code": ChecksumMismatch.code}
                await events.append(
                    connection, who.project_id, "UPLOAD_ABORTED", upload.id, payload
                )
        if closed is not None:
            log.warning("an upload has the wrong checksum", upload_id=str(upload.id))
            await self._sweep.now(closed)
        raise ChecksumMismatch(_MISMATCH)

    async def _register(
        self,
        who: Principal,
        upload: Upload,
        found: ObjectInfo,
        promised: _Promised | None,
        *,
        verified: bool,
    ) -> Completed:
        async with self._database.tenant(who.project_id) as connection:
            locked = await uploads.lock(connection, upload.id)
            if locked is None or locked.status is not UploadStatus.STARTED:
                raise UploadClosed("the upload was closed meanwhile; start a new one")
            asset = await assets.upsert(
                connection,
                who.project_id,
                bucket=upload.bucket,
                key=upload.key,
                etag=found.etag,
                size=found.size,
                metadata=upload.metadata,
                options=upload.options,
                title=upload.title or keys.title(upload.filename),
                sha256=upload.sha256 if verified else None,
            )
            job = await _start_job(connection, who, upload, asset, promised) if promised else None
            done = await uploads.complete(
                connection,
                upload.id,
                asset_id=asset.id,
                job_id=job.id if job else None,
                size=found.size,
                etag=found.etag,
            )
            await events.append(connection, who.project_id, "UPLOAD_COMPLETED", upload.id)
        return Completed(done or upload, asset, job)


async def _start_job(
    connection: Connection, who: Principal, upload: Upload, asset: Asset, promised: _Promised
) -> Job:
    given, recipe = Sources(asset, promised.inputs), promised.recipe
    wanted = StartTranscode(
        preset=upload.preset, metadata=upload.metadata, first_look=upload.first_look
    )
    job = await insert(connection, who, job_id=ids.new(), given=given, recipe=recipe, wanted=wanted)
    return await first_look.ahead(connection, who, job, given=given, recipe=recipe, wanted=wanted)
