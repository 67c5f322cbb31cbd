"""How PostgreSQL goes about statements for many rows while it knows nothing of its tables.

A new installation that is given a thousand jobs has no statistics: autovacuum comes once a minute.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
import pytest

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.domain import ids
from tests.api.adapters.postgres.conftest import Base

ROWS: Final = 600
BATCH: Final = 64
_SQL = sql.load("jobs")
_FILL: Final = (
    "insert into project (id, name, prefix) select $1, $1::uuid::text, $1::uuid::text || '/'",
    (
        "insert into asset (id, project_id, bucket, key, size, title, status, kind)"
        " select id, $1, 'in', id::text, 1, 'film', 'READY', 'VIDEO'"
        " from unnest($2::uuid[]) as g(id)"
    ),
    (
        "insert into job (id, project_id, asset_id, preset, recipe, title, output_prefix, status,"
        " attempt) select id, $1, id, 'web', '{}', 'film', id || '/', 'LAUNCHING', 1"
        " from unnest($2::uuid[]) as g(id)"
    ),
    (
        "insert into attempt (id, project_id, job_id, number)"
        " select id, $1, id, 1 from unnest($2::uuid[]) as g(id)"
    ),
    (
        "insert into task (id, project_id, job_id, attempt_id, kind, proof_hash, lease_until)"
        " select id, $1, id, id, 'encode', '', now() from unnest($2::uuid[]) as g(id)"
    ),
)


@pytest.mark.parametrize("name", ["wait_for_runners", "set_reasons"])
async def test_a_batch_looks_at_each_row_a_few_times_at_most(name: str, base: Base) -> None:
    async with base.database.system() as connection:
        tasks = await _filled(connection)
        batch = tasks[:BATCH]
        if name == "set_reasons":
            await connection.execute(
                "update job set status = 'WAITING', waiting_reason = '' where id = any($1)", tasks
            )
            arguments: list[Any] = [batch, ["words"] * BATCH]
        else:
            arguments = [batch, "WAITING", ["LAUNCHING"], "words"]
        explain = f"explain (analyze, timing off, format json) {_SQL[name]}"
        plan = orjson.loads(await connection.fetchval(explain, *arguments))[0]["Plan"]
        changed = await connection.fetchval(
            "select count(*) from job where waiting_reason = 'words' and id = any($1)", tasks
        )
        for table in ("job", "asset"):
            await connection.execute(f"delete from {table} where id = any($1)", tasks)
    assert changed == BATCH
    # Attempts are all number 1: joined by that to every job, they are 360,000.
    assert _seen(plan) < 20 * ROWS


async def _filled(connection: Connection) -> list[UUID]:
    """Tasks that have just been born, each of a job of its own."""
    project, ids_ = ids.new(), [ids.new() for _ in range(ROWS)]
    await connection.execute(_FILL[0], project)
    for statement in _FILL[1:]:
        await connection.execute(statement, project, ids_)
    return ids_


def _seen(node: dict[str, Any]) -> float:
    """Rows that all steps of a plan have passed on."""
    rows = float(node["Actual Rows"]) * float(node["Actual Loops"])
    return rows + sum(_seen(below) for below in node.get("Plans", ()))
