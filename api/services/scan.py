"""Find the media that any S3 tool has put into the bucket."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import assets
from api.adapters.postgres import keys as projects
from api.domain import keys

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Principal
    from api.domain.objects import ObjectInfo

_ANSWER_SECONDS: Final = 10.0
_NAMED_FILES: Final = 1000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counts:
    """What a scan has seen so far. `files` holds the first thousand keys registered."""

    found: int = 0
    registered: int = 0
    skipped: int = 0
    files: list[str] = field(default_factory=list)


class Scans:
    """Lists a folder of the in bucket and registers what is media."""

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self._database = database
        self._storage = storage
        self._settings = settings
        self._running: set[asyncio.Task[None]] = set()

    async def scan(self, who: Principal, prefix: str) -> Counts:
        """Register a folder. After ten seconds the counts so far; the scan goes on behind."""
        folder = who.prefix + keys.folder(prefix, field="input.prefix")
        counts = Counts()
        task = asyncio.create_task(self._register(who, folder, counts))
        self._running.add(task)
        task.add_done_callback(self._done)
        done, _ = await asyncio.wait({task}, timeout=_ANSWER_SECONDS)
        if done:
            task.result()
        return counts

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("scan ended early", error=str(error))

    async def stop(self) -> None:
        """End scans that still run; the next one finds what they have left."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _register(self, who: Principal, folder: str, counts: Counts) -> None:
        async with self._database.system() as connection:
            foreign = tuple(await projects.nested_prefixes(connection, who.project_id, who.prefix))
        bucket = self._settings.bucket_in
        async for page in self._storage.pages(bucket, folder):
            # Keys that end with a slash are the folders of S3 browsers, not files.
            own = [o for o in page if not o.key.startswith(foreign) and not o.key.endswith("/")]
            media = [o for o in own if keys.is_media(o.key)]
            counts.found += len(media)
            counts.skipped += len(own) - len(media)
            if media:
                await self._merge(who, media, counts)

    async def _merge(self, who: Principal, media: list[ObjectInfo], counts: Counts) -> None:
        rows = [(o.key, o.etag, o.size) for o in media]
        async with self._database.tenant(who.project_id) as connection:
            new = await assets.merge(connection, who.project_id, self._settings.bucket_in, rows)
        counts.registered += len(new)
        counts.files += new[: _NAMED_FILES - len(counts.files)]
