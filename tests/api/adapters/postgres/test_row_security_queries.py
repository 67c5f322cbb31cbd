"""Every query that there is, sent as one project with the ids and keys of another.

The services are out of the way: what keeps the projects apart here is the database alone.
"""

from __future__ import annotations

from importlib import resources
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.adapters.postgres import sql
from api.domain import ids
from tests.api.adapters.postgres.conftest import Base
from tests.api.adapters.postgres.test_row_security import TABLES

NOUNS = sorted(
    file.name.removesuffix(".sql")
    for file in (resources.files("api.adapters.postgres") / "queries").iterdir()
)
QUERIES = [(noun, name) for noun in NOUNS for name in sorted(sql.load(noun))]
_VALUES: dict[str, Any] = {
    "text": "red/or/blue.mp4",
    "text[]": ["READ", "QUEUED", "STARTED", "REGISTERED"],
    "int8": 1,
    "int8[]": [1, 2, 3, 4],
    "int4": 1,
    "int4[]": [1, 2, 3, 4],
    "int2": 1,
    "float8": 60.0,
    "bool": True,
    "bytea": b"\0",
    "bytea[]": [b"\0"],
    "jsonb": {},
    "timestamptz": None,
}


async def _everything(base: Base, project: UUID) -> dict[str, list[str]]:
    """All rows of a project, as text."""
    found = {}
    async with base.database.system() as connection:
        for table in TABLES:
            column = "id" if table == "project" else "project_id"
            rows = await connection.fetch(
                f"select row_to_json({table})::text as row from {table} where {column} = $1",
                project,
            )
            found[table] = sorted(row["row"] for row in rows)
    return found


async def _ids(base: Base, project: UUID) -> list[UUID]:
    """Every id that a project has."""
    async with base.database.system() as connection:
        found = {project}
        for table in (
            "asset",
            "job",
            "attempt",
            "task",
            "upload",
            "blob",
            "output",
            "scan",
            "probe_batch",
            "share",
        ):
            rows = await connection.fetch(f"select id from {table} where project_id = $1", project)
            found |= {row["id"] for row in rows}
    return sorted(found)


def _arguments(types: list[str], one: UUID, all_ids: list[UUID], text: str) -> list[Any]:
    values = {**_VALUES, "uuid": one, "uuid[]": all_ids, "text": text}
    missing = set(types) - set(values)
    assert not missing, f"say what to send for {missing}"
    return [values[kind] for kind in types]


async def _send(base: Base, who: UUID, text: str, arguments: list[Any]) -> list[asyncpg.Record]:
    """The rows that a project gets; nothing where the database refuses."""
    try:
        async with base.database.tenant(who) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(text, *arguments)
            return rows
    except (asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError):
        return []
    except asyncpg.PostgresSyntaxError as error:  # pragma: no cover - a query that no longer parses
        pytest.fail(str(error))


async def _types(base: Base, text: str) -> list[str]:
    async with base.database.system() as connection:
        prepared = await connection.prepare(text)
        return [parameter.name for parameter in prepared.get_parameters()]


@pytest.mark.parametrize(("noun", "name"), QUERIES, ids=[f"{n}.{q}" for n, q in QUERIES])
async def test_no_query_reaches_another_project(
    base: Base,
    projects: tuple[UUID, UUID],
    noun: str,
    name: str,
) -> None:
    red, blue = projects
    text = sql.load(noun)[name]
    if "set local" in text:
        return
    types = await _types(base, text)
    reds = await _ids(base, red)
    before = await _everything(base, red)
    for one, word in product(reds, ("red/or/blue.mp4", red.hex)):
        rows = await _send(base, blue, text, _arguments(types, one, reds, word))
        for row in rows:
            assert row.get("project_id") != red, f"{noun}.{name} shows a row of another project"
            known = {value for value in row.values() if isinstance(value, UUID)} & set(reds)
            # What it was told, it may say again: an insert returns what it has inserted.
            assert known <= {one, blue}, f"{noun}.{name} names {known}"
    assert await _everything(base, red) == before, f"{noun}.{name} changed another project"


async def test_the_check_itself_sees_what_it_should(
    base: Base,
    projects: tuple[UUID, UUID],
) -> None:
    """As the system's role the same queries do reach the other project."""
    red, _ = projects
    async with base.database.system() as connection:
        rows = await connection.fetch(sql.load("assets")["get_many"], await _ids(base, red))
    assert {row["project_id"] for row in rows} == {red}
    assert ids.new() not in await _ids(base, red)
