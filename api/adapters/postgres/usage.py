"""What a project holds and what its jobs have cost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.domain.usage import Usage

_SQL = sql.load("usage")


async def measure(
    connection: Connection, project_id: UUID, since: datetime | None, until: datetime
) -> Usage:
    """Holdings of now; costs of jobs that ended from `since` on and before `until`."""
    held = await connection.fetchrow(_SQL["held"], project_id)
    spent = await connection.fetchrow(_SQL["spent"], project_id, since, until)
    assert held is not None  # noqa: S101 - aggregates always have a row
    assert spent is not None  # noqa: S101 - aggregates always have a row
    return Usage(since=since, until=until, **dict(held), **dict(spent))
