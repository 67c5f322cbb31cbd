"""The runner protocol from the API's side: epochs, late and repeated calls, cancels, retries."""

from __future__ import annotations

import pytest

from api.adapters.postgres import assets, jobs, outputs, tasks
from api.domain import ids
from api.domain.models import Job
from api.domain.states import JobStatus
from api.errors import Gone, InvalidReport, Superseded, Unauthenticated
from schema.job import (
    FailureClass,
    Phase,
)
from tests.api.services.conftest import Bench
from tests.api.services.reports import completion, failure, progress


async def test_a_claim_needs_the_right_proof(runs_bench: Bench) -> None:
    _, request, proof = await runs_bench.attempt()
    with pytest.raises(Unauthenticated):
        await runs_bench.runs.claim(proof + "x", request)
    with pytest.raises(Unauthenticated):
        await runs_bench.runs.claim(
            proof, request.model_copy(update={"attempt_id": str(ids.new())})
        )
    with pytest.raises(Unauthenticated):
        await runs_bench.runs.claim(proof, request.model_copy(update={"attempt_id": "'; drop"}))


async def test_a_claim_says_all_that_a_runner_needs_and_no_lasting_key(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    assert (await runs_bench.job(job)).status is JobStatus.RUNNING
    assert claim.spec.target.prefix == f"{job.output_prefix}1/encode/0/1/"
    assert claim.storage.session_token
    assert claim.storage.secret_access_key not in repr(claim)
    assert claim.token not in repr(claim)


async def test_progress_only_rises_and_late_reports_change_nothing(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    for sequence, fraction in ((1, 0.5), (3, 0.4), (2, 0.9)):
        answer = await runs_bench.runs.progress(
            claim.token, claim.task_id, progress(claim, sequence, fraction)
        )
        assert answer.cancel is False
    assert (await runs_bench.job(job)).progress == 0.5


async def test_publishing_is_finalizing(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    report = progress(claim, 1, 0.95, phase=Phase.PUBLISHING)
    await runs_bench.runs.progress(claim.token, claim.task_id, report)
    assert (await runs_bench.job(job)).status is JobStatus.FINALIZING
    runs_bench.put(claim.spec.target.prefix + "poster.jpg")
    await runs_bench.runs.complete(claim.token, claim.task_id, completion(claim))
    assert (await runs_bench.job(job)).status is JobStatus.SUCCEEDED


async def test_of_two_runners_of_one_task_only_the_newer_may_report(runs_bench: Bench) -> None:
    job, request, proof = await runs_bench.attempt()
    old = await runs_bench.runs.claim(proof, request)
    new = await runs_bench.runs.claim(proof, request)
    assert (old.epoch, new.epoch) == (1, 2)
    assert old.spec.target.prefix != new.spec.target.prefix
    runs_bench.put(old.spec.target.prefix + "poster.jpg")
    with pytest.raises(Superseded):
        await runs_bench.runs.progress(old.token, old.task_id, progress(old, 1, 0.1))
    with pytest.raises(Superseded):
        await runs_bench.runs.complete(old.token, old.task_id, completion(old))
    with pytest.raises(Superseded):
        await runs_bench.runs.fail(old.token, old.task_id, failure(old, FailureClass.INPUT))
    # Neither may an older token speak for the newer epoch.
    forged = completion(old).model_copy(update={"epoch": 2})
    with pytest.raises(Unauthenticated):
        await runs_bench.runs.complete(old.token, old.task_id, forged)
    runs_bench.put(new.spec.target.prefix + "poster.jpg")
    await runs_bench.runs.complete(new.token, new.task_id, completion(new))
    assert (await runs_bench.job(job)).status is JobStatus.SUCCEEDED


async def test_completion_twice_is_one_publication(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    runs_bench.put(claim.spec.target.prefix + "poster.jpg")
    for _ in range(2):
        await runs_bench.runs.complete(claim.token, claim.task_id, completion(claim))
    async with runs_bench.database.system() as c:
        assert len(await outputs.of_jobs(c, [job.id])) == 1
    assert (await runs_bench.events(job)).count("JOB_SUCCEEDED") == 1
    with pytest.raises(Superseded):
        await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 9, 1.0))
    await runs_bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.INPUT))
    assert (await runs_bench.job(job)).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("key", ["elsewhere/poster.jpg", None])
async def test_outputs_outside_the_prefix_or_missing_are_refused(
    runs_bench: Bench, key: str | None
) -> None:
    job, claim = await runs_bench.claimed()
    with pytest.raises(InvalidReport):
        await runs_bench.runs.complete(claim.token, claim.task_id, completion(claim, key))
    assert (await runs_bench.job(job)).status is JobStatus.RUNNING


async def _cancel(runs_bench: Bench, job: Job) -> None:
    async with runs_bench.database.system() as c:
        locked = await jobs.lock(c, job.id)
        assert locked is not None
        assert await jobs.move(c, locked, JobStatus.CANCELING)


