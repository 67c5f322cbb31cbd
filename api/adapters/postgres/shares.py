"""Links to films for people without a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids, tokens
from api.domain.films import BESIDE, SHOWN
from api.domain.models import Share

_SQL = sql.load("shares")


async def insert(
    connection: Connection,
    project_id: UUID,
    *,
    asset_id: UUID,
    output_id: UUID | None,
    title: str | None,
    token: str,
    expires_at: datetime,
) -> Share:
    """Store a link's hash. The token itself is nowhere kept."""
    place = (ids.new(), project_id, asset_id, output_id, title)
    row = await connection.fetchrow(_SQL["insert"], *place, tokens.digest(token), expires_at)
    assert row is not None  # noqa: S101 - `returning` without a condition always has a row
    return build(Share, row)


async def get_many(connection: Connection, share_ids: Iterable[UUID]) -> list[Share]:
    """Links by id, in any order."""
    rows = await connection.fetch(_SQL["get_many"], list(share_ids))
    return [build(Share, row) for row in rows]


async def of_assets(connection: Connection, asset_ids: Iterable[UUID]) -> list[Share]:
    """The newest hundred links of each of these assets, ended ones too."""
    rows = await connection.fetch(_SQL["of_assets"], list(set(asset_ids)))
    return [build(Share, row) for row in rows]


async def live(connection: Connection, asset_id: UUID) -> int:
    """How many links of an asset have not ended."""
    number: int = await connection.fetchval(_SQL["live"], asset_id)
    return number


async def revoke(connection: Connection, share_id: UUID) -> Share | None:
    """End a link; None where that was done before."""
    return maybe(Share, await connection.fetchrow(_SQL["revoke"], share_id))


async def find(connection: Connection, token: str) -> Share | None:
    """The link with this token, also when it has ended. Only rm_system reads hashes."""
    return maybe(Share, await connection.fetchrow(_SQL["find"], tokens.digest(token)))


async def shown(connection: Connection, share_id: UUID, job_id: UUID) -> frozenset[UUID]:
    """The blobs of a job that a link shows now: none once it has ended."""
    rows = await connection.fetch(_SQL["shown"], share_id, job_id, [*SHOWN], [*BESIDE])
    return frozenset(row["blob_id"] for row in rows)
