"""One film over several runners, from the API's side: births, checkpoints, progress, ends."""

from __future__ import annotations

from typing import Any

import pytest

from api.adapters.postgres import assets, jobs, outputs, pieces
from api.adapters.postgres.pool import Connection
from api.domain import retry
from api.domain.models import Job
from api.domain.states import JobStatus, TaskStatus
from api.errors import Gone, InvalidReport, Superseded, Unauthenticated
from api.services import births, splitting
from schema.job import (
    Claim,
    ClaimRequest,
    FailureClass,
    Phase,
    PlanReport,
    TaskKind,
)
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Recipe
from tests.api.services.conftest import Bench
from tests.api.services.reports import completion, failure, progress
from tests.api.services.split_film import Film, plan, stored_piece

FIRST, SECOND, EXTRAS = 0, 1, 2


@pytest.fixture
async def film(runs_bench: Bench) -> Film:
    return await Film.planned(runs_bench)


async def test_from_the_plan_to_the_end(film: Film) -> None:
    # Sound and poster take longest.
    assert await film.born(2) == [("chunk", EXTRAS), ("chunk", SECOND)]
    assert await film.born() == [("chunk", FIRST)]
    claim = await film.claim(FIRST)
    assert claim.spec.plan == plan()
    assert claim.spec.target.prefix == f"{film.job.output_prefix}1/chunk/0/1/"
    assert claim.spec.limits.threads > 0
    for index in (SECOND, EXTRAS):
        await film.store(index)
        assert await film.born() == [], "the film is not complete"
    await film.store(FIRST)
    assert await film.born() == [("assemble", 0)]
    last = await film.claim(0, TaskKind.ASSEMBLE)
    prefixes = [chunk.prefix for chunk in last.spec.chunks]
    folder = f"{film.job.output_prefix}1/chunk/"
    # FIRST was claimed twice, so it lies below its second epoch.
    assert prefixes == [f"{folder}0/2/", f"{folder}1/1/", f"{folder}2/1/"]
    film.bench.put(last.spec.target.prefix + "poster.jpg")
    await film.bench.runs.complete(last.token, last.task_id, completion(last))
    assert await film.status() is JobStatus.SUCCEEDED
    async with film.bench.database.system() as c:
        (published,) = {output.key for output in await outputs.of_jobs(c, [film.job.id])}
    assert published == last.spec.target.prefix + "poster.jpg"
    events = await film.bench.events(film.job)
    assert (events.count("JOB_RUNNING"), events.count("JOB_SUCCEEDED")) == (1, 1)


async def test_the_last_task_reads_the_pieces_and_no_chunk_does(film: Film) -> None:
    await film.born()
    for index in (FIRST, SECOND, EXTRAS):
        await film.store(index)
    await film.born()
    prefix = f"{film.job.output_prefix}1/chunk/0/1/"
    claim = await film.claim(0, TaskKind.ASSEMBLE)
    key = {"Bucket": film.bench.settings.bucket_out, "Key": prefix + "rung_144.mp4"}
    assert _client(film, claim).get_object(**key)["ContentLength"] == 1
    other = await Film.planned(film.bench)
    await other.born()
    with pytest.raises(Exception, match=r"AccessDenied|Forbidden"):
        _client(film, await other.claim(FIRST)).get_object(**key)


def _client(film: Film, claim: Claim) -> Any:
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=film.bench.settings.s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id=claim.storage.access_key_id,
        aws_secret_access_key=claim.storage.secret_access_key,
        aws_session_token=claim.storage.session_token,
    )


async def test_progress_is_the_sum_by_length(film: Film) -> None:
    await film.born()
    for index, fraction in ((FIRST, 0.5), (SECOND, 1.0)):
        claim = await film.claim(index)
        report = progress(claim, 1, fraction, phase=Phase.PUBLISHING, speed=2.0)
        await film.bench.runs.progress(claim.token, claim.task_id, report)
    job = await film.bench.job(film.job)
    # Ten seconds each, and the extras count as two; a plan is worth 0.06 and the chunks 0.86.
    assert job.progress == pytest.approx(0.06 + 0.86 * 15 / 22)
    assert (job.phase, job.status, job.speed) == ("ENCODING", JobStatus.RUNNING, 4.0)
    assert job.eta_seconds == pytest.approx(7 / 4)


