"""One way through a listing: pages are read ahead while those before are registered."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import keys as projects
from api.adapters.postgres import scans, uploads
from api.domain import keys

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.domain.models import Scan
    from api.domain.objects import ObjectInfo
    from api.errors import Refusal
    from api.services.hub import Hub

_NAMED_FILES: Final = 1000
_PAGES_AHEAD: Final = 4
# A merge has fixed costs of about two pages; larger ones would only hold rows for longer.
_MERGED_AT_ONCE: Final = 5000


class Overtaken(Exception):  # noqa: N818 - no error: another process has the scan now
    """This process was thought dead and works no more on the scan."""


class Walk:
    """One run of one scan. Memory holds a few pages, whatever the size of the bucket."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        hub: Hub[Scan],
        scan: Scan,
        *,
        lease_seconds: float,
    ) -> None:
        self._database = database
        self._storage = storage
        self._hub = hub
        self._lease_seconds = lease_seconds
        self.scan = scan
        self._prefix = ""
        self.folder = scan.prefix
        self.files: list[str] = []  # the first thousand keys registered
        self.refusal: Refusal | None = None

    async def run(self) -> None:
        """Register everything. Raises Overtaken, and what store and database refuse."""
        async with self._database.system() as connection:
            project = self.scan.project_id
            prefix = await projects.prefix_of(connection, project)
            foreign = tuple(await projects.nested_prefixes(connection, project, prefix))
        self._prefix = prefix
        self.folder = prefix + self.scan.prefix
        pages: asyncio.Queue[list[ObjectInfo] | None] = asyncio.Queue(_PAGES_AHEAD)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(pages, foreign))
                await self._register(pages)
        except BaseExceptionGroup as group_error:
            # Whichever of the two failed first is the reason; the other was only stopped.
            raise group_error.exceptions[0] from None

    async def _read(
        self, pages: asyncio.Queue[list[ObjectInfo] | None], foreign: tuple[str, ...]
    ) -> None:
        async with aclosing(self._storage.pages(self.scan.bucket, self.folder)) as listing:
            async for page in listing:
                # Keys that end with a slash are the folders of S3 browsers, not files.
                own = [o for o in page if not o.key.endswith("/") and not o.key.startswith(foreign)]
                await pages.put(await self._without_unfinished(own))
        await pages.put(None)

    async def _without_unfinished(self, page: list[ObjectInfo]) -> list[ObjectInfo]:
        """Leave out what a client is still sending, or has given up: completion registers it."""
        owners = {o.key: owner for o in page if (owner := keys.upload_id(o.key, self._prefix))}
        if not owners:
            return page
        async with self._database.tenant(self.scan.project_id) as connection:
            unfinished = await uploads.unfinished(connection, set(owners.values()))
        return [o for o in page if owners.get(o.key) not in unfinished]

    async def _register(self, pages: asyncio.Queue[list[ObjectInfo] | None]) -> None:
        objects: list[ObjectInfo] = []
        while (page := await pages.get()) is not None:
            objects += page
            if len(objects) >= _MERGED_AT_ONCE or pages.empty():
                await self._merge(objects)
                objects = []
        await self._merge(objects)

    async def _merge(self, objects: list[ObjectInfo]) -> None:
        if not objects:
            return
        media = sum(keys.is_media(o.key) for o in objects)
        async with self._database.tenant(self.scan.project_id) as connection:
            merged = await scans.merge(
                connection, self.scan, objects, name=_NAMED_FILES - len(self.files)
            )
            newest = await scans.advance(
                connection,
                self.scan,
                found=media,
                registered=merged.registered,
                changed=merged.changed,
                skipped=len(objects) - media,
                lease_seconds=self._lease_seconds,
            )
            if newest is None:
                raise Overtaken
        self.files += merged.new
        self._hub.changed(self.scan.id)