async def test_a_cancel_wins_over_a_later_completion(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    await _cancel(runs_bench, job)
    answer = await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.2))
    assert answer.cancel is True
    runs_bench.put(claim.spec.target.prefix + "poster.jpg")
    with pytest.raises(Gone):
        await runs_bench.runs.complete(claim.token, claim.task_id, completion(claim))
    await runs_bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.DISRUPTED))
    assert (await runs_bench.job(job)).status is JobStatus.CANCELED
    async with runs_bench.database.system() as c:
        assert await outputs.of_jobs(c, [job.id]) == []
    with pytest.raises(Gone):
        await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 2, 0.3))


async def test_a_canceled_job_is_not_claimed(runs_bench: Bench) -> None:
    job, request, proof = await runs_bench.attempt()
    await _cancel(runs_bench, job)
    with pytest.raises(Gone):
        await runs_bench.runs.claim(proof, request)


async def test_a_runner_that_was_refused_a_missing_source_is_corrected(
    runs_bench: Bench,
) -> None:
    # Without s3:ListBucket, AWS refuses to look at an object that is not there.
    runs_bench.bucket.delete_object(Bucket=runs_bench.settings.bucket_in, Key="a.mp4")
    for exists, code in ((False, "SOURCE_MISSING"), (True, "STORAGE_DENIED")):
        if exists:
            runs_bench.bucket.put_object(
                Bucket=runs_bench.settings.bucket_in, Key="a.mp4", Body=b"x"
            )
        job, claim = await runs_bench.claimed()
        report = failure(claim, FailureClass.CONFIG, "STORAGE_DENIED")
        await runs_bench.runs.fail(claim.token, claim.task_id, report)
        ended = await runs_bench.job(job)
        assert ended.status is JobStatus.FAILED
        assert (ended.error or {})["code"] == code
    runs_bench.bucket.delete_object(Bucket=runs_bench.settings.bucket_in, Key="a.mp4")


async def test_bad_input_fails_at_once_and_marks_the_asset(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    for _ in range(2):
        await runs_bench.runs.fail(claim.token, claim.task_id, failure(claim, FailureClass.INPUT))
    ended = await runs_bench.job(job)
    assert ended.status is JobStatus.FAILED
    assert ended.error == {"code": "SOURCE_NOT_MEDIA", "message": "m", "hint": "h"}
    async with runs_bench.database.system() as c:
        asset = await assets.get(c, job.asset_id)
        (attempt,) = await tasks.attempts_of(c, [job.id])
    assert asset is not None
    assert asset.status == "UNREADABLE"
    assert (attempt.reason, attempt.log) == ("SOURCE_NOT_MEDIA", "tail")
    assert (await runs_bench.events(job)).count("JOB_FAILED") == 1


async def test_what_is_transient_is_tried_three_more_times(runs_bench: Bench) -> None:
    job: Job | None = None
    for count in range(4):
        job, request, proof = await runs_bench.attempt(job)
        claim = await runs_bench.runs.claim(proof, request)
        assert claim.spec.attempt == count + 1
        report = failure(claim, FailureClass.TRANSIENT, "STORAGE_UNAVAILABLE")
        await runs_bench.runs.fail(claim.token, claim.task_id, report)
        status = (await runs_bench.job(job)).status
        assert status is (JobStatus.FAILED if count == 3 else JobStatus.RETRY_WAIT)


async def test_a_lost_process_is_tried_again_unless_it_has_reported(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    task_id = ids.uuid.UUID(claim.task_id)
    await runs_bench.endings.lost(task_id, -9, "log")
    await runs_bench.endings.lost(task_id, -9, "log")
    waiting = await runs_bench.job(job)
    assert waiting.status is JobStatus.RETRY_WAIT
    assert waiting.retries == {"DISRUPTED": 1}
    with pytest.raises(Superseded):
        await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.2))


async def test_a_runner_that_cannot_start_is_not_tried_for_ever(runs_bench: Bench) -> None:
    job, claim = await runs_bench.claimed()
    await runs_bench.endings.lost(ids.uuid.UUID(claim.task_id), 2, "REELMILL_API_URL is not set")
    ended = await runs_bench.job(job)
    assert ended.status is JobStatus.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "RUNNER_MISCONFIGURED"


async def test_credentials_are_renewed_before_they_end(runs_bench: Bench) -> None:
    _, claim = await runs_bench.claimed()
    first = await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 1, 0.1))
    assert first.storage is None
    async with runs_bench.database.system() as c:
        await c.execute(
            "update task set credentials_until = now() + interval '5 minutes' where id = $1",
            ids.uuid.UUID(claim.task_id),
        )
    second = await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 2, 0.1))
    assert second.storage is not None
    assert second.storage.session_token != claim.storage.session_token
    third = await runs_bench.runs.progress(claim.token, claim.task_id, progress(claim, 3, 0.1))
    assert third.storage is None
