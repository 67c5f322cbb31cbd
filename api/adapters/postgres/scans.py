"""Scans, and the stretches of listings that they register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain import ids, keys
from api.domain.models import Json, Scan
from api.domain.objects import ObjectInfo
from api.domain.states import ScanStatus

_SQL = sql.load("scans")


@dataclass(frozen=True, slots=True)
class Merged:
    """How many objects are new, the first of their keys, and how many known ones have changed."""

    registered: int
    changed: int
    new: list[str]


class Raced(Exception):  # noqa: N818 - no error: the same stretch can be merged with care
    """Somebody registered one of these objects at the same time, or a listing shows one twice."""


async def insert(
    connection: Connection,
    *,
    scan_id: UUID,
    project_id: UUID,
    bucket: str,
    prefix: str,
    lease_seconds: float,
) -> Scan:
    """Record a scan that begins."""
    row = await connection.fetchrow(
        _SQL["insert"], scan_id, project_id, bucket, prefix, lease_seconds
    )
    assert row is not None  # noqa: S101 - `returning` without a condition always has a row
    return build(Scan, row)


async def get_many(connection: Connection, scan_ids: Iterable[UUID]) -> list[Scan]:
    """Scans by id, in any order."""
    return [build(Scan, row) for row in await connection.fetch(_SQL["get_many"], list(scan_ids))]


async def get(connection: Connection, scan_id: UUID) -> Scan | None:
    """One scan."""
    found = await get_many(connection, [scan_id])
    return found[0] if found else None


async def versions(connection: Connection, scan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The version of each scan."""
    rows = await connection.fetch(_SQL["versions"], list(scan_ids))
    return {row["id"]: row["version"] for row in rows}


async def page(
    connection: Connection, project_id: UUID, *, after: UUID | None, limit: int
) -> list[Scan]:
    """The newest scans below a cursor."""
    rows = await connection.fetch(_SQL["page"], project_id, after, limit)
    return [build(Scan, row) for row in rows]


async def adopt(connection: Connection, lease_seconds: float) -> Scan | None:
    """Take over a scan whose process is gone; it begins anew."""
    return maybe(Scan, await connection.fetchrow(_SQL["adopt"], lease_seconds))


async def merge(
    connection: Connection,
    scan: Scan,
    objects: Sequence[ObjectInfo],
    media: Sequence[bool],
    *,
    careful: bool = False,
) -> Merged:
    """Register a stretch of a listing; `media` says of each object whether it may be new here.

    What is the same is not written. Raises Raced, after which the transaction is lost, unless
    `careful`, which costs more.
    """
    await connection.execute(_SQL["plan_for_many"])
    row = await connection.fetchrow(
        *(_SQL["known"], scan.project_id, scan.bucket, scan.id, scan.run),
        *([o.key for o in objects], [o.etag for o in objects]),
    )
    assert row is not None  # noqa: S101 - counts are always there
    wanted = list(media)
    for place in row["places"]:
        wanted[place - 1] = False
    fresh = [o for o, is_wanted in zip(objects, wanted, strict=True) if is_wanted]
    others = [objects[place - 1] for place in row["changed"]]
    if careful:
        new, changed = await _refresh(connection, scan, fresh + others)
        return Merged(len(new), changed, new)
    await _register(connection, scan, fresh)
    new, changed = await _refresh(connection, scan, others)
    return Merged(len(fresh) + len(new), changed, [o.key for o in fresh] + new)


async def _register(connection: Connection, scan: Scan, objects: list[ObjectInfo]) -> None:
    if not objects:
        return
    columns = _columns(ids.batch(len(objects)), objects)
    try:
        await connection.execute(_SQL["register"], scan.project_id, scan.bucket, *columns)
    except asyncpg.UniqueViolationError as error:
        raise Raced from error


async def _refresh(
    connection: Connection, scan: Scan, objects: list[ObjectInfo]
) -> tuple[list[str], int]:
    """The keys that are new, and how many others were written."""
    if not objects:
        return [], 0
    made = ids.batch(len(objects))
    rows = await connection.fetch(
        _SQL["refresh"], scan.project_id, scan.bucket, *_columns(made, objects)
    )
    ours = set(made)
    new = [row["key"] for row in rows if row["id"] in ours]
    return new, len(rows) - len(new)


def _columns(made: list[UUID], objects: list[ObjectInfo]) -> tuple[Sequence[object], ...]:
    names, sizes, etags = zip(*objects, strict=True)
    titles = [keys.title(name) for name in names]
    return made, names, etags, sizes, titles, [keys.kind(name) for name in names]


async def advance(
    connection: Connection,
    scan: Scan,
    *,
    found: int,
    registered: int,
    changed: int,
    skipped: int,
    lease_seconds: float,
) -> Scan | None:
    """Add to the counts; None when another process has taken the scan over."""
    row = await connection.fetchrow(
        _SQL["advance"],
        scan.id,
        scan.run,
        found,
        registered,
        changed,
        skipped,
        lease_seconds,
    )
    return maybe(Scan, row)


async def mark_missing(connection: Connection, scan: Scan, folder: str) -> int:
    """Mark what is registered below a folder and was not listed. Returns how many."""
    done = await connection.execute(_SQL["mark_missing"], scan.id, folder)
    return int(done.rpartition(" ")[2])


async def finish(
    connection: Connection,
    scan: Scan,
    to: ScanStatus,
    *,
    error: Json | None = None,
    missing: int = 0,
) -> Scan | None:
    """End a scan, once; None when another process has it."""
    row = await connection.fetchrow(_SQL["finish"], scan.id, scan.run, to, error, missing)
    await connection.execute(_SQL["forget_seen"], scan.id)
    return maybe(Scan, row)


async def release(connection: Connection, scan: Scan) -> None:
    """Let another process take the scan up at once."""
    await connection.execute(_SQL["release"], scan.id, scan.run)
