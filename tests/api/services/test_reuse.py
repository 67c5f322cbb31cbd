"""What was made once is not made again: found by its content, held while it is needed, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from api.adapters.postgres import assets, blobs, jobs, outputs
from api.domain import ids
from api.domain.models import Job, Output, Principal
from api.domain.states import JobStatus
from api.errors import InvalidReport
from api.services.backlog import StartTranscode
from api.services.deletion import Deletion
from api.services.hub import JOBS, Hub
from api.services.janitor import Janitor
from api.services.transcodes import Transcodes
from api.services.upload_sweep import UploadSweep
from api.services.wire import Wire
from schema.engine import ENGINE
from schema.job import (
    Claim,
    CompletionReport,
    FailureClass,
    MadePart,
    OutputFacts,
    OutputKind,
    SourcedReport,
)
from schema.recipe import Recipe
from schema.source import SourceFacts
from tests.api.services.conftest import Bench
from tests.api.services.test_runs import PROBE, failure

POSTER: dict[str, Any] = {"poster": {}}
BOTH: dict[str, Any] = {"poster": {}, "mp4": {}}
NAMES = {
    "ladder": ("master.m3u8", OutputKind.HLS),
    "poster": ("poster.jpg", OutputKind.POSTER),
    "mp4": ("t.mp4", OutputKind.MP4),
}
RUNG = {"video_180": "a" * 64}


@pytest.fixture
def user(runs_bench: Bench) -> User:
    return User(runs_bench, runs_bench.project)


class User:
    """A project's user with films in the store, and honest runners for what is queued."""

    def __init__(self, bench: Bench, project: UUID, prefix: str = "") -> None:
        self.bench = bench
        self.who = Principal(project, "p", prefix, "k", "k", ("READ", "WRITE"))
        hub = Hub(bench.database, Wire(""), JOBS)
        self.transcodes = Transcodes(
            bench.database, bench.storage, hub, bench.settings, lambda: None
        )
        deletion = Deletion(bench.database, bench.storage, bench.settings)
        sweep = UploadSweep(bench.database, bench.storage)
        self.janitor = Janitor(bench.database, bench.storage, sweep, deletion, bench.settings)

    def film(self, content: bytes) -> str:
        key = f"{self.who.prefix}{ids.new().hex}.mp4"
        self.bench.bucket.put_object(Bucket=self.bench.settings.bucket_in, Key=key, Body=content)
        return key

    async def start(self, key: str, recipe: dict[str, Any], **more: Any) -> Job:
        wanted = StartTranscode(source_key=key, recipe=recipe, **more)
        return await self.transcodes.start(self.who, wanted)

    async def claim(self, job: Job) -> Claim:
        _, request, proof = await self.bench.attempt(job)
        return await self.bench.runs.claim(proof, request)

    async def sourced(self, claim: Claim, sha256: str) -> tuple[str, ...]:
        report = SourcedReport(epoch=claim.epoch, source=facts(claim, sha256))
        answer = await self.bench.runs.reuse.sourced(claim.token, claim.task_id, report)
        return answer.have

    async def made(self, key: str, recipe: dict[str, Any], sha256: str, **more: Any) -> Job:
        """A job that its runner has brought to its end."""
        job = await self.start(key, recipe, **more)
        assert job.status is JobStatus.QUEUED, "it was there before"
        claim = await self.claim(job)
        have = await self.sourced(claim, sha256)
        await self.complete(claim, [name for name in recipe if name not in have], sha256)
        return await self.bench.job(job)

    async def complete(
        self, claim: Claim, parts: Sequence[str], sha256: str, engine: str = ENGINE
    ) -> None:
        prefix = claim.spec.target.prefix
        for part in parts:
            self.bench.put(prefix + NAMES[part][0])
        report = completion(claim, parts, sha256).model_copy(update={"engine": engine})
        await self.bench.runs.complete(claim.token, claim.task_id, report)

    async def outputs(self, job: Job) -> list[Output]:
        async with self.bench.database.system() as connection:
            return await outputs.of_jobs(connection, [job.id])

    async def held(self, job: Job) -> set[str]:
        async with self.bench.database.system() as connection:
            return set(await blobs.held(connection, job.id))

    async def delete(self, job: Job) -> None:
        """The asset of a job, until nothing is left to be done."""
        async with self.bench.database.system() as connection:
            await assets.doom(connection, job.asset_id, delete_source=False)
        await self.janitor.round()

    def stored(self, keys: Sequence[str]) -> list[bool]:
        found = self.bench.bucket.list_objects_v2(Bucket=self.bench.settings.bucket_out)
        known = {item["Key"] for item in found.get("Contents", [])}
        return [key in known for key in keys]


def facts(claim: Claim, sha256: str) -> SourceFacts:
    return SourceFacts(size=5, etag=claim.spec.source.etag, sha256=sha256, probe=PROBE)


