"""Uploads against a server and a store that misbehave."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from reelmill import (
    Client,
    ConflictError,
    FileError,
    InvalidInputError,
    Stage,
    TransferError,
    UploadProgress,
    UploadStatus,
)
from tests.reelmill.conftest import QUICK
from tests.reelmill.double import KEY, Double

SLOW_DOWN = (503, "<Error><Code>SlowDown</Code></Error>")


async def test_a_whole_file_arrives(client: Client, double: Double, film: Path) -> None:
    seen: list[UploadProgress] = []
    upload = await client.upload(film, preset="web", metadata={"a": 1}, on_progress=seen.append)
    assert double.received() == film.read_bytes()
    assert upload.status is UploadStatus.COMPLETED
    assert upload.asset is not None
    assert upload.job is not None
    (start,) = double.named("StartUpload")
    assert len(start["input"]["idempotencyKey"]) >= 16
    assert start["input"]["size"] == film.stat().st_size
    assert start["input"]["contentType"] == "video/mp4"
    assert (start["input"]["preset"], start["input"]["metadata"]) == ("web", {"a": 1})
    assert seen[-1].stage is Stage.COMPLETING
    assert (seen[-1].sent, seen[-1].parts_done) == (film.stat().st_size, 3)


async def test_the_server_asks_the_store_for_the_parts(
    client: Client, double: Double, film: Path
) -> None:
    await client.upload(film)
    assert double.named("CompleteUpload") == [{"input": {"uploadId": "upload_1"}}]


async def test_the_key_never_goes_to_the_store(client: Client, double: Double, film: Path) -> None:
    await client.upload(film)
    assert double.put_headers
    for headers in double.put_headers:
        assert "authorization" not in headers
        assert KEY not in str(headers)
        assert headers["x-amz-meta-test"] == "yes"
        assert "transfer-encoding" not in headers


async def test_parts_go_side_by_side(client: Client, double: Double, film: Path) -> None:
    both = asyncio.Barrier(2)
    double.part_faults[1].append(both.wait)
    double.part_faults[2].append(both.wait)
    async with asyncio.timeout(5):
        await client.upload(film, concurrency=2)
    assert double.most_in_flight == 2


async def test_one_at_a_time(client: Client, double: Double, film: Path) -> None:
    await client.upload(film, concurrency=1)
    assert (double.puts, double.most_in_flight) == ([1, 2, 3], 1)


@pytest.mark.parametrize("fault", [500, SLOW_DOWN, "drop"])
async def test_a_part_that_fails_is_sent_again(
    client: Client, double: Double, film: Path, fault: object
) -> None:
    double.part_faults[2].extend([fault, fault])
    await client.upload(film)
    assert double.received() == film.read_bytes()
    assert sorted(double.puts) == [1, 2, 2, 2, 3]


async def test_expired_links_are_signed_again(client: Client, double: Double, film: Path) -> None:
    # All three came with the start; the store takes only what is signed after them.
    double.first_good_link = 4
    await client.upload(film)
    assert double.received() == film.read_bytes()
    calls = [sent["input"]["partNumbers"] for sent in double.named("SignParts")]
    assert {number for numbers in calls for number in numbers} == {1, 2, 3}
    assert sorted(double.puts) == [1, 1, 2, 2, 3, 3]


async def test_links_in_stock_expire_with_the_first(
    client: Client, double: Double, film: Path
) -> None:
    double.first_good_link = 4
    await client.upload(film, concurrency=1)
    assert double.puts == [1, 1, 2, 3]


async def test_links_are_signed_in_batches(client: Client, double: Double, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    path.write_bytes(os.urandom(40 * 1000))
    await client.upload(path, part_size=1000, concurrency=2)
    assert double.received() == path.read_bytes()
    batches = [each["input"]["partNumbers"] for each in double.named("SignParts")]
    assert batches == [list(range(17, 33)), list(range(33, 41))]


async def test_a_store_that_refuses_fresh_links(client: Client, double: Double, film: Path) -> None:
    double.first_good_link = 1000
    with pytest.raises(TransferError) as info:
        await client.upload(film, concurrency=1)
    assert info.value.code == "PART_REFUSED"
    assert "AccessDenied" in info.value.message
    assert "clocks" in (info.value.hint or "")
    assert double.uploads["upload_1"]["status"] == "ABORTED"
    assert len(double.puts) == 4


async def test_no_secret_stands_in_an_error(client: Client, double: Double, film: Path) -> None:
    double.part_faults[1].append((400, "<Error><Code>EntityTooLarge</Code></Error>"))
    with pytest.raises(TransferError) as info:
        await client.upload(film)
    assert "s3cr3t" not in f"{info.value.message}{info.value!r}"
    assert double.url in info.value.message


async def test_a_store_that_stays_away_is_given_up(double: Double, film: Path) -> None:
    double.part_faults[1].extend([500] * 100)
    timing = replace(QUICK, patience=0.0)
    async with Client(double.url, KEY, timing=timing) as client:
        with pytest.raises(TransferError):
            await client.upload(film)
    assert double.puts.count(1) == 8
    assert double.uploads["upload_1"]["status"] == "ABORTED"


async def test_an_upload_that_the_store_forgot(client: Client, double: Double, film: Path) -> None:
    double.part_faults[3].append((404, "<Error><Code>NoSuchUpload</Code></Error>"))
    with pytest.raises(ConflictError) as info:
        await client.upload(film)
    assert info.value.code == "UPLOAD_CLOSED"


async def test_a_refused_completion_is_told_and_aborted(
    client: Client, double: Double, film: Path
) -> None:
    error = {"code": "SIZE_MISMATCH", "message": "5 of 6 bytes", "field": None}
    double.complete_faults.append(error)
    with pytest.raises(InvalidInputError) as info:
        await client.upload(film)
    assert (info.value.code, info.value.message) == ("SIZE_MISMATCH", "5 of 6 bytes")
    assert double.uploads["upload_1"]["status"] == "ABORTED"


async def test_a_slow_completion_is_asked_again(client: Client, double: Double, film: Path) -> None:
    error = {"code": "STORAGE_UNAVAILABLE", "message": "wait", "field": None}
    double.complete_faults.extend([error, error])
    assert (await client.upload(film)).status is UploadStatus.COMPLETED
    assert len(double.named("CompleteUpload")) == 3


async def test_a_file_that_changes_meanwhile(client: Client, double: Double, film: Path) -> None:
    async def change() -> None:
        with film.open("r+b") as other:
            other.write(b"changed")
        os.utime(film, ns=(1, 1))

    double.part_faults[1].append(change)
    with pytest.raises(FileError) as info:
        await client.upload(film, concurrency=1)
    assert info.value.code == "FILE_CHANGED"
    assert double.puts == [1]
    assert double.uploads["upload_1"]["status"] == "ABORTED"
    assert not double.named("CompleteUpload")


async def test_an_empty_file_is_refused_before_anything_is_asked(
    client: Client, double: Double, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(FileError) as info:
        await client.upload(tmp_path / "empty.mp4")
    assert info.value.code == "FILE_EMPTY"
    assert double.operations == []


async def test_canceling_aborts(client: Client, double: Double, film: Path) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    async def stall() -> None:
        arrived.set()
        await never.wait()

    double.part_faults[1].append(stall)
    seen: list[UploadProgress] = []
    task = asyncio.create_task(client.upload(film, on_progress=seen.append))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert double.uploads["upload_1"]["status"] == "ABORTED"
    assert seen[-1].stage is Stage.ABORTING


async def test_a_title_starts_the_job_itself(client: Client, double: Double, film: Path) -> None:
    upload = await client.upload(film, preset="web", title="Mon film", metadata={"a": 1})
    (started,) = double.named("StartTranscode")
    assert started["input"]["title"] == "Mon film"
    assert started["input"]["metadata"] == {"a": 1}
    assert started["input"]["assetId"] == "asset_1"
    assert "preset" not in double.named("StartUpload")[0]["input"]
    assert upload.job is not None


async def test_a_misspelled_preset_costs_no_bytes(
    client: Client, double: Double, film: Path
) -> None:
    with pytest.raises(InvalidInputError) as info:
        await client.upload(film, preset="wbe", title="t")
    assert info.value.code == "UNKNOWN_PRESET"
    assert double.puts == []


async def test_memory_stays_small(client: Client, double: Double, tmp_path: Path) -> None:
    """Parts are streamed: chunks of a mebibyte are alive, not parts of 64."""
    import tracemalloc

    size = 96 * 1024 * 1024
    with (tmp_path / "big.mp4").open("wb") as file:
        file.truncate(size)

    double._part = _discard  # type: ignore[method-assign, assignment]
    tracemalloc.start()
    try:
        await client.upload(tmp_path / "big.mp4", part_size=48 * 1024 * 1024, concurrency=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * 1024 * 1024


async def _discard(request: object) -> object:
    from aiohttp import web

    assert isinstance(request, web.Request)
    async for _ in request.content.iter_chunked(1 << 20):
        pass
    return web.Response()
