"""kill -9 of anything at random moments, over several jobs at once; the invariants hold in the end.

`REELMILL_CHAOS_SEED` repeats an order of events, `REELMILL_CHAOS_SECONDS` sets how long it lasts.
The seed fixes what is done, not when the machine does it: a failure may need some tries.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator

import pytest

from tests.support import outside
from tests.support.chaos import Chaos, recovered
from tests.support.site import Site, opened
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with opened() as made:
        made.live.extra["REELMILL_PROBE"] = "true"
        yield made
        made.mend()


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seconds", [25, pytest.param(300, marks=pytest.mark.slow)])
async def test_blind_kills(site: Site, seconds: float) -> None:
    seed = int(os.environ.get("REELMILL_CHAOS_SEED") or secrets.randbits(32))
    print(f"REELMILL_CHAOS_SEED={seed}")
    site.live.start("tests.support.crashing")
    chaos = Chaos(site, random.Random(seed), [])
    await chaos.reign(float(os.environ.get("REELMILL_CHAOS_SECONDS", seconds)))
    await until(lambda: recovered(site), "the API answers again", seconds=60)
    print(f"{len(site.user.jobs)} jobs, and then: {' '.join(chaos.done)}")
    await outside.calm(site.live, site.client, seconds=240)
    for job_id in site.user.jobs:
        job = await site.live.job(job_id)
        # Kills are nobody's fault, so nothing may fail but by ten of them.
        assert job["status"] in {"SUCCEEDED", "CANCELED"}, job
    site.live.stop()
