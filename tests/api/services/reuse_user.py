"""A user whose films are made, and made again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.adapters.postgres import assets, blobs, outputs
from api.domain import ids
from api.domain.models import Job, Output, Principal
from api.domain.states import JobStatus
from api.services.backlog import StartTranscode
from api.services.captions import Captions
from api.services.deletion import Deletion
from api.services.hub import JOBS, Hub
from api.services.janitor import Janitor
from api.services.transcodes import Transcodes
from api.services.upload_sweep import UploadSweep
from api.services.wire import Wire
from schema import parts
from schema.engine import ENGINE
from schema.job import (
    Claim,
    CompletionReport,
    MadePart,
    SourcedReport,
)
from schema.output import OutputFacts, OutputKind
from schema.source import SourceFacts
from tests.api.services.conftest import Bench
from tests.api.services.reports import PROBE

POSTER: dict[str, Any] = {"poster": {}}


BOTH: dict[str, Any] = {"poster": {}, "mp4": {}}


NAMES = {
    "ladder": ("master.m3u8", OutputKind.HLS),
    "poster": ("poster.jpg", OutputKind.POSTER),
    "mp4": ("t.mp4", OutputKind.MP4),
    "clip_1": ("t_clip_1.mp4", OutputKind.CLIP),
}


RUNG = {"video_180": "a" * 64}


class User:
    """A project's user with films in the store, and honest runners for what is queued."""

    def __init__(self, bench: Bench, project: UUID, prefix: str = "") -> None:
        self.bench = bench
        # The SHA-256 of what recipes name beside their source, as runners find it.
        self.inputs: tuple[str, ...] = ()
        self.who = Principal(project, "p", prefix, "k", "k", ("READ", "WRITE"))
        hub = Hub(bench.database, Wire(""), JOBS)
        self.transcodes = Transcodes(
            bench.database, bench.storage, hub, bench.settings, lambda: None
        )
        deletion = Deletion(bench.database, bench.storage, bench.settings)
        sweep = UploadSweep(bench.database, bench.storage)
        given = (bench.database, bench.storage)
        self.janitor = Janitor(
            *given,
            sweep=sweep,
            deletion=deletion,
            captions=Captions(*given, bench.settings),
            settings=bench.settings,
        )

    def film(self, content: bytes) -> str:
        key = f"{self.who.prefix}{ids.new().hex}.mp4"
        self.bench.bucket.put_object(Bucket=self.bench.settings.bucket_in, Key=key, Body=content)
        return key

    async def start(self, key: str, recipe: dict[str, Any], **more: Any) -> Job:
        wanted = StartTranscode(source_key=key, recipe=recipe, **more)
        return await self.transcodes.start(self.who, wanted)

    async def claim(self, job: Job) -> Claim:
        _, request, proof = await self.bench.attempt(job)
        return await self.bench.runs.claim(proof, request)

    async def sourced(self, claim: Claim, sha256: str | None) -> tuple[str, ...]:
        report = SourcedReport(
            epoch=claim.epoch, source=facts(claim, sha256), inputs=further(claim, self.inputs)
        )
        answer = await self.bench.runs.reuse.sourced(claim.token, claim.task_id, report)
        return answer.have

    async def made(self, key: str, recipe: dict[str, Any], sha256: str | None, **more: Any) -> Job:
        """A job that its runner has brought to its end."""
        job = await self.start(key, recipe, **more)
        assert job.status is JobStatus.QUEUED, "it was there before"
        claim = await self.claim(job)
        have = await self.sourced(claim, sha256)
        wanted = parts.parts(claim.spec.recipe)
        await self.complete(
            claim, [name for name in wanted if name in NAMES and name not in have], sha256
        )
        return await self.bench.job(job)

    async def complete(
        self, claim: Claim, made: Sequence[str], sha256: str | None, engine: str = ENGINE
    ) -> None:
        prefix = claim.spec.target.prefix
        for part in made:
            self.bench.put(prefix + NAMES[part][0])
        report = completion(claim, made, sha256).model_copy(
            update={"engine": engine, "inputs": further(claim, self.inputs)}
        )
        await self.bench.runs.complete(claim.token, claim.task_id, report)

    async def outputs(self, job: Job) -> list[Output]:
        async with self.bench.database.system() as connection:
            return await outputs.of_jobs(connection, [job.id])

    async def held(self, job: Job) -> set[str]:
        async with self.bench.database.system() as connection:
            return set(await blobs.held(connection, job.id))

    async def delete(self, job: Job) -> None:
        """The asset of a job, until nothing is left to be done."""
        async with self.bench.database.system() as connection:
            await assets.doom(connection, job.asset_id, delete_source=False)
        await self.janitor.round()

    def stored(self, keys: Sequence[str]) -> list[bool]:
        found = self.bench.bucket.list_objects_v2(Bucket=self.bench.settings.bucket_out)
        known = {item["Key"] for item in found.get("Contents", [])}
        return [key in known for key in keys]


def facts(claim: Claim, sha256: str | None) -> SourceFacts:
    source = claim.spec.source
    return SourceFacts(size=source.size, etag=source.etag, sha256=sha256, probe=PROBE)


def further(claim: Claim, contents: Sequence[str]) -> tuple[SourceFacts, ...]:
    return tuple(
        SourceFacts(size=5, etag=source.etag, sha256=content, probe=PROBE)
        for source, content in zip(claim.spec.inputs, contents, strict=False)
    )


def completion(claim: Claim, made: Sequence[str], sha256: str | None) -> CompletionReport:
    prefix, key = claim.spec.target.prefix, claim.spec.content_key
    return CompletionReport(
        epoch=claim.epoch,
        engine=ENGINE,
        source=facts(claim, sha256),
        outputs=tuple(
            OutputFacts(
                kind=NAMES[part][1],
                key=prefix + NAMES[part][0],
                content_type="image/jpeg",
                size=1,
                files=1,
                sha256="0" * 64,
                key_id=key.id if key and part == "ladder" else None,
            )
            for part in made
        ),
        parts=tuple(
            MadePart(
                name=part,
                files=(NAMES[part][0],),
                tracks=RUNG if part == "ladder" and key is None else {},
            )
            for part in made
        ),
    )


def content() -> str:
    """The SHA-256 of bytes that no other test has."""
    return ids.new().hex * 2