async def test_a_piece_that_fails_is_tried_again_by_itself(film: Film) -> None:
    await film.born()
    claim = await film.claim(SECOND)
    await film.store(FIRST)
    report = failure(claim, FailureClass.DISRUPTED, "DISRUPTED")
    await film.bench.runs.fail(claim.token, claim.task_id, report)
    task = await film.task(SECOND)
    assert (task.status, task.run, task.retries) == (TaskStatus.PENDING, 2, {"DISRUPTED": 1})
    assert (await film.task(FIRST)).status is TaskStatus.SUCCEEDED
    assert await film.status() is JobStatus.RUNNING
    with pytest.raises(Superseded):
        await film.bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.5))
    with pytest.raises(Superseded):
        await film.claim(SECOND)
    assert await film.born() == [("chunk", SECOND)]
    assert film.errands["chunk", SECOND].run == 2
    with pytest.raises(Unauthenticated):
        await film.bench.runs.claim(
            "an old proof",
            ClaimRequest(
                attempt_id=str(task.attempt_id), task=TaskKind.CHUNK, index=1, runner="old"
            ),
        )
    assert (await film.claim(SECOND)).epoch == 2


async def test_more_memory_is_asked_for_the_piece_that_had_too_little(film: Film) -> None:
    await film.born()
    before = film.errands["chunk", SECOND].size
    claim = await film.claim(SECOND)
    report = failure(claim, FailureClass.OOM, "OUT_OF_MEMORY")
    await film.bench.runs.fail(claim.token, claim.task_id, report)
    await film.sql("update task set run_after = now() where job_id = $1")
    await film.born()
    after = film.errands["chunk", SECOND].size
    assert before is not None
    assert after is not None
    assert after.memory == 2 * before.memory


@pytest.mark.parametrize("kind", [FailureClass.INPUT, FailureClass.DISK])
async def test_what_no_retry_helps_ends_all_pieces(film: Film, kind: FailureClass) -> None:
    await film.born(2)
    other = await film.claim(EXTRAS)
    for _ in range(retry.ATTEMPTS[kind] + 1):
        await film.sql("update task set run_after = now() where job_id = $1")
        await film.born(1)
        claim = await film.claim(SECOND)
        await film.bench.runs.fail(claim.token, claim.task_id, failure(claim, kind))
    assert await film.status() is JobStatus.FAILED
    states = {row["status"] for row in await film.sql("select status from task where job_id = $1")}
    assert states == {"SUCCEEDED", "FAILED"}, "only the plan has succeeded"
    with pytest.raises(Superseded):
        await film.bench.runs.progress(other.token, other.task_id, progress(other, 1, 0.5))
    async with film.bench.database.system() as c:
        assert (await film.task(FIRST)).id in await pieces.over(c)
    assert (await film.bench.events(film.job)).count("JOB_FAILED") == 1


async def test_pieces_that_do_not_fit_make_the_film_whole(film: Film) -> None:
    await film.born()
    for index in (FIRST, SECOND, EXTRAS):
        await film.store(index)
    await film.born()
    claim = await film.claim(0, TaskKind.ASSEMBLE)
    report = failure(claim, FailureClass.UNSPLITTABLE, "PIECES_DIFFER")
    await film.bench.runs.fail(claim.token, claim.task_id, report)
    assert await film.status() is JobStatus.RETRY_WAIT
    async with film.bench.database.system() as c:
        ((job, errand),) = await births.take(
            c, 1, per_project=None, lease_seconds=30, rules=None, split_seconds=1
        )
    assert (job.id, errand.kind, job.attempt) == (film.job.id, TaskKind.ENCODE, 2)


async def test_a_cancel_while_all_pieces_wait(film: Film) -> None:
    """There is no runner whose end would be the job's."""
    await film.sql("update job set status = 'CANCELING' where id = $1")
    await film.bench.endings.deserted()
    await film.bench.endings.deserted()
    assert await film.status() is JobStatus.CANCELED
    assert await film.born() == []
    assert (await film.bench.events(film.job)).count("JOB_CANCELED") == 1


