"""Projects: what their jobs inherit."""

from __future__ import annotations

from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from schema.options import MediaOptions

_SQL = sql.load("projects")


async def options(connection: Connection, project_id: UUID) -> MediaOptions:
    """The defaults of a project."""
    return MediaOptions.model_validate(await connection.fetchval(_SQL["options"], project_id))


async def set_options(connection: Connection, project_id: UUID, wanted: MediaOptions) -> None:
    """In place of the earlier ones."""
    await connection.execute(_SQL["set_options"], project_id, wanted.stored())
