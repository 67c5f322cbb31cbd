"""`scan` and `scans`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.types.scan import Scan, ScanConnection
from api.services.library import Window


async def scan(info: Info, id: strawberry.ID) -> Scan | None:
    """One scan by its id."""
    context = info.context
    found = await context.services.library.scan(context.reader, ids.expect(ids.Kind.SCAN, id))
    return Scan.of(found) if found else None


async def scans(info: Info, first: int = 50, after: str | None = None) -> ScanConnection:
    """A page of scans."""
    context = info.context
    page = await context.services.library.scans(context.reader, Window(first, after))
    return ScanConnection.of(page)
