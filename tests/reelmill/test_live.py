"""The client and the command against the real API, database, store and runner."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

import httpx
import pytest

from reelmill import (
    AssetStatus,
    Client,
    ConflictError,
    ForbiddenError,
    JobStatus,
    Ledger,
    NotFoundError,
    OutputKind,
    ScanStatus,
    Stage,
    UnauthenticatedError,
    UploadMethod,
    UploadStatus,
)
from reelmill.recipes import Clip, ClipMode, Recipe
from reelmill.uploads import UploadProgress
from tests.reelmill.cli.conftest import COMMAND, environment
from tests.support.live import LiveApi, bucket_client
from tests.support.media import big_buck_bunny

MIB = 1024 * 1024
OUTPUT_SIZES = "query($id: ID!) { job(id: $id) { outputs { key size files } } }"
UPLOADS = "{ uploads(first: 100) { nodes { key status } } }"


async def command(live_api: LiveApi, *arguments: str | Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *map(str, arguments),
        env=environment(REELMILL_API_URL=live_api.url, REELMILL_API_KEY=live_api.key),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def stored(live_api: LiveApi, key: str) -> bytes:
    client = bucket_client(live_api.s3)
    body: bytes = client.get_object(Bucket=live_api.s3.bucket_in, Key=key)["Body"].read()
    return body


async def test_who_asks(live: Client) -> None:
    viewer = await live.viewer()
    assert viewer.project.id
    assert viewer.scopes
    assert "web" in [preset.name for preset in await live.presets()]


@pytest.mark.parametrize("name", ["-rf %d ü.mp4", "a b+c&d=e;#?.mov", "影片 [1].mkv"])
async def test_every_byte_arrives_under_any_name(
    live: Client, live_api: LiveApi, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes((bytes(range(251)) * (11 * MIB // 251 + 1))[: 11 * MIB + 1])
    upload = await live.upload(path, part_size=5 * MIB)
    assert upload.status is UploadStatus.COMPLETED
    assert (upload.filename, upload.part_count) == (name, 3)
    assert upload.asset is not None
    assert stored(live_api, upload.key) == path.read_bytes()
    (asset,) = (await live.assets(key=upload.key)).nodes
    assert asset.size == 11 * MIB + 1


async def test_a_canceled_upload_is_gone(live: Client, live_api: LiveApi, tmp_path: Path) -> None:
    path = tmp_path / "canceled.mp4"
    path.write_bytes(bytes(30 * MIB))

    def stop(progress: UploadProgress) -> None:
        if progress.stage is Stage.SENDING and progress.sent > 6 * MIB:
            task.cancel()

    task = asyncio.create_task(live.upload(path, part_size=5 * MIB, on_progress=stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    found = (await live_api.graphql(UPLOADS))["uploads"]["nodes"]
    (status,) = [each["status"] for each in found if each["key"].endswith("/canceled.mp4")]
    assert status == "ABORTED"


async def test_upload_and_watch_to_the_end(live: Client) -> None:
    upload = await live.upload(big_buck_bunny(), preset="preview", title="Der Hase")
    assert upload.job is not None
    states = [job async for job in live.watch_job(upload.job.id)]
    last = states[-1]
    assert last.succeeded, last
    assert last.title == "Der Hase"
    assert [job.progress for job in states] == sorted(job.progress for job in states)
    made = {output.kind: output for output in last.outputs}
    assert {OutputKind.HLS, OutputKind.POSTER} <= made.keys()
    async with httpx.AsyncClient() as http:
        manifest = await http.get(made[OutputKind.HLS].playback_url or "")
        poster = await http.get(made[OutputKind.POSTER].url or "")
    assert manifest.text.startswith("#EXTM3U")
    assert poster.content[:2] == b"\xff\xd8"


async def test_a_watch_outlives_the_api(live: Client, live_api: LiveApi) -> None:
    upload = await live.upload(big_buck_bunny(), preset="web")
    assert upload.job is not None
    statuses = []
    killed = False
    async with asyncio.timeout(120):
        async for job in live.watch_job(upload.job.id):
            statuses.append(job.status)
            if job.status == JobStatus.RUNNING and not killed:
                killed = True
                await asyncio.to_thread(live_api.kill)
                await asyncio.to_thread(live_api.start)
    assert killed
    assert statuses[-1] == JobStatus.SUCCEEDED, statuses


async def test_cancel_and_refusals(live: Client) -> None:
    upload = await live.upload(big_buck_bunny(), preset="web")
    assert upload.job is not None
    await live.cancel_job(upload.job.id)
    last = [job async for job in live.watch_job(upload.job.id)][-1]
    assert last.status is JobStatus.CANCELED
    with pytest.raises(NotFoundError):
        await live.start_transcode(source_key="nothing/here.mp4", preset="web")
    foreign = upload.job.id[:-8] + "00000000"
    with pytest.raises(NotFoundError):
        await anext(live.watch_job(foreign))


async def test_a_recipe_of_ones_own(live: Client) -> None:
    upload = await live.upload(big_buck_bunny())
    recipe = Recipe(clips=(Clip(start=1, end=2, mode=ClipMode.COPY),))
    job = await live.start_transcode(source_key=upload.key, recipe=recipe)
    last = [each async for each in live.watch_job(job.id)][-1]
    assert [output.kind for output in last.outputs] == [OutputKind.CLIP], last


async def test_everything_is_downloaded(live: Client, live_api: LiveApi, tmp_path: Path) -> None:
    upload = await live.upload(big_buck_bunny(), preset="web", title="-rf %d ü")
    assert upload.job is not None
    job = [each async for each in live.watch_job(upload.job.id)][-1]
    folder = tmp_path / "all of it"
    code, _, err = await command(live_api, "outputs", "download", job.id, folder)
    assert code == 0, err
    paths = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    wanted = await live_api.graphql(OUTPUT_SIZES, id=job.id)
    assert {"master.m3u8", "manifest.mpd", "poster.jpg", "audio/init.mp4"} <= paths
    assert not any(name.endswith(".part") for name in paths)
    keys = {each["key"].rpartition("/")[2] for each in wanted["job"]["outputs"]}
    assert keys <= {name.rpartition("/")[2] for name in paths}
    master = (folder / "master.m3u8").read_text()
    for name in [line for line in master.splitlines() if line.endswith(".m3u8")]:
        assert "#EXT-X-ENDLIST" in (folder / name).read_text()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    code, *_ = await command(live_api, "outputs", "download", job.id, folder, "--json")
    assert (code, before) == (0, {path: path.stat().st_mtime_ns for path in folder.rglob("*")})
    dash = await live.download(job.id, tmp_path / "dash", kinds=["DASH"])
    assert {"manifest.mpd", "00001.m4s"} <= {path.name for path in dash}


async def test_a_key_that_only_writes_does_each_thing_once(live: Client, live_api: LiveApi) -> None:
    made = await live.create_api_key("a writer", ["WRITE"])
    async with Client(live_api.url, made.secret) as writer:
        assert [str(scope) for scope in (await writer.viewer()).scopes] == ["WRITE"]
        upload = await writer.upload(big_buck_bunny(), preset="web")
        assert upload.asset is not None
        assert upload.job is not None
        other = await writer.start_transcode(asset_id=upload.asset.id, preset="web")
        found = (await live.jobs(asset_id=upload.asset.id)).nodes
        assert {job.id for job in found} == {upload.job.id, other.id}
        for job in found:
            assert (await writer.cancel_job(job.id)).asset is None
        with pytest.raises(ForbiddenError):
            await writer.job(other.id)
    await live.revoke_api_key(made.api_key.id)


async def test_keys_assets_and_usage(live: Client, live_api: LiveApi) -> None:
    made = await live.create_api_key("a reader", ["READ"])
    async with Client(live_api.url, made.secret) as reader:
        assert [str(scope) for scope in (await reader.viewer()).scopes] == ["READ"]
        with pytest.raises(ForbiddenError):
            await reader.scan()
        await live.revoke_api_key(made.api_key.id)
        with pytest.raises(UnauthenticatedError):
            await reader.viewer()
    assert made.api_key.id in [each.id for each in await live.api_keys()]
    upload = await live.upload(big_buck_bunny())
    assert upload.asset is not None
    changed = await live.update_asset(upload.asset.id, title="Der Hase", tags=["tier", "2008"])
    assert (changed.title, set(changed.tags)) == ("Der Hase", {"tier", "2008"})
    found = (await live.assets(text="has 20", tag="tier")).nodes
    assert [each.id for each in found] == [upload.asset.id]
    job = await live.start_transcode(asset_id=upload.asset.id, preset="web", priority=-50)
    assert (await live.set_job_priority(job.id, 10)).priority == 10
    await live.cancel_job(job.id)
    last = [each async for each in live.watch_job(job.id)][-1]
    again = await live.retry_job(last.id)
    assert again.id != last.id
    canceled = partial(live.jobs, asset_id=upload.asset.id, status=["CANCELED"])
    assert [each.id for each in (await canceled()).nodes] == [last.id]
    assert (await canceled(retried=False)).nodes == ()
    with pytest.raises(ConflictError):
        await live.delete_asset(upload.asset.id)
    await live.cancel_job(again.id)
    assert [each async for each in live.watch_job(again.id)][-1].status is JobStatus.CANCELED
    gone = await live.delete_asset(upload.asset.id, delete_source=True)
    assert gone.status is AssetStatus.DELETING
    usage = await live.usage()
    assert usage.canceled >= 2
    assert usage.source_bytes > 0


async def test_scan_presets_gallery_and_the_log(live: Client, live_api: LiveApi) -> None:
    cursor = (await live.viewer()).project.event_cursor
    bucket = bucket_client(live_api.s3)
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, "scanned/hase.mp4")
    scan = await live.scan("scanned")
    last = [each async for each in live.watch_scan(scan.id)][-1]
    assert (last.status, last.found) == (ScanStatus.SUCCEEDED, 1), last
    await live.save_preset("small", Recipe(clips=(Clip(start=0, end=1, mode=ClipMode.COPY),)))
    second = await live.save_preset("small", {"poster": {"at": 1.0}}, title="Klein")
    assert (second.version, second.builtin) == (2, False)
    with pytest.raises(ConflictError):
        await live.save_preset("web", {"poster": {"at": 1.0}})
    job = await live.start_transcode(source_key="scanned/hase.mp4", preset="small", title="Hase")
    ended = [each async for each in live.watch_job(job.id)][-1]
    assert [output.kind for output in ended.outputs] == [OutputKind.POSTER], ended
    gallery = await live.gallery(first=5, refresh=True)
    assert gallery.items[0].job.id == job.id
    assert gallery.items[0].poster_url
    assert await live.delete_preset("small") == "small"
    types = []
    async for event in live.events(after=cursor):
        types.append(event.type)
        if event.type == "PRESET_DELETED":
            break
    assert {"SCAN_STARTED", "SCAN_SUCCEEDED", "PRESET_SAVED", "JOB_SUCCEEDED"} <= set(types)
    assert types.count("PRESET_SAVED") == 2


async def test_a_small_file_goes_on_too(live: Client, live_api: LiveApi, tmp_path: Path) -> None:
    """By one PUT: what was interrupted is sent again, what was complete is not."""
    ledger = Ledger(live.connection, tmp_path / "state")
    path = tmp_path / "small.mp4"
    path.write_bytes(bytes(range(256)) * 4096)

    def stop(progress: UploadProgress) -> None:
        if progress.stage is Stage.COMPLETING:
            task.cancel()

    task = asyncio.create_task(live.upload(path, ledger=ledger, on_progress=stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    (entry,) = ledger.entries()
    upload = await live.upload(path, ledger=ledger)
    assert (upload.id, upload.method) == (entry.upload_id, UploadMethod.PUT)
    assert stored(live_api, upload.key) == path.read_bytes()
    assert ledger.entries() == []


async def test_the_command(live_api: LiveApi, tmp_path: Path) -> None:
    key = "Ordner/der Film.mp4"
    bucket = bucket_client(live_api.s3)
    bucket.upload_file(str(big_buck_bunny()), live_api.s3.bucket_in, key)
    code, out, err = await command(live_api, "scan", "Ordner")
    assert (code, out) == (0, f"{key}\n"), err
    cut = ("transcode", key, "--clip", "1-2", "--preset", "preview", "--wait")
    code, out, err = await command(live_api, *cut)
    assert code == 0, err
    kinds = [line.split()[0] for line in out.splitlines() if line.startswith(("HLS", "CLIP"))]
    assert sorted(kinds) == ["CLIP", "HLS"]
    assert f"{live_api.url}/play/" in out
    (tmp_path / "no film.mp4").write_text("this is no film")
    sent = ("upload", tmp_path / "no film.mp4", "--preset", "web", "--wait", "--json")
    code, out, err = await command(live_api, *sent)
    (one,) = json.loads(out)["uploads"]
    assert (code, one["job"]["error"]["code"]) == (1, "SOURCE_NOT_MEDIA")
    code, out, _ = await command(live_api, "jobs", "--limit", "1", "--json")
    assert json.loads(out)["jobs"][0]["id"] == one["job"]["id"]
