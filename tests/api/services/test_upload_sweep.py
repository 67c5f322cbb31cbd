"""What closed uploads leave at the store goes away, and nothing else does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.adapters.postgres import assets
from api.domain.models import Upload
from api.domain.states import UploadMethod, UploadStatus
from api.errors import StorageDenied, UploadClosed
from api.services.upload_checks import StartUpload, WantedPart
from tests.api.services.conftest import Bench
from tests.api.services.test_upload_completion import LARGE, SMALL
from tests.api.services.upload_bench import MIB, Process


@pytest.fixture
async def process(runs_bench: Bench) -> Process:
    made = Process(runs_bench)
    await made.fetch("update upload set status = 'ABORTED', sweep_at = null")
    return made


async def expire(process: Process, *uploads: Upload) -> None:
    await process.fetch(
        "update upload set expires_at = now() - interval '1 second' where id = any($1)",
        [upload.id for upload in uploads],
    )


async def row(process: Process, upload: Upload) -> Any:
    (found,) = await process.fetch("select * from upload where id = $1", upload.id)
    return found


async def by_credentials(process: Process) -> Upload:
    """An upload whose S3 client has sent an object, and begun twice to send it in parts."""
    upload = await process.uploads.record(
        process.who, StartUpload("a.mp4"), 5 * MIB, UploadMethod.CREDENTIALS, mutation="m"
    )
    bucket, where = process.bench.bucket, {"Bucket": upload.bucket, "Key": upload.key}
    bucket.put_object(**where, Body=b"x")
    for _ in range(2):
        begun = bucket.create_multipart_upload(**where)["UploadId"]
        bucket.upload_part(**where, UploadId=begun, PartNumber=1, Body=b"x")
    return upload


async def test_expired_uploads_leave_nothing_however_many_sweep(process: Process) -> None:
    joined = await process.send(LARGE)
    process.hand.kill_after("complete_multipart")
    await process.dies(joined)
    late = [
        await process.send(SMALL),
        await process.send(LARGE),
        await by_credentials(process),
        await process.send(None),
        joined,
    ]
    assert [process.held(upload) for upload in late] == [(1, 0), (0, 1), (1, 2), (0, 1), (1, 0)]
    untouched = await process.send(LARGE)
    await expire(process, *late)
    others = [Process(process.bench) for _ in range(3)]
    await asyncio.gather(*(one.sweep.round() for one in (process, *others)))
    for upload in late:
        assert process.held(upload) == (0, 0)
        assert (await row(process, upload))["status"] == UploadStatus.EXPIRED
        assert await process.events(upload) == ["UPLOAD_STARTED", "UPLOAD_EXPIRED"]
    assert process.held(untouched) == (0, 1)
    assert (await process.complete(untouched)).upload.status is UploadStatus.COMPLETED


async def test_what_comes_after_the_sweep_is_found_by_the_next(process: Process) -> None:
    upload = await process.send(SMALL)
    await expire(process, upload)
    await process.sweep.round()
    assert process.held(upload) == (0, 0)
    # A link lives on: the store takes the file although the upload is closed.
    process.bench.bucket.put_object(Bucket=upload.bucket, Key=upload.key, Body=SMALL)
    await process.sweep.round()
    assert process.held(upload) == (1, 0), "it is not yet time"
    found = await row(process, upload)
    assert (found["sweep_at"] - found["access_until"]).total_seconds() == 3600
    await process.fetch(
        "update upload set access_until = access_until - interval '2 hours', sweep_at = now()"
        " where id = $1",
        upload.id,
    )
    await process.sweep.round()
    assert process.held(upload) == (0, 0)
    assert (await row(process, upload))["sweep_at"] is None, "it was the last time"


async def test_parts_that_an_s3_client_left_go_and_its_file_stays(process: Process) -> None:
    upload = await by_credentials(process)
    done = await process.complete(upload)
    await process.sweep.round()
    assert process.held(upload) == (1, 0)
    assert done.upload.status is UploadStatus.COMPLETED


async def test_an_object_that_became_an_asset_stays(process: Process) -> None:
    upload = await process.send(SMALL)
    async with process.bench.database.tenant(process.bench.project) as connection:
        await assets.upsert(
            connection,
            process.bench.project,
            bucket=upload.bucket,
            key=upload.key,
            etag="e",
            size=len(SMALL),
        )
    await process.uploads.abort(process.who, upload.id)
    assert process.held(upload) == (1, 0)


async def test_a_refusal_for_one_does_not_stop_the_others(process: Process) -> None:
    first, second = await process.send(SMALL), await process.send(SMALL)
    await expire(process, first, second)

    async def refuse(_: str, key: str) -> None:
        if key == first.key:
            raise StorageDenied("no")

    process.hand.before["delete"] = refuse
    await process.sweep.round()
    assert (process.held(first), process.held(second)) == ((1, 0), (0, 0))
    # It was claimed and not cleaned, as when the process had died: later it is due again.
    del process.hand.before["delete"]
    await process.fetch("update upload set sweep_at = now() where id = $1", first.id)
    await Process(process.bench).sweep.round()
    assert process.held(first) == (0, 0)


async def test_a_store_that_is_away_does_not_keep_an_abort_from_being_one(
    process: Process,
) -> None:
    upload = await process.send(SMALL)

    async def refuse(*_: Any) -> None:
        raise StorageDenied("no")

    process.hand.before["delete"] = refuse
    closed = await process.uploads.abort(process.who, upload.id)
    assert closed.status is UploadStatus.ABORTED
    await Process(process.bench).sweep.round()
    assert process.held(upload) == (0, 0)


async def test_an_expired_upload_is_closed_before_anybody_sweeps(process: Process) -> None:

    upload = await process.send(SMALL)
    await expire(process, upload)
    for call in (
        process.complete(upload),
        process.uploads.sign(process.who, upload.id, [WantedPart(1)]),
    ):
        with pytest.raises(UploadClosed, match="expired"):
            await call
