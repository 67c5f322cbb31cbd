"""A job whose film is split, and its runners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.adapters.postgres import jobs, tasks
from api.domain import ids, sizing, tokens
from api.domain.execution import Errand
from api.domain.models import Job, Task
from api.domain.states import JobStatus
from api.services import births
from schema.job import (
    ChunkReport,
    Claim,
    ClaimRequest,
    PlanReport,
    TaskKind,
)
from schema.recipe import Recipe
from schema.source import SourceFacts
from schema.split import Piece, Slice, SplitPlan
from schema.streams import Mp4
from tests.api.services.conftest import Bench
from tests.api.services.reports import PROBE


def plan(etag: str | None = "e") -> SplitPlan:
    slices = tuple(
        Slice(start=at, end=None, seek=None, keys=(at,), first=at, last=at + 10)
        for at in (0.0, 10.0)
    )
    source = SourceFacts(size=5, sha256="1" * 64, probe=PROBE)
    return SplitPlan(
        etag=etag, source=source, shift=0, time_base="1/25", slices=slices, extras=True
    )


def stored_piece(claim: Claim) -> ChunkReport:
    piece = Piece(name="rung_144.mp4", size=1, sha256="2" * 64, frames=250)
    return ChunkReport(epoch=claim.epoch, engine="n9", pieces=(piece,))


@dataclass
class Film:
    """A job whose film is split."""

    bench: Bench
    job: Job
    errands: dict[tuple[str, int], Errand] = field(default_factory=dict)

    @classmethod
    async def planned(cls, bench: Bench) -> Film:
        """With its plan made and its chunks waiting."""
        job = await bench.queued()
        proof, attempt_id = tokens.random_secret(), ids.new()
        async with bench.database.system() as c:
            recipe = Recipe(mp4=Mp4()).model_dump(mode="json")
            await c.execute(
                "update job set priority = 100, recipe = $2 where id = $1", job.id, recipe
            )
            (job,) = await jobs.claim_backlog(c, 1)
            errand = Errand(
                task_id=ids.new(), attempt_id=attempt_id, kind=TaskKind.PLAN, proof=proof
            )
            await tasks.insert(c, [(job, errand)], lease_seconds=30)
        request = ClaimRequest(attempt_id=str(attempt_id), task=TaskKind.PLAN, runner="test")
        claim = await bench.runs.claim(proof, request)
        assert claim.spec.splitting is not None
        report = PlanReport(epoch=1, plan=plan())
        for _ in range(2):  # the answer may be lost
            await bench.runs.pieces.planned(claim.token, claim.task_id, report)
        return cls(bench, job)

    async def born(self, most: int = 10) -> list[tuple[str, int]]:
        """Start what waits; returns which."""
        async with self.bench.database.system() as c:
            found = await births.take_pieces(c, most, lease_seconds=30, rules=sizing.Rules())
        mine = [errand for errand in found if errand.job_id == self.job.id]
        self.errands |= {(errand.kind, errand.index): errand for errand in mine}
        return [(errand.kind, errand.index) for errand in mine]

    async def claim(self, index: int, kind: TaskKind = TaskKind.CHUNK) -> Claim:
        errand = self.errands[kind, index]
        request = ClaimRequest(
            attempt_id=str(errand.attempt_id), task=kind, index=index, runner="test"
        )
        return await self.bench.runs.claim(errand.proof, request)

    async def store(self, index: int) -> None:
        """A chunk from its claim to its end, told twice."""
        claim = await self.claim(index)
        self.bench.put(claim.spec.target.prefix + "rung_144.mp4")
        for _ in range(2):
            await self.bench.runs.pieces.stored(claim.token, claim.task_id, stored_piece(claim))

    async def task(self, index: int, kind: TaskKind = TaskKind.CHUNK) -> Task:
        async with self.bench.database.system() as c:
            found = await tasks.find(c, self.errands[kind, index].task_id)
        assert found is not None
        return found

    async def status(self) -> JobStatus:
        return (await self.bench.job(self.job)).status

    async def sql(self, statement: str, *values: Any) -> Any:
        async with self.bench.database.system() as c:
            return await c.fetch(statement, self.job.id, *values)