def completion(claim: Claim, parts: Sequence[str], sha256: str) -> CompletionReport:
    prefix = claim.spec.target.prefix
    return CompletionReport(
        epoch=claim.epoch,
        engine=ENGINE,
        source=facts(claim, sha256),
        outputs=tuple(
            OutputFacts(
                kind=NAMES[part][1],
                key=prefix + NAMES[part][0],
                content_type="image/jpeg",
                size=1,
                files=1,
                sha256="0" * 64,
            )
            for part in parts
        ),
        parts=tuple(
            MadePart(
                name=part,
                files=(NAMES[part][0],),
                tracks=RUNG if part == "ladder" else {},
            )
            for part in parts
        ),
    )


def content() -> str:
    """The SHA-256 of bytes that no other test has."""
    return ids.new().hex * 2


async def test_the_same_again_ends_at_once_without_a_runner(user: User) -> None:
    key, sha256 = user.film(b"one"), content()
    first = await user.made(key, BOTH, sha256)
    # In other words, and under another title.
    again = await user.start(key, {"mp4": {"codec": "H264"}, "poster": {"width": 1280}}, title="x")
    assert (again.status, again.attempt, again.progress) == (JobStatus.SUCCEEDED, 0, 1.0)
    assert await user.bench.events(again) == ["JOB_QUEUED", "JOB_SUCCEEDED"]
    before, now = await user.outputs(first), await user.outputs(again)
    assert [o.reused for o in before + now] == [False, False, True, True]
    assert [(o.kind, o.key, o.sha256) for o in before] == [(o.kind, o.key, o.sha256) for o in now]


@pytest.mark.parametrize(
    "other",
    [
        {"poster": {"at": 1.0}},
        {"poster": {}, "mp4": {"crf": 30}},
        {"poster": {}, "mp4": {}, "tier": "PREMIUM"},
    ],
)
async def test_another_recipe_is_made(user: User, other: dict[str, Any]) -> None:
    key = user.film(b"two")
    await user.made(key, BOTH, content())
    assert (await user.start(key, other)).status is JobStatus.QUEUED


async def test_only_what_is_new_is_made(user: User) -> None:
    key, sha256 = user.film(b"three"), content()
    first = await user.made(key, POSTER, sha256)
    second = await user.start(key, BOTH)
    claim = await user.claim(second)
    assert await user.sourced(claim, sha256) == ("poster",)
    await user.complete(claim, ["mp4"], sha256)
    mp4, poster = await user.outputs(second)
    assert (mp4.kind, mp4.reused, poster.kind, poster.reused) == ("MP4", False, "POSTER", True)
    assert poster.key == (await user.outputs(first))[0].key
    assert (await user.start(key, {"mp4": {}})).status is JobStatus.SUCCEEDED


async def test_rungs_of_an_earlier_ladder_are_named_and_held(user: User) -> None:
    key, sha256 = user.film(b"rungs"), content()
    first = await user.made(key, {"ladder": {}}, sha256)
    (hls,) = await user.outputs(first)
    folder = hls.key.removesuffix("master.m3u8")
    for name in ("init.mp4", "00001.m4s", "00002.m4s"):
        user.bench.put(f"{folder}video_180/{name}")
    second = await user.start(key, {"ladder": {"dash": False}})
    claim = await user.claim(second)
    report = SourcedReport(epoch=claim.epoch, source=facts(claim, sha256))
    answer = await user.bench.runs.reuse.sourced(claim.token, claim.task_id, report)
    (track,) = answer.tracks
    assert (answer.have, track.key) == ((), RUNG["video_180"])
    assert (track.prefix, track.segments) == (f"{folder}video_180/", 2)
    assert answer.storage is not None
    assert answer.storage.access_key_id != claim.storage.access_key_id
    assert await user.held(second) == {"rungs/1"}
    await user.complete(claim, ["ladder"], sha256)
    assert await user.held(second) == {"ladder"}
    assert [output.reused for output in await user.outputs(second)] == [False]
    forced = await user.claim(await user.start(key, {"ladder": {"crf": 30}}, force=True))
    report = SourcedReport(epoch=forced.epoch, source=facts(forced, sha256))
    answer = await user.bench.runs.reuse.sourced(forced.token, forced.task_id, report)
    assert answer.tracks == ()


async def test_a_job_may_find_that_nothing_is_left_to_be_made(user: User) -> None:
    sha256 = content()
    first = await user.made(user.film(b"four"), POSTER, sha256)
    # Another file, of which nobody knows yet that it is the same.
    second = await user.start(user.film(b"four"), POSTER)
    claim = await user.claim(second)
    assert await user.sourced(claim, sha256) == ("poster",)
    await user.complete(claim, [], sha256)
    (output,) = await user.outputs(second)
    assert (output.reused, output.key) == (True, (await user.outputs(first))[0].key)
    assert output.asset_id == second.asset_id != first.asset_id


