"""Multipart uploads."""

from __future__ import annotations

from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain.models import Json, Upload
from api.domain.states import UploadStatus

_SQL = sql.load("uploads")


async def insert(
    connection: Connection,
    *,
    upload_id: UUID,
    project_id: UUID,
    bucket: str,
    key: str,
    store_id: str,
    filename: str,
    content_type: str | None,
    size: int | None,
    part_size: int,
    sha256: str | None,
    metadata: Json,
    preset: str | None,
    seconds: float,
) -> Upload:
    """Record an upload that the store has opened."""
    row = await connection.fetchrow(
        _SQL["insert"],
        upload_id,
        project_id,
        bucket,
        key,
        store_id,
        filename,
        content_type,
        size,
        part_size,
        sha256,
        metadata,
        preset,
        seconds,
    )
    assert row is not None  # noqa: S101 - `returning` without a condition always has a row
    return build(Upload, row)


async def get(connection: Connection, upload_id: UUID) -> Upload | None:
    """One upload."""
    return maybe(Upload, await connection.fetchrow(_SQL["get"], upload_id))


async def lock(connection: Connection, upload_id: UUID) -> Upload | None:
    """One upload, held against other writers until the transaction ends."""
    return maybe(Upload, await connection.fetchrow(_SQL["lock"], upload_id))


async def page(
    connection: Connection,
    project_id: UUID,
    *,
    after: UUID | None,
    status: list[str] | None,
    limit: int,
) -> list[Upload]:
    """The newest uploads below a cursor."""
    rows = await connection.fetch(_SQL["page"], project_id, after, status, limit)
    return [build(Upload, row) for row in rows]


async def complete(
    connection: Connection, upload_id: UUID, *, asset_id: UUID, job_id: UUID | None, size: int
) -> Upload | None:
    """Mark as whole, once."""
    row = await connection.fetchrow(_SQL["complete"], upload_id, asset_id, job_id, size)
    return maybe(Upload, row)


async def close(connection: Connection, upload_id: UUID, to: UploadStatus) -> Upload | None:
    """Mark as aborted or expired, once."""
    return maybe(Upload, await connection.fetchrow(_SQL["close"], upload_id, to))


async def expired(connection: Connection, limit: int) -> list[Upload]:
    """Open uploads whose time is over."""
    return [build(Upload, row) for row in await connection.fetch(_SQL["expired"], limit)]
