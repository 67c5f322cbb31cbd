"""Whether an object has the SHA-256 that its sender announced."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final

from api.adapters.s3 import S3Error
from api.domain.models import Upload
from api.domain.objects import ObjectInfo
from api.errors import Conflict, NotFound, UploadClosed

if TYPE_CHECKING:
    from api.adapters.s3 import Storage

# Each holds one chunk in memory and up to a core.
_AT_ONCE: Final = 2


class Verifier:
    """Reads objects from the store, a chunk at a time."""

    def __init__(self, storage: Storage, limit: int) -> None:
        """`limit`: the biggest object, in bytes, that is read here."""
        self._storage = storage
        self._limit = limit
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def check(self, upload: Upload, found: ObjectInfo) -> bool | None:
        """Whether it is right; None where nothing was announced, or it is too big to be read here.

        Exactly the bytes with this etag are read: what is registered is what was checked.
        """
        if upload.sha256 is None or found.size > self._limit:
            return None
        async with self._gate:
            try:
                return await self._digest(upload, found) == upload.sha256
            except NotFound as error:
                raise UploadClosed(
                    "the upload's object is gone, so it was closed meanwhile; start a new one"
                ) from error
            except S3Error as error:
                if error.reason not in {"PreconditionFailed", "412"}:
                    raise
                raise Conflict(
                    "the object was replaced while it was checked; complete the upload again"
                ) from error

    async def _digest(self, upload: Upload, found: ObjectInfo) -> str:
        _, _, body = await self._storage.stream(upload.bucket, upload.key, if_match=found.etag)
        digest = hashlib.sha256()
        async for chunk in body:
            # In a thread: a quarter of a MiB is up to a millisecond, and others wait for the loop.
            await asyncio.to_thread(digest.update, chunk)
        return digest.hexdigest()
