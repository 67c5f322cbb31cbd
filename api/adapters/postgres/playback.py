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
    """Files below a key prefix that ends with a slash, and the part of the job that they are.

    `names` are those files, and folders with a slash at the end; None: everything there is. The
    part is the first step of a link's path; without one the path begins at the prefix. `key_id` is
    that of the key which its files are encrypted with.
    """

    part: str
    blob_id: UUID
    bucket: str
    prefix: str
    names: tuple[str, ...] | None
    key_id: str | None = None

    def has(self, name: str) -> bool:
        """Whether a file with this name below the prefix belongs to it."""
        if self.names is None:
            return True
        return any(
            name.startswith(each) if each.endswith("/") else name == each for each in self.names
        )


async def folders(
    connection: Connection, job_ids: Collection[UUID]
) -> dict[UUID, tuple[Folder, ...]]:
    """The folders of each of these jobs that has outputs."""
    found: dict[UUID, tuple[Folder, ...]] = {}
    for row in await connection.fetch(_SQL["folders"], list(job_ids)):
        names = None if row["names"] is None else tuple(row["names"])
        place = (row["part"], row["blob_id"], row["bucket"], row["prefix"])
        folder = Folder(*place, names, row["key_id"])
        found[row["job_id"]] = (*found.get(row["job_id"], ()), folder)
    return found
