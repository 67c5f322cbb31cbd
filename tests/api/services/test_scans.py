"""Scans of large buckets, of vanishing objects, and of processes that die in the middle."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api import migrate
from api.adapters.postgres import scans
from api.adapters.postgres.pool import Database
from api.config import Settings
from api.domain import ids
from api.domain.models import Principal, Scan
from api.domain.scopes import Scope
from api.domain.states import ScanStatus
from api.errors import StorageDenied
from api.services.hub import SCANS, Hub
from api.services.scan import Scans
from api.services.wire import Wire
from tests.support.live import role_url
from tests.support.scanning import Bench, Listing


@pytest.fixture(scope="module")
async def base(
    new_database: Callable[[], str],
) -> AsyncIterator[tuple[Database, Hub[Scan], Settings]]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    settings = Settings(
        database_url=api,
        system_database_url=system,
        secret_key=base64.b64encode(bytes(32)).decode(),
        bucket_in="in",
    )
    database = await Database.open(url=api, system_url=system, size=4)
    hub = Hub(database, Wire(system), SCANS)
    delivering = asyncio.create_task(hub.run())
    yield database, hub, settings
    delivering.cancel()
    await database.close()


@pytest.fixture
async def bench(base: tuple[Database, Hub[Scan], Settings]) -> Bench:
    """A project of this test's own."""
    database, hub, settings = base
    project = ids.new()
    prefix = f"{project.hex}/"
    async with database.system() as c:
        await c.execute(
            "insert into project (id, name, prefix) values ($1, $2, $3)",
            project,
            project.hex,
            prefix,
        )
    who = Principal(project, "p", prefix, "k", "k", tuple(Scope))
    return Bench(database, hub, settings, who)


def counts(scan: Scan) -> tuple[int, int, int, int, int]:
    return scan.found, scan.registered, scan.changed, scan.missing, scan.skipped


async def test_what_changes_between_two_scans(bench: Bench) -> None:
    listing = bench.listing(**{"a.mp4": "1", "b.mkv": "1", "c.txt": "1", "d/e.flac": "1"})
    first = await bench.scan(listing)
    assert first.status is ScanStatus.SUCCEEDED
    assert counts(first) == (3, 3, 0, 0, 1)
    assert counts(await bench.scan(listing)) == (3, 0, 0, 0, 1)

    del listing.objects[bench.who.prefix + "a.mp4"]
    listing.objects[bench.who.prefix + "b.mkv"] = "2"
    third = await bench.scan(listing)
    assert counts(third) == (2, 0, 1, 1, 1)
    rows = await bench.rows()
    assert rows["a.mp4"] == ("MISSING", "1")
    assert rows["b.mkv"] == ("REGISTERED", "2")
    listing.objects[bench.who.prefix + "a.mp4"] = "1"
    assert counts(await bench.scan(listing)) == (3, 0, 1, 0, 1)
    assert (await bench.rows())["a.mp4"] == ("REGISTERED", "1")
    assert await bench.seen(third) == 0
    assert await bench.events(third) == ["SCAN_STARTED", "SCAN_SUCCEEDED"]


async def test_a_scan_of_a_folder_says_nothing_of_others(bench: Bench) -> None:
    listing = bench.listing(**{"a/1.mp4": "1", "b/1.mp4": "1"})
    await bench.scan(listing)
    listing.objects.clear()
    assert counts(await bench.scan(listing, "a/")) == (0, 0, 0, 1, 0)
    rows = await bench.rows()
    assert (rows["a/1.mp4"][0], rows["b/1.mp4"][0]) == ("MISSING", "REGISTERED")


async def test_an_asset_of_another_type_is_looked_after_too(bench: Bench) -> None:
    listing = bench.listing(**{"odd.ts": "1"})
    async with bench.database.tenant(bench.who.project_id) as c:
        await c.execute(
            "insert into asset (id, project_id, bucket, key, etag, size, title, updated_at)"
            " values ($1, $2, 'in', $3, '1', 7, 't', now() - interval '1 hour')",
            ids.new(),
            bench.who.project_id,
            bench.who.prefix + "odd.ts",
        )
    assert counts(await bench.scan(listing)) == (0, 0, 0, 0, 1)
    listing.objects[bench.who.prefix + "odd.ts"] = "2"
    assert counts(await bench.scan(listing)) == (0, 0, 1, 0, 1)
    listing.objects.clear()
    assert counts(await bench.scan(listing)) == (0, 0, 0, 1, 0)


