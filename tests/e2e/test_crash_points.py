"""kill -9 at every named moment: around each commit of the API, and in each phase of a runner.

`tests/support/scenarios.py` says what makes each commit happen; a commit without a line there fails
`tests/support/test_scenarios.py`. `make test-e2e` takes some of the moments,
`make test-slow` all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import outside
from tests.support.crash import crash
from tests.support.crashing import MOMENTS
from tests.support.dying import BATCH_MOMENTS
from tests.support.dying import MOMENTS as RUNNER_MOMENTS
from tests.support.live import LiveApi, bucket_client
from tests.support.scenarios import (
    SCENARIOS,
    SPLIT,
    canceled_job,
    one_job,
    probed_asset,
    put_films,
)
from tests.support.stack_fixtures import S3Settings
from tests.support.user import User

pytestmark = pytest.mark.e2e
POINTS = [f"{name}:{moment}" for name in SCENARIOS for moment in MOMENTS]
# Those where most is at stake: between a side effect and the row that knows of it.
QUICK = {
    "Recorder._started:commit",
    "Probes.probed:done",
    "Runs.complete:done",
    "Transcodes.start:done",
    "UploadCompletion._register:commit",
}
QUICK_RUNNER = {"in-publish", "lost-complete", "in-batch"}


def _moments(names: list[str], quick: set[str]) -> list[object]:
    assert quick <= set(names)
    return [n if n in quick else pytest.param(n, marks=pytest.mark.slow) for n in names]


@pytest.fixture(scope="module")
def user(
    new_database: Callable[[], str],
    new_bucket: Callable[[str], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[User]:
    """An installation of its own, so that nobody else's objects are in the buckets."""
    store = replace(s3_settings, bucket_in=new_bucket("in"), bucket_out=new_bucket("out"))
    folder = tmp_path_factory.mktemp("crash")
    live = LiveApi(new_database(), store, folder, {"REELMILL_PROBE": "true", **SPLIT})
    live.migrate()
    client = bucket_client(store)
    yield User(live, put_films(client, store.bucket_in, folder), client)
    if live.process is not None and live.process.poll() is None:
        live.stop()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("at", _moments(POINTS, QUICK))
async def test_the_api_dies(user: User, at: str, tmp_path: Path) -> None:
    await crash(at, user, SCENARIOS[at.rpartition(":")[0]], tmp_path / "marker")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("moment", _moments([*RUNNER_MOMENTS, *BATCH_MOMENTS], QUICK_RUNNER))
async def test_a_runner_dies_or_loses_an_answer(user: User, moment: str, tmp_path: Path) -> None:
    scenario = probed_asset if moment in BATCH_MOMENTS else one_job
    await crash(f"runner:{moment}", user, scenario, tmp_path / "marker")


async def test_a_cancel_leaves_nothing_although_nobody_runs_afterwards(user: User) -> None:
    user.live.start()
    await canceled_job(user)
    await outside.calm(user.live, user.client, seconds=20)
    assert user.live.stop() == 0
