"""Uploads that end early, and what the next run makes of them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from reelmill import Client, ConflictError, FileError, TransferError
from reelmill.connection import checked
from reelmill.ledger import Ledger
from tests.reelmill.double import KEY, Double

DENIED = (400, "<Error><Code>EntityTooLarge</Code></Error>")


@pytest.fixture
def ledger(double: Double, tmp_path: Path) -> Ledger:
    return Ledger(checked(double.url, KEY), tmp_path / "state")


async def interrupted(client: Client, double: Double, film: Path, ledger: Ledger) -> None:
    """An upload of which the first two of three parts arrive."""
    double.part_faults[3].append(DENIED)
    with pytest.raises(TransferError):
        await client.upload(film, ledger=ledger, concurrency=1)
    assert double.puts == [1, 2, 3]
    assert double.uploads["upload_1"]["status"] == "STARTED"
    double.puts.clear()


async def test_only_what_is_missing_is_sent(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    await interrupted(client, double, film, ledger)
    seen = []
    await client.upload(film, ledger=ledger, on_progress=seen.append)
    assert double.puts == [3]
    assert double.received() == film.read_bytes()
    assert (seen[0].held, seen[0].sent, seen[0].parts_done) == (524288, 524288, 2)
    assert seen[-1].sent == film.stat().st_size
    assert ledger.entries() == []


async def test_a_part_of_the_wrong_size_is_sent_again(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    await interrupted(client, double, film, ledger)
    double.parts["upload_1"][1] = b"half"
    await client.upload(film, ledger=ledger, concurrency=1)
    assert double.puts == [1, 3]
    assert double.received() == film.read_bytes()


async def test_an_upload_that_is_over_begins_anew(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    await interrupted(client, double, film, ledger)
    double.uploads["upload_1"]["status"] = "EXPIRED"
    upload = await client.upload(film, ledger=ledger)
    assert (upload.id, sorted(double.puts)) == ("upload_2", [1, 2, 3])


async def test_an_upload_that_the_server_forgot_begins_anew(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    await interrupted(client, double, film, ledger)
    double.uploads.pop("upload_1")["status"] = "gone"
    upload = await client.upload(film, ledger=ledger)
    assert sorted(double.puts) == [1, 2, 3]
    assert upload.asset is not None


async def test_killed_after_the_completion(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    """The server joined the parts, and nobody lived to hear it."""
    await interrupted(client, double, film, ledger)
    double.uploads["upload_1"]["status"] = "COMPLETED"
    upload = await client.upload(film, ledger=ledger)
    assert (upload.id, double.puts) == ("upload_1", [])
    assert ledger.entries() == []


async def test_killed_before_the_id_was_known(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    """The server has started an upload whose answer was lost with us: it is not started twice."""
    double.http_faults.append((400, {"errors": [{"message": "lost"}]}))
    with pytest.raises(Exception, match="lost"):
        await client.upload(film, ledger=ledger)
    (entry,) = ledger.entries()
    assert entry.upload_id is None
    await client.upload(film, ledger=ledger)
    (started,) = double.named("StartUpload")
    assert started["input"]["idempotencyKey"] == entry.token


@pytest.mark.parametrize("change", ["content", "preset", "fresh"])
async def test_what_began_otherwise_is_thrown_away(
    client: Client, double: Double, film: Path, ledger: Ledger, change: str
) -> None:
    await interrupted(client, double, film, ledger)
    if change == "content":
        film.write_bytes(film.read_bytes()[::-1])
        os.utime(film, ns=(1, 1))
    preset = "web" if change == "preset" else None
    await client.upload(film, ledger=ledger, preset=preset, fresh=change == "fresh")
    assert double.uploads["upload_1"]["status"] == "ABORTED"
    assert double.uploads["upload_2"]["status"] == "COMPLETED"
    assert sorted(double.puts) == [1, 2, 3]
    assert b"".join(data for _, data in sorted(double.parts["upload_2"].items())) == (
        film.read_bytes()
    )


async def test_a_file_that_changes_meanwhile_is_not_kept(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    async def change() -> None:
        os.utime(film, ns=(1, 1))

    double.part_faults[1].append(change)
    with pytest.raises(FileError) as info:
        await client.upload(film, ledger=ledger, concurrency=1)
    assert info.value.code == "FILE_CHANGED"
    assert double.uploads["upload_1"]["status"] == "ABORTED"
    assert ledger.entries() == []


async def test_canceling_keeps_it(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    async def stall() -> None:
        arrived.set()
        await never.wait()

    double.part_faults[3].append(stall)
    task = asyncio.create_task(client.upload(film, ledger=ledger, concurrency=1))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert double.uploads["upload_1"]["status"] == "STARTED"
    double.puts.clear()
    await client.upload(film, ledger=ledger)
    assert double.puts == [3]


async def test_the_same_file_twice_at_once(
    client: Client, double: Double, film: Path, ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "link.mp4").symlink_to(film)
    arrived, go = asyncio.Event(), asyncio.Event()

    async def stall() -> None:
        arrived.set()
        await go.wait()

    double.part_faults[1].append(stall)
    task = asyncio.create_task(client.upload(film, ledger=ledger))
    await arrived.wait()
    with pytest.raises(ConflictError) as info:
        await client.upload(tmp_path / "link.mp4", ledger=ledger)
    assert info.value.code == "UPLOAD_BUSY"
    go.set()
    await task
    assert double.received() == film.read_bytes()
    await client.upload(film, ledger=ledger)  # the lock went with its owner
    assert not list((tmp_path / "state" / "locks").iterdir())


async def test_a_titled_job_is_started_once(
    client: Client, double: Double, film: Path, ledger: Ledger
) -> None:
    await client.upload(film, ledger=ledger, preset="web", title="Der Film")
    (started,) = double.named("StartTranscode")
    assert started["input"]["idempotencyKey"] == "upload_1-titled"


def test_the_books_are_private(ledger: Ledger, tmp_path: Path) -> None:
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / "uploads.db").stat().st_mode & 0o777 == 0o600


def test_servers_and_keys_are_kept_apart(ledger: Ledger, double: Double, tmp_path: Path) -> None:
    other = Ledger(checked(double.url, "rm_other_secret"), tmp_path / "state")
    assert ledger.owner != other.owner


def test_a_place_that_cannot_be_written(double: Double, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Exception, match="cannot be kept") as info:
        Ledger(checked(double.url, KEY), tmp_path / "file" / "state")
    assert info.value.code == "STATE_UNUSABLE"  # type: ignore[attr-defined]
