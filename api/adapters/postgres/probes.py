"""Probing of the library: batches, and which assets their runners have."""

from __future__ import annotations

from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build, maybe
from api.domain.execution import Handle
from api.domain.models import Asset, Json, ProbeBatch
from api.domain.states import AssetKind, AssetStatus

_SQL = sql.load("probes")


async def next_project(connection: Connection, behind: UUID | None) -> UUID | None:
    """A project with assets that nobody has read: the next one behind `behind`, else the first."""
    found: UUID | None = await connection.fetchval(_SQL["project"], behind)
    if found is None and behind is not None:
        found = await connection.fetchval(_SQL["project"], None)
    return found


async def insert(
    connection: Connection,
    batch_id: UUID,
    project_id: UUID,
    *,
    proof_hash: bytes,
    lease_seconds: float,
) -> None:
    """Record a batch whose process is about to start."""
    await connection.execute(_SQL["insert"], batch_id, project_id, proof_hash, lease_seconds)


async def record_process(connection: Connection, batch_id: UUID, handle: Handle) -> bool:
    """Note whose process it is; False when the batch is over or claimed."""
    done = await connection.execute(
        _SQL["record_process"], batch_id, handle.pid, handle.started, handle.uid
    )
    return done.endswith(" 1")


async def find(connection: Connection, batch_id: UUID) -> ProbeBatch | None:
    """One batch, or None when it is over."""
    return maybe(ProbeBatch, await connection.fetchrow(_SQL["find"], batch_id))


async def lock(connection: Connection, batch_id: UUID) -> ProbeBatch | None:
    """One batch, held until the transaction ends."""
    return maybe(ProbeBatch, await connection.fetchrow(_SQL["lock"], batch_id))


async def claim(
    connection: Connection, batch: ProbeBatch, *, token_hash: bytes, lease_seconds: float
) -> int | None:
    """Raise the epoch and return it; None when another claim was faster."""
    epoch: int | None = await connection.fetchval(
        _SQL["claim"], batch.id, batch.epoch, token_hash, lease_seconds
    )
    return epoch


async def renew(connection: Connection, batch_id: UUID, lease_seconds: float) -> None:
    """Extend the lease."""
    await connection.execute(_SQL["renew"], batch_id, lease_seconds)


async def live(connection: Connection) -> list[ProbeBatch]:
    """Every batch that may have a process."""
    return [build(ProbeBatch, row) for row in await connection.fetch(_SQL["live"])]


async def extend_leases(connection: Connection, seconds: float) -> None:
    """Give every batch time to report."""
    await connection.execute(_SQL["extend_leases"], seconds)


async def silent(connection: Connection) -> list[ProbeBatch]:
    """Batches whose runner must end."""
    return [build(ProbeBatch, row) for row in await connection.fetch(_SQL["silent"])]


async def outstanding(connection: Connection, batch_id: UUID) -> list[Asset]:
    """Assets that were handed out and not told of."""
    return [build(Asset, row) for row in await connection.fetch(_SQL["outstanding"], batch_id)]


async def take(connection: Connection, batch: ProbeBatch, *, tries: int, limit: int) -> list[Asset]:
    """Hand out assets that were handed out `tries` times before, oldest first."""
    rows = await connection.fetch(_SQL["take"], batch.id, batch.project_id, tries, limit)
    return sorted((build(Asset, row) for row in rows), key=lambda asset: asset.id)


async def settle(
    connection: Connection,
    batch: ProbeBatch,
    asset_id: UUID,
    etag: str | None,
    *,
    status: AssetStatus,
    probe: Json | None = None,
    kind: AssetKind | None = None,
    error: Json | None = None,
    tries: int = 0,
) -> bool:
    """Keep what a runner says of an asset; False when it is no longer what the runner has read."""
    found = await connection.fetchval(
        _SQL["settle"], asset_id, batch.id, etag, probe, status, kind, error, tries
    )
    return found is not None


async def replaced(
    connection: Connection,
    batch: ProbeBatch,
    asset_id: UUID,
    etag: str | None,
    *,
    new_etag: str | None,
    new_size: int,
) -> bool:
    """Register the bytes that are there now; they are read in their turn."""
    found = await connection.fetchval(
        _SQL["replaced"], asset_id, batch.id, etag, new_etag, new_size
    )
    return found is not None


async def end(connection: Connection, batch_id: UUID, *, blame: Json | None) -> list[Asset] | None:
    """End a batch, once; None when it was over before.

    With `blame`, one of its assets has ended the runner: those that were suspected before become
    UNREADABLE for that reason, and are returned. Without, their tries do not count.
    """
    if blame is None:
        await connection.execute(_SQL["forgive"], batch_id)
        given_up = []
    else:
        rows = await connection.fetch(_SQL["blame"], batch_id, blame)
        assets = [build(Asset, row) for row in rows]
        given_up = [a for a in assets if a.status is AssetStatus.UNREADABLE]
    if await connection.fetchval(_SQL["delete"], batch_id) is None:
        return None
    return given_up


async def release_orphans(connection: Connection) -> None:
    """Take assets back from batches that are over."""
    await connection.execute(_SQL["orphans"])
