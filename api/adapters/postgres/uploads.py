"""Uploads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain.models import Json, Upload
from api.domain.states import PartChecksum, UploadMethod

_SQL = sql.load("uploads")


async def insert(
    connection: Connection,
    *,
    upload_id: UUID,
    project_id: UUID,
    bucket: str,
    key: str,
    method: UploadMethod,
    filename: str,
    title: str | None,
    content_type: str | None,
    size: int | None,
    part_size: int,
    sha256: str | None,
    metadata: Json,
    options: Json,
    preset: str | None,
    seconds: float,
    first_look: bool,
) -> Upload:
    """Record an upload; the store learns of it with its first link."""
    row = await connection.fetchrow(
        _SQL["insert"],
        upload_id,
        project_id,
        bucket,
        key,
        method,
        filename,
        title,
        content_type,
        size,
        part_size,
        sha256,
        metadata,
        options,
        preset,
        seconds,
        first_look,
    )
    assert row is not None  # noqa: S101 - `returning` without a condition always has a row
    return build(Upload, row)


async def get(connection: Connection, upload_id: UUID) -> Upload | None:
    """One upload."""
    return maybe(Upload, await connection.fetchrow(_SQL["get"], upload_id))


async def get_many(connection: Connection, upload_ids: Iterable[UUID]) -> list[Upload]:
    """Uploads by id, in any order."""
    rows = await connection.fetch(_SQL["get_many"], list(upload_ids))
    return [build(Upload, row) for row in rows]


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


async def opened(
    connection: Connection, upload_id: UUID, store_id: str, checksum: PartChecksum
) -> Upload | None:
    """Note what the store calls it; None when somebody was faster, or it is closed."""
    row = await connection.fetchrow(_SQL["open"], upload_id, store_id, checksum)
    return maybe(Upload, row)


async def hand_out(connection: Connection, upload_id: UUID, until: datetime) -> Upload | None:
    """Note that something is given away that writes until then; None unless it is open."""
    return maybe(Upload, await connection.fetchrow(_SQL["hand_out"], upload_id, until))


async def complete(
    connection: Connection,
    upload_id: UUID,
    *,
    asset_id: UUID,
    job_id: UUID | None,
    size: int,
    etag: str | None,
) -> Upload | None:
    """Mark as whole, once."""
    row = await connection.fetchrow(_SQL["complete"], upload_id, asset_id, job_id, size, etag)
    return maybe(Upload, row)


async def abort(
    connection: Connection, upload_id: UUID, *, refusal: str | None = None
) -> Upload | None:
    """Mark as aborted, once. `refusal`: the code that every later completion gets."""
    return maybe(Upload, await connection.fetchrow(_SQL["close"], upload_id, refusal))


async def expire(connection: Connection, limit: int) -> list[Upload]:
    """Mark as expired whose time is over."""
    return [build(Upload, row) for row in await connection.fetch(_SQL["expire"], limit)]


async def claim_sweep(connection: Connection, limit: int) -> list[tuple[Upload, bool]]:
    """Closed uploads of which the store may hold something, and whether it is the last look."""
    rows = await connection.fetch(_SQL["claim_sweep"], limit)
    return [(build(Upload, row), row["last"]) for row in rows]


async def swept(connection: Connection, upload_id: UUID, *, last: bool) -> None:
    """The store was looked at; unless it was the last time, it will be once more."""
    await connection.execute(_SQL["swept"], upload_id, last)


async def declared_sha256(connection: Connection, asset_id: UUID, etag: str | None) -> str | None:
    """The SHA-256 that a client announced of the bytes that an asset has now, in hex."""
    found: str | None = await connection.fetchval(_SQL["declared"], asset_id, etag)
    return found


async def unfinished(connection: Connection, upload_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these uploads have not become assets."""
    rows = await connection.fetch(_SQL["unfinished"], list(upload_ids))
    return {row["id"] for row in rows}
