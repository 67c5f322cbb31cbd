"""Assets: the objects of the library."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids, keys
from api.domain.models import Asset, Json
from api.domain.states import AssetKind
from api.errors import AssetBusy

_SQL = sql.load("assets")


async def get(connection: Connection, asset_id: UUID) -> Asset | None:
    """One asset."""
    return maybe(Asset, await connection.fetchrow(_SQL["get"], asset_id))


async def get_many(connection: Connection, asset_ids: Iterable[UUID]) -> list[Asset]:
    """Assets by id, in any order."""
    rows = await connection.fetch(_SQL["get_many"], list(asset_ids))
    return [build(Asset, row) for row in rows]


async def find(connection: Connection, project_id: UUID, bucket: str, key: str) -> Asset | None:
    """The asset at a key."""
    return maybe(Asset, await connection.fetchrow(_SQL["find"], project_id, bucket, key))


async def upsert(
    connection: Connection,
    project_id: UUID,
    *,
    bucket: str,
    key: str,
    etag: str | None,
    size: int,
    title: str | None = None,
    metadata: Json | None = None,
    sha256: str | None = None,
    options: Json | None = None,
) -> Asset:
    """Register one object, or note that its bytes have changed. Raises AssetBusy.

    `title`, `sha256`, `options`: None leaves what an earlier registration of the same bytes has.
    """
    row = await connection.fetchrow(
        _SQL["upsert"],
        ids.new(),
        project_id,
        bucket,
        key,
        etag,
        size,
        keys.title(key),
        keys.kind(key),
        metadata or {},
        title,
        sha256,
        options,
    )
    if row is None:
        raise AssetBusy(f"the asset {key!r} is being deleted; try again shortly")
    return build(Asset, row)


async def lock(connection: Connection, asset_id: UUID) -> Asset | None:
    """One asset, held until the transaction ends: no job of it can be started meanwhile."""
    return maybe(Asset, await connection.fetchrow(_SQL["lock"], asset_id))


async def edit(
    connection: Connection,
    asset_id: UUID,
    *,
    title: str | None,
    tags: list[str] | None,
    metadata: Json | None,
    options: Json | None,
) -> Asset | None:
    """Change what is given; None when it is gone or being deleted."""
    row = await connection.fetchrow(_SQL["edit"], asset_id, title, tags, metadata, options)
    return maybe(Asset, row)


async def is_busy(connection: Connection, asset_id: UUID) -> bool:
    """Whether a job of it has not ended."""
    return await connection.fetchval(_SQL["busy"], asset_id) is not None


async def doom(connection: Connection, asset_id: UUID, *, delete_source: bool) -> Asset | None:
    """From now on it is being deleted, and its source object too where that was ever asked."""
    return maybe(Asset, await connection.fetchrow(_SQL["doom"], asset_id, delete_source))


async def doomed(connection: Connection, limit: int) -> list[Asset]:
    """Assets that are being deleted."""
    return [build(Asset, row) for row in await connection.fetch(_SQL["doomed"], limit)]


async def loses_source(connection: Connection, asset_id: UUID) -> bool:
    """Whether the source object goes with its asset."""
    return bool(await connection.fetchval(_SQL["delete_source"], asset_id))


async def delete(connection: Connection, asset_id: UUID) -> None:
    """Remove the row; jobs and outputs must be gone."""
    await connection.execute(_SQL["delete"], asset_id)


async def set_facts(
    connection: Connection,
    asset_id: UUID,
    etag: str | None,
    *,
    sha256: str | None,
    md5: str | None,
    probe: Json | None,
    status: str,
    kind: AssetKind | None = None,
    error: Json | None = None,
) -> None:
    """Keep what a runner learned, unless the object was replaced or is deleted meanwhile."""
    await connection.execute(
        _SQL["set_facts"], asset_id, etag, sha256, md5, probe, status, kind, error
    )
