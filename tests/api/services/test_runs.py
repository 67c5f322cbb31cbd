"""The runner protocol from the API's side: epochs, late and repeated calls, cancels, retries."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from api import migrate
from api.adapters.postgres import assets, jobs, outputs, tasks
from api.adapters.postgres.pool import Database
from api.adapters.s3 import Storage
from api.config import Settings
from api.domain import ids, tokens
from api.domain.models import Job
from api.domain.states import JobStatus
from api.errors import Gone, InvalidReport, Superseded, Unauthenticated
from api.services.endings import Endings
from api.services.hub import Hub
from api.services.runs import Runs
from schema.job import (
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureClass,
    FailureReport,
    OutputFacts,
    OutputKind,
    Phase,
    ProgressReport,
    SourceFacts,
    TaskKind,
)
from schema.probe import Probe
from schema.recipe import Poster, Recipe
from tests.support.live import role_url
from tests.support.stack_fixtures import S3Settings

PROBE = Probe(container="mov", duration=1.0, size=5, streams=())


@dataclass
class Bench:
    """The services over a real database and store, without an executor."""

    database: Database
    storage: Storage
    runs: Runs
    endings: Endings
    settings: Settings
    bucket: Any
    project: Any
    proofs: dict[Any, str] = field(default_factory=dict)

    async def attempt(self, job: Job | None = None) -> tuple[Job, ClaimRequest, str]:
        """A job with an attempt whose runner is about to claim."""
        if job is None:
            job = await self.queued()
        proof = tokens.random_secret()
        attempt_id = ids.new()
        async with self.database.system() as c:
            await c.execute(
                "update job set priority = 100, run_after = now() where id = $1", job.id
            )
            (job,) = await jobs.claim_backlog(c, 1)
            await tasks.insert(
                c,
                job,
                attempt_id=attempt_id,
                task_id=ids.new(),
                kind=TaskKind.ENCODE,
                proof_hash=tokens.digest(proof),
                lease_seconds=30,
            )
        request = ClaimRequest(attempt_id=str(attempt_id), task=TaskKind.ENCODE, runner="test")
        return job, request, proof

    async def queued(self) -> Job:
        async with self.database.tenant(self.project) as c:
            asset = await assets.upsert(
                c, self.project, bucket=self.settings.bucket_in, key="a.mp4", etag="e", size=5
            )
            job_id = ids.new()
            return await jobs.insert(
                c,
                job_id=job_id,
                project_id=self.project,
                asset_id=asset.id,
                preset=None,
                recipe=Recipe(poster=Poster()).model_dump(mode="json"),
                title="t",
                output_prefix=f"{job_id.hex}/",
                priority=0,
                metadata={},
            )

    async def claimed(self) -> tuple[Job, Claim]:
        job, request, proof = await self.attempt()
        return job, await self.runs.claim(proof, request)

    async def job(self, job: Job) -> Job:
        async with self.database.system() as c:
            found = await jobs.get(c, job.id)
        assert found is not None
        return found

    def put(self, key: str) -> None:
        self.bucket.put_object(Bucket=self.settings.bucket_out, Key=key, Body=b"x")

    async def events(self, job: Job) -> list[str]:
        async with self.database.system() as c:
            rows = await c.fetch("select type from event where entity_id = $1 order by seq", job.id)
        return [row["type"] for row in rows]


@pytest.fixture(scope="module")
async def bench(
    new_database: Callable[[], str], s3_settings: S3Settings, bucket: Any
) -> AsyncIterator[Bench]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    settings = Settings(
        database_url=api,
        system_database_url=system,
        secret_key=base64.b64encode(bytes(32)).decode(),
        s3_endpoint=s3_settings.endpoint,
        access_key_id=s3_settings.access_key,
        secret_access_key=s3_settings.secret_key,
        sts_role_arn=s3_settings.role_arn,
        bucket_in=s3_settings.bucket_in,
        bucket_out=s3_settings.bucket_out,
    )
    async with AsyncExitStack() as stack:
        database = await Database.open(url=api, system_url=system, size=4)
        stack.push_async_callback(database.close)
        storage = await Storage.open(settings, stack)
        hub = Hub(database, system)
        stack.push_async_callback(hub.close)
        endings = Endings(database, hub)
        runs = Runs(database, storage, hub, endings, settings)
        async with database.system() as c:
            project = await c.fetchval("select id from project")
        yield Bench(database, storage, runs, endings, settings, bucket, project)


def progress(claim: Claim, sequence: int, fraction: float, **more: Any) -> ProgressReport:
    values = {"phase": Phase.ENCODING, **more}
    return ProgressReport(epoch=claim.epoch, sequence=sequence, fraction=fraction, **values)


def completion(claim: Claim, key: str | None = None) -> CompletionReport:
    output = OutputFacts(
        kind=OutputKind.POSTER,
        key=claim.spec.target.prefix + "poster.jpg" if key is None else key,
        content_type="image/jpeg",
        size=1,
        files=1,
        sha256="0" * 64,
    )
    source = SourceFacts(size=5, sha256="1" * 64, probe=PROBE)
    return CompletionReport(epoch=claim.epoch, engine="n9", source=source, outputs=(output,))


def failure(claim: Claim, kind: FailureClass, code: str = "SOURCE_NOT_MEDIA") -> FailureReport:
    return FailureReport(
        epoch=claim.epoch, failure=kind, code=code, message="m", hint="h", log="tail"
    )


async def test_a_claim_needs_the_right_proof(bench: Bench) -> None:
    _, request, proof = await bench.attempt()
    with pytest.raises(Unauthenticated):
        await bench.runs.claim(proof + "x", request)
    with pytest.raises(Unauthenticated):
        await bench.runs.claim(proof, request.model_copy(update={"attempt_id": str(ids.new())}))
    with pytest.raises(Unauthenticated):
        await bench.runs.claim(proof, request.model_copy(update={"attempt_id": "'; drop"}))


async def test_a_claim_says_all_that_a_runner_needs_and_no_lasting_key(bench: Bench) -> None:
    job, claim = await bench.claimed()
    assert (await bench.job(job)).status is JobStatus.RUNNING
    assert claim.spec.target.prefix == f"{job.output_prefix}1/encode/0/1/"
    assert claim.storage.session_token
    assert claim.storage.secret_access_key not in repr(claim)
    assert claim.token not in repr(claim)


async def test_progress_only_rises_and_late_reports_change_nothing(bench: Bench) -> None:
    job, claim = await bench.claimed()
    for sequence, fraction in ((1, 0.5), (3, 0.4), (2, 0.9)):
        answer = await bench.runs.progress(
            claim.token, claim.task_id, progress(claim, sequence, fraction)
        )
        assert answer.cancel is False
    assert (await bench.job(job)).progress == 0.5


async def test_publishing_is_finalizing(bench: Bench) -> None:
    job, claim = await bench.claimed()
    report = progress(claim, 1, 0.95, phase=Phase.PUBLISHING)
    await bench.runs.progress(claim.token, claim.task_id, report)
    assert (await bench.job(job)).status is JobStatus.FINALIZING
    bench.put(claim.spec.target.prefix + "poster.jpg")
    await bench.runs.complete(claim.token, claim.task_id, completion(claim))
    assert (await bench.job(job)).status is JobStatus.SUCCEEDED


async def test_of_two_runners_of_one_task_only_the_newer_may_report(bench: Bench) -> None:
    job, request, proof = await bench.attempt()
    old = await bench.runs.claim(proof, request)
    new = await bench.runs.claim(proof, request)
    assert (old.epoch, new.epoch) == (1, 2)
    assert old.spec.target.prefix != new.spec.target.prefix
    bench.put(old.spec.target.prefix + "poster.jpg")
    with pytest.raises(Superseded):
        await bench.runs.progress(old.token, old.task_id, progress(old, 1, 0.1))
    with pytest.raises(Superseded):
        await bench.runs.complete(old.token, old.task_id, completion(old))
    with pytest.raises(Superseded):
        await bench.runs.fail(old.token, old.task_id, failure(old, FailureClass.INPUT))
    # Neither may an older token speak for the newer epoch.
    forged = completion(old).model_copy(update={"epoch": 2})
    with pytest.raises(Unauthenticated):
        await bench.runs.complete(old.token, old.task_id, forged)
    bench.put(new.spec.target.prefix + "poster.jpg")
    await bench.runs.complete(new.token, new.task_id, completion(new))
    assert (await bench.job(job)).status is JobStatus.SUCCEEDED


async def test_completion_twice_is_one_publication(bench: Bench) -> None:
    job, claim = await bench.claimed()
    bench.put(claim.spec.target.prefix + "poster.jpg")
    for _ in range(2):
        await bench.runs.complete(claim.token, claim.task_id, completion(claim))
    async with bench.database.system() as c:
        assert len(await outputs.of_jobs(c, [job.id])) == 1
    assert (await bench.events(job)).count("JOB_SUCCEEDED") == 1
    with pytest.raises(Superseded):
        await bench.runs.progress(claim.token, claim.task_id, progress(claim, 9, 1.0))
    await bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.INPUT))
    assert (await bench.job(job)).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("key", ["elsewhere/poster.jpg", None])
async def test_outputs_outside_the_prefix_or_missing_are_refused(
    bench: Bench, key: str | None
) -> None:
    job, claim = await bench.claimed()
    with pytest.raises(InvalidReport):
        await bench.runs.complete(claim.token, claim.task_id, completion(claim, key))
    assert (await bench.job(job)).status is JobStatus.RUNNING


async def _cancel(bench: Bench, job: Job) -> None:
    async with bench.database.system() as c:
        locked = await jobs.lock(c, job.id)
        assert locked is not None
        assert await jobs.move(c, locked, JobStatus.CANCELING)


async def test_a_cancel_wins_over_a_later_completion(bench: Bench) -> None:
    job, claim = await bench.claimed()
    await _cancel(bench, job)
    answer = await bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.2))
    assert answer.cancel is True
    bench.put(claim.spec.target.prefix + "poster.jpg")
    with pytest.raises(Gone):
        await bench.runs.complete(claim.token, claim.task_id, completion(claim))
    await bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.DISRUPTED))
    assert (await bench.job(job)).status is JobStatus.CANCELED
    async with bench.database.system() as c:
        assert await outputs.of_jobs(c, [job.id]) == []
    with pytest.raises(Gone):
        await bench.runs.progress(claim.token, claim.task_id, progress(claim, 2, 0.3))


async def test_a_canceled_job_is_not_claimed(bench: Bench) -> None:
    job, request, proof = await bench.attempt()
    await _cancel(bench, job)
    with pytest.raises(Gone):
        await bench.runs.claim(proof, request)


async def test_bad_input_fails_at_once_and_marks_the_asset(bench: Bench) -> None:
    job, claim = await bench.claimed()
    for _ in range(2):
        await bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.INPUT))
    ended = await bench.job(job)
    assert ended.status is JobStatus.FAILED
    assert ended.error == {"code": "SOURCE_NOT_MEDIA", "message": "m", "hint": "h"}
    async with bench.database.system() as c:
        asset = await assets.get(c, job.asset_id)
        (attempt,) = await tasks.attempts_of(c, [job.id])
    assert asset is not None
    assert asset.status == "UNREADABLE"
    assert (attempt.reason, attempt.log) == ("SOURCE_NOT_MEDIA", "tail")
    assert (await bench.events(job)).count("JOB_FAILED") == 1


async def test_what_is_transient_is_tried_three_more_times(bench: Bench) -> None:
    job: Job | None = None
    for count in range(4):
        job, request, proof = await bench.attempt(job)
        claim = await bench.runs.claim(proof, request)
        assert claim.spec.attempt == count + 1
        report = failure(claim, FailureClass.TRANSIENT, "STORAGE_UNAVAILABLE")
        await bench.runs.fail(claim.token, claim.task_id, report)
        status = (await bench.job(job)).status
        assert status is (JobStatus.FAILED if count == 3 else JobStatus.RETRY_WAIT)


async def test_a_lost_process_is_tried_again_unless_it_has_reported(bench: Bench) -> None:
    job, claim = await bench.claimed()
    task_id = ids.uuid.UUID(claim.task_id)
    await bench.endings.lost(task_id, -9, "log")
    await bench.endings.lost(task_id, -9, "log")
    waiting = await bench.job(job)
    assert waiting.status is JobStatus.RETRY_WAIT
    assert waiting.retries == {"DISRUPTED": 1}
    with pytest.raises(Superseded):
        await bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.2))


async def test_a_runner_that_cannot_start_is_not_tried_for_ever(bench: Bench) -> None:
    job, claim = await bench.claimed()
    await bench.endings.lost(ids.uuid.UUID(claim.task_id), 2, "REELMILL_API_URL is not set")
    ended = await bench.job(job)
    assert ended.status is JobStatus.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "RUNNER_MISCONFIGURED"


async def test_credentials_are_renewed_before_they_end(bench: Bench) -> None:
    _, claim = await bench.claimed()
    first = await bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.1))
    assert first.storage is None
    async with bench.database.system() as c:
        await c.execute(
            "update task set credentials_until = now() + interval '5 minutes' where id = $1",
            ids.uuid.UUID(claim.task_id),
        )
    second = await bench.runs.progress(claim.token, claim.task_id, progress(claim, 2, 0.1))
    assert second.storage is not None
    assert second.storage.session_token != claim.storage.session_token
    third = await bench.runs.progress(claim.token, claim.task_id, progress(claim, 3, 0.1))
    assert third.storage is None
