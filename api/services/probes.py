"""The runner's side of probing: it tells of assets and is handed out others."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from api import metrics
from api.adapters.local.proofs import PipeProofs
from api.adapters.postgres import events, probes
from api.domain import ids, tokens
from api.domain.objects import ObjectInfo
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidReport, Superseded, Unauthenticated, Unavailable
from schema.probing import (
    ProbeAnswer,
    ProbeClaim,
    ProbeItem,
    ProbeOutcome,
    ProbeReport,
    ProbeResult,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.execution import Vouching
    from api.domain.models import Asset, Json, ProbeBatch
    from schema.job import ClaimRequest, FailureReport

# What a runner may have at once. It must be through with it before the links end.
_WINDOW: Final = 24
_LINK_SECONDS: Final = 900
_GIVEN_UP: Final = 2  # tries
_DOUBTFUL: Final = frozenset({ProbeOutcome.CHANGED, ProbeOutcome.DENIED})
_STATUS: Final = {
    ProbeOutcome.READ: AssetStatus.READY,
    ProbeOutcome.BROKEN: AssetStatus.UNREADABLE,
    ProbeOutcome.MISSING: AssetStatus.MISSING,
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """One result that was kept."""

    asset_id: UUID
    word: str  # in the event's payload


class Probes:
    """Every call that a runner of a batch makes."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        settings: Settings,
        *,
        proofs: Vouching | None = None,  # None: secrets through pipes
    ) -> None:
        self._database = database
        self._proofs = proofs or PipeProofs()
        self._storage = storage
        self._settings = settings

    async def claim(self, proof: str, request: ClaimRequest) -> ProbeClaim:
        """Give a batch to whoever proves to be its runner. A newer claim raises the epoch."""
        batch_id = _uuid(request.attempt_id)
        token = tokens.random_secret()
        async with self._database.system() as connection:
            batch = await probes.find(connection, batch_id)
        if batch is None or not await self._proofs.vouches(proof, batch):
            raise Unauthenticated("this proof belongs to no such batch")
        async with self._database.system() as connection:
            epoch = await probes.claim(
                connection,
                batch,
                token_hash=tokens.digest(token),
                lease_seconds=self._settings.lease_seconds,
            )
        if epoch is None:
            raise Superseded("another runner was faster")
        return ProbeClaim(
            batch_id=str(batch_id),
            token=token,
            epoch=epoch,
            lease_seconds=self._settings.lease_seconds,
        )

    async def probed(self, token: str, batch_id: str, report: ProbeReport) -> ProbeAnswer:
        """Keep results and hand out more. Called again, it answers the same."""
        there = await self._looked_at(token, batch_id, report)
        async with self._database.system() as connection:
            batch = await self._owned(connection, token, batch_id, report.epoch)
            told = [
                kept
                for result in report.results
                if (kept := await _settle(connection, batch, result, there)) is not None
            ]
            fresh, over = await self._hand_out(connection, batch, report.working)
            if over:
                await probes.end(connection, batch.id, blame=None)
            else:
                await probes.renew(connection, batch.id, self._settings.lease_seconds)
            await _tell(connection, batch.project_id, told)
        for result in report.results:
            metrics.probed.labels(result.outcome.lower()).inc()
            metrics.probed_bytes.inc(result.bytes_read)
        return ProbeAnswer(
            lease_seconds=self._settings.lease_seconds, items=await self._items(fresh), over=over
        )

    async def fail(self, token: str, batch_id: str, report: FailureReport) -> None:
        """The runner cannot go on, for a reason that is none of its assets' fault."""
        async with self._database.system() as connection:
            batch = await self._owned(connection, token, batch_id, report.epoch)
            await probes.end(connection, batch.id, blame=None)
        log.warning("probing failed", batch_id=batch_id, code=report.code, reason=report.message)

    async def _looked_at(
        self, token: str, batch_id: str, report: ProbeReport
    ) -> dict[UUID, ObjectInfo | None]:
        """What the store has now where a runner could not see it: a link has no words for that.

        AWS answers 403 for a missing object to whoever may not list the bucket.
        """
        doubtful = {_uuid(r.asset_id) for r in report.results if r.outcome in _DOUBTFUL}
        if not doubtful:
            return {}
        async with self._database.system() as connection:
            batch = await self._owned(connection, token, batch_id, report.epoch)
            given = await probes.outstanding(connection, batch.id)
        assets = [asset for asset in given if asset.id in doubtful]
        found = await asyncio.gather(*(self._head(asset) for asset in assets))
        return {a.id: info for a, info in zip(assets, found, strict=True) if info is not _UNSEEN}

    async def _head(self, asset: Asset) -> ObjectInfo | None:
        try:
            return await self._storage.head(asset.bucket, asset.key)
        except Unavailable:
            return _UNSEEN

    async def _hand_out(
        self, connection: Connection, batch: ProbeBatch, working: Collection[str]
    ) -> tuple[list[Asset], bool]:
        """What the runner is to get, and whether it has nothing left to do.

        An asset that was there when a runner died is handed out alone: dies that runner too, then
        of this one.
        """
        given = await probes.outstanding(connection, batch.id)
        room = min(_WINDOW - len(given), self._settings.probe_batch - batch.taken)
        new: list[Asset] = []
        if room > 0:
            new = await probes.take(connection, batch, tries=0, limit=room)
            if not new and not given:
                new = await probes.take(connection, batch, tries=1, limit=1)
        # What an answer that was lost has handed out is handed out again.
        again = [asset for asset in given if str(asset.id) not in working]
        return again + new, not given and not new

    async def _items(self, assets: list[Asset]) -> tuple[ProbeItem, ...]:
        return tuple(
            [
                ProbeItem(
                    asset_id=str(asset.id),
                    url=await self._storage.inner_links.get(asset.bucket, asset.key, _LINK_SECONDS),
                    etag=asset.etag,
                    size=asset.size,
                )
                for asset in assets
            ]
        )

    async def _owned(
        self, connection: Connection, token: str, batch_id: str, epoch: int
    ) -> ProbeBatch:
        batch = await probes.lock(connection, _uuid(batch_id))
        if batch is None:
            raise Superseded("the batch is over")
        if epoch < batch.epoch:
            raise Superseded("a newer claim of this batch exists")
        if not tokens.matches(token, batch.token_hash) or epoch != batch.epoch:
            raise Unauthenticated("this token belongs to no such batch")
        return batch


