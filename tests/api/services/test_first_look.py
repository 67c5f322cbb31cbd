"""The lowest rung first, as a job of its own; the one that was asked for goes on from there."""

from __future__ import annotations

from typing import Any

import pytest

from api.adapters.postgres import jobs
from api.domain.models import Job
from api.domain.states import JobStatus
from api.services.first_look import FIRST_LOOK, recipe_of
from api.services.hub import JOBS, Hub
from api.services.sharing import SHARED, Sharing
from api.services.wire import Wire
from schema.recipe import Recipe
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import User, content

LADDER: dict[str, Any] = {"ladder": {}, "mp4": {}, "poster": {}}


class Viewer(User):
    """Who starts films with a first look, and the leader that looks after them."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, bench.project)
        hub = Hub(bench.database, Wire(""), JOBS)
        self.sharing = Sharing(bench.database, bench.storage, hub, bench.settings)

    async def look(self, job: Job) -> Job:
        """The job that one waits for."""
        assert (job.status, job.waiting_reason) == (JobStatus.WAITING, FIRST_LOOK)
        assert job.waits_for is not None
        async with self.bench.database.system() as connection:
            found = await jobs.get(connection, job.waits_for)
        assert found is not None
        return found

    async def later(self, job: Job) -> Job:
        await self.sharing.round()
        return await self.bench.job(job)

    async def count(self, job: Job) -> int:
        """Of the film's jobs."""
        async with self.bench.database.system() as connection:
            text = "select count(*) from job where asset_id = $1"
            found: int = await connection.fetchval(text, job.asset_id)
            return found


@pytest.fixture
def viewer(runs_bench: Bench) -> Viewer:
    return Viewer(runs_bench)


async def test_the_lowest_rung_is_made_first(viewer: Viewer) -> None:
    sha256 = content()
    key = viewer.film(sha256.encode())
    job = await viewer.start(key, LADDER, first_look=True, title="Hare", preset=None)
    look = await viewer.look(job)
    assert (look.status, look.title, look.asset_id) == (JobStatus.QUEUED, "Hare", job.asset_id)
    assert [rung["height"] for rung in look.recipe["ladder"]["rungs"]] == [360]
    assert (look.recipe["mp4"], look.recipe["poster"]) == (None, job.recipe["poster"])
    assert (await viewer.later(job)).status is JobStatus.WAITING
    await viewer.complete(await viewer.claim(look), ["ladder", "poster"], sha256)
    done = await viewer.later(job)
    assert (done.status, done.waits_for, done.waiting_reason) == (JobStatus.QUEUED, None, None)
    assert done.first_look == look.id, "what can be watched until it is made"
    assert look.id < done.id, "the newest of the film is the one that makes all of it"
    # What the first look has made and the job wants as well is not made again.
    have = await viewer.sourced(await viewer.claim(done), sha256)
    assert have == ("poster",)


@pytest.mark.parametrize("how", ["canceled", "gone"])
async def test_the_job_goes_on_however_its_first_look_ends(viewer: Viewer, how: str) -> None:
    job = await viewer.start(viewer.film(b"film"), LADDER, first_look=True)
    look = await viewer.look(job)
    if how == "canceled":
        await viewer.transcodes.cancel(viewer.who, look.id)
    else:
        async with viewer.bench.database.system() as connection:
            await connection.execute("delete from job where id = $1", look.id)
    assert (await viewer.later(job)).status is JobStatus.QUEUED


async def test_two_equal_ones_have_one_first_look_and_one_whole(viewer: Viewer) -> None:
    key = viewer.film(content().encode())
    one, two = [await viewer.start(key, LADDER, first_look=True) for _ in range(2)]
    first, second = await viewer.look(one), await viewer.look(two)
    assert (second.status, second.waits_for) == (JobStatus.WAITING, first.id)
    await viewer.complete(await viewer.claim(first), ["ladder", "poster"], content())
    # Each round frees those whose other one is over by then.
    left = [(await viewer.later(job)) for job in (second, one, two)]
    assert left[0].status is JobStatus.SUCCEEDED
    await viewer.later(two)
    states = [await viewer.bench.job(job) for job in (one, two)]
    assert [job.status for job in states] == [JobStatus.QUEUED, JobStatus.WAITING]
    assert (states[1].waits_for, states[1].waiting_reason) == (one.id, SHARED)


async def test_asked_again_with_the_same_key_it_is_the_same_job(viewer: Viewer) -> None:
    key = viewer.film(b"film")
    made = [await viewer.start(key, LADDER, first_look=True, idempotency_key="k") for _ in range(2)]
    assert made[0].id == made[1].id
    assert await viewer.count(made[0]) == 2


@pytest.mark.parametrize(
    "recipe",
    [
        {"poster": {}},
        {"ladder": {"rungs": [{"height": 240}]}},
        {"ladder": {"encryption": "CLEAR_KEY"}},
        {"ladder": {}, "verify": {"min_vmaf": 80}},
    ],
)
async def test_where_there_is_none(viewer: Viewer, recipe: dict[str, Any]) -> None:
    job = await viewer.start(viewer.film(b"film"), recipe, first_look=True)
    assert (job.status, job.waits_for) == (JobStatus.QUEUED, None)
    assert await viewer.count(job) == 1


async def test_what_is_made_anew_takes_nothing_from_others(viewer: Viewer) -> None:
    job = await viewer.start(viewer.film(b"film"), LADDER, first_look=True, force=True)
    assert (job.status, await viewer.count(job)) == (JobStatus.QUEUED, 1)


def test_of_named_rungs_the_lowest_with_its_bitrate() -> None:
    rungs = [{"height": 1080}, {"height": 480, "video_bitrate": 900_000}, {"height": 720}]
    whole = Recipe.model_validate({"tier": "DRAFT", "ladder": {"rungs": rungs, "crf": 30}})
    first = recipe_of(whole)
    assert first is not None
    assert first.ladder is not None
    assert (first.tier, first.ladder.crf) == (whole.tier, 30)
    assert [(rung.height, rung.video_bitrate) for rung in first.ladder.rungs] == [(480, 900_000)]
