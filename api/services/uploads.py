"""Uploads: the client sends bytes straight to the store, we keep the books."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from api.adapters.postgres import events, uploads
from api.domain import checksums, ids, keys
from api.domain.models import Principal, Upload
from api.domain.objects import Part
from api.domain.states import UploadMethod, UploadStatus
from api.errors import NotFound, Refusal, UploadClosed
from api.services import idempotency, recipes
from api.services.upload_checks import (
    StartUpload,
    Stated,
    WantedPart,
    check_numbers,
    check_start,
    choose_parts,
    last_number,
    must_be_open,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.services.options import Options
    from api.services.upload_completion import Completed, UploadCompletion
    from api.services.upload_links import SignedPart, UploadLinks
    from api.services.upload_sweep import UploadSweep
    from schema.options import MediaOptions


class Uploads:
    """Start, sign, list, complete, abort."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        *,
        links: UploadLinks,
        completion: UploadCompletion,
        sweep: UploadSweep,
        options: Options,
        settings: Settings,
    ) -> None:
        self._database = database
        self._storage = storage
        self._links = links
        self._completion = completion
        self._sweep = sweep
        self._options = options
        self._settings = settings

    async def start(self, who: Principal, wanted: StartUpload) -> tuple[Upload, list[SignedPart]]:
        """Record an upload. The same idempotency key and input give the same one.

        A file that fits one part is sent by a plain PUT: then the store has nothing to join.
        """
        each = check_start(wanted)
        small = wanted.size is not None and wanted.size <= each
        method = UploadMethod.PUT if small else UploadMethod.MULTIPART
        upload = await self.record(who, wanted, each, method, mutation="startMultipartUpload")
        count = min(wanted.sign_parts, last_number(upload))
        if count == 0 or upload.status is not UploadStatus.STARTED:
            return upload, []
        first = [WantedPart(number) for number in range(1, count + 1)]
        try:
            return upload, await self._links.sign(who, upload, first)
        except Refusal:
            # Nobody learns of this upload; with an idempotency key the client may ask again.
            if wanted.idempotency_key is None:
                await self.discard(who, upload)
            raise

    async def record(
        self,
        who: Principal,
        wanted: StartUpload,
        part_size: int,
        method: UploadMethod,
        *,
        mutation: str,
    ) -> Upload:
        """The row and its event, before the store hears of anything; or the one made earlier."""
        upload_id = ids.new()
        options = await self._options.checked(who, wanted.options)
        async with self._database.tenant(who.project_id) as connection:
            earlier = await idempotency.reserve(
                connection,
                who.project_id,
                mutation=mutation,
                key=wanted.idempotency_key,
                value=idempotency.said(wanted),
                entity_id=upload_id,
            )
            if earlier is not None:
                return await self._get(connection, earlier)
            upload = await self._insert(
                connection,
                who,
                wanted,
                options=options,
                upload_id=upload_id,
                part_size=part_size,
                method=method,
            )
            await events.append(connection, who.project_id, "UPLOAD_STARTED", upload_id)
            return upload

    async def _insert(
        self,
        connection: Connection,
        who: Principal,
        wanted: StartUpload,
        *,
        options: MediaOptions,
        upload_id: UUID,
        part_size: int,
        method: UploadMethod,
    ) -> Upload:
        if wanted.preset is not None:
            await recipes.find_preset(connection, who.project_id, wanted.preset)
        name = keys.upload_name(wanted.filename, field="input.filename")
        digest = wanted.sha256 and checksums.sha256(wanted.sha256, field="input.sha256").hex()
        return await uploads.insert(
            connection,
            upload_id=upload_id,
            project_id=who.project_id,
            bucket=self._settings.bucket_in,
            key=f"{who.prefix}uploads/{upload_id.hex}/{keys.without_wildcards(name)}",
            method=method,
            filename=name,
            title=wanted.title,
            content_type=wanted.content_type,
            size=wanted.size,
            part_size=part_size,
            sha256=digest,
            metadata=wanted.metadata,
            options=options.stored(),
            preset=wanted.preset,
            seconds=self._settings.upload_seconds,
            first_look=wanted.first_look,
        )

    async def sign(
        self, who: Principal, upload_id: UUID, wanted: Sequence[WantedPart]
    ) -> list[SignedPart]:
        """Links for some parts; ask again when they have expired."""
        upload = await self.get(who, upload_id)
        must_be_open(upload)
        check_numbers(upload, wanted)
        return await self._links.sign(who, upload, wanted)

    async def get(self, who: Principal, upload_id: UUID) -> Upload:
        """One upload. Raises NotFound."""
        async with self._database.tenant(who.project_id) as connection:
            return await self._get(connection, upload_id)

    async def _get(self, connection: Connection, upload_id: UUID) -> Upload:
        upload = await uploads.get(connection, upload_id)
        if upload is None:
            raise NotFound("there is no such upload in this project", field="input.uploadId")
        return upload

    async def held_parts(self, upload: Upload) -> list[Part]:
        """What the store holds of an open upload; nothing once it is closed."""
        if upload.status is not UploadStatus.STARTED:
            return []
        if upload.method is not UploadMethod.MULTIPART:
            found = await self._storage.head(upload.bucket, upload.key)
            return [] if found is None else [Part(1, found.etag or "", found.size)]
        if upload.store_id is None:
            return []
        try:
            listed = await self._storage.parts(upload.bucket, upload.key, upload.store_id)
        except NotFound:
            return []
        return choose_parts(upload, listed, None)

    async def complete(self, who: Principal, upload_id: UUID, stated: Stated) -> Completed:
        """Join the parts, register the asset and start the preset's job.

        The store is asked what it holds. An upload that the client has completed at the store
        itself is taken over; one that was completed here before gives the same answer again.
        """
        return await self._completion.complete(who, upload_id, stated)

    async def abort(self, who: Principal, upload_id: UUID) -> Upload:
        """Throw away what was sent. Aborting twice is no error; aborting a whole file is."""
        upload = await self.get(who, upload_id)
        if upload.status is UploadStatus.COMPLETED:
            raise UploadClosed("the upload is complete; delete its asset instead")
        return await self.discard(who, upload)

    async def discard(self, who: Principal, upload: Upload) -> Upload:
        """Close it, in the books first; what then fails at the store is left to the sweep."""
        async with self._database.tenant(who.project_id) as connection:
            closed = await uploads.abort(connection, upload.id)
            if closed is not None:
                await events.append(connection, who.project_id, "UPLOAD_ABORTED", upload.id)
            newest = closed or await self._get(connection, upload.id)
        if newest.status is UploadStatus.COMPLETED:
            raise UploadClosed("the upload was completed meanwhile; delete its asset instead")
        await self._sweep.now(newest)
        return newest

    async def stop(self) -> None:
        """End work that goes on without a client."""
        await self._completion.stop()