_UNSEEN: Final = ObjectInfo("", 0, None)  # the store does not answer


async def _settle(
    connection: Connection,
    batch: ProbeBatch,
    result: ProbeResult,
    there: dict[UUID, ObjectInfo | None],
) -> _Told | None:
    """Keep one result; None when the asset is no longer what the runner has read."""
    asset_id = _uuid(result.asset_id)
    outcome, now = result.outcome, there.get(asset_id, _UNSEEN)
    if outcome in _DOUBTFUL and now is None:
        outcome = ProbeOutcome.MISSING
    if outcome is ProbeOutcome.CHANGED and now and now is not _UNSEEN and now.etag != result.etag:
        kept = await probes.replaced(
            connection, batch, asset_id, result.etag, new_etag=now.etag, new_size=now.size
        )
        return _Told(asset_id, "changed") if kept else None
    if outcome is ProbeOutcome.READ and result.probe is None:
        raise InvalidReport("what was READ has a probe")
    probe = result.probe if outcome is ProbeOutcome.READ else None
    status = _STATUS.get(outcome, AssetStatus.REGISTERED)
    kept = await probes.settle(
        connection,
        batch,
        asset_id,
        result.etag,
        status=status,
        probe=probe.model_dump(mode="json") if probe else None,
        kind=(AssetKind.VIDEO if probe.video else AssetKind.AUDIO) if probe else None,
        error=None if probe else _reason(result),
        tries=_GIVEN_UP if status is AssetStatus.REGISTERED else 0,
    )
    return _Told(asset_id, status.lower()) if kept else None


def _reason(result: ProbeResult) -> Json:
    code = result.code or "SOURCE_UNREADABLE"
    return {"code": code, "message": result.message, "hint": result.hint}


async def _tell(connection: Connection, project_id: UUID, told: list[_Told]) -> None:
    """One event for all of a report: one for each would bury the log of a big library."""
    if not told:
        return
    counts = Counter(one.word for one in told)
    names = [ids.encode(ids.Kind.ASSET, one.asset_id) for one in told]
    payload = {word: counts[word] for word in ("ready", "unreadable", "missing", "changed")}
    payload["registered"] = counts["registered"]
    await events.append(
        connection, project_id, "ASSET_PROBED", told[0].asset_id, {**payload, "assets": names}
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unauthenticated("this is no id of a batch or an asset") from None
