"""Watch: from a change of a pod at the Kubernetes API to the message of a GraphQL subscriber.

Every job has its own Kubernetes Job, pod and WebSocket. Every four seconds each pod is given
another reason why it waits, and the time runs from before that call is sent until the frame with
this reason, or a newer one of the same job, is there. In the end every Job is deleted, at the same
rate, and the time runs until its job is said to be tried again.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import websockets

from api.domain import ids
from bench import client, kube, pods
from bench.kube import JOBS, PODS, Kube, Plain
from bench.kube_stack import Api, api, rows
from bench.place import database_only, folder
from bench.rows import Row
from bench.sizes import Sizes
from local.stack import Stack

MOST_MS = 1_000.0
_QUERY = "subscription($id: ID!) { jobUpdated(id: $id) { id status waitingReason } }"
_NUMBER = re.compile(r"bench (\d+)")


@dataclass
class _Board:
    """When each change was sent, by job, and how late it was heard of."""

    open: dict[str, dict[int, float]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    def sent(self, job: str, number: int) -> None:
        self.quiet.clear()
        self.open.setdefault(job, {})[number] = time.perf_counter()

    def heard(self, job: str, number: int) -> None:
        """Of this change, and so of all before it: the newest state is what counts."""
        now = time.perf_counter()
        there = self.open.get(job, {})
        for known in [one for one in there if one <= number]:
            self.late.append(now - there.pop(known))
        if not self.unheard:
            self.quiet.set()

    @property
    def unheard(self) -> int:
        return sum(map(len, self.open.values()))


_EVERY = 4.0  # seconds; real pods change some ten times in their life
_END = 1 << 40  # the number of the deletion, behind all others


def run(sizes: Sizes) -> list[Row]:
    """One arm: the promise is about ours alone."""
    name, wanted = f"{sizes.watched} pods change every 4 s", "p99 < 1 s"
    if absent := kube.missing([(name, wanted)]):
        return absent
    with (
        folder("watch") as place,
        database_only() as stack,
        kube.api_only() as cluster,
        api(stack, cluster, place / "api.log", LOG_LEVEL="WARNING") as leader,
    ):
        board = asyncio.run(_measure(stack, cluster, leader, sizes))
    p99 = _say("all", board.late)
    return [
        Row(
            name,
            f"p99 {p99:.0f} ms",
            f"{board.unheard} never heard of",
            None,
            wanted,
            p99 < MOST_MS and board.unheard == 0,
        )
    ]


def _say(what: str, found: list[float]) -> float:
    """Print the spread, and return its 99th percentile in milliseconds."""
    late = sorted(found)
    p50, p99 = (late[int(len(late) * part)] * 1000 for part in (0.5, 0.99))
    load = os.getloadavg()[0]
    print(
        f"  {what}: {len(late):,}, p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {late[-1]:.2f} s"
        f"  (load {load:.1f})",
        flush=True,
    )
    return p99


async def _measure(stack: Stack, cluster: Kube, leader: Api, sizes: Sizes) -> _Board:
    board = _Board()
    async with rows(stack) as database, kube.talk(cluster) as plain:
        jobs = await database.queue(sizes.watched)
        await database.until(jobs, "status = 'WAITING'")
        made = await pods.of_all_jobs(plain)
        key = stack.credentials.api_key
        sockets = [await client.connect(leader.url, key) for _ in jobs]
        try:
            async with asyncio.TaskGroup() as group:
                readers = [
                    group.create_task(_read(socket, ids.encode(ids.Kind.JOB, job), board))
                    for socket, job in zip(sockets, jobs, strict=True)
                ]
                await _change(plain, made, board, sizes.watch_seconds)
                await _heard(board)
                _say("reasons", board.late)
                changes = len(board.late)
                await _delete(plain, made, board)
                await _heard(board)
                _say("ends", board.late[changes:])
                for reader in readers:
                    reader.cancel()
        finally:
            for socket in sockets:
                await socket.close()
    return board


async def _read(socket: websockets.ClientConnection, job: str, board: _Board) -> None:
    payload = {"query": _QUERY, "variables": {"id": job}}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    async for text in socket:
        message = json.loads(text)
        if message["type"] != "next":
            continue
        news = message["payload"]["data"]["jobUpdated"]
        if found := _NUMBER.search(news["waitingReason"] or ""):
            board.heard(job, int(found[1]))
        elif _END in board.open.get(job, {}):
            board.heard(job, _END)  # it is tried again, or has been already


async def _change(plain: Plain, made: list[pods.Made], board: _Board, seconds: float) -> None:
    async def one(number: int) -> None:
        pod = made[number % len(made)]
        board.sent(pod.job, number)
        await pods.waits(plain, pod, f"0/1 nodes are available: bench {number}")

    await _evenly(int(seconds / _EVERY * len(made)), len(made), one)


async def _delete(plain: Plain, made: list[pods.Made], board: _Board) -> None:
    async def one(number: int) -> None:
        pod = made[number]
        await plain.call("DELETE", f"{PODS}/{pod.name}", {"gracePeriodSeconds": 0})
        board.sent(pod.job, _END)
        await plain.call("DELETE", f"{JOBS}/{pod.owner}", {"propagationPolicy": "Background"})

    await _evenly(len(made), len(made), one)


async def _evenly(count: int, each: int, work: Callable[[int], Awaitable[None]]) -> None:
    """So many calls, `each` in a round; a machine that cannot keep up is late with the next."""
    gate = asyncio.Semaphore(kube.PARALLEL)

    async def one(number: int) -> None:
        async with gate:
            await work(number)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due = began + number * _EVERY / each
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(number))


async def _heard(board: _Board) -> None:
    """Until everything has been heard of, or it is too late for all promises."""
    with suppress(TimeoutError):
        await asyncio.wait_for(board.quiet.wait(), 30.0)
