"""For each commit of the API: what a user does so that it happens."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.support.media import synthesize
from tests.support.user import PART, POSTER, User
from tests.support.waiting import until

Scenario = Callable[[User], Awaitable[Any]]
LONG = "long.mp4"  # beside the user's source: some seconds of work
FILM = "film.mp4"  # and so long that it is split
SPLIT = {
    "REELMILL_SPLIT_SECONDS": "10",
    "REELMILL_SPLIT_CHUNK_SECONDS": "6",
    "REELMILL_SPLIT_WORKERS": "2",
}
_LADDER = {"ladder": {"rungs": [{"height": 720}, {"height": 360}], "dash": False}}
_BEYOND_THE_END = {"clips": [{"start": 500.0, "end": 501.0, "mode": "EXACT"}]}


def put_films(client: Any, bucket: str, folder: Path) -> str:
    """What the scenarios work on, made in `folder`. Returns the key of the user's source."""
    films = {
        "clip.mp4": synthesize(folder / "clip.mp4", seconds=1),
        LONG: synthesize(folder / LONG, seconds=6, size="1280x720"),
        FILM: synthesize(folder / FILM, seconds=12, size="256x144"),
    }
    for key, path in films.items():
        client.upload_file(str(path), bucket, key)
    return "clip.mp4"


async def one_job(user: User) -> None:
    job = await user.live.ended(await user.transcode())
    assert job["status"] == "SUCCEEDED", job


async def shared_output(user: User) -> None:
    """Two files with the same bytes: the second job finds what the first has made."""
    body = await user.body() + uuid.uuid4().bytes  # behind the last box nobody looks
    for reused in (False, True):
        key = await user.put(body)
        job_id = await user.transcode(sourceKey=key, force=False)
        job = await user.live.ended(job_id)
        assert job["status"] == "SUCCEEDED", job
        (output,) = job["outputs"]
        assert output["reused"] == reused, job


async def equal_jobs(user: User) -> None:
    """The second waits for the first and takes over when that one is canceled."""
    key = await user.copy()
    wanted = {"sourceKey": key, "recipe": _LADDER, "force": False}
    first = await user.transcode(**wanted)
    second = await user.transcode(**wanted)
    await user.cancel(first)
    job = await user.live.ended(second)
    assert job["status"] == "SUCCEEDED", job


async def longer_ladder(user: User) -> None:
    """The second ladder takes a rung of the first."""
    key = await user.put(await user.body() + uuid.uuid4().bytes)
    for heights in ([160], [160, 144]):
        rungs = [{"height": height} for height in heights]
        recipe = {"ladder": {"rungs": rungs, "dash": False}}
        job_id = await user.transcode(sourceKey=key, recipe=recipe, force=False)
        job = await user.live.ended(job_id)
        assert job["status"] == "SUCCEEDED", job


async def vanished_output(user: User) -> None:
    """What the store has lost is made anew."""
    key = await user.put(await user.body() + uuid.uuid4().bytes)
    first = await user.live.ended(await user.transcode(sourceKey=key))
    lost = first["outputs"][0]["key"]
    await asyncio.to_thread(user.client.delete_object, Bucket=user.live.s3.bucket_out, Key=lost)
    again = await user.live.ended(await user.transcode(sourceKey=key, force=False))
    assert again["outputs"][0]["key"] != lost
    # For whoever looks over everything afterwards.
    await asyncio.to_thread(
        user.client.put_object, Bucket=user.live.s3.bucket_out, Key=lost, Body=b"x"
    )


async def split_job(user: User) -> None:
    """A film whose pieces have a runner each."""
    recipe = {"ladder": {"rungs": [{"height": 144}], "segmentSeconds": 2, "dash": False}}
    job = await user.live.ended(await user.transcode(sourceKey=FILM, recipe=recipe), seconds=150)
    assert job["status"] == "SUCCEEDED", job


async def encoding(user: User) -> str:
    """A job in the middle of its work."""
    job_id = await user.transcode(sourceKey=LONG, recipe=_LADDER)
    await user.live.until(job_id, lambda j: j["phase"] == "ENCODING" and j["progress"] > 0.02)
    return job_id


async def failing_job(user: User) -> str:
    job_id = await user.transcode(recipe=_BEYOND_THE_END)
    job = await user.live.ended(job_id)
    assert (job["status"], job["error"]["code"]) == ("FAILED", "CLIP_BEYOND_END"), job
    return job_id


async def canceled_job(user: User) -> None:
    job_id = await encoding(user)
    await user.cancel(job_id)
    job = await user.live.ended(job_id)
    assert (job["status"], job["outputs"]) == ("CANCELED", []), job


async def lost_runner(user: User) -> None:
    job_id = await encoding(user)
    for pid in user.live.runners():
        os.kill(pid, signal.SIGKILL)
    job = await user.live.ended(job_id)
    assert job["status"] == "SUCCEEDED", job


