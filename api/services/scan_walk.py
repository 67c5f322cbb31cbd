"""One way through a listing: pages are read ahead while those before are registered."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, TypeAlias

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
# Longer than this no object waits for others to be merged with.
_PATIENCE_SECONDS: Final = 0.25
# While one waits for the disk or for an index another one works.
_MERGES_AT_ONCE: Final = 2


_Pages: TypeAlias = "asyncio.Queue[list[ObjectInfo] | None]"


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
        pages: _Pages = asyncio.Queue(_PAGES_AHEAD)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(pages, foreign))
                await self._register(pages)
        except BaseExceptionGroup as group_error:
            # Whichever of the two failed first is the reason; the other was only stopped.
            raise _first(group_error) from None

    async def _read(self, pages: _Pages, foreign: tuple[str, ...]) -> None:
        async with aclosing(self._storage.pages(self.scan.bucket, self.folder)) as listing:
            async for page in listing:
                # Keys that end with a slash are the folders of S3 browsers, not files.
                own = [o for o in page if not o.key.endswith("/") and not o.key.startswith(foreign)]
                await pages.put(await self._without_unfinished(own))
        await pages.put(None)

    async def _without_unfinished(self, page: list[ObjectInfo]) -> list[ObjectInfo]:
        """Leave out what a client is still sending, or has given up: completion registers it."""
        below = keys.uploads_folder(self._prefix)
        owners = {
            o.key: owner
            for o in page
            if o.key.startswith(below) and (owner := keys.upload_id(o.key, self._prefix))
        }
        if not owners:
            return page
        async with self._database.tenant(self.scan.project_id) as connection:
            unfinished = await uploads.unfinished(connection, set(owners.values()))
        return [o for o in page if owners.get(o.key) not in unfinished]

    async def _register(self, pages: _Pages) -> None:
        places = asyncio.Semaphore(_MERGES_AT_ONCE)
        async with asyncio.TaskGroup() as merging:
            more = True
            while more:
                objects, more = await _stretch(pages)
                if objects:
                    await places.acquire()
                    merge = merging.create_task(self._take(objects))
                    merge.add_done_callback(lambda _: places.release())

    async def _take(self, objects: list[ObjectInfo]) -> None:
        media = [keys.is_media(o.key) for o in objects]
        try:
            merged = await self._merge(objects, media, careful=False)
        except scans.Raced:
            merged = await self._merge(objects, media, careful=True)
        self.files += merged.new[: _NAMED_FILES - len(self.files)]
        self._hub.changed(self.scan.id)

    async def _merge(
        self, objects: list[ObjectInfo], media: list[bool], *, careful: bool
    ) -> scans.Merged:
        found = sum(media)
        async with self._database.tenant(self.scan.project_id) as connection:
            merged = await scans.merge(connection, self.scan, objects, media, careful=careful)
            newest = await scans.advance(
                connection,
                self.scan,
                found=found,
                registered=merged.registered,
                changed=merged.changed,
                skipped=len(objects) - found,
                lease_seconds=self._lease_seconds,
            )
            if newest is None:
                raise Overtaken
        return merged


async def _stretch(pages: _Pages) -> tuple[list[ObjectInfo], bool]:
    """Pages that are worth a merge together, or have waited long enough; and whether more come."""
    objects: list[ObjectInfo] = []
    page = await pages.get()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while page is not None:
                objects += page
                if len(objects) >= _MERGED_AT_ONCE:
                    break
                page = await pages.get()
    return objects, page is not None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
