"""Share links by id."""

from __future__ import annotations

from api.domain import ids
from api.graphql.context import Info
from api.graphql.types.share import ShareLink


async def by_id(info: Info, id: str) -> ShareLink | None:
    """One link by its id."""
    found = await info.context.loaders.share.load(ids.expect(ids.Kind.SHARE, id))
    return ShareLink.of(found) if found else None
