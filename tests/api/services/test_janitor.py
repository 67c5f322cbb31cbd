"""What ended jobs leave in the store is deleted, also what comes late."""

from __future__ import annotations

import pytest

from api.adapters.postgres import assets
from api.domain.models import Job
from api.errors import StorageDenied
from api.services.captions import Captions, Written
from api.services.deletion import Deletion
from api.services.janitor import Janitor
from api.services.upload_sweep import UploadSweep
from tests.api.services.conftest import Bench
from tests.api.services.reports import completion
from tests.api.services.reuse_user import POSTER, User, content


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


async def test_what_cannot_be_written_keeps_no_deletion_waiting(
    runs_bench: Bench, janitor: Janitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, user = runs_bench, User(runs_bench, runs_bench.project)
    kept, doomed = [await user.made(user.film(b"12345"), POSTER, content()) for _ in range(2)]

    async def denied(*_: object, **__: object) -> None:
        raise StorageDenied("the policy lacks s3:PutObject")

    monkeypatch.setattr(bench.storage, "put", denied)
    captions = Captions(bench.database, bench.storage, bench.settings)
    text = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    with pytest.raises(StorageDenied):
        await captions.save(user.who, kept.id, Written(language="en", text=text))
    async with bench.database.system() as connection:
        await assets.doom(connection, doomed.asset_id, delete_source=False)
    with pytest.raises(StorageDenied):
        await janitor.round()
    assert stored(bench, doomed) == []

    monkeypatch.undo()
    await janitor.round()
    saved = [key.rpartition(".")[2] for key in stored(bench, kept) if "/saved/" in key]
    assert sorted(saved) == ["srt", "vtt"]
