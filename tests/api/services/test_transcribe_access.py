"""Amazon Transcribe: who is told of it, and that nothing of it stays."""

from __future__ import annotations

from typing import Any

import pytest

from api.config import Settings
from api.domain.models import Job
from api.services.task_access import TaskAccess
from schema.job import TranscribeAccess
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import User


def access(bench: Bench, **changes: Any) -> TaskAccess:
    settings: Settings = bench.settings.model_copy(update=changes)
    return TaskAccess(bench.storage, settings)


async def told(bench: Bench, recipe: dict[str, Any], **changes: Any) -> TranscribeAccess | None:
    """What the runner of a job hears of Amazon Transcribe."""
    user = User(bench, bench.project)
    bench.runs._access = access(bench, **changes)
    try:
        claim = await user.claim(await user.start(user.film(b"film"), recipe))
    finally:
        bench.runs._access = access(bench)
    return claim.spec.transcribe


AMAZON: dict[str, Any] = {"transcript": {"engine": "AMAZON"}}


async def test_a_runner_is_told_where_recipe_and_installation_want_it(runs_bench: Bench) -> None:
    on = {"amazon_transcribe": True, "amazon_transcribe_endpoint": "http://x"}
    given = await told(runs_bench, AMAZON, **on)
    assert given is not None
    assert given.endpoint == "http://x"
    job = given.prefix.removesuffix("/transcribe/")
    assert given.jobs.replace("-", "") == f"reelmill{job}"


@pytest.mark.parametrize(
    ("recipe", "on"), [(AMAZON, False), ({"transcript": {}}, True), ({"poster": {}}, True)]
)
async def test_and_nobody_else(runs_bench: Bench, recipe: dict[str, Any], on: bool) -> None:
    assert await told(runs_bench, recipe, amazon_transcribe=on) is None


async def test_sound_and_words_go_when_the_job_has_ended(runs_bench: Bench) -> None:
    user = User(runs_bench, runs_bench.project)
    job: Job = await user.start(user.film(b"film"), AMAZON)
    key = f"{job.output_prefix}transcribe/x.flac"
    runs_bench.put(key)
    await user.janitor.round()
    assert user.stored([key]) == [True], "the next attempt may want it"
    await user.transcodes.cancel(user.who, job.id)
    await user.janitor.round()
    assert user.stored([key]) == [False]
