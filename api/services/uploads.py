"""Multipart uploads: the client sends parts straight to the store, we keep the books."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from api.adapters.postgres import assets, events, jobs, uploads
from api.adapters.s3 import S3Error
from api.domain import ids, keys, parts
from api.domain.models import Asset, Job, Principal, Upload
from api.domain.states import UploadStatus
from api.errors import (
    InvalidInput,
    InvalidPart,
    NotFound,
    SizeMismatch,
    UploadClosed,
)
from api.services import idempotency, recipes
from api.services.transcodes import StartTranscode, insert
from api.services.upload_checks import MAX_SIGNED, StartUpload, check_parts, check_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.objects import ObjectInfo, Part
    from api.services.transcodes import Transcodes

_LINK_SECONDS: Final = 3600

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Where to PUT one part."""

    number: int
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole upload: its asset, and the job that a preset has started."""

    upload: Upload
    asset: Asset
    job: Job | None


class Uploads:
    """Start, sign, list, complete, abort."""

    def __init__(
        self, database: Database, storage: Storage, transcodes: Transcodes, settings: Settings
    ) -> None:
        self._database = database
        self._storage = storage
        self._transcodes = transcodes
        self._settings = settings

    async def start(self, who: Principal, wanted: StartUpload) -> tuple[Upload, list[SignedPart]]:
        """Open an upload at the store. The same idempotency key and input give the same one."""
        each = check_start(wanted)
        upload_id = ids.new()
        async with self._database.tenant(who.project_id) as connection:
            earlier = await idempotency.reserve(
                connection,
                who.project_id,
                mutation="startMultipartUpload",
                key=wanted.idempotency_key,
                value={k: v for k, v in asdict(wanted).items() if k != "idempotency_key"},
                entity_id=upload_id,
            )
            if earlier is None:
                upload = await self._open(connection, who, wanted, upload_id, each)
            else:
                upload = await self._get(connection, earlier)
        last = parts.part_count(upload.size, upload.part_size) or parts.MAX_PARTS
        first = list(range(1, min(wanted.sign_parts, last) + 1))
        return upload, await self._signed(upload, first)

    async def _open(
        self,
        connection: Connection,
        who: Principal,
        wanted: StartUpload,
        upload_id: UUID,
        part_size: int,
    ) -> Upload:
        """Open an upload at the store, as the last step of the caller's transaction.

        Within it: if the store refuses, the reservation goes too. If we die before the commit, the
        store's lifecycle rule removes the empty upload.
        """
        name = keys.upload_name(wanted.filename, field="input.filename")
        key = f"{who.prefix}uploads/{upload_id.hex}/{name}"
        bucket = self._settings.bucket_in
        store_id = await self._storage.start_multipart(bucket, key, wanted.content_type)
        upload = await uploads.insert(
            connection,
            upload_id=upload_id,
            project_id=who.project_id,
            bucket=bucket,
            key=key,
            store_id=store_id,
            filename=name,
            content_type=wanted.content_type,
            size=wanted.size,
            part_size=part_size,
            sha256=wanted.sha256,
            metadata=wanted.metadata,
            preset=wanted.preset,
            seconds=self._settings.upload_seconds,
        )
        await events.append(connection, who.project_id, "UPLOAD_STARTED", upload_id)
        return upload

    async def sign(
        self, who: Principal, upload_id: UUID, numbers: Sequence[int]
    ) -> list[SignedPart]:
        """Links for some parts; ask again when they have expired."""
        if not 1 <= len(numbers) <= MAX_SIGNED:
            raise InvalidInput(
                f"ask for 1 to {MAX_SIGNED} parts at a time", field="input.partNumbers"
            )
        upload = await self.get(who, upload_id)
        _must_be_open(upload)
        last = parts.part_count(upload.size, upload.part_size) or parts.MAX_PARTS
        for number in numbers:
            if not 1 <= number <= last:
                raise InvalidPart(
                    f"part {number} is outside 1 to {last}", field="input.partNumbers"
                )
        return await self._signed(upload, numbers)

    async def get(self, who: Principal, upload_id: UUID) -> Upload:
        """One upload. Raises NotFound."""
        async with self._database.tenant(who.project_id) as connection:
            return await self._get(connection, upload_id)

    async def held_parts(self, upload: Upload) -> list[Part]:
        """What the store holds of an open upload; nothing once it is closed."""
        if upload.status is not UploadStatus.STARTED:
            return []
        try:
            return await self._storage.parts(upload.bucket, upload.key, upload.store_id)
        except NotFound:
            return []

    async def complete(
        self, who: Principal, upload_id: UUID, stated: Sequence[tuple[int, str]] | None
    ) -> Completed:
        """Join the parts, register the asset and start the preset's job.

        The store is asked what it holds. An upload that the client has completed at the store
        itself is taken over; one that was completed here before gives the same answer again.
        """
        upload = await self.get(who, upload_id)
        if upload.status is UploadStatus.COMPLETED:
            return await self._completed(who, upload)
        _must_be_open(upload)
        found = await self._joined(upload, stated)
        completed = await self._register(who, upload, found)
        if completed.job is not None:
            self._transcodes.queued(completed.job)
        return completed

    async def abort(self, who: Principal, upload_id: UUID) -> Upload:
        """Throw the parts away. Aborting twice is no error; aborting a whole file is."""
        async with self._database.tenant(who.project_id) as connection:
            upload = await self._get(connection, upload_id)
            if upload.status is UploadStatus.COMPLETED:
                raise UploadClosed("the upload is complete; delete its asset instead")
            closed = await uploads.close(connection, upload_id, UploadStatus.ABORTED)
            if closed is not None:
                await events.append(connection, who.project_id, "UPLOAD_ABORTED", upload_id)
        await self._storage.abort_multipart(upload.bucket, upload.key, upload.store_id)
        return closed or upload

    async def expire(self) -> None:
        """Close uploads whose time is over and throw their parts away."""
        async with self._database.system() as connection:
            late = await uploads.expired(connection, 100)
        for upload in late:
            await self._storage.abort_multipart(upload.bucket, upload.key, upload.store_id)
            async with self._database.system() as connection:
                if await uploads.close(connection, upload.id, UploadStatus.EXPIRED):
                    await events.append(connection, upload.project_id, "UPLOAD_EXPIRED", upload.id)

    async def _get(self, connection: Connection, upload_id: UUID) -> Upload:
        upload = await uploads.get(connection, upload_id)
        if upload is None:
            raise NotFound("there is no such upload in this project", field="input.uploadId")
        return upload

    async def _signed(self, upload: Upload, numbers: Sequence[int]) -> list[SignedPart]:
        expires = datetime.now(UTC) + timedelta(seconds=_LINK_SECONDS)
        return [
            SignedPart(
                number,
                await self._storage.sign_part(
                    upload.bucket, upload.key, upload.store_id, number, _LINK_SECONDS
                ),
                expires,
            )
            for number in numbers
        ]

    async def _joined(self, upload: Upload, stated: Sequence[tuple[int, str]] | None) -> ObjectInfo:
        """The whole object, joined now or before by somebody else."""
        try:
            held = await self._storage.parts(upload.bucket, upload.key, upload.store_id)
        except NotFound:
            held = None
        if held is not None:
            check_parts(upload, held, stated)
            await self._join(upload, held)
        found = await self._storage.head(upload.bucket, upload.key)
        if found is None:
            raise UploadClosed("the store has neither this upload nor its object; start a new one")
        if upload.size is not None and found.size != upload.size:
            raise SizeMismatch(
                f"{upload.size:,} bytes were announced and {found.size:,} have arrived"
            )
        return found

    async def _join(self, upload: Upload, held: Sequence[Part]) -> None:
        try:
            await self._storage.complete_multipart(upload.bucket, upload.key, upload.store_id, held)
        except NotFound:
            return  # somebody else was faster; the object is looked up next
        except S3Error as error:
            raise InvalidPart(f"the store cannot join the parts: {error}") from error

    async def _register(self, who: Principal, upload: Upload, found: ObjectInfo) -> Completed:
        async with self._database.tenant(who.project_id) as connection:
            locked = await uploads.lock(connection, upload.id)
            if locked is None or locked.status is not UploadStatus.STARTED:
                return await self._completed_in(connection, locked or upload)
            asset = await assets.upsert(
                connection,
                who.project_id,
                bucket=upload.bucket,
                key=upload.key,
                etag=found.etag,
                size=found.size,
                metadata=upload.metadata,
            )
            job_id = ids.new() if upload.preset else None
            job = await self._start_job(connection, who, upload, asset, job_id)
            done = await uploads.complete(
                connection, upload.id, asset_id=asset.id, job_id=job_id, size=found.size
            )
            await events.append(connection, who.project_id, "UPLOAD_COMPLETED", upload.id)
        return Completed(done or upload, asset, job)

    async def _start_job(
        self,
        connection: Connection,
        who: Principal,
        upload: Upload,
        asset: Asset,
        job_id: UUID | None,
    ) -> Job | None:
        if job_id is None or upload.preset is None:
            return None
        return await insert(
            connection,
            who,
            job_id=job_id,
            asset=asset,
            recipe=recipes.find_preset(upload.preset).recipe,
            wanted=StartTranscode(preset=upload.preset, metadata=upload.metadata),
        )

    async def _completed(self, who: Principal, upload: Upload) -> Completed:
        async with self._database.tenant(who.project_id) as connection:
            return await self._completed_in(connection, upload)

    async def _completed_in(self, connection: Connection, upload: Upload) -> Completed:
        asset = await assets.get(connection, upload.asset_id) if upload.asset_id else None
        if asset is None:
            raise UploadClosed("the upload was closed meanwhile; start a new one")
        job = await jobs.get(connection, upload.job_id) if upload.job_id else None
        return Completed(upload, asset, job)


def _must_be_open(upload: Upload) -> None:
    if upload.status is not UploadStatus.STARTED:
        raise UploadClosed(f"the upload is {upload.status}; start a new one")
