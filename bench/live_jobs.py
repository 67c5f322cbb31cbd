"""Live Jobs: the memory of the process that watches ten thousand, and who follows when it dies.

The Jobs are launched by the leader itself; each gets a pod that runs. A second API process stands
by. Then the first is killed with SIGKILL, a job is put into the backlog, and the time runs until
its Kubernetes Job is recorded by the other, which has taken up all the others before.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import kube, pods, processes
from bench.kube import Kube
from bench.kube_stack import Api, Rows, api, peak_bytes, rows
from bench.place import database_only, folder
from bench.rows import Row
from bench.sizes import Sizes
from local.stack import Stack

MOST_MEMORY = 300 * 2**20
MOST_SECONDS = 15.0
_WAITS = "status = 'WAITING'"
_PATIENCE = 1_800.0  # seconds; on a machine with nothing else to do it takes half a minute


def run(sizes: Sizes) -> list[Row]:
    """Memory, then the leader's death."""
    count = sizes.live_jobs
    memory, recovery = f"{count:,} live Jobs watched", f"leader dies at {count:,} Jobs"
    promises = [(memory, "< 300 MB"), (recovery, "< 15 s")]
    if absent := kube.missing(promises):
        return absent
    with folder("live") as place, database_only() as stack, kube.api_only() as cluster:
        found = asyncio.run(_measure(stack, cluster, place, sizes))
    leader, follower = found.leader / 2**20, found.follower / 2**20
    return [
        Row(
            memory,
            f"{leader:.0f} MB at most",
            f"taken up by another: {follower:.0f} MB",
            None,
            "< 300 MB",
            max(found.leader, found.follower) < MOST_MEMORY,
        ),
        Row(
            recovery,
            f"{found.seconds:.1f} s",
            "to the next recorded Job",
            None,
            "< 15 s",
            found.seconds < MOST_SECONDS,
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    """Peaks of both processes in bytes, and how long nobody led."""

    leader: int
    follower: int
    seconds: float


async def _measure(stack: Stack, cluster: Kube, place: Path, sizes: Sizes) -> _Found:
    quiet = {"LOG_LEVEL": "WARNING"}
    with ExitStack() as exits:
        leader = exits.enter_context(api(stack, cluster, place / "leader.log", **quiet))
        async with rows(stack) as database, kube.talk(cluster) as plain:
            await database.until(await database.queue(1), _WAITS)  # it leads
            follower = exits.enter_context(api(stack, cluster, place / "follower.log", **quiet))
            await database.until(await database.queue(sizes.live_jobs), _WAITS, _PATIENCE)
            _say("launched", leader)
            made = await pods.of_all_jobs(plain)
            await pods.run(plain, made)
            await asyncio.sleep(sizes.settle_seconds)
            _say(f"{len(made):,} pods run", leader)
            peak = peak_bytes(leader.process.pid)
            seconds = await _recover(database, leader)
            await asyncio.sleep(sizes.settle_seconds)
            _say("taken up", follower)
            return _Found(peak, peak_bytes(follower.process.pid), seconds)


async def _recover(database: Rows, leader: Api) -> float:
    """Seconds from the death until the other one has recorded the next Job."""
    died = time.perf_counter()
    leader.process.kill()
    await database.until(await database.queue(1), _WAITS)
    seconds = time.perf_counter() - died
    print(f"  the next Job was recorded {seconds:.2f} s after the leader's death", flush=True)
    return seconds


def _say(what: str, one: Api) -> None:
    pid = one.process.pid
    now, peak = processes.resident_bytes(pid) / 2**20, peak_bytes(pid) / 2**20
    spent = processes.cpu_seconds(pid)
    print(f"  {what}: {now:.0f} MB, peak {peak:.0f} MB, {spent:.1f} CPU s", flush=True)
