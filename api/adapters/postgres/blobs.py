"""Published bytes, and the jobs that refer to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids
from api.domain.models import Job, Json

_SQL = sql.load("blobs")


@dataclass(frozen=True, slots=True)
class Blob:
    """Published bytes that are counted as one.

    `names` are its files below the prefix, and folders with a slash at the end; None: all there is.
    `seal` stands for what the store said of them when they were published. `facts` are those of its
    outputs, with keys below the prefix. What has no cache key is never used again. `tracks` are a
    ladder's rungs: the folder of each below the prefix, and the key of its encode. `unsent` are
    texts by name that are not stored yet, and need not be where it is `doomed`.
    """

    id: UUID
    bucket: str
    prefix: str
    part: str | None
    names: Sequence[str] | None
    seal: str | None
    facts: Sequence[Json] | None
    cache_key: str | None
    source_key: str | None = None
    tracks: dict[str, str] | None = None
    unsent: dict[str, str] | None = None
    doomed: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A blob and its place in a job: the name of the part of the recipe that it is."""

    place: str
    reused: bool
    blob: Blob


async def insert(connection: Connection, job: Job, blob: Blob) -> None:
    """Record what a job has made, and that it refers to it."""
    await connection.execute(
        _SQL["insert"],
        blob.id,
        job.project_id,
        blob.bucket,
        blob.prefix,
        blob.part,
        blob.names,
        blob.seal,
        blob.facts,
        blob.cache_key,
        blob.source_key,
        blob.tracks,
        blob.unsent,
    )
    if blob.part is not None:
        await hold(connection, job, {blob.part: blob.id}, reused=False)


async def insert_whole(connection: Connection, job: Job, bucket: str, prefix: str) -> UUID:
    """Record all that lies below a prefix as one blob, which is never used again."""
    blob = Blob(ids.new(), bucket, prefix, None, None, None, None, None)
    await insert(connection, job, blob)
    return blob.id


async def find(
    connection: Connection, project_id: UUID, keys: Iterable[str], *, bucket: str, below: str
) -> dict[str, Blob]:
    """For each cache key the newest blob below a prefix, where there is one."""
    rows = await connection.fetch(_SQL["find"], project_id, list(keys), bucket, below)
    return {row["cache_key"]: build(Blob, row) for row in rows}


async def ladders(
    connection: Connection, project_id: UUID, source_key: str, limit: int
) -> list[Blob]:
    """The newest ladders of a source whose rungs are known one by one."""
    rows = await connection.fetch(_SQL["ladders"], project_id, source_key, limit)
    return [build(Blob, row) for row in rows]


async def forget(connection: Connection, blob_id: UUID) -> None:
    """Its bytes are not what they were: never use it again."""
    await connection.execute(_SQL["forget"], blob_id)


async def keep(connection: Connection, blob_ids: Collection[UUID]) -> set[UUID]:
    """Those of some blobs that nothing has doomed, nor dooms before the transaction ends."""
    rows = await connection.fetch(_SQL["keep"], list(blob_ids))
    return {row["id"] for row in rows}


async def hold(
    connection: Connection, job: Job, places: Mapping[str, UUID], *, reused: bool
) -> None:
    """Let a job refer to blobs; the caller keeps them from being doomed."""
    rows = [(job.project_id, job.id, place, blob, reused) for place, blob in places.items()]
    await connection.executemany(_SQL["hold"], rows)


async def held(connection: Connection, job_id: UUID) -> dict[str, Held]:
    """What a job refers to, by place."""
    rows = await connection.fetch(_SQL["held"], job_id)
    return {row["place"]: Held(row["place"], row["reused"], build(Blob, row)) for row in rows}


async def let_go(connection: Connection, job_id: UUID, places: Sequence[str] | None = None) -> None:
    """A job refers to nothing any more, or to nothing in these places; what nobody else refers to
    is doomed."""
    rows = await connection.fetch(_SQL["lock_of_job"], job_id, places)
    await connection.execute(_SQL["let_go"], job_id, places)
    await connection.execute(_SQL["doom"], [row["id"] for row in rows])


async def unpublish(connection: Connection, asset_id: UUID) -> None:
    """Take an asset's outputs away; what nothing else refers to is doomed."""
    rows = await connection.fetch(_SQL["lock_of_asset"], asset_id)
    await connection.execute(_SQL["let_go_of_outputs"], asset_id)
    await connection.execute(_SQL["let_go_of_asset"], asset_id)
    await connection.execute(_SQL["doom"], [row["id"] for row in rows])


async def doomed(connection: Connection, limit: int) -> list[Blob]:
    """Blobs whose objects are to be deleted."""
    return [build(Blob, row) for row in await connection.fetch(_SQL["doomed"], limit)]


async def unsent(connection: Connection, blob_id: UUID | None = None) -> Blob | None:
    """A blob, or this one, whose texts are not stored yet; nobody else stores them meanwhile."""
    return maybe(Blob, await connection.fetchrow(_SQL["unsent"], blob_id))


async def sent(connection: Connection, blob_id: UUID) -> None:
    """Its texts are stored."""
    await connection.execute(_SQL["sent"], blob_id)


async def delete(connection: Connection, blob_id: UUID) -> None:
    """Forget a blob whose objects are gone."""
    await connection.execute(_SQL["delete"], blob_id)


async def kept_below(
    connection: Connection, project_id: UUID, bucket: str, prefix: str
) -> list[str]:
    """Published files and folders below a prefix."""
    rows = await connection.fetch(_SQL["kept_below"], project_id, bucket, prefix)
    return [row["kept"] for row in rows]
