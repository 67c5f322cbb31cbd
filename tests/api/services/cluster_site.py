"""One API process with a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from api.adapters.kubernetes import wiring
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.postgres import tasks
from api.config import Settings
from api.domain import ids
from api.domain.models import Attempt, Job
from api.domain.states import JobStatus
from api.errors import ClusterUnavailable
from api.services.hub import JOBS, Hub
from api.services.launch import Launcher
from api.services.runs import Runs
from api.services.wire import Wire
from schema.job import Claim, ClaimRequest, TaskKind
from tests.api.adapters.kubernetes.double import Double
from tests.api.services.conftest import Bench

RUNNER = "system:serviceaccount:media:reelmill-runner"


class Lead:
    """Leads for as long as it is told to."""

    def __init__(self) -> None:
        self.leads = True

    async def hold(self) -> bool:
        return self.leads

    def release(self) -> None:
        self.leads = False


@dataclass
class Site:
    """One API process with a cluster."""

    bench: Bench
    double: Double
    cluster: Cluster
    settings: Settings
    runs: Runs
    lead: Lead
    launcher: Launcher
    loop: asyncio.Task[None]

    async def until(self, true: Callable[[], Awaitable[Any]], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not await true():
                await asyncio.sleep(0.02)

    async def becomes(self, job: Job, status: JobStatus) -> Job:
        async def there() -> bool:
            return (await self.bench.job(job)).status is status

        await self.until(there)
        return await self.bench.job(job)

    async def job_of(self, job: Job) -> dict[str, Any]:
        """The Kubernetes Job of a job's newest attempt."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            label = ids.encode(ids.Kind.JOB, job.id)
            attempt = str((await self.bench.job(job)).attempt)
            wanted = {"reelmill.io/job": label, "reelmill.io/attempt": attempt}
            found[:] = [
                one
                for one in self.double.jobs
                if wanted.items() <= one["metadata"]["labels"].items()
            ]
            return bool(found)

        await self.until(there)
        return found[0]

    async def attempts(self, job: Job) -> list[Attempt]:
        async with self.bench.database.system() as c:
            return await tasks.attempts_of(c, [job.id])

    async def start(self, job: Job) -> tuple[dict[str, Any], ClaimRequest, str]:
        """A pod with its token, ready to claim."""
        made = await self.job_of(job)
        pod = await self.double.pod(made, phase="Running")
        meta = pod["metadata"]
        extra = {
            "authentication.kubernetes.io/pod-name": [meta["name"]],
            "authentication.kubernetes.io/pod-uid": [meta["uid"]],
        }
        self.double.tokens[meta["uid"]] = {
            "authenticated": True,
            "audiences": ["reelmill-runner"],
            "user": {"username": RUNNER, "extra": extra},
        }
        env = made["spec"]["template"]["spec"]["containers"][0]["env"]
        values = {one["name"]: one["value"] for one in env}
        request = ClaimRequest(
            attempt_id=values["REELMILL_ATTEMPT_ID"],
            task=TaskKind(values["REELMILL_TASK"]),
            runner="test",
        )
        return made, request, meta["uid"]

    async def claim(self, request: ClaimRequest, token: str) -> Claim:
        while True:  # as a runner does
            with suppress(ClusterUnavailable):
                return await self.runs.claim(token, request)
            await asyncio.sleep(0.02)


async def open_site(bench: Bench, double: Double, cluster: Cluster) -> Site:
    changes = {
        "kubernetes_namespace": "media",
        "kubernetes_image": "runner:1",
        "kubernetes_callback_url": "http://api:8400",
        "kubernetes_grace_seconds": 5,
    }
    settings = bench.settings.model_copy(update=changes)
    hub = Hub(bench.database, Wire(""), JOBS)
    lead = Lead()
    launcher = Launcher(
        bench.database,
        lead,  # type: ignore[arg-type]
        bench.endings,
        hub,
        settings,
        executor=wiring.executor(cluster, settings),
    )
    proofs = wiring.proofs(cluster, settings)
    runs = Runs(bench.database, bench.storage, hub, bench.endings, settings, proofs=proofs)
    loop = asyncio.create_task(launcher.run())
    return Site(bench, double, cluster, settings, runs, lead, launcher, loop)


async def close(site: Site) -> None:
    assert not site.loop.done(), "the launcher's loop has ended"
    site.loop.cancel()
    await asyncio.gather(site.loop, return_exceptions=True)
    await site.launcher.stop()


def terminated(code: int, reason: str) -> list[dict[str, Any]]:
    return [{"state": {"terminated": {"exitCode": code, "reason": reason}}}]