async def test_what_is_forced_is_made_anew_and_used_from_then_on(user: User) -> None:
    key, sha256 = user.film(b"five"), content()
    first = await user.made(key, POSTER, sha256)
    forced = await user.start(key, POSTER, force=True)
    claim = await user.claim(forced)
    assert await user.sourced(claim, sha256) == ()
    await user.complete(claim, ["poster"], sha256)
    third = await user.start(key, POSTER)
    (one,), (two,), (three,) = [await user.outputs(job) for job in (first, forced, third)]
    assert (two.reused, three.reused) == (False, True)
    assert three.key == two.key != one.key


async def test_of_two_assets_that_share_bytes_one_is_deleted(user: User) -> None:
    sha256 = content()
    first = await user.made(user.film(b"six"), BOTH, sha256)
    second = await user.made(user.film(b"six"), POSTER, sha256)
    mp4, poster = [output.key for output in await user.outputs(first)]
    await user.delete(first)
    assert user.stored([mp4, poster]) == [False, True]
    assert [output.key for output in await user.outputs(second)] == [poster]
    await user.delete(second)
    assert user.stored([poster]) == [False]


async def test_a_running_job_holds_what_it_was_promised(user: User) -> None:
    sha256 = content()
    first = await user.made(user.film(b"seven"), POSTER, sha256)
    second = await user.start(user.film(b"seven"), POSTER)
    claim = await user.claim(second)
    assert await user.sourced(claim, sha256) == ("poster",)
    (before,) = await user.outputs(first)
    await user.delete(first)
    await user.complete(claim, [], sha256)
    (after,) = await user.outputs(second)
    assert (after.key, user.stored([after.key])) == (before.key, [True])


@pytest.mark.parametrize("kind", [FailureClass.INPUT, FailureClass.TRANSIENT])
async def test_a_failed_job_lets_go(user: User, kind: FailureClass) -> None:
    sha256 = content()
    first = await user.made(user.film(b"eight"), POSTER, sha256)
    second = await user.start(user.film(b"eight"), POSTER)
    claim = await user.claim(second)
    await user.sourced(claim, sha256)
    report = failure(claim, kind)
    await user.bench.runs.fail(claim.token, claim.task_id, report)
    (output,) = await user.outputs(first)
    await user.delete(first)
    # One that is tried again still wants it.
    waits = (await user.bench.job(second)).status is JobStatus.RETRY_WAIT
    assert user.stored([output.key]) == [waits]
    assert bool(await user.held(second)) == waits
    assert waits == (kind is FailureClass.TRANSIENT)
    if waits:
        await user.transcodes.cancel(user.who, second.id)
        await user.janitor.round()
        assert user.stored([output.key]) == [False]


async def test_bytes_that_vanished_are_made_anew(user: User) -> None:
    key, sha256 = user.film(b"nine"), content()
    first = await user.made(key, POSTER, sha256)
    (output,) = await user.outputs(first)
    user.bench.bucket.delete_object(Bucket=output.bucket, Key=output.key)
    second = await user.made(key, POSTER, sha256)
    assert [o.reused for o in await user.outputs(second)] == [False]
    assert (await user.start(key, POSTER)).status is JobStatus.SUCCEEDED


async def test_bytes_that_somebody_has_overwritten_are_made_anew(user: User) -> None:
    key, sha256 = user.film(b"ten"), content()
    first = await user.made(key, POSTER, sha256)
    (output,) = await user.outputs(first)
    user.bench.bucket.put_object(Bucket=output.bucket, Key=output.key, Body=b"y")  # as long
    job = await user.start(key, POSTER)
    assert await user.sourced(await user.claim(job), sha256) == ()


async def test_behind_one_that_vanished_an_older_one_is_found(user: User) -> None:
    key, sha256 = user.film(b"eleven"), content()
    first = await user.made(key, POSTER, sha256)
    second = await user.made(key, POSTER, sha256, force=True)
    (older,), (newer,) = await user.outputs(first), await user.outputs(second)
    user.bench.bucket.delete_object(Bucket=newer.bucket, Key=newer.key)
    third = await user.start(key, POSTER)
    assert [output.key for output in await user.outputs(third)] == [older.key]


async def test_another_object_at_the_same_key_is_another_source(user: User) -> None:
    key = user.film(b"twelve")
    await user.made(key, POSTER, content())
    user.bench.bucket.put_object(Bucket=user.bench.settings.bucket_in, Key=key, Body=b"other")
    assert (await user.start(key, POSTER)).status is JobStatus.QUEUED


