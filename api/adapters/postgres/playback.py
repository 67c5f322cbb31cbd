"""Where the published bytes of a job are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection

_SQL = sql.load("playback")


@dataclass(frozen=True, slots=True)
class Folder:
    """A bucket and a key prefix that ends with a slash."""

    bucket: str
    prefix: str


async def folders(connection: Connection, job_ids: Collection[UUID]) -> dict[UUID, Folder]:
    """The folder of each of these jobs that has outputs."""
    rows = await connection.fetch(_SQL["folders"], list(job_ids))
    return {row["job_id"]: Folder(row["bucket"], row["prefix"]) for row in rows}