async def renewed_credentials(user: User) -> None:
    job_id = await encoding(user)
    await user.sql("update task set credentials_until = now() where status = 'RUNNING'")
    job = await user.live.ended(job_id)
    assert [a["status"] for a in job["attempts"]] == ["SUCCEEDED"], job


async def retried_job(user: User) -> None:
    job_id = await failing_job(user)
    again = await user.mutate("retryJob", "job { id }", id=job_id, idempotencyKey=_key())
    await user.live.ended(again["job"]["id"])


async def urgent_job(user: User) -> None:
    job_id = await encoding(user)
    await user.mutate("setJobPriority", "job { id }", id=job_id, priority=5)
    await user.live.ended(job_id)


async def edited_asset(user: User) -> None:
    asset = await _asset(user, user.source)
    await user.mutate("updateAsset", "asset { id }", id=asset, tags=["a tag"])


async def deleted_asset(user: User) -> None:
    key = await user.copy()
    job_id = await user.transcode(sourceKey=key)
    await user.live.ended(job_id)
    await _delete(user, await _asset(user, key))
    user.jobs.remove(job_id)


async def _delete(user: User, asset: str) -> None:
    delete = (
        "mutation($i: DeleteAssetInput!) { deleteAsset(input: $i) { userErrors { code message } } }"
    )
    said = await user.ask(delete, i={"id": asset, "deleteSource": True})
    # Asked again after a crash, it may be gone already.
    assert all(e["code"] == "NOT_FOUND" for e in said["userErrors"]), said

    async def gone() -> bool:
        return not await user.ask("query($i: ID!) { asset(id: $i) { id } }", i=asset)

    await until(gone, "the asset is gone")


async def made_and_revoked_key(user: User) -> None:
    made = await user.mutate("createApiKey", "apiKey { id }", name="k", scopes=["READ"])
    await user.mutate("revokeApiKey", "apiKey { id }", id=made["apiKey"]["id"])


async def scanned_folder(user: User) -> None:
    key = await user.put(b"no media")
    await _scan(user)
    assert await user.ask("query($k: String!) { asset(key: $k) { id } }", k=key)


async def _scan(user: User) -> None:
    said = await user.mutate("scanMediaFolder", "scan { id }", idempotencyKey=_key())

    async def ended() -> bool:
        # A lease lasts two minutes: let those that nobody renews be over.
        await user.sql(
            "update scan set lease_until = now() where status = 'RUNNING'"
            " and lease_until < now() + interval '117 seconds'"
        )
        scan = await user.ask("query($i: ID!) { scan(id: $i) { status } }", i=said["scan"]["id"])
        return bool(scan["status"] == "SUCCEEDED")

    await until(ended, "the scan has ended", seconds=60)


async def stopped_service(user: User) -> None:
    """Dies while it is being stopped politely."""
    await one_job(user)
    assert user.live.process is not None
    user.live.process.terminate()


async def saved_preset(user: User) -> None:
    name = f"p-{_key()}"
    await user.mutate("savePreset", "preset { name }", name=name, recipe=POSTER)
    delete = "mutation($i: DeletePresetInput!) { deletePreset(input: $i) { userErrors { code } } }"
    # Asked again after a crash, it may be gone already.
    assert (await user.ask(delete, i={"name": name}))["userErrors"] in ([], [{"code": "NOT_FOUND"}])


async def updated_project(user: User) -> None:
    await user.mutate("updateProject", "project { id }", defaults={"subtitleLanguages": ["en"]})


async def shared_film(user: User) -> None:
    """A link that is made and revoked."""
    job_id = await user.transcode(recipe={"mp4": {"maxHeight": 144}})
    job = await user.live.ended(job_id)
    made = await user.mutate(
        "createShareLink", "shareLink { id }", outputId=job["outputs"][0]["id"]
    )
    await user.mutate("revokeShareLink", "shareLink { id }", id=made["shareLink"]["id"])


async def saved_subtitles(user: User) -> None:
    """Saved twice, so that the second text takes the place of the first."""
    job = await user.live.ended(await user.transcode())
    for words in ("one", "two"):
        text = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{words}\n"
        wanted = {"jobId": job["id"], "language": "en", "text": text}
        await user.mutate("saveSubtitles", "outputs { id }", **wanted)


async def probed_asset(user: User) -> None:
    key = await user.copy()

    await _asset(user, key)

    async def known() -> bool:
        found = await user.ask("query($k: String!) { asset(key: $k) { duration } }", k=key)
        return bool(found["duration"])

    await until(known, "the file is known", 60)


async def interrupted_probing(user: User) -> None:
    # As a listing has them, and so a runner.
    keys = sorted([await user.copy() for _ in range(60)])

    await _asset(user, keys[-1])
    query = "query($k: String!) { asset(key: $k) { status } }"

    async def known(key: str) -> bool:
        return bool((await user.ask(query, k=key))["status"] == "READY")

    await until(lambda: known(keys[0]), "a runner reads them", 60)
    for pid in user.live.runners():
        os.kill(pid, signal.SIGTERM)

    for key in keys:
        await until(lambda key=key: known(key), "all are known", 90)  # type: ignore[misc]