async def test_a_cancel_ends_what_runs_and_what_waits(film: Film) -> None:
    await film.born(1)
    claim = await film.claim(EXTRAS)
    await film.sql("update job set status = 'CANCELING' where id = $1")
    with pytest.raises(Gone):
        await film.bench.runs.pieces.stored(claim.token, claim.task_id, stored_piece(claim))
    await film.bench.endings.deserted()
    assert await film.status() is JobStatus.CANCELING, "a runner lives"
    await film.bench.endings.lost((await film.task(EXTRAS)).id, None, "")
    assert await film.status() is JobStatus.CANCELED
    states = {row["status"] for row in await film.sql("select status from task where job_id = $1")}
    assert states == {"SUCCEEDED", "CANCELED"}
    assert (await film.bench.events(film.job)).count("JOB_CANCELED") == 1


async def test_reports_that_contradict_the_task_are_refused(film: Film) -> None:
    await film.born()
    claim = await film.claim(FIRST)
    with pytest.raises(InvalidReport, match="no object"):
        await film.bench.runs.pieces.stored(claim.token, claim.task_id, stored_piece(claim))
    with pytest.raises(InvalidReport, match="ends otherwise"):
        await film.bench.runs.pieces.planned(
            claim.token, claim.task_id, PlanReport(epoch=claim.epoch, plan=plan())
        )
    with pytest.raises(InvalidReport, match="ends otherwise"):
        await film.bench.runs.complete(claim.token, claim.task_id, completion(claim))
    assert (await film.task(FIRST)).status is TaskStatus.RUNNING


async def test_all_pieces_read_the_source_of_the_plan(film: Film) -> None:
    """Whatever is put at its key meanwhile: a runner that finds another etag stops."""
    await film.born()
    async with film.bench.database.system() as c:
        await _replace_source(c, film.job)
    claim = await film.claim(FIRST)
    assert claim.spec.source.etag == "e"


async def _replace_source(c: Connection, job: Job) -> None:
    await c.execute("update asset set etag = 'other' where id = $1", job.asset_id)


def _asset_probe(seconds: float, *, video: bool = True) -> dict[str, Any]:
    kind = StreamKind.VIDEO if video else StreamKind.AUDIO
    stream = Stream(index=0, kind=kind, codec="h264")
    return Probe(container="mov", duration=seconds, size=5, streams=(stream,)).model_dump(
        mode="json"
    )


@pytest.mark.parametrize(
    ("probe", "split_seconds", "recipe", "kind"),
    [
        (None, 0, {"mp4": {}}, TaskKind.ENCODE),
        (None, 60, {"mp4": {}}, TaskKind.PLAN),
        (_asset_probe(59), 60, {"mp4": {}}, TaskKind.ENCODE),
        (_asset_probe(60), 60, {"mp4": {}}, TaskKind.PLAN),
        (_asset_probe(60), 60, {"ladder": {}, "poster": {}}, TaskKind.PLAN),
        (_asset_probe(60, video=False), 60, {"mp4": {}}, TaskKind.ENCODE),
        (_asset_probe(60), 60, {"poster": {}}, TaskKind.ENCODE),
        (_asset_probe(60), 60, {"mp4": {}, "clips": [{"end": 3}]}, TaskKind.ENCODE),
    ],
)
async def test_which_jobs_begin_with_a_plan(
    runs_bench: Bench, probe: Any, split_seconds: float, recipe: Any, kind: TaskKind
) -> None:
    job = await runs_bench.queued()
    async with runs_bench.database.system() as c:
        text = Recipe.model_validate(recipe).model_dump(mode="json")
        await c.execute("update job set recipe = $2, priority = 100 where id = $1", job.id, text)
        await c.execute("update asset set probe = $2 where id = $1", job.asset_id, probe)
        asset = await assets.get(c, job.asset_id)
        found = await jobs.get(c, job.id)
    assert found is not None
    assert splitting.first_task(found, asset, split_seconds) is kind


async def test_a_piece_waits_until_its_earlier_runner_is_gone(film: Film) -> None:
    """It has told its end, and lives on for a moment: two would share scratch and log."""
    async with film.bench.database.system() as c:
        nothing = await births.take_pieces(c, 10, lease_seconds=30, rules=None, busy=lambda _: True)
    assert [errand for errand in nothing if errand.job_id == film.job.id] == []
    assert len(await film.born()) == 3
