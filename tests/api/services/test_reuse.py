"""What was made once is not made again: found by its content, held while it is needed, counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.adapters.postgres import jobs
from api.domain import ids
from api.domain.states import JobStatus
from api.errors import InvalidReport
from schema.engine import ENGINE
from schema.job import (
    FailureClass,
    MadePart,
    SourcedReport,
)
from schema.recipe import Recipe
from tests.api.services.conftest import Bench
from tests.api.services.reports import failure
from tests.api.services.reuse_user import (
    BOTH,
    POSTER,
    RUNG,
    User,
    completion,
    content,
    facts,
)


@pytest.fixture
def user(runs_bench: Bench) -> User:
    return User(runs_bench, runs_bench.project)


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
    assert await user.bench.runs.reuse.find(other, recipe, [[sha256]], below="") == {}


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
