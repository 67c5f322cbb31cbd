"""Find the media that any S3 tool has put into the bucket."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import events, scans
from api.domain import ids, keys
from api.domain.states import ScanStatus
from api.errors import DatabaseUnavailable, NotFound, Refusal
from api.services import idempotency
from api.services.scan_walk import Overtaken, Walk

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Principal, Scan
    from api.services.hub import Hub

_ANSWER_SECONDS: Final = 10.0
_LEASE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 5.0
_MOST_RUNS: Final = 5

log = structlog.get_logger(__name__)


class Scans:
    """Lists folders of the in bucket and registers what is media.

    A scan whose process dies is taken up by another one; `run` looks for such.
    """

    def __init__(
        self, database: Database, storage: Storage, hub: Hub[Scan], settings: Settings
    ) -> None:
        self._database = database
        self._storage = storage
        self._hub = hub
        self._settings = settings
        self._running: dict[asyncio.Task[None], Walk] = {}

    async def scan(
        self, who: Principal, prefix: str, idempotency_key: str | None
    ) -> tuple[Scan, list[str]]:
        """Scan a folder: the scan after ten seconds at most, and the first keys registered.

        The same idempotency key and input give the same scan. Raises InvalidKey, and what the
        store refuses within that time.
        """
        folder = keys.folder(prefix, field="input.prefix")
        scan, is_new = await self._begin(who, folder, idempotency_key)
        if not is_new:
            return scan, []
        walk = self._walk(scan)
        task = self._start(walk)
        done, _ = await asyncio.wait({task}, timeout=_ANSWER_SECONDS)
        if done:
            task.result()
            if walk.refusal is not None:
                raise walk.refusal
        return await self._now(scan), walk.files

    async def _begin(
        self, who: Principal, folder: str, idempotency_key: str | None
    ) -> tuple[Scan, bool]:
        scan_id = ids.new()
        async with self._database.tenant(who.project_id) as connection:
            earlier = await idempotency.reserve(
                connection,
                who.project_id,
                mutation="scanMediaFolder",
                key=idempotency_key,
                value={"prefix": folder},
                entity_id=scan_id,
            )
            if earlier is not None:
                found = await scans.get(connection, earlier)
                if found is None:
                    raise NotFound("the scan of this idempotency key was deleted")
                return found, False
            scan = await scans.insert(
                connection,
                scan_id=scan_id,
                project_id=who.project_id,
                bucket=self._settings.bucket_in,
                prefix=folder,
                lease_seconds=_LEASE_SECONDS,
            )
            await events.append(connection, who.project_id, "SCAN_STARTED", scan_id)
        return scan, True

    def _walk(self, scan: Scan) -> Walk:
        return Walk(self._database, self._storage, self._hub, scan, lease_seconds=_LEASE_SECONDS)

    def _start(self, walk: Walk) -> asyncio.Task[None]:
        task = asyncio.create_task(self._finish(walk))
        self._running[task] = walk
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        walk = self._running.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a scan has ended by a mistake", scan_id=str(walk.scan.id), exc_info=error)

    async def _now(self, scan: Scan) -> Scan:
        async with self._database.tenant(scan.project_id) as connection:
            return await scans.get(connection, scan.id) or scan

    async def _finish(self, walk: Walk) -> None:
        """Walk to the end and say how it went. Without a database the lease says it for us."""
        with contextlib.suppress(DatabaseUnavailable, Overtaken):
            try:
                await walk.run()
            except DatabaseUnavailable:
                raise
            except Refusal as refusal:
                walk.refusal = refusal
                log.warning("scan failed", scan_id=str(walk.scan.id), code=refusal.code)
                await self._end(walk, ScanStatus.FAILED, refusal)
            else:
                await self._end(walk, ScanStatus.SUCCEEDED)

    async def _end(self, walk: Walk, to: ScanStatus, refusal: Refusal | None = None) -> None:
        scan = walk.scan
        error = None
        if refusal is not None:
            error = {"code": refusal.code, "message": refusal.message, "hint": None}
        async with self._database.tenant(scan.project_id) as connection:
            missing = 0 if refusal else await scans.mark_missing(connection, scan, walk.folder)
            ended = await scans.finish(connection, scan, to, error=error, missing=missing)
            if ended is None:
                return
            await _tell(connection, ended)
        self._hub.changed(scan.id)

    async def run(self) -> None:
        """Take up scans whose process is gone, until canceled."""
        while True:
            try:
                while await self._adopt():
                    pass
            except DatabaseUnavailable:
                log.warning("no scan can be taken up: no database")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _adopt(self) -> bool:
        async with self._database.system() as connection:
            scan = await scans.adopt(connection, _LEASE_SECONDS)
            if scan is None:
                return False
            if scan.run > _MOST_RUNS:
                error = {
                    "code": "SCAN_INTERRUPTED",
                    "message": f"{_MOST_RUNS} processes have ended in the middle of this scan",
                    "hint": "see their logs; scan again when the cause is removed",
                }
                ended = await scans.finish(connection, scan, ScanStatus.FAILED, error=error)
                if ended is not None:
                    await _tell(connection, ended)
                return True
        log.info("scan taken up", scan_id=str(scan.id), run=scan.run)
        self._start(self._walk(scan))
        return True

    async def stop(self) -> None:
        """End scans that still run; another process takes them up."""
        stopped = dict(self._running)
        for task in stopped:
            task.cancel()
        await asyncio.gather(*stopped, return_exceptions=True)
        with contextlib.suppress(DatabaseUnavailable):
            async with self._database.system() as connection:
                for walk in stopped.values():
                    await scans.release(connection, walk.scan)


async def _tell(connection: Connection, scan: Scan) -> None:
    names = ("found", "registered", "changed", "missing", "skipped")
    counts = {name: getattr(scan, name) for name in names}
    await events.append(connection, scan.project_id, f"SCAN_{scan.status}", scan.id, counts)
