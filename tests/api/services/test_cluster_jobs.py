"""A job as one Kubernetes Job, from the backlog to its end: real database and store, real launcher,
and a cluster that is played by the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from api.adapters.kubernetes import executor as executors
from api.adapters.kubernetes import judge, manifest
from api.adapters.postgres import jobs
from api.domain.states import JobStatus
from api.errors import Unauthenticated
from api.services import births, launch
from tests.api.adapters.kubernetes.double import Double, serve
from tests.api.services.cluster_site import RUNNER, Site, close, open_site, terminated
from tests.api.services.conftest import Bench
from tests.api.services.reports import completion


@pytest.fixture
async def site(runs_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(launch, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(executors, "_TEND_SECONDS", 0.05)
    monkeypatch.setattr(judge, "_SETTLE_SECONDS", 0.3)
    double = Double()
    async with serve(double) as cluster:
        opened = await open_site(runs_bench, double, cluster)
        yield opened
        await close(opened)
    async with runs_bench.database.system() as c:
        await c.execute("update job set status = 'CANCELED' where finished_at is null")
        await c.execute(
            "update task set status = 'CANCELED' where status in ('STARTING','RUNNING')"
        )


async def test_one_job_is_one_kubernetes_job(site: Site) -> None:
    job = await site.bench.queued()
    site.launcher.wake()
    made = await site.job_of(job)
    await site.becomes(job, JobStatus.WAITING)
    unschedulable = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient memory.",
    }
    await site.double.pod(made, conditions=[unschedulable])

    async def explained() -> bool:
        return "Insufficient memory" in ((await site.bench.job(job)).waiting_reason or "")

    await site.until(explained)
    before = (await site.bench.job(job)).version
    await site.double.pod(made, conditions=[unschedulable], message="no news")
    _, request, token = await site.start(job)
    claim = await site.claim(request, token)
    running = await site.bench.job(job)
    assert (running.status, running.version) == (JobStatus.RUNNING, before + 1)
    key = claim.spec.target.prefix + "poster.jpg"
    site.bench.put(key)
    await site.runs.complete(claim.token, claim.task_id, completion(claim))
    await site.double.pod(made, phase="Succeeded", containerStatuses=terminated(0, "Completed"))
    await site.double.end(made)
    await site.becomes(job, JobStatus.SUCCEEDED)

    async def deleted() -> bool:
        return not site.double.jobs

    await site.until(deleted)
    assert (await site.bench.events(job)).count("JOB_SUCCEEDED") == 1
    (attempt,) = await site.attempts(job)
    assert (attempt.status, attempt.memory) == ("SUCCEEDED", 512 * 1024**2)


async def test_a_child_killed_for_memory_gets_twice_as_much(site: Site) -> None:
    job = await site.bench.queued()
    site.launcher.wake()
    for number in (1, 2, 3):

        async def tried(number: int = number) -> bool:
            return (await site.bench.job(job)).attempt == number

        await site.until(tried)
        made, request, token = await site.start(job)
        limits = made["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
        assert limits["memory"] == f"{512 * 2 ** (number - 1)}Mi"
        await site.claim(request, token)
        # Kubernetes calls it Complete: only a child was killed.
        ended = terminated(0, "OOMKilled")
        await site.double.pod(made, phase="Succeeded", containerStatuses=ended)
        await site.double.end(made)
        after = JobStatus.RETRY_WAIT if number < 3 else JobStatus.FAILED
        await site.becomes(job, after)
        async with site.bench.database.system() as c:
            await c.execute("update job set run_after = now() where id = $1", job.id)
    failed = await site.bench.job(job)
    assert (failed.error or {})["code"] == "OUT_OF_MEMORY"
    tries = await site.attempts(job)
    assert [a.memory for a in tries] == [n * 1024**2 for n in (512, 1024, 2048)]
    assert {a.reason for a in tries} == {"OUT_OF_MEMORY"}
    assert (await site.bench.events(job)).count("JOB_FAILED") == 1


@pytest.mark.parametrize("when", ["launching", "waiting", "running"])
async def test_a_cancel_in_every_phase_ends_the_job_once_and_leaves_nothing(
    site: Site, when: str
) -> None:
    while not site.launcher._executor.free:  # it leads
        await asyncio.sleep(0.02)
    site.double.away = when == "launching"
    job = await site.bench.queued()
    site.launcher.wake()
    if when == "launching":
        await site.becomes(job, JobStatus.LAUNCHING)
    else:
        _, request, token = await site.start(job)
        await site.becomes(job, JobStatus.WAITING)
        if when == "running":
            await site.claim(request, token)
    async with site.bench.database.system() as c:
        locked = await jobs.lock(c, job.id)
        assert locked is not None
        assert await jobs.move(c, locked, JobStatus.CANCELING)
    site.launcher.wake()
    if when == "launching":
        site.double.away = False
    else:
        while site.double.jobs:
            await asyncio.sleep(0.02)
        assert (await site.bench.job(job)).status is JobStatus.CANCELING, "its pod may still write"
        for name in list(site.double.kinds["pods"].objects):
            await site.double.remove("pods", name)
    await site.becomes(job, JobStatus.CANCELED)
    assert site.double.jobs == []
    assert (await site.bench.events(job)).count("JOB_CANCELED") == 1


async def test_pods_of_others_cannot_claim_and_of_two_pods_of_a_task_the_newer_has_it(
    site: Site,
) -> None:
    mine, other = await site.bench.queued(), await site.bench.queued()
    site.launcher.wake()
    _, wanted, _ = await site.start(mine)
    _, _, foreign = await site.start(other)
    await site.becomes(mine, JobStatus.WAITING)
    with pytest.raises(Unauthenticated):
        await site.runs.claim(foreign, wanted)
    with pytest.raises(Unauthenticated):
        await site.runs.claim("nonsense", wanted)
    made, request, token = await site.start(mine)
    first = await site.claim(request, token)
    twin = await site.double.pod(made, name="twin", phase="Running")
    status = site.double.tokens[token]
    extra = {
        "authentication.kubernetes.io/pod-name": ["twin"],
        "authentication.kubernetes.io/pod-uid": [twin["metadata"]["uid"]],
    }
    site.double.tokens["twin"] = status | {"user": {"username": RUNNER, "extra": extra}}
    second = await site.claim(request, "twin")
    assert (first.epoch, second.epoch) == (1, 2)


async def test_the_next_leader_takes_up_what_the_last_one_has_started(site: Site) -> None:
    job = await site.bench.queued()
    site.launcher.wake()
    made, request, token = await site.start(job)
    await site.becomes(job, JobStatus.WAITING)
    await close(site)  # its lead and its watches are gone; the Job is not
    async with site.bench.database.system() as c:
        # The last leader died between the create and its row.
        await c.execute("update task set run_uid = null where job_id = $1", job.id)
    later = await open_site(site.bench, site.double, site.cluster)

    async def recorded() -> UUID | None:
        async with site.bench.database.system() as c:
            uid: UUID | None = await c.fetchval(
                "select run_uid from task where job_id = $1", job.id
            )
        return uid

    await later.until(recorded)
    assert str(await recorded()) == made["metadata"]["uid"]
    await later.claim(request, token)
    await site.double.pod(made, phase="Failed", containerStatuses=terminated(137, "Error"))
    await site.double.end(made, "Failed", reason="BackoffLimitExceeded")

    async def reason() -> str | None:  # the first retry comes at once
        return (await later.attempts(job))[0].reason

    await later.until(reason)
    assert await reason() == "RUNNER_LOST"
    site.loop, site.launcher = later.loop, later.launcher


async def test_the_next_leader_makes_the_job_that_the_last_one_had_no_time_for(site: Site) -> None:
    await close(site)
    job = await site.bench.queued()
    async with site.bench.database.system() as c:
        rules = launch._rules(site.settings)
        ((_, errand),) = await births.take(c, 1, per_project=None, lease_seconds=60, rules=rules)
    later = await open_site(site.bench, site.double, site.cluster)
    site.loop, site.launcher = later.loop, later.launcher
    made = await later.job_of(job)
    assert (
        made["metadata"]["annotations"]
        == (
            manifest.job(errand, site.settings, "media", owner=site.cluster.account)["metadata"][
                "annotations"
            ]
        )
    ), "as the last leader would have made it"
    request, token = (await later.start(job))[1:]
    claim = await later.claim(request, token)
    assert (UUID(claim.task_id), claim.epoch) == (errand.task_id, 1)
    assert len(await later.attempts(job)) == 1
    assert len(site.double.jobs) == 1


async def test_a_backlog_is_launched_within_one_turn(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn does much besides claiming, so claims go on while there is a backlog."""
    monkeypatch.setattr(launch, "_MOST_AT_ONCE", 3)
    monkeypatch.setattr(launch, "_TICK_SECONDS", 30.0)
    site.loop.cancel()
    await asyncio.gather(site.loop, return_exceptions=True)
    waiting = [await site.bench.queued() for _ in range(10)]
    await site.launcher._turn()
    for job in waiting:
        await site.becomes(job, JobStatus.WAITING)
    assert len(site.double.jobs) == 10
    site.loop = asyncio.create_task(site.launcher.run())
