"""Completing an upload once, whoever asks, however often, and wherever a process is killed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from api.adapters.postgres import uploads as rows
from api.domain.models import Upload
from api.domain.states import UploadStatus
from api.errors import ChecksumMismatch, Conflict, NotFound, UploadClosed
from api.services.first_look import FIRST_LOOK
from api.services.upload_checks import StartUpload, WantedPart
from tests.api.services.conftest import Bench
from tests.api.services.upload_bench import MIB, Killed, Process

SMALL = b"a small film"
LARGE = b"x" * (5 * MIB) + b"y"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def process(runs_bench: Bench) -> Process:
    return Process(runs_bench)


async def outcome(process: Process, upload: Upload) -> tuple[list[str], int, int]:
    """Its events, and how many assets and jobs there are of it."""
    assets = await process.fetch("select id from asset where key = $1", upload.key)
    jobs = await process.fetch(
        "select job.id from job join asset on asset.id = asset_id where key = $1", upload.key
    )
    return await process.events(upload), len(assets), len(jobs)


DONE = (["UPLOAD_STARTED", "UPLOAD_COMPLETED"], 1, 1)
REFUSED = (["UPLOAD_STARTED", "UPLOAD_ABORTED"], 0, 0)


@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["put", "parts"])
async def test_many_at_once_are_one(process: Process, body: bytes) -> None:
    upload = await process.send(body, sha256=sha256(body), preset="web")
    all_done = await asyncio.gather(*(process.complete(upload) for _ in range(9)))
    assert len({done.asset.id for done in all_done}) == 1
    assert len({done.job.id for done in all_done if done.job}) == 1
    assert process.hand.calls.count("stream") == 1
    assert await outcome(process, upload) == DONE


async def test_its_job_begins_with_a_first_look(process: Process) -> None:
    upload = await process.send(SMALL, preset="web", first_look=True)
    all_done = await asyncio.gather(*(process.complete(upload) for _ in range(3)))
    assert {done.job.waiting_reason for done in all_done if done.job} == {FIRST_LOOK}
    assert await outcome(process, upload) == (DONE[0], 1, 2)


@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["put", "parts"])
async def test_many_processes_at_once_are_one(process: Process, body: bytes) -> None:
    upload = await process.send(body, sha256=sha256(body), preset="web")
    processes = [process, *(Process(process.bench) for _ in range(3))]
    all_done = await asyncio.gather(*(one.complete(upload) for one in processes))
    assert len({done.asset.id for done in all_done}) == 1
    assert await outcome(process, upload) == DONE


@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["put", "parts"])
async def test_a_wrong_file_is_refused_by_all(process: Process, body: bytes) -> None:
    # The small file's link would not take it: the checksum is changed behind the store's back.
    upload = await process.send(body, preset="web")
    await process.fetch("update upload set sha256 = $2 where id = $1", upload.id, "0" * 64)
    processes = [process, *(Process(process.bench) for _ in range(3))]
    answers = await asyncio.gather(
        *(one.complete(upload) for one in processes), return_exceptions=True
    )
    assert {type(answer) for answer in answers} == {ChecksumMismatch}
    assert await outcome(process, upload) == REFUSED
    assert process.held(upload) == (0, 0)


async def test_a_client_that_waits_no_longer(process: Process) -> None:
    upload = await process.send(LARGE, sha256=sha256(LARGE), preset="web")
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slowly(*_: Any) -> None:
        begun.set()
        await may_go_on.wait()

    process.hand.before["stream"] = slowly
    impatient = asyncio.create_task(process.complete(upload))
    await begun.wait()
    impatient.cancel()
    await asyncio.wait({impatient})
    again = asyncio.create_task(process.complete(upload))
    await asyncio.sleep(0)
    may_go_on.set()
    assert (await again).upload.status is UploadStatus.COMPLETED
    assert process.hand.calls.count("stream") == 1
    assert await outcome(process, upload) == DONE


async def test_who_states_other_parts_does_not_get_that_answer(process: Process) -> None:
    upload = await process.send(SMALL, preset="web")
    wrong = process.uploads.complete(process.who, upload.id, [(1, "0" * 32)])
    right = process.complete(upload)
    answers = await asyncio.gather(wrong, right, return_exceptions=True)
    assert isinstance(answers[0], Exception)
    assert not isinstance(answers[1], Exception)
    assert await outcome(process, upload) == DONE


@pytest.mark.parametrize(
    ("body", "call"),
    [
        pytest.param(SMALL, "head", id="put-head"),
        pytest.param(SMALL, "stream", id="put-stream"),
        *(
            pytest.param(LARGE, call, id=f"parts-{call}")
            for call in ("parts", "complete_multipart", "head", "stream")
        ),
    ],
)
async def test_killed_behind_a_call_to_the_store(process: Process, body: bytes, call: str) -> None:
    upload = await process.send(body, sha256=sha256(body), preset="web")
    process.hand.kill_after(call)
    await process.dies(upload)
    assert await outcome(process, upload) == (["UPLOAD_STARTED"], 0, 0)
    assert (await Process(process.bench).complete(upload)).job
    assert await outcome(process, upload) == DONE


async def test_asset_job_and_upload_are_one_transaction(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await process.send(SMALL, preset="web")

    async def dies(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rows, "complete", dies)  # the job's row is written just before
        await process.dies(upload)
    assert await outcome(process, upload) == (["UPLOAD_STARTED"], 0, 0)
    done = await Process(process.bench).complete(upload)
    assert done.job
    assert done.job.preset == "web"
    assert await outcome(process, upload) == DONE


@pytest.mark.parametrize("call", ["abort_at", "delete"])
async def test_killed_while_a_wrong_file_is_removed(process: Process, call: str) -> None:
    upload = await process.send(LARGE, sha256="0" * 64)
    process.hand.kill_after(call)
    await process.dies(upload)
    assert await outcome(process, upload) == REFUSED
    later = Process(process.bench)
    with pytest.raises(ChecksumMismatch):
        await later.complete(upload)
    await later.sweep.round()
    assert later.held(upload) == (0, 0)


async def test_a_file_that_is_replaced_while_it_is_checked(process: Process) -> None:
    upload = await process.send(SMALL, sha256=sha256(SMALL))

    async def replace(*_: Any) -> None:
        del process.hand.before["stream"]
        process.bench.bucket.put_object(Bucket=upload.bucket, Key=upload.key, Body=b"a wrong film")

    process.hand.before["stream"] = replace
    with pytest.raises(Conflict, match="complete the upload again"):
        await process.complete(upload)
    with pytest.raises(ChecksumMismatch):
        await process.complete(upload)


async def test_an_object_that_is_replaced_after_the_check_is_not_what_is_registered(
    process: Process,
) -> None:
    upload = await process.send(SMALL, sha256=sha256(SMALL))
    checked = process.bench.bucket.head_object(Bucket=upload.bucket, Key=upload.key)["ETag"]

    async def replace(*_: Any) -> None:
        process.bench.bucket.put_object(Bucket=upload.bucket, Key=upload.key, Body=b"a wrong film")

    process.hand.after["stream"] = replace
    done = await process.complete(upload)
    # The asset names the bytes that were checked, so a runner will refuse the others.
    assert done.asset.etag == checked.strip('"')


async def test_an_abort_wins_against_a_check(process: Process) -> None:
    upload = await process.send(LARGE, sha256=sha256(LARGE), preset="web")

    async def abort(*_: Any) -> None:
        await Process(process.bench).uploads.abort(process.who, upload.id)

    process.hand.before["stream"] = abort
    with pytest.raises(UploadClosed):
        await process.complete(upload)
    assert await outcome(process, upload) == REFUSED
    assert process.held(upload) == (0, 0)


async def test_what_is_too_big_to_be_read_here_is_checked_by_the_runner(runs_bench: Bench) -> None:
    process = Process(runs_bench, limit=len(LARGE) - 1)
    upload = await process.send(LARGE, sha256=sha256(LARGE), preset="web")
    done = await process.complete(upload)
    assert done.asset.sha256 is None
    assert "stream" not in process.hand.calls
    assert done.job
    _, request, proof = await runs_bench.attempt(done.job)
    claim = await runs_bench.runs.claim(proof, request)
    assert claim.spec.source.sha256 == sha256(LARGE)


async def test_a_new_object_at_the_key_is_not_measured_by_the_old_ones_checksum(
    runs_bench: Bench,
) -> None:
    process = Process(runs_bench, limit=0)
    upload = await process.send(SMALL, sha256=sha256(SMALL), preset="web")
    done = await process.complete(upload)
    await process.fetch("update asset set etag = 'another' where id = $1", done.asset.id)
    assert done.job
    _, request, proof = await runs_bench.attempt(done.job)
    assert (await runs_bench.runs.claim(proof, request)).spec.source.sha256 is None


async def test_another_project_does_not_join_a_completion_under_way(process: Process) -> None:
    upload = await process.send(SMALL, sha256=sha256(SMALL))
    stranger = replace(process.who, project_id=uuid4())
    refused = []

    async def join(*_: Any) -> None:
        del process.hand.before["stream"]
        asked = asyncio.create_task(process.uploads.complete(stranger, upload.id, None))
        # Who joins waits for the work, and so for this.
        done, _ = await asyncio.wait({asked}, timeout=10)
        refused.extend(isinstance(one.exception(), NotFound) for one in done)

    process.hand.before["stream"] = join
    assert (await process.complete(upload)).asset.key == upload.key
    assert refused == [True]


async def test_killed_while_an_upload_is_opened(process: Process) -> None:
    wanted = StartUpload("a.mp4", sign_parts=1, idempotency_key=f"killed-{id(process)}")
    process.hand.kill_after("start_multipart")
    with pytest.raises(Killed):
        await process.uploads.start(process.who, wanted)
    later = Process(process.bench)
    upload, links = await later.uploads.start(process.who, wanted)
    assert len(links) == 1
    assert later.held(upload) == (0, 2)
    await later.uploads.abort(process.who, upload.id)
    assert later.held(upload) == (0, 0)


async def test_two_open_the_same_upload(process: Process) -> None:
    wanted = StartUpload("a.mp4", idempotency_key=f"two-{id(process)}")
    upload, _ = await process.uploads.start(process.who, wanted)
    other = Process(process.bench)
    links = await asyncio.gather(
        *(one.uploads.sign(process.who, upload.id, [WantedPart(1)]) for one in (process, other))
    )
    assert len({link[0].request.url.partition("uploadId=")[2][:40] for link in links}) == 1
    assert process.held(upload) == (0, 1)


async def test_an_upload_that_nobody_learned_of_is_closed(process: Process) -> None:
    async def refuse(*_: Any) -> None:
        raise NotFound("the store has no such bucket")

    process.hand.before["start_multipart"] = refuse
    with pytest.raises(NotFound):
        await process.uploads.start(process.who, StartUpload("nobody.mp4", sign_parts=1))
    (row,) = await process.fetch("select status from upload where filename = 'nobody.mp4'")
    assert row["status"] == "ABORTED"
