"""The real client against a real store."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from runner import disk, storage
from runner.errors import Code, RunnerError
from runner.storage import PART, Storage, open_storage
from schema.job import StorageAccess
from schema.source import SourceRef
from tests.runner import media, processes
from tests.runner.store import Store
from tests.support.stack_fixtures import S3Settings


@pytest.fixture
def store(s3_settings: S3Settings) -> Store:
    return Store(s3_settings)


@pytest.fixture
async def client(store: Store) -> AsyncIterator[Storage]:
    async with open_storage(lambda: store.access) as opened:
        yield opened


def _source(store: Store, key: str, etag: str | None = None) -> SourceRef:
    return SourceRef(bucket=store.settings.bucket_in, key=key, etag=etag, size=0)


async def _refusal(client: Storage, source: SourceRef, path: Path) -> RunnerError:
    with pytest.raises(RunnerError) as refused:
        await client.fetch(source, path, _ignore)
    return refused.value


def _ignore(_: float) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("size", [1, PART, 2 * PART + 4321])
async def test_fetch_in_parts(size: int, store: Store, client: Storage, tmp_path: Path) -> None:
    data = os.urandom(size)
    key = f"folder/a film ü %d 夏 {size}.mp4"
    etag = store.put(key, data)
    parts: list[float] = []
    fetched = await client.fetch(_source(store, key, etag), tmp_path / "in", parts.append)
    assert (tmp_path / "in").read_bytes() == data
    assert (fetched.size, fetched.sha256, fetched.md5) == (
        size,
        hashlib.sha256(data).hexdigest(),
        media.md5(data),
    )
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert (tmp_path / "in").stat().st_mode & 0o777 == 0o600


async def test_fetch_of_some_ranges_leaves_holes(
    store: Store, client: Storage, tmp_path: Path
) -> None:
    data = os.urandom(PART + 70_000)
    etag = store.put("parts.mp4", data)
    ranges = [(0, 10), (100, PART + 5_000), (PART + 60_000, len(data))]
    parts: list[float] = []
    sparse = await client.sparse(_source(store, "parts.mp4", etag), tmp_path / "in")
    await sparse.need_all(ranges, parts.append)
    found = (tmp_path / "in").read_bytes()
    assert len(found) == len(data)
    assert all(found[begin:end] == data[begin:end] for begin, end in ranges)
    assert found[10:100] == bytes(90)
    assert parts == sorted(parts)
    assert parts[-1] == pytest.approx(1)
    with pytest.raises(RunnerError) as refused:
        await client.sparse(_source(store, "parts.mp4", '"other"'), tmp_path / "2")
    assert refused.value.code is Code.SOURCE_CHANGED
    # What was read is not read again, and holes take no space.
    before = sparse.bytes_read
    assert before == 10 + PART + 4_900 + 10_000
    await sparse.need(5, 120)
    assert sparse.bytes_read == before + 90
    assert (tmp_path / "in").stat().st_blocks * 512 < len(data)
    store.put("parts.mp4", bytes(len(data)))
    with pytest.raises(RunnerError) as refused:
        await sparse.need(0, PART + 20_000)
    assert refused.value.code is Code.SOURCE_CHANGED


async def test_object_that_changed(store: Store, client: Storage, tmp_path: Path) -> None:
    etag = store.put("changes.mp4", b"one")
    store.put("changes.mp4", b"two")
    refused = await _refusal(client, _source(store, "changes.mp4", etag), tmp_path / "in")
    assert refused.code is Code.SOURCE_CHANGED


async def test_object_that_changes_while_it_is_read(
    store: Store, client: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("late.mp4", b"one")
    found = await client._head(_source(store, "late.mp4"))
    store.put("late.mp4", b"two")

    async def before(_: SourceRef) -> tuple[str, int]:
        return found

    monkeypatch.setattr(client, "_head", before)
    refused = await _refusal(client, _source(store, "late.mp4"), tmp_path / "in")
    assert refused.code is Code.SOURCE_CHANGED


async def test_bytes_that_were_not_announced(store: Store, client: Storage, tmp_path: Path) -> None:
    store.put("announced.mp4", b"one")
    source = _source(store, "announced.mp4")
    right = source.model_copy(update={"sha256": hashlib.sha256(b"one").hexdigest()})
    assert (await client.fetch(right, tmp_path / "right", _ignore)).size == 3
    wrong = source.model_copy(update={"sha256": hashlib.sha256(b"two").hexdigest()})
    refused = await _refusal(client, wrong, tmp_path / "wrong")
    assert refused.code is Code.SOURCE_CHECKSUM_MISMATCH


async def test_object_that_is_gone(store: Store, client: Storage, tmp_path: Path) -> None:
    refused = await _refusal(client, _source(store, "nowhere.mp4"), tmp_path / "in")
    assert refused.code is Code.SOURCE_MISSING


async def test_object_without_bytes(store: Store, client: Storage, tmp_path: Path) -> None:
    store.put("empty.mp4", b"")
    refused = await _refusal(client, _source(store, "empty.mp4"), tmp_path / "in")
    assert refused.code is Code.SOURCE_EMPTY


async def test_wrong_keys(store: Store, tmp_path: Path) -> None:
    wrong = store.access.model_copy(update={"secret_access_key": "wrong" * 8})
    async with open_storage(lambda: wrong) as client:
        refused = await _refusal(client, _source(store, "any.mp4"), tmp_path / "in")
    assert refused.code is Code.STORAGE_DENIED


async def test_store_that_is_away(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 0.5)
    away = store.access.model_copy(update={"endpoint": "http://127.0.0.1:9"})
    async with open_storage(lambda: away) as client:
        refused = await _refusal(client, _source(store, "any.mp4"), tmp_path / "in")
    assert refused.code is Code.STORAGE_UNAVAILABLE


async def test_source_larger_than_scratch(
    store: Store, client: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("large.mp4", b"12345")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 4})())
    refused = await _refusal(client, _source(store, "large.mp4"), tmp_path / "in")
    assert refused.code is Code.SCRATCH_FULL
    assert not (tmp_path / "in").exists()


async def test_scratch_that_fills_up(
    store: Store, client: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("fills.mp4", b"12345")

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "pwrite", full)
    refused = await _refusal(client, _source(store, "fills.mp4"), tmp_path / "in")
    assert refused.code is Code.SCRATCH_FULL


async def test_a_disk_that_takes_a_part_of_a_write(
    store: Store, client: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that fills up does: the rest is written, or refused, but never forgotten."""
    body = os.urandom(300_000)
    store.put("torn.mp4", body)
    whole = os.pwrite
    monkeypatch.setattr(storage.os, "pwrite", lambda file, data, at: whole(file, data[:7_001], at))
    fetched = await client.fetch(_source(store, "torn.mp4"), tmp_path / "in", _ignore)
    assert (tmp_path / "in").read_bytes() == body
    assert fetched.sha256 == hashlib.sha256(body).hexdigest()


