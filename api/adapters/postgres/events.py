"""The gap-free event log of each project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.adapters.postgres import pool, sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build
from api.domain.models import Event

_SQL = sql.load("events")


async def append(
    connection: Connection,
    project_id: UUID,
    kind: str,
    entity_id: UUID,
    payload: dict[str, Any] | None = None,
) -> int:
    """Add an event and return its number. Must be the last step of its transaction.

    The project's counter is locked until the commit: a longer hold would queue up every writer.
    """
    number: int = await connection.fetchval(
        _SQL["append"], project_id, kind, entity_id, payload or {}
    )
    pool.note(project_id, kind)
    return number


async def append_each(
    connection: Connection, project_id: UUID, kind: str, entity_ids: Sequence[UUID]
) -> None:
    """Add one event for each of some entities, without a payload; else like `append`."""
    await connection.execute(_SQL["append_each"], project_id, kind, entity_ids)
    for _ in entity_ids:
        pool.note(project_id, kind)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The newest number of a project's log, and the oldest that is kept."""

    newest: int
    oldest: int | None


async def bounds(connection: Connection, project_id: UUID) -> Bounds:
    """How far the log reaches."""
    row = await connection.fetchrow(_SQL["bounds"], project_id)
    return Bounds(row["newest"], row["oldest"]) if row else Bounds(0, None)


async def after(connection: Connection, project_id: UUID, seq: int, limit: int) -> list[Event]:
    """The events behind a number, in order."""
    rows = await connection.fetch(_SQL["after"], project_id, seq, limit)
    return [build(Event, row) for row in rows]


async def sweep(connection: Connection, days: int) -> None:
    """Forget events that are older than some days."""
    await connection.execute(_SQL["sweep"], days)