async def test_a_hundred_thousand_objects_in_flat_memory(bench: Bench) -> None:
    large = Listing({f"{bench.who.prefix}{n:06}.mp4": "e" for n in range(100_000)})
    await bench.scan(bench.listing(**{"small.mp4": "e"}))  # what is made once is made now
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = peak_rss()
    scan = await bench.scan(large)
    async for newest in bench.hub.watch(scan):
        scan = newest
    assert counts(scan) == (100_000, 100_000, 0, 1, 0)
    # The whole listing would be 40 MB of objects; a few pages are held.
    assert peak_rss() - before < 20 * 1024 * 1024


def peak_rss() -> int:
    """Bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def test_two_scans_at_once_register_each_object_once(bench: Bench) -> None:
    listing = thousands(bench, 12_000)
    one, other = await asyncio.gather(bench.scan(listing), bench.scan(listing))
    assert (one.status, other.status) == (ScanStatus.SUCCEEDED, ScanStatus.SUCCEEDED)
    assert one.found == other.found == one.registered + other.registered == 12_000
    assert (one.changed, other.changed, one.missing, other.missing) == (0, 0, 0, 0)
    assert len(await bench.rows()) == 12_000


async def test_what_is_registered_behind_the_back_of_a_merge(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the insert: one object as it is listed, one as it was before."""
    raced = 0

    async def insert(key: str, etag: str) -> None:
        async with bench.database.system() as c:
            await c.execute(
                "insert into asset (id, project_id, bucket, key, etag, size, title)"
                " values ($1, $2, 'in', $3, $4, 7, 't')",
                *(ids.new(), bench.who.project_id, bench.who.prefix + key, etag),
            )

    async def register(*arguments: Any) -> None:
        nonlocal raced
        raced += 1
        await insert("a.mp4", "1")
        await insert("b.mp4", "older")
        await register_really(*arguments)

    register_really = scans._register
    monkeypatch.setattr(scans, "_register", register)
    scan = await bench.scan(bench.listing(**{"a.mp4": "1", "b.mp4": "2", "c.mp4": "3"}))
    assert raced == 1
    assert counts(scan) == (3, 1, 1, 0, 0)
    assert {etag for _, etag in (await bench.rows()).values()} == {"1", "2", "3"}


async def test_a_refusal_of_the_store_is_told_at_once(bench: Bench) -> None:
    listing = bench.listing(**{"a.mp4": "1", "b.mp4": "1"})
    await bench.scan(listing)
    del listing.objects[bench.who.prefix + "a.mp4"]
    listing.refusal = StorageDenied("no")
    with pytest.raises(StorageDenied):
        await bench.scan(listing)
    async with bench.database.tenant(bench.who.project_id) as c:
        scan, _ = await scans.page(c, bench.who.project_id, after=None, limit=5)
    assert scan.status is ScanStatus.FAILED
    assert scan.error is not None
    assert scan.error["code"] == "STORAGE_DENIED"
    # What was not listed to the end is not known to be missing.
    assert (await bench.rows())["a.mp4"][0] == "REGISTERED"
    assert await bench.events(scan) == ["SCAN_STARTED", "SCAN_FAILED"]


@asynccontextmanager
async def stuck(bench: Bench, listing: Listing) -> AsyncIterator[tuple[Scans, UUID]]:
    """A process in the middle of a scan."""
    process = bench.process(listing)
    asking = asyncio.create_task(process.scan(bench.who, "", None))
    await listing.stopped.wait()
    async with bench.database.tenant(bench.who.project_id) as c:
        (scan,) = await scans.page(c, bench.who.project_id, after=None, limit=5)
    yield process, scan.id
    asking.cancel()


async def wait_for_end(bench: Bench, scan_id: UUID, *, status: ScanStatus) -> Scan:
    async with asyncio.timeout(30):
        while True:
            async with bench.database.tenant(bench.who.project_id) as c:
                scan = await scans.get(c, scan_id)
            assert scan is not None
            if scan.status is not ScanStatus.RUNNING:
                assert scan.status is status
                return scan
            await asyncio.sleep(0.05)