async def test_renewed_keys_are_used_at_once(store: Store, tmp_path: Path) -> None:
    """The keys of the claim run out in the middle of a long task."""
    store.put("long.mp4", b"long")
    old = store.access.model_copy(update={"secret_access_key": "expired" * 5})
    current: list[StorageAccess] = [old]
    async with open_storage(lambda: current[0]) as client:
        refused = await _refusal(client, _source(store, "long.mp4"), tmp_path / "in")
        assert refused.code is Code.STORAGE_DENIED
        current[0] = store.access
        assert (await client.fetch(_source(store, "long.mp4"), tmp_path / "in", _ignore)).size == 4


@pytest.mark.parametrize("size", [0, 1000, PART + 1])
async def test_put(size: int, store: Store, client: Storage, tmp_path: Path) -> None:
    data = os.urandom(size)
    (tmp_path / "out").write_bytes(data)
    key = f"p/ü {size}.mp4"
    headers = {"ContentType": "video/mp4", "CacheControl": "private"}
    await client.put(store.settings.bucket_out, key, tmp_path / "out", headers)
    # The same again replaces it.
    await client.put(store.settings.bucket_out, key, tmp_path / "out", headers)
    stored = store.get(key)
    assert stored["Body"].read() == data
    assert (stored["ContentType"], stored["CacheControl"]) == ("video/mp4", "private")


async def test_unfinished_parts_are_not_left_behind(
    store: Store, client: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").write_bytes(bytes(2 * PART))
    read: Callable[..., bytes] = disk.read_range

    def broken(path: Path, start: int, size: int) -> bytes:
        if start:
            raise RunnerError(Code.INTERNAL_ERROR, "the second part cannot be read")
        return read(path, start, size)

    monkeypatch.setattr(storage, "read_range", broken)
    with pytest.raises(RunnerError, match="second part"):
        await client.put(store.settings.bucket_out, "p/broken.mp4", tmp_path / "out", {})
    assert store.unfinished() == []


async def test_cancel_while_fetching_leaves_no_open_file(
    store: Store, client: Storage, tmp_path: Path
) -> None:
    store.put("cancel.mp4", os.urandom(3 * PART))
    began = asyncio.Event()
    task = asyncio.create_task(
        client.fetch(_source(store, "cancel.mp4"), tmp_path / "in", lambda _: began.set())
    )
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tmp_path / "in" not in processes.open_files()
