"""What a runner of a batch says, and what the library then knows. No executor here."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from api.adapters.postgres import assets
from api.domain import ids
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidReport, Superseded, Unauthenticated
from api.services.probes import Probes
from api.services.probing import Probing
from schema.job import FailureClass, FailureReport
from schema.probing import (
    ProbeOutcome,
    ProbeReport,
)
from tests.api.services.conftest import Bench
from tests.api.services.probe_runner import FILM, SONG, Runner, now, put, read, result, told


@pytest.fixture
async def runner(runs_bench: Bench) -> AsyncIterator[Runner]:
    """In a project of its own, so that nobody else's assets are handed out."""
    bench, project = runs_bench, ids.new()
    name = f"p{project.hex}"
    async with bench.database.system() as c:
        await c.execute(
            "insert into project (id, name, prefix) values ($1, $2, $3)", project, name, f"{name}/"
        )
    calls = Probes(bench.database, bench.storage, bench.settings)
    made = Runner(bench, calls, Probing(bench.database, bench.settings), project, ids.new(), "p")
    await made.begin()
    yield made
    async with bench.database.system() as c:
        await c.execute("delete from probe_batch")


async def test_what_is_read_is_known_and_told_once(runner: Runner) -> None:
    film, song, bad = [await put(runner, name) for name in ("a.mp3", "b.mp4", "c.mp4")]
    items = (await runner.say()).items
    assert [item.asset_id for item in items] == [str(a.id) for a in (film, song, bad)]
    answer = await runner.say(
        read(items[0]), read(items[1], SONG), result(items[2], ProbeOutcome.BROKEN)
    )
    assert answer.over
    found = await now(runner, film)
    assert (found.status, found.kind, found.probe) == (
        AssetStatus.READY,
        AssetKind.VIDEO,
        FILM.model_dump(mode="json"),
    )
    assert (await now(runner, song)).kind is AssetKind.AUDIO
    broken = await now(runner, bad)
    assert (broken.status, broken.kind, broken.probe) == (
        AssetStatus.UNREADABLE,
        AssetKind.VIDEO,
        None,
    )
    assert broken.error == {"code": "SOURCE_UNREADABLE", "message": "m", "hint": None}
    (payload,) = await told(runner)
    assert (payload["ready"], payload["unreadable"], len(payload["assets"])) == (2, 1, 3)
    with pytest.raises(Superseded):
        await runner.say()


async def test_a_link_reads_one_object_and_writes_nothing(runner: Runner) -> None:
    one, other = await put(runner, "a.mp4", b"hello"), await put(runner, "b.mp4", b"other")
    item, _ = (await runner.say()).items
    async with httpx.AsyncClient() as client:
        got = await client.get(item.url, headers={"range": "bytes=1-2"})
        assert (got.status_code, got.content) == (206, b"el")
        changed = await client.get(item.url, headers={"if-match": '"other"'})
        assert changed.status_code == 412
        foreign = item.url.replace("a.mp4", "b.mp4")
        assert (await client.get(foreign)).status_code == 403
        for method in ("PUT", "DELETE"):
            assert (await client.request(method, item.url)).status_code == 403
    assert one.id != other.id
    assert item.url not in repr(item)


async def test_a_lost_answer_is_given_again(runner: Runner) -> None:
    await put(runner, "a.mp4")
    (item,) = (await runner.say()).items
    (again,) = (await runner.say()).items
    assert again.asset_id == item.asset_id
    assert (await runner.say(working=(item.asset_id,))).items == ()
    first = await runner.say(read(item))
    assert first.over


async def test_what_changed_vanished_or_is_kept_back(runner: Runner) -> None:
    changed, gone, denied, kept = [await put(runner, f"{n}.mp4") for n in range(4)]
    bucket, client = runner.bench.settings.bucket_in, runner.bench.bucket
    client.put_object(Bucket=bucket, Key=changed.key, Body=b"other bytes")
    client.delete_object(Bucket=bucket, Key=denied.key)
    outcomes = (
        ProbeOutcome.CHANGED,
        ProbeOutcome.MISSING,
        ProbeOutcome.DENIED,  # which AWS says of what is missing, too
        ProbeOutcome.DENIED,
    )
    items = (await runner.say()).items
    answer = await runner.say(*map(result, items, outcomes))
    # The new bytes are to be read in this batch already.
    (item,) = answer.items
    assert (item.asset_id, item.size) == (str(changed.id), 11)
    fresh = await now(runner, changed)
    assert (fresh.status, fresh.size, fresh.etag) == (AssetStatus.REGISTERED, 11, item.etag)
    assert fresh.etag != changed.etag
    assert (await now(runner, gone)).status is AssetStatus.MISSING
    assert (await now(runner, denied)).status is AssetStatus.MISSING
    still = await now(runner, kept)
    assert still.status is AssetStatus.REGISTERED
    assert still.error is not None
    # And it is left alone from now on.
    assert (await runner.say(read(item))).over


