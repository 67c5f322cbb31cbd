"""Pieces of split films: plans, tasks that wait for a runner, what they have stored."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build
from api.domain import ids
from api.domain.models import Job, Json, Task

_SQL = sql.load("pieces")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the chunks of an attempt are; `left_seconds` of film are still to be made."""

    fraction: float
    speed: float
    left_seconds: float


@dataclass(frozen=True, slots=True)
class Chunk:
    """A finished chunk, and the epoch below whose prefix it lies."""

    index: int
    epoch: int
    result: Json


async def set_plan(connection: Connection, attempt_id: UUID, plan: Json) -> None:
    """Keep how the film of an attempt is split."""
    await connection.execute(_SQL["set_plan"], attempt_id, plan)


async def get_plan(connection: Connection, attempt_id: UUID) -> Json | None:
    """How the film of an attempt is split; None where it is not."""
    plan: Json | None = await connection.fetchval(_SQL["get_plan"], attempt_id)
    return plan


async def insert(
    connection: Connection, task: Task, *, kind: str, index: int, weight: float
) -> None:
    """Another piece of `task`'s attempt, which waits for its runner."""
    await connection.execute(
        _SQL["insert_piece"],
        ids.new(),
        task.project_id,
        task.job_id,
        task.attempt_id,
        kind,
        index,
        weight,
    )


async def ready(connection: Connection, limit: int) -> list[Task]:
    """Pieces whose runner may start, held until the transaction ends."""
    return [build(Task, row) for row in await connection.fetch(_SQL["ready"], limit)]


async def start(
    connection: Connection, task_id: UUID, *, proof_hash: bytes, lease_seconds: float
) -> None:
    """The runner of a waiting piece is about to be born."""
    await connection.execute(_SQL["start"], task_id, proof_hash, lease_seconds)


async def done(connection: Connection, task: Task, result: Json) -> bool:
    """Keep what a piece has made; False when it has ended before."""
    return await connection.fetchval(_SQL["done"], task.id, result) is not None


async def again(
    connection: Connection, task: Task, *, failure: str, reason: str, log: str, delay: float
) -> bool:
    """Try a piece once more, later; the attempt goes on. False when it has ended before."""
    if await connection.fetchval(_SQL["again"], task.id, failure, delay) is None:
        return False
    await connection.execute(_SQL["explain"], task.attempt_id, reason, log)
    return True


async def progress(
    connection: Connection, task: Task, fraction: float, speed: float | None
) -> None:
    """Note how far a piece is."""
    await connection.execute(_SQL["progress"], task.id, fraction, speed)


async def standing(connection: Connection, attempt_id: UUID) -> Standing:
    """How far all chunks are."""
    row = await connection.fetchrow(_SQL["standing"], attempt_id)
    assert row is not None  # noqa: S101 - sums have a row always
    return Standing(row["fraction"], row["speed"], row["left_seconds"])


async def unfinished(connection: Connection, attempt_id: UUID) -> int:
    """How many chunks are not made yet."""
    count: int = await connection.fetchval(_SQL["unfinished"], attempt_id)
    return count


async def stored(connection: Connection, attempt_id: UUID) -> list[Chunk]:
    """What the chunks have stored, in order."""
    rows = await connection.fetch(_SQL["stored"], attempt_id)
    return [Chunk(row["index"], row["epoch"], row["result"]) for row in rows]


async def over(connection: Connection) -> list[UUID]:
    """Tasks that have ended a moment ago, whose runners may not know it yet."""
    return [row["id"] for row in await connection.fetch(_SQL["over"])]


async def deserted(connection: Connection) -> list[Job]:
    """Canceled jobs without a runner that could say that it has ended."""
    return [build(Job, row) for row in await connection.fetch(_SQL["deserted"])]
