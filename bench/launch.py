"""Launch: Jobs claimed, created and recorded, against the same Jobs created and nothing else.

Ours is an API process with its backlog in PostgreSQL, from the claim of the first job until the uid
of the last Kubernetes Job is committed; it watches what it makes meanwhile, as ever. The peer posts
bodies that were made beforehand, sixteen at a time, over plain HTTP with keep-alive: no client of
Kubernetes does less. Jobs are suspended, and what a round has made is deleted before the next.

Then once more through a proxy that loses answers, and every Job is counted.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import UUID

import orjson

from api.adapters.kubernetes import manifest, names
from api.config import Settings
from api.domain import ids, sizing
from api.domain.execution import Errand
from bench import kube, kube_faults
from bench.kube import JOBS, NAMESPACE, Kube
from bench.kube_stack import CLUSTER, api, rows
from bench.place import database_only, folder
from bench.rounds import interleave
from bench.rows import Row, at_least
from bench.sizes import Sizes
from local.stack import Stack
from schema.job import TaskKind

LEAST = 0.5
# Kueue's queue: Jobs are made suspended, and nobody resumes them.
SUSPENDED = {"REELMILL_KUBERNETES_QUEUE_NAME": "bench"}
_WAITS = "status = 'WAITING'"


def run(sizes: Sizes) -> list[Row]:
    """Both in turns on one API server, then the count under faults."""
    count = sizes.launched
    rate, exact = f"{count:,} Jobs launched", f"{sizes.launched_in_faults:,} Jobs under faults"
    if absent := kube.missing([(rate, f">= {LEAST:g}"), (exact, "each once")]):
        return absent
    with folder("launch") as place, database_only() as stack, kube.api_only() as cluster:
        with api(stack, cluster, place / "api.log", **SUSPENDED):
            asyncio.run(_ours(stack, cluster, 20))  # connections and caches are there
            arms = {
                "ours": lambda: asyncio.run(_ours(stack, cluster, count)),
                "bare client": lambda: asyncio.run(_bare(cluster, count)),
            }
            measured = interleave(arms, rounds=sizes.rounds, unit="Jobs/s")
        found = asyncio.run(_under_faults(stack, cluster, place, sizes.launched_in_faults))
    print(f"  ratio {measured.spread('ours', 'bare client')}")
    return [
        at_least(
            rate,
            f"{measured.middle('ours'):,.0f}/s",
            f"bare client {measured.middle('bare client'):,.0f}/s",
            measured.ratio("ours", "bare client"),
            LEAST,
        ),
        Row(exact, found.text, found.faults, None, "each once", found.good),
    ]


async def _ours(stack: Stack, cluster: Kube, count: int) -> float:
    async with rows(stack) as database:
        jobs = await database.queue(count)
        ended = await database.until(jobs, _WAITS)
        rate = count / (ended - await database.begun(jobs))
        await database.cancel(jobs)
    async with kube.talk(cluster) as plain:
        if left := await plain.all_jobs():
            raise RuntimeError(f"{len(left)} Jobs are left")
    return rate


async def _bare(cluster: Kube, count: int) -> float:
    bodies = [_body() for _ in range(count)]
    async with kube.talk(cluster) as plain:
        await kube.side_by_side([partial(plain.call, "GET", JOBS)] * kube.PARALLEL)
        began = time.perf_counter()
        await kube.side_by_side([partial(plain.send, "POST", JOBS, body) for body in bodies])
        seconds = time.perf_counter() - began
        await plain.clear(JOBS)
    return count / seconds


def _body() -> bytes:
    """What we would send for such a job."""
    errand = Errand(
        task_id=ids.new(),
        attempt_id=ids.new(),
        kind=TaskKind.ENCODE,
        job_id=ids.new(),
        preset="web",
        size=sizing.PROBE_SIZE,
    )
    return orjson.dumps(manifest.job(errand, _settings(), NAMESPACE))


def _settings() -> Settings:
    given = {key.removeprefix("REELMILL_").lower(): value for key, value in CLUSTER.items()}
    given |= {key.removeprefix("REELMILL_").lower(): value for key, value in SUSPENDED.items()}
    unused = {"database_url": "postgresql://x", "system_database_url": "postgresql://x"}
    return Settings(**given, **unused, secret_key="A" * 43 + "=")  # type: ignore[arg-type]


class _Found:
    """What is there after a run with faults."""

    def __init__(
        self, jobs: list[dict[str, object]], runs: dict[UUID, UUID | None], faults: Counter[str]
    ) -> None:
        tasks = Counter(names.task_of(job["metadata"]["labels"]) for job in jobs)  # type: ignore[index]
        uids = {UUID(job["metadata"]["uid"]) for job in jobs}  # type: ignore[index]
        double = sum(number - 1 for number in tasks.values())
        self.text = f"{len(jobs):,} Jobs, {len(runs):,} rows, {double} double"
        self.faults = ", ".join(f"{number} x {name}" for name, number in sorted(faults.items()))
        self.good = set(tasks) == set(runs) and double == 0 and uids == set(runs.values())


async def _under_faults(stack: Stack, cluster: Kube, place: Path, count: int) -> _Found:
    async with kube_faults.proxy(cluster, place) as (faulty, faults):
        with ExitStack() as exits:
            # In a thread: the proxy answers meanwhile.
            leader = api(stack, faulty, place / "faults.log", **SUSPENDED)
            await asyncio.to_thread(exits.enter_context, leader)
            async with rows(stack) as database, kube.talk(cluster) as plain:
                jobs = await database.queue(count)
                await database.until(jobs, _WAITS)
                found = _Found(await plain.all_jobs(), await database.runs(jobs), faults)
    print(f"  under faults: {found.text}; {found.faults}", flush=True)
    return found
