"""`asset` and `assets`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.domain.states import AssetStatus
from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.types.asset import Asset, AssetConnection
from api.services.library import Window


@strawberry.input
class AssetFilter:
    """Every field that is given must match."""

    key: str | None = None
    prefix: str | None = strawberry.field(default=None, description="Keys that begin so")
    status: list[AssetStatus] | None = None


async def asset(
    info: Info, id: strawberry.ID | None = None, key: str | None = None
) -> Asset | None:
    """Look an asset up."""
    context = info.context
    if (id is None) == (key is None):
        raise InvalidInput("give either id or key")
    if id is not None:
        return await by_id(info, id)
    bucket = context.services.settings.bucket_in
    found = await context.services.library.asset_at(context.reader, bucket, key or "")
    return Asset.of(found) if found else None


async def by_id(info: Info, id: str) -> Asset | None:
    """One asset by its id."""
    context = info.context
    found = await context.services.library.asset(context.reader, ids.expect(ids.Kind.ASSET, id))
    return Asset.of(found) if found else None


async def assets(
    info: Info, first: int = 50, after: str | None = None, filter: AssetFilter | None = None
) -> AssetConnection:
    """A page of assets."""
    wanted = filter or AssetFilter()
    context = info.context
    page = await context.services.library.assets(
        context.reader,
        Window(first, after),
        key=wanted.key,
        prefix=wanted.prefix,
        status=[str(status) for status in wanted.status] if wanted.status else None,
    )
    return AssetConnection.of(page)