def thousands(bench: Bench, count: int) -> Listing:
    return Listing({f"{bench.who.prefix}{n:05}.mp4": "e" for n in range(count)})


async def test_a_scan_of_a_process_that_ends_is_taken_up_by_another(bench: Bench) -> None:
    listing = thousands(bench, 7_000)
    listing.stop_after = 6
    async with stuck(bench, listing) as (process, scan_id):
        await process.stop()
        listing.stop_after = None
        other = bench.process(listing)
        looking = asyncio.create_task(other.run())
        scan = await wait_for_end(bench, scan_id, status=ScanStatus.SUCCEEDED)
        looking.cancel()
        await other.stop()
    assert scan.run == 2
    assert (scan.found, scan.registered, scan.missing) == (7_000, 7_000, 0)
    assert await bench.events(scan) == ["SCAN_STARTED", "SCAN_SUCCEEDED"]


async def test_a_process_that_was_thought_dead_changes_nothing_more(bench: Bench) -> None:
    listing = thousands(bench, 7_000)
    listing.stop_after = 6
    async with stuck(bench, listing) as (process, scan_id):
        async with bench.database.system() as c:
            await c.execute(
                "update scan set lease_until = now() - interval '1 s' where id = $1", scan_id
            )
            newer = await scans.adopt(c, 60)
            assert newer is not None
            assert newer.id == scan_id
            older = await scans.advance(
                c,
                Scan(**{**{f: getattr(newer, f) for f in Scan.__slots__}, "run": 1}),
                found=1,
                registered=1,
                changed=0,
                skipped=0,
                lease_seconds=60,
            )
        assert older is None
        await process.stop()
        async with bench.database.system() as c:
            kept = await c.fetchval("select lease_until > now() from scan where id = $1", scan_id)
            await scans.finish(c, newer, ScanStatus.FAILED, error=None)
        assert kept, "the older process must not give up the newer one's lease"


async def test_a_scan_that_ends_every_process_is_given_up(bench: Bench) -> None:
    async with bench.database.tenant(bench.who.project_id) as c:
        scan = await scans.insert(
            c,
            scan_id=ids.new(),
            project_id=bench.who.project_id,
            bucket="in",
            prefix="",
            lease_seconds=-1,
        )
        await c.execute("update scan set run = 5 where id = $1", scan.id)
    process = bench.process(bench.listing())
    looking = asyncio.create_task(process.run())
    ended = await wait_for_end(bench, scan.id, status=ScanStatus.FAILED)
    looking.cancel()
    assert ended.error is not None
    assert ended.error["code"] == "SCAN_INTERRUPTED"


async def test_the_same_idempotency_key_gives_the_same_scan(bench: Bench) -> None:
    process = bench.process(bench.listing(**{"a.mp4": "1"}))
    first, files = await process.scan(bench.who, "", "once")
    again, none = await process.scan(bench.who, "", "once")
    assert first.id == again.id
    assert (len(files), none) == (1, [])


async def test_what_is_still_being_sent_is_left_alone(bench: Bench) -> None:
    listing = bench.listing()
    states = {"STARTED": ids.new(), "ABORTED": ids.new(), "COMPLETED": ids.new()}
    async with bench.database.system() as c:
        for status, upload in states.items():
            key = f"{bench.who.prefix}uploads/{upload.hex}/{status}.mp4"
            listing.objects[key] = "e"
            await c.execute(
                "insert into upload (id, project_id, bucket, key, filename, part_size, status,"
                " expires_at) values ($1, $2, 'in', $3, 'f', 1, $4, now())",
                upload,
                bench.who.project_id,
                key,
                status,
            )
    listing.objects[f"{bench.who.prefix}uploads/{ids.new().hex}/by-another-tool.mp4"] = "e"
    assert counts(await bench.scan(listing)) == (2, 2, 0, 0, 0)
    names = {key.rpartition("/")[2] for key in await bench.rows()}
    assert names == {"COMPLETED.mp4", "by-another-tool.mp4"}
