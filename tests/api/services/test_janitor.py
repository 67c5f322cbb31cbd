"""What ended jobs leave in the store is deleted, also what comes late."""

from __future__ import annotations

import pytest

from api.domain.models import Job
from api.services.captions import Captions
from api.services.deletion import Deletion
from api.services.janitor import Janitor
from api.services.upload_sweep import UploadSweep
from tests.api.services.conftest import Bench
from tests.api.services.reports import completion


@pytest.fixture
def janitor(runs_bench: Bench) -> Janitor:
    database, storage, settings = runs_bench.database, runs_bench.storage, runs_bench.settings
    sweep, deletion = UploadSweep(database, storage), Deletion(database, storage, settings)
    captions = Captions(database, storage, settings)
    return Janitor(
        database, storage, sweep=sweep, deletion=deletion, captions=captions, settings=settings
    )


def stored(bench: Bench, job: Job) -> list[str]:
    listed = bench.bucket.list_objects_v2(
        Bucket=bench.settings.bucket_out, Prefix=job.output_prefix
    )
    return [item["Key"] for item in listed.get("Contents", [])]


async def clean_at(bench: Bench, job: Job, *, now: bool = False) -> object:
    """When the job is cleaned again; `now` lets that moment come."""
    change = "update job set clean_at = now() where id = $1"
    async with bench.database.system() as connection:
        if now:
            await connection.execute(change, job.id)
        return await connection.fetchval("select clean_at from job where id = $1", job.id)


async def test_what_a_superseded_runner_writes_late_is_found(
    runs_bench: Bench, janitor: Janitor
) -> None:
    bench = runs_bench
    job, request, proof = await bench.attempt()
    older = await bench.runs.claim(proof, request)
    newer = await bench.runs.claim(proof, request)
    published, early = completion(newer).outputs[0].key, older.spec.target.prefix + "early.mp4"
    bench.put(published)
    bench.put(early)
    await bench.runs.complete(newer.token, newer.task_id, completion(newer))
    await janitor.round()
    assert stored(bench, job) == [published]

    late = older.spec.target.prefix + "late.mp4"
    bench.put(late)
    await janitor.round()
    assert late in stored(bench, job)  # not yet: its credentials may write still more
    assert await clean_at(bench, job) is not None

    await clean_at(bench, job, now=True)
    await janitor.round()
    assert stored(bench, job) == [published]
    assert await clean_at(bench, job) is None


async def test_a_job_of_one_runner_is_cleaned_once(runs_bench: Bench, janitor: Janitor) -> None:
    job, claim = await runs_bench.claimed()
    runs_bench.put(completion(claim).outputs[0].key)
    await runs_bench.runs.complete(claim.token, claim.task_id, completion(claim))
    await janitor.round()
    assert await clean_at(runs_bench, job) is None
