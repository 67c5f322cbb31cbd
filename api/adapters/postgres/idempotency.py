"""Requests that were seen before."""

from __future__ import annotations

from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection

_SQL = sql.load("idempotency")


async def reserve(
    connection: Connection,
    project_id: UUID,
    *,
    mutation: str,
    key: str,
    input_hash: bytes,
    entity_id: UUID,
) -> tuple[UUID, bytes] | None:
    """Remember a request; if it was seen before, return its entity and the hash of its input."""
    made = await connection.fetchval(
        _SQL["reserve"], project_id, mutation, key, input_hash, entity_id
    )
    return None if made is not None else await seen(connection, project_id, mutation, key)


async def seen(
    connection: Connection, project_id: UUID, mutation: str, key: str
) -> tuple[UUID, bytes] | None:
    """The entity of an earlier request and the hash of its input."""
    row = await connection.fetchrow(_SQL["seen"], project_id, mutation, key)
    return None if row is None else (row["entity_id"], row["input_hash"])


async def forget(connection: Connection, project_id: UUID, *, mutation: str, key: str) -> None:
    """Take back the reservation of a request that made nothing."""
    await connection.execute(_SQL["forget"], project_id, mutation, key)


async def sweep(connection: Connection) -> None:
    """Delete what is older than two days."""
    await connection.execute(_SQL["sweep"])
