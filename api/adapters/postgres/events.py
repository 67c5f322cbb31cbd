"""The gap-free event log of each project."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection

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
    return number