async def completed_upload(user: User) -> None:
    upload = await user.upload(await user.body(), preset="mp4")
    done = await user.mutate(
        "completeMultipartUpload", "job { id } asset { key }", uploadId=upload["id"]
    )
    assert done["asset"]["key"] == upload["key"]
    user.jobs.append(done["job"]["id"])
    job = await user.live.ended(done["job"]["id"])
    assert job["status"] == "SUCCEEDED", job


async def refused_upload(user: User) -> None:
    upload = await user.upload(bytes(PART + 1), sha256="0" * 64)
    complete = (
        "mutation($i: CompleteMultipartUploadInput!) { completeMultipartUpload(input: $i)"
        " { userErrors { code } } }"
    )
    said = await user.ask(complete, i={"uploadId": upload["id"]})
    assert said["userErrors"] == [{"code": "CHECKSUM_MISMATCH"}]


async def upload_by_credentials(user: User) -> None:
    given = await user.mutate(
        "createUploadCredentials", "upload { id }", filename="clip.mp4", idempotencyKey=_key()
    )
    await user.mutate("abortMultipartUpload", "upload { id }", uploadId=given["upload"]["id"])


async def aborted_upload(user: User) -> None:
    upload = await user.upload(bytes(PART + 1))
    await user.mutate("abortMultipartUpload", "upload { status }", uploadId=upload["id"])


async def expired_upload(user: User) -> None:
    upload = await user.upload(b"x" * 1000)
    await user.sql("update upload set expires_at = now() where status = 'STARTED'")

    async def expired() -> bool:
        seen = await user.ask("query($i: ID!) { upload(id: $i) { status } }", i=upload["id"])
        return bool(seen["status"] == "EXPIRED")

    await until(expired, "the upload has expired")


async def _asset(user: User, key: str) -> str:
    query = "query($k: String!) { asset(key: $k) { id } }"
    found = await user.ask(query, k=key)
    if not found:
        await user.ask("mutation { scanMediaFolder { found } }")
        found = await user.ask(query, k=key)
    asset: str = found["id"]
    return asset


def _key() -> str:
    return uuid.uuid4().hex


SCENARIOS: dict[str, Scenario] = {
    "Assets.delete": deleted_asset,
    "Assets.update": edited_asset,
    "Captions.save": saved_subtitles,
    "Captions.send": saved_subtitles,
    "Deletion._asset#1": deleted_asset,
    "Deletion._asset#2": deleted_asset,
    "Deletion._blob": deleted_asset,
    "Endings.deserted": one_job,
    "Endings.lost": lost_runner,
    "Finder.by_key": one_job,
    "Janitor._clean#1": one_job,
    "Janitor._clean#2": one_job,
    "Janitor._sweep_events": one_job,
    "Janitor.round": one_job,
    "Keys.create": made_and_revoked_key,
    "Keys.revoke": made_and_revoked_key,
    "Launcher._adopt": one_job,
    "Launcher._enforce": one_job,
    "Launcher._launch": one_job,
    "Launcher._launch_pieces": split_job,
    "Options.set_of_project": updated_project,
    "PieceRuns._piece": split_job,
    "Probes.claim": probed_asset,
    "Probes.fail": interrupted_probing,
    "Probes.probed": probed_asset,
    "Probing._over": probed_asset,
    "Probing._record.record": probed_asset,
    "Probing.adopt": one_job,
    "Probing.launch": probed_asset,
    "Recorder._started": one_job,
    "Reuse._answer": longer_ladder,
    "Reuse._forget": vanished_output,
    "Reuse.sourced": shared_output,
    "Shares.create": shared_film,
    "Shares.revoke": shared_film,
    "Sharing._free": equal_jobs,
    "Runs._renewed": renewed_credentials,
    "Runs.claim": one_job,
    "Runs.complete": one_job,
    "Runs.fail": failing_job,
    "Runs.progress": one_job,
    "Presets.delete": saved_preset,
    "Presets.save": saved_preset,
    "Scans._adopt": scanned_folder,
    "Scans._begin": scanned_folder,
    "Scans._end": scanned_folder,
    "Scans.stop": stopped_service,
    "Transcodes.cancel": canceled_job,
    "Transcodes.retry": retried_job,
    "Transcodes.set_priority": urgent_job,
    "Transcodes.start": one_job,
    "UploadCompletion._refuse": refused_upload,
    "UploadCompletion._register": completed_upload,
    "UploadCredentials._give": upload_by_credentials,
    "UploadLinks._opened": aborted_upload,
    "UploadLinks.sign": aborted_upload,
    "UploadSweep._expire": expired_upload,
    "UploadSweep._try": aborted_upload,
    "UploadSweep.round": expired_upload,
    "Uploads.discard": aborted_upload,
    "Uploads.record": aborted_upload,
    "Walk._merge": scanned_folder,
}
