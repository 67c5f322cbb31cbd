"""One batch of files to be probed, and its runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.adapters.postgres import assets, probes
from api.domain import ids, tokens
from api.domain.execution import Ended
from api.domain.models import Asset
from api.services.probes import Probes
from api.services.probing import Probing
from schema.job import ClaimRequest, TaskKind
from schema.probe import Probe, Stream, StreamKind
from schema.probing import (
    ProbeAnswer,
    ProbeClaim,
    ProbeItem,
    ProbeOutcome,
    ProbeReport,
    ProbeResult,
)
from tests.api.services.conftest import Bench

FILM = Probe(
    container="mov",
    duration=2.5,
    size=5,
    streams=(Stream(index=0, kind=StreamKind.VIDEO, codec="h264", width=16, height=9),),
)


SONG = Probe(
    container="mp3",
    duration=3.5,
    size=5,
    streams=(Stream(index=0, kind=StreamKind.AUDIO, codec="mp3", sample_rate=48_000),),
)


@dataclass
class Runner:
    """One batch of one project, and the runner that has claimed it."""

    bench: Bench
    calls: Probes
    probing: Probing
    project: UUID
    batch: UUID
    proof: str
    claim: ProbeClaim | None = None

    @property
    def request(self) -> ClaimRequest:
        return ClaimRequest(attempt_id=str(self.batch), task=TaskKind.PROBE, runner="test")

    async def begin(self) -> None:
        async with self.bench.database.system() as c:
            await probes.insert(
                c,
                self.batch,
                self.project,
                proof_hash=tokens.digest(self.proof),
                lease_seconds=30,
            )
        self.claim = await self.calls.claim(self.proof, self.request)

    async def say(self, *results: ProbeResult, working: tuple[str, ...] = ()) -> ProbeAnswer:
        assert self.claim is not None
        report = ProbeReport(epoch=self.claim.epoch, working=working, results=results)
        return await self.calls.probed(self.claim.token, self.claim.batch_id, report)

    async def die(self, exit_code: int | None = -9) -> None:
        await self.probing.ended(Ended(self.batch, exit_code, ""))

    async def again(self) -> None:
        self.batch = ids.new()
        await self.begin()


async def put(runner: Runner, name: str, body: bytes | None = b"12345", etag: str = "e") -> Asset:
    """A registered asset, with its object unless `body` is None."""
    key = f"p{runner.project.hex}/{name}"
    bucket = runner.bench.settings.bucket_in
    if body is not None:
        stored = runner.bench.bucket.put_object(Bucket=bucket, Key=key, Body=body)
        etag = stored["ETag"].strip('"')
    async with runner.bench.database.tenant(runner.project) as c:
        return await assets.upsert(c, runner.project, bucket=bucket, key=key, etag=etag, size=5)


async def now(runner: Runner, asset: Asset) -> Asset:
    async with runner.bench.database.tenant(runner.project) as c:
        found = await assets.get(c, asset.id)
    assert found is not None
    return found


async def told(runner: Runner) -> list[dict[str, Any]]:
    async with runner.bench.database.system() as c:
        rows = await c.fetch(
            "select payload from event where project_id = $1 and type = 'ASSET_PROBED'"
            " order by seq",
            runner.project,
        )
    return [row["payload"] for row in rows]


def result(item: ProbeItem, outcome: ProbeOutcome, probe: Probe | None = None) -> ProbeResult:
    code = None if probe else "SOURCE_UNREADABLE"
    return ProbeResult(
        asset_id=item.asset_id, etag=item.etag, outcome=outcome, probe=probe, code=code, message="m"
    )


def read(item: ProbeItem, probe: Probe = FILM) -> ProbeResult:
    return result(item, ProbeOutcome.READ, probe)
