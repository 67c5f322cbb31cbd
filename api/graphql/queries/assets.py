"""`asset` and `assets`."""

from __future__ import annotations

import strawberry

from api.domain import ids, words
from api.domain.filters import AssetQuery
from api.domain.orders import AssetOrder
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.selection import asks
from api.graphql.types.asset import Asset, AssetConnection
from api.graphql.types.scalars import Int64
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
    video_codec: list[str] | None = strawberry.field(
        default=None, description="Any of these, as `Asset.videoCodec` says them: h264, hevc"
    )
    audio_codec: list[str] | None = strawberry.field(
        default=None, description="Any of these, as `Asset.audioCodec` says them: aac, opus"
    )
    duration_from: float | None = strawberry.field(
        default=None, description="Seconds at least; what was not read yet has no duration"
    )
    duration_to: float | None = strawberry.field(default=None, description="Seconds at most")
    size_from: Int64 | None = strawberry.field(default=None, description="Bytes at least")
    size_to: Int64 | None = strawberry.field(default=None, description="Bytes at most")


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
    info: Info,
    first: int = 50,
    after: str | None = None,
    filter: AssetFilter | None = None,
    order_by: AssetOrder = AssetOrder.CREATED_AT_DESC,
) -> AssetConnection:
    """A page of assets."""
    context = info.context
    order = AssetOrder(order_by)  # the framework hands over its name
    wanted = _query(filter or AssetFilter())
    with_outputs = asks(info, "nodes", "outputs") or asks(info, "edges", "node", "outputs")
    page, outputs = await context.services.library.assets(
        context.reader, Window(first, after), wanted, order=order, with_outputs=with_outputs
    )
    return AssetConnection.of(page, order, outputs)


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
        video_codec=_codecs(wanted.video_codec),
        audio_codec=_codecs(wanted.audio_codec),
        duration_from=wanted.duration_from,
        duration_to=wanted.duration_to,
        size_from=wanted.size_from,
        size_to=wanted.size_to,
    )


def _codecs(names: list[str] | None) -> list[str] | None:
    return [name.lower() for name in names] if names else None
