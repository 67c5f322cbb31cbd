"""Twice as much is meant of what an attempt had, whatever is known of the film by now."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.domain.states import JobStatus
from tests.api.adapters.kubernetes.double import Double, serve
from tests.api.services.cluster_site import Site, close, open_site, terminated
from tests.api.services.conftest import Bench

GIB = 1024**3


@pytest.fixture(name="site")
async def _site(runs_bench: Bench) -> AsyncIterator[Site]:
    double = Double()
    async with serve(double) as cluster:
        made = await open_site(runs_bench, double, cluster)
        yield made
        await close(made)
    async with runs_bench.database.system() as c:
        await c.execute("update job set status = 'CANCELED' where finished_at is null")
        await c.execute(
            "update task set status = 'CANCELED' where status in ('STARTING','RUNNING')"
        )


async def test_what_was_too_little_is_doubled_when_less_is_computed_now(site: Site) -> None:
    """The first attempt was made before the film was probed, and had more than one gets today."""
    job = await site.bench.queued()
    site.launcher.wake()
    made, request, token = await site.start(job)
    await site.claim(request, token)
    async with site.bench.database.system() as c:
        await c.execute("update attempt set memory = $2 where job_id = $1", job.id, 4 * GIB)
    ended = terminated(137, "OOMKilled")
    await site.double.pod(made, phase="Failed", containerStatuses=ended)
    await site.double.end(made, "Failed")
    await site.becomes(job, JobStatus.RETRY_WAIT)
    async with site.bench.database.system() as c:
        await c.execute("update job set run_after = now() where id = $1", job.id)

    async def tried() -> bool:
        return (await site.bench.job(job)).attempt == 2

    await site.until(tried)
    again, _, _ = await site.start(job)
    limits = again["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits["memory"] == "8192Mi"
    first, second = await site.attempts(job)
    assert (first.memory, second.memory) == (4 * GIB, 8 * GIB)
    assert second.storage == first.storage
