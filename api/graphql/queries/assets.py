"""`asset` and `assets`."""

from __future__ import annotations

import strawberry

from api.domain import ids, words
from api.domain.filters import AssetQuery
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.selection import asks
from api.graphql.types.asset import Asset, AssetConnection
from api.services.library import Window


@strawberry.input(description="Every field that is given must match")
class AssetFilter:
    """Every field that is given must match."""

    key: str | None = strawberry.field(default=None, description="This key exactly")
    prefix: str | None = strawberry.field(default=None, description="Keys that begin so")
    status: list[AssetStatus] | None = strawberry.field(default=None, description="Any of these")
    sha256: str | None = strawberry.field(default=None, description="Of the whole file, in hex")
    md5: str | None = strawberry.field(default=None, description="Of the whole file, in hex")
    kind: AssetKind | None = strawberry.field(
        default=None, description="Pictures with sound, or sound alone"
    )
    tag: str | None = strawberry.field(default=None, description="One of its tags, exactly")
    text: str | None = strawberry.field(
        default=None,
        description="Words, each the beginning of a word of title, key or tags, in any case",
    )


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
    context = info.context
    wanted = _query(filter or AssetFilter())
    with_outputs = asks(info, "nodes", "outputs") or asks(info, "edges", "node", "outputs")
    page, outputs = await context.services.library.assets(
        context.reader, Window(first, after), wanted, with_outputs=with_outputs
    )
    return AssetConnection.of(page, outputs)


def _query(wanted: AssetFilter) -> AssetQuery:
    text = wanted.text
    return AssetQuery(
        key=wanted.key,
        prefix=wanted.prefix,
        status=[str(status) for status in wanted.status] if wanted.status else None,
        sha256=wanted.sha256.lower() if wanted.sha256 else None,
        md5=wanted.md5.lower() if wanted.md5 else None,
        kind=wanted.kind,
        tag=wanted.tag,
        words=None if text is None else words.query(text, field="filter.text"),
    )
