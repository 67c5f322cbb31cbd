"""Scans over a real database and a store that only lists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from api.adapters.postgres.pool import Database
from api.config import Settings
from api.domain.models import Principal, Scan
from api.domain.objects import ObjectInfo
from api.services.hub import Hub
from api.services.scan import Scans

Pages = AsyncGenerator[list[ObjectInfo], None]


@dataclass
class Listing:
    """A store that only lists: what stands in `objects`, and then perhaps waits or refuses."""

    objects: dict[str, str] = field(default_factory=dict)  # key -> etag
    page_size: int = 1000
    refusal: Exception | None = None
    stop_after: int | None = None  # pages
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def pages(self, bucket: str, prefix: str) -> Pages:
        keys = sorted(key for key in self.objects if key.startswith(prefix))
        for number, start in enumerate(range(0, len(keys), self.page_size)):
            if number == self.stop_after:
                self.stopped.set()
                await asyncio.Event().wait()
            page = keys[start : start + self.page_size]
            yield [ObjectInfo(key, 7, self.objects[key]) for key in page]
        if self.refusal is not None:
            raise self.refusal


@dataclass
class Bench:
    """One process over a database and a listing."""

    database: Database
    hub: Hub[Scan]
    settings: Settings
    who: Principal

    def process(self, listing: Any) -> Scans:
        return Scans(self.database, listing, self.hub, self.settings)

    async def scan(self, listing: Listing, prefix: str = "") -> Scan:
        return (await self.process(listing).scan(self.who, prefix, None))[0]

    async def rows(self) -> dict[str, tuple[str, str]]:
        async with self.database.tenant(self.who.project_id) as c:
            found = await c.fetch("select key, status, etag from asset")
        return {
            row["key"].removeprefix(self.who.prefix): (row["status"], row["etag"]) for row in found
        }

    async def events(self, scan: Scan) -> list[str]:
        async with self.database.system() as c:
            rows = await c.fetch(
                "select type from event where entity_id = $1 order by seq", scan.id
            )
        return [row["type"] for row in rows]

    async def seen(self, scan: Scan) -> int:
        async with self.database.system() as c:
            number: int = await c.fetchval(
                "select count(*) from scan_seen where scan_id = $1", scan.id
            )
        return number

    def listing(self, **keys: str) -> Listing:
        return Listing({self.who.prefix + key: etag for key, etag in keys.items()})
