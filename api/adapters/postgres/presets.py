"""Presets that projects have saved. A name has versions; saving again makes the next one."""

from __future__ import annotations

from uuid import UUID

from asyncpg import Record

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from schema.presets import Preset
from schema.recipe import Recipe

_SQL = sql.load("presets")


def _preset(row: Record) -> Preset:
    return Preset(
        name=row["name"],
        version=row["version"],
        title=row["title"],
        description=row["description"],
        recipe=Recipe.model_validate(row["recipe"]),
    )


async def newest(
    connection: Connection, project_id: UUID, name: str, *, with_deleted: bool = False
) -> Preset | None:
    """The last version of a name."""
    row = await connection.fetchrow(_SQL["newest"], project_id, name, with_deleted)
    return None if row is None else _preset(row)


async def listed(connection: Connection, project_id: UUID) -> list[Preset]:
    """The last version of every name, by name."""
    return [_preset(row) for row in await connection.fetch(_SQL["listed"], project_id)]


async def save(
    connection: Connection,
    project_id: UUID,
    *,
    name: str,
    title: str,
    description: str,
    recipe: Recipe,
) -> Preset:
    """Store the next version of a name."""
    await connection.execute(_SQL["lock"], project_id)
    row = await connection.fetchrow(
        _SQL["insert"], project_id, name, title, description, recipe.model_dump(mode="json")
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row to insert
    return _preset(row)


async def delete(connection: Connection, project_id: UUID, name: str) -> bool:
    """Take every version of a name away; False where there is none."""
    done = await connection.execute(_SQL["delete"], project_id, name)
    return not done.endswith(" 0")
