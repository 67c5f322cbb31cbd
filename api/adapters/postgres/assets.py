"""Assets: the objects of the library."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids, keys
from api.domain.models import Asset, Json

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


async def page(
    connection: Connection,
    project_id: UUID,
    *,
    after: UUID | None,
    key: str | None,
    prefix: str | None,
    status: list[str] | None,
    limit: int,
) -> list[Asset]:
    """The newest assets below a cursor."""
    rows = await connection.fetch(_SQL["page"], project_id, after, key, prefix, status, limit)
    return [build(Asset, row) for row in rows]


async def upsert(
    connection: Connection,
    project_id: UUID,
    *,
    bucket: str,
    key: str,
    etag: str | None,
    size: int,
    metadata: Json | None = None,
) -> Asset:
    """Register one object, or note that its bytes have changed."""
    row = await connection.fetchrow(
        _SQL["upsert"],
        ids.new(),
        project_id,
        bucket,
        key,
        etag,
        size,
        keys.title(key),
        metadata or {},
    )
    assert row is not None  # noqa: S101 - an upsert that updates always has a row
    return build(Asset, row)


async def merge(
    connection: Connection,
    project_id: UUID,
    bucket: str,
    objects: Iterable[tuple[str, str | None, int]],
) -> list[str]:
    """Register a stretch of a listing: (key, etag, size). Returns the keys that are new.

    COPY is refused for tables with row security, so the rows go through a temporary table.
    """
    await connection.execute(_SQL["stage"])
    await connection.copy_records_to_table(
        "staged",
        schema_name="pg_temp",
        records=[(ids.new(), key, etag, size, keys.title(key)) for key, etag, size in objects],
        columns=["id", "key", "etag", "size", "title"],
    )
    return [row["key"] for row in await connection.fetch(_SQL["merge"], project_id, bucket)]


async def set_facts(
    connection: Connection,
    asset_id: UUID,
    etag: str | None,
    *,
    sha256: str | None,
    md5: str | None,
    probe: Json | None,
    status: str,
) -> None:
    """Keep what a runner learned, unless the object was replaced meanwhile."""
    await connection.execute(_SQL["set_facts"], asset_id, etag, sha256, md5, probe, status)
