"""Closes uploads whose time is over, and removes what closed ones have left at the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import assets, events, uploads
from api.domain.models import Upload
from api.domain.states import AssetStatus, UploadMethod, UploadStatus
from api.errors import Unavailable

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage

_BATCH: Final = 100

log = structlog.get_logger(__name__)


class UploadSweep:
    """Any number may run at once: rows are claimed, and each step may be done twice."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    async def round(self) -> None:
        """One pass over what is due."""
        await self._expire()
        async with self._database.system() as connection:
            due = await uploads.claim_sweep(connection, _BATCH)
        for upload, last in due:
            await self._try(upload, last=last)

    async def now(self, upload: Upload) -> None:
        """Clean up after one upload that was just closed; what fails is left to the rounds."""
        await self._try(upload, last=False)

    async def _expire(self) -> None:
        while True:
            async with self._database.system() as connection:
                late = await uploads.expire(connection, _BATCH)
                # In one order, or two sweepers could wait for each other's projects.
                for upload in sorted(late, key=lambda one: one.project_id):
                    await events.append(connection, upload.project_id, "UPLOAD_EXPIRED", upload.id)
            if len(late) < _BATCH:
                return

    async def _try(self, upload: Upload, *, last: bool) -> None:
        try:
            await self._clean(upload)
            async with self._database.system() as connection:
                await uploads.swept(connection, upload.id, last=last)
        except Unavailable as error:
            # One bucket that refuses must not keep the others from being cleaned.
            log.warning(
                "an upload is not cleaned up", upload_id=str(upload.id), reason=error.message
            )

    async def _clean(self, upload: Upload) -> None:
        if upload.store_id is not None and upload.status is not UploadStatus.COMPLETED:
            await self._storage.abort_multipart(upload.bucket, upload.key, upload.store_id)
        if upload.method is not UploadMethod.PUT:
            # An S3 client may have begun more than one, and we may have died over opening one.
            await self._storage.abort_at(upload.bucket, upload.key)
        if upload.status is not UploadStatus.COMPLETED and not await self._is_kept(upload):
            await self._storage.delete(upload.bucket, upload.key)

    async def _is_kept(self, upload: Upload) -> bool:
        """Whether somebody has made an asset of the object, which a closed upload must not take."""
        if upload.refusal is not None:
            return False
        async with self._database.system() as connection:
            asset = await assets.find(connection, upload.project_id, upload.bucket, upload.key)
        return asset is not None and asset.status is not AssetStatus.MISSING