async def test_what_a_runner_read_before_is_not_what_lies_there_now(user: User) -> None:
    """The object is replaced, and seen by a scan, while its runner works."""
    key, sha256 = user.film(b"thirteen"), content()
    job = await user.start(key, POSTER)
    claim = await user.claim(job)
    user.bench.bucket.put_object(Bucket=user.bench.settings.bucket_in, Key=key, Body=b"other")
    replaced = await user.start(key, {"mp4": {}})
    assert replaced.asset_id == job.asset_id
    await user.complete(claim, ["poster"], sha256)
    assert (await user.start(key, POSTER)).status is JobStatus.QUEUED


@pytest.mark.parametrize("engine", ["ffmpeg version n8.1.3", f"several: {ENGINE}"])
async def test_what_another_engine_has_made_is_made_anew(user: User, engine: str) -> None:
    key, sha256 = user.film(b"fourteen"), content()
    job = await user.start(key, POSTER)
    await user.complete(await user.claim(job), ["poster"], sha256, engine)
    assert (await user.bench.job(job)).status is JobStatus.SUCCEEDED
    again = await user.start(key, POSTER)
    assert await user.sourced(await user.claim(again), sha256) == ()


async def test_what_must_lie_in_a_folder_is_made_there(user: User) -> None:
    key, sha256 = user.film(b"fifteen"), content()
    await user.made(key, POSTER, sha256)
    filed = await user.made(key, POSTER, sha256, output_key="shop")
    assert [o.key.startswith("shop/") for o in await user.outputs(filed)] == [True]
    assert (await user.start(key, POSTER, output_key="shop")).status is JobStatus.SUCCEEDED


async def test_nothing_is_shared_between_projects(user: User) -> None:
    sha256, other = content(), ids.new()
    await user.made(user.film(b"sixteen"), POSTER, sha256)
    async with user.bench.database.system() as connection:
        await connection.execute(
            "insert into project (id, name, prefix) values ($1, $2, $3)",
            other,
            other.hex,
            f"{other.hex}/",
        )
    stranger = User(user.bench, other, f"{other.hex}/")
    key = stranger.film(b"sixteen")
    job = await stranger.start(key, POSTER)
    assert await stranger.sourced(await stranger.claim(job), sha256) == ()
    # Even were its prefix that of everybody, row security would hide what is not its own.
    stranger.who = replace(stranger.who, prefix="")
    recipe = Recipe.model_validate(job.recipe)
    assert await user.bench.runs.reuse.find(other, recipe, sha256, below="") == {}


async def test_parts_that_are_neither_made_nor_there_are_refused(user: User) -> None:
    key, sha256 = user.film(b"seventeen"), content()
    job = await user.start(key, BOTH)
    claim = await user.claim(job)
    with pytest.raises(InvalidReport, match="poster"):
        await user.complete(claim, ["mp4"], sha256)
    assert (await user.bench.job(job)).status is JobStatus.RUNNING
    assert await user.outputs(job) == []


async def test_a_lost_answer_is_asked_for_again(user: User) -> None:
    sha256 = content()
    await user.made(user.film(b"eighteen"), POSTER, sha256)
    job = await user.start(user.film(b"eighteen"), POSTER)
    claim = await user.claim(job)
    for _ in range(2):
        assert await user.sourced(claim, sha256) == ("poster",)
    # One that was never heard of does no harm: what the runner has made counts.
    await user.complete(claim, ["poster"], sha256)
    assert [output.reused for output in await user.outputs(job)] == [False]


async def test_sound_without_a_poster_is_not_asked_for_one_again(user: User) -> None:
    """A part of which nothing comes is a part that was made."""
    key, sha256 = user.film(b"nineteen"), content()
    claim = await user.claim(await user.start(key, BOTH))
    report = completion(claim, ["mp4"], sha256)
    report = report.model_copy(update={"parts": (*report.parts, MadePart(name="poster"))})
    user.bench.put(claim.spec.target.prefix + "t.mp4")
    await user.bench.runs.complete(claim.token, claim.task_id, report)
    again = await user.start(key, BOTH)
    assert (again.status, len(await user.outputs(again))) == (JobStatus.SUCCEEDED, 1)
    # Alone it is for a runner to refuse.
    assert (await user.start(key, POSTER)).status is JobStatus.QUEUED


async def test_a_retry_forces_what_its_job_has_forced(user: User) -> None:
    key, sha256 = user.film(b"twenty"), content()
    await user.made(key, POSTER, sha256)
    forced = await user.start(key, POSTER, force=True)
    await user.transcodes.cancel(user.who, forced.id)
    again = await user.transcodes.retry(user.who, forced.id, None)
    assert (again.force, again.status) == (True, JobStatus.QUEUED)
    async with user.bench.database.system() as connection:
        assert await jobs.get(connection, again.id) == again