async def test_a_result_of_other_bytes_is_dropped(runner: Runner) -> None:
    asset = await put(runner, "a.mp4")
    (item,) = (await runner.say()).items
    scanned = await put(runner, "a.mp4", b"newer")
    assert scanned.id == asset.id
    (new,) = (await runner.say(read(item))).items
    assert new.etag == scanned.etag
    assert (await now(runner, asset)).probe is None
    assert await told(runner) == []


async def test_what_a_job_has_read_stays(runner: Runner) -> None:
    asset = await put(runner, "a.mp4")
    (item,) = (await runner.say()).items
    async with runner.bench.database.system() as c:
        await assets.set_facts(
            c,
            asset.id,
            asset.etag,
            sha256="0" * 64,
            md5=None,
            probe=SONG.model_dump(mode="json"),
            status=AssetStatus.READY,
        )
    assert (await runner.say(result(item, ProbeOutcome.BROKEN))).over
    found = await now(runner, asset)
    assert (found.status, found.probe) == (AssetStatus.READY, SONG.model_dump(mode="json"))


async def test_a_poison_pill_is_found_and_swallowed_twice_only(runner: Runner) -> None:
    innocent, pill, other = [await put(runner, f"{n}.mp4") for n in range(3)]
    assert len((await runner.say()).items) == 3
    await runner.die()
    # Everybody is suspected, so each one is read alone.
    await runner.again()
    (item,) = (await runner.say()).items
    assert item.asset_id == str(innocent.id)
    # What is new meanwhile waits for its turn.
    late = await put(runner, "late.mp4")
    assert (await runner.say(working=(item.asset_id,))).items == ()
    (item,) = (await runner.say(read(item))).items
    assert item.asset_id == str(late.id)
    (item,) = (await runner.say(read(item))).items
    assert item.asset_id == str(pill.id)
    await runner.die()
    found = await now(runner, pill)
    assert found.status is AssetStatus.UNREADABLE
    assert found.error is not None
    assert found.error["code"] == "PROBE_LOST"
    assert (await told(runner))[-1]["unreadable"] == 1
    await runner.again()
    (item,) = (await runner.say()).items
    assert item.asset_id == str(other.id)
    assert (await runner.say(read(item))).over


@pytest.mark.parametrize("how", ["told", "exit 4", "stopped by us"])
async def test_an_end_in_good_order_blames_nobody(runner: Runner, how: str) -> None:
    await put(runner, "a.mp4")
    for _ in range(4):
        (item,) = (await runner.say()).items
        if how == "told":
            assert runner.claim is not None
            report = FailureReport(
                epoch=1, failure=FailureClass.TRANSIENT, code="STORAGE_UNAVAILABLE", message="m"
            )
            await runner.calls.fail(runner.claim.token, runner.claim.batch_id, report)
        elif how == "exit 4":
            await runner.die(4)
        else:
            runner.probing.stop()
            await runner.die(-15)
        await runner.again()
    assert item.asset_id


async def test_who_may_speak(runner: Runner) -> None:
    old = runner.claim
    assert old is not None
    with pytest.raises(Unauthenticated):
        await runner.calls.claim("another proof", runner.request)
    runner.claim = await runner.calls.claim(runner.proof, runner.request)
    assert runner.claim.epoch == 2
    report = ProbeReport(epoch=1)
    with pytest.raises(Superseded):
        await runner.calls.probed(old.token, old.batch_id, report)
    with pytest.raises(Unauthenticated):
        await runner.calls.probed(old.token, old.batch_id, ProbeReport(epoch=2))
    with pytest.raises(Superseded):
        await runner.calls.probed(old.token, str(uuid.uuid4()), report)
    with pytest.raises(Unauthenticated):
        await runner.calls.probed(old.token, "no id", report)
    await put(runner, "a.mp4")
    (item,) = (await runner.say()).items
    with pytest.raises(InvalidReport):
        await runner.say(result(item, ProbeOutcome.READ))


async def test_a_batch_names_assets_of_its_project_only(runner: Runner) -> None:
    mine = await put(runner, "a.mp4")
    # Those of the default project are REGISTERED too.
    await runner.bench.queued()
    (item,) = (await runner.say()).items
    assert item.asset_id == str(mine.id)
    async with runner.bench.database.tenant(runner.bench.project) as c:
        theirs = await assets.find(
            c, runner.bench.project, runner.bench.settings.bucket_in, "a.mp4"
        )
    assert theirs is not None
    forged = item.model_copy(update={"asset_id": str(theirs.id), "etag": theirs.etag})
    await runner.say(read(forged), working=(item.asset_id,))
    async with runner.bench.database.tenant(runner.bench.project) as c:
        after = await assets.get(c, theirs.id)
    assert after is not None
    assert after.status is AssetStatus.REGISTERED


async def test_a_batch_ends_at_its_size(runner: Runner) -> None:
    settings = runner.bench.settings.model_copy(update={"probe_batch": 2})
    runner.calls = Probes(runner.bench.database, runner.bench.storage, settings)
    for number in range(3):
        await put(runner, f"{number}.mp4")
    items = (await runner.say()).items
    assert len(items) == 2
    assert (await runner.say(*map(read, items))).over
