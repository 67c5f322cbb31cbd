"""Takes away what is being deleted: objects first, the rows that name them last.

A process that dies in between leaves rows behind, never objects that nothing names any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import assets, blobs, events, jobs

if TYPE_CHECKING:
    from api.adapters.postgres.blobs import Blob
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Asset, Job

_BATCH: Final = 20

log = structlog.get_logger(__name__)


class Deletion:
    """Each step can be done twice, and by two processes at once, without harm."""

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self._database = database
        self._storage = storage
        self._bucket = settings.bucket_out

    async def round(self) -> bool:
        """Delete one batch; whether there may be more."""
        async with self._database.system() as connection:
            doomed = await assets.doomed(connection, _BATCH)
        for asset in doomed:
            await self._asset(asset)
        async with self._database.system() as connection:
            doomed_blobs = await blobs.doomed(connection, _BATCH)
        for blob in doomed_blobs:
            await self._blob(blob)
        return len(doomed) == _BATCH or len(doomed_blobs) == _BATCH

    async def _asset(self, asset: Asset) -> None:
        async with self._database.system() as connection:
            await blobs.unpublish(connection, asset.id)
            its_jobs = await jobs.of_asset(connection, asset.id)
            with_source = await assets.loses_source(connection, asset.id)
        for job in its_jobs:
            await self._job(job)
        if with_source:
            await self._storage.delete(asset.bucket, asset.key)
        async with self._database.system() as connection:
            # Another process may have been faster: one row, one event.
            if await assets.lock(connection, asset.id) is None:
                return
            await jobs.delete_of_asset(connection, asset.id)
            await assets.delete(connection, asset.id)
            await events.append(
                connection, asset.project_id, "ASSET_DELETED", asset.id, {"key": asset.key}
            )
        log.info("asset deleted", asset_id=str(asset.id), with_source=with_source)

    async def _job(self, job: Job) -> None:
        async with self._database.system() as connection:
            kept = await blobs.kept_below(
                connection, job.project_id, self._bucket, job.output_prefix
            )
        await self._storage.delete_below(self._bucket, job.output_prefix, keep=kept)
        await self._storage.abort_below(self._bucket, job.output_prefix)

    async def _blob(self, blob: Blob) -> None:
        for name in [""] if blob.names is None else blob.names:
            if name == "" or name.endswith("/"):
                await self._storage.delete_below(blob.bucket, blob.prefix + name)
            else:
                await self._storage.delete(blob.bucket, blob.prefix + name)
        async with self._database.system() as connection:
            await blobs.delete(connection, blob.id)
