"""Subscribers: a thousand sockets on one process, while others read nothing at all.

Every job changes at its rate. A change's time is taken right after its commit; each client notes
when the frame with that change has arrived. Stalled readers open the same subscription and never
read again. A reader may miss a change that a newer one has overtaken, but not the last one. The
API's memory is printed at the start, with all readers there, and at the end: it must not grow by
over 50 MB meanwhile.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from api.domain import ids
from bench import library, processes
from bench.place import whole_stack
from bench.rows import Row
from bench.sizes import Sizes
from local.stack import Stack

_PROGRESS = re.compile(rb'"progress":([0-9.e-]+)')
_QUERY = 'subscription { jobUpdated(id: "%s") { id status phase progress etaSeconds speed } }'
_P99_MS = 250.0
_GROWTH = 50 * 1024 * 1024
# Jobs, and changes of each a second: a runner reports once a second.
_ARMS = ((1, 2.0), (50, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    jobs: int
    rate: float
    subscribers: int
    stalled: int
    seconds: float


def run(sizes: Sizes) -> list[Row]:
    """Everybody on one job, then everybody over fifty; a fresh API each time."""
    return [_arm(sizes, jobs, rate) for jobs, rate in _ARMS]


def _arm(sizes: Sizes, jobs: int, rate: float) -> Row:
    load = _Load(
        jobs=jobs,
        rate=rate,
        subscribers=sizes.subscribers,
        stalled=sizes.stalled,
        seconds=sizes.watch_seconds,
    )
    most = str(2 * (sizes.subscribers + sizes.stalled))
    limits = {"REELMILL_MAX_CONNECTIONS": most, "REELMILL_MAX_CONNECTIONS_PER_KEY": most}
    with whole_stack(**limits) as stack:
        report = asyncio.run(_measure(stack, load))
    print("  " + ", ".join(f"{name} {value}" for name, value in report.items()), flush=True)
    good = report["p99_ms"] < _P99_MS and report["memory_growth_mb"] * 2**20 < _GROWTH
    return Row(
        f"{load.subscribers:,} subscribers, {jobs} job{'s' if jobs > 1 else ''}",
        f"p99 {report['p99_ms']:.0f} ms, memory {report['memory_growth_mb']:+.0f} MB",
        f"{load.stalled} more never read",
        None,
        "p99 < 250 ms, < 50 MB",
        good and report["left_behind"] == 0,
    )


@dataclass
class _Board:
    """When each change was made, and how late it came to each reader."""

    made: dict[bytes, float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)


class _Client(asyncio.Protocol):
    """A WebSocket client that costs little: it looks at progress and at the clock."""

    def __init__(self, job: str, key: str, board: _Board | None) -> None:
        self._board = board
        self._buffer = b""
        self._open = False
        self.last = b""
        self.snapshot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._said = [
            {"type": "connection_init", "payload": {"authorization": f"Bearer {key}"}},
            {"type": "subscribe", "id": "1", "payload": {"query": _QUERY % job}},
        ]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
            + f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                self.snapshot.set_exception(ConnectionError(head.decode()))
                return
            self._open, self._buffer = True, rest
            for message in self._said:
                self._send(0x81, json.dumps(message).encode())
        while (frame := self._frame()) is not None:
            self._heard(*frame, now)

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame: kind and payload. The server masks nothing."""
        if len(self._buffer) < 2:
            return None
        size, start = self._buffer[1], 2
        if size == 126:
            if len(self._buffer) < 4:
                return None
            (size,), start = struct.unpack(">H", self._buffer[2:4]), 4
        if len(self._buffer) < start + size:
            return None
        found = self._buffer[0], self._buffer[start : start + size]
        self._buffer = self._buffer[start + size :]
        return found

    def _heard(self, kind: int, payload: bytes, now: float) -> None:
        if kind == 0x89:
            self._send(0x8A, payload)
        if b'"next"' not in payload:
            return
        if not self.snapshot.done():
            self.snapshot.set_result(None)
        elif self._board is not None and (found := _PROGRESS.search(payload)):
            self.last = found[1]
            made = self._board.made.get(found[1])
            if made is not None:
                self._board.late.append(now - made)

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([kind, 0x80 | size]) if size < 126 else struct.pack(">BBH", kind, 0xFE, size)
        self.transport.write(head + b"\0\0\0\0" + payload)  # a mask of zeros changes nothing


async def _measure(stack: Stack, load: _Load) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    board = _Board()
    jobs = await _still_jobs(stack, load.jobs)
    port, key = urlsplit(stack.api.url).port or 0, stack.credentials.api_key
    start = _used(stack)

    async def enter(number: int, told: _Board | None) -> _Client:
        job = ids.encode(ids.Kind.JOB, jobs[number % len(jobs)])
        _, client = await loop.create_connection(lambda: _Client(job, key, told), "127.0.0.1", port)
        async with asyncio.timeout(60):
            await client.snapshot
        return client

    readers = []
    for first in range(0, load.subscribers, 50):
        numbers = range(first, min(first + 50, load.subscribers))
        readers += await asyncio.gather(*(enter(n, board) for n in numbers))
    stalled = [await enter(number, None) for number in range(load.stalled)]
    for client in stalled:
        client.transport.pause_reading()
    before = _used(stack)
    await _change_all(stack, jobs, board, load)
    last = set(list(board.made)[-len(jobs) :])
    await asyncio.sleep(2)  # the last ones are on their way
    after = _used(stack)
    for client in [*readers, *stalled]:
        client.transport.abort()
    late = sorted(board.late)
    return {
        "subscribers": len(readers),
        "stalled": len(stalled),
        "jobs": len(jobs),
        "deliveries": len(late),
        "overtaken": len(board.made) * len(readers) // len(jobs) - len(late),
        "left_behind": sum(client.last not in last for client in readers),
        "p50_ms": round(late[len(late) // 2] * 1000, 1),
        "p99_ms": round(late[int(len(late) * 0.99)] * 1000, 1),
        "max_ms": round(late[-1] * 1000, 1),
        "cpu_seconds": round(after[1] - before[1], 2),
        "deliveries_a_cpu_second": round(len(late) / max(after[1] - before[1], 0.01)),
        "memory_mb": [round(used[0] / 2**20) for used in (start, before, after)],
        "memory_growth_mb": round((after[0] - before[0]) / 2**20, 1),
    }


async def _still_jobs(stack: Stack, count: int) -> list[UUID]:
    """Jobs that wait for tomorrow, so that nobody but the bench changes them."""
    connection = await asyncpg.connect(library.database_url(stack))
    project = await connection.fetchval("select id from project")
    made = []
    for _ in range(count):
        asset, job = ids.new(), ids.new()
        await connection.execute(
            "insert into asset (id, project_id, bucket, key, size, title)"
            " values ($1, $2, 'b', $3, 1, 'still')",
            *(asset, project, f"still/{asset.hex}.mp4"),
        )
        await connection.execute(
            "insert into job (id, project_id, asset_id, recipe, title, output_prefix, run_after)"
            " values ($1, $2, $3, '{}', 'still', $4, now() + interval '1 day')",
            *(job, project, asset, f"{job.hex}/"),
        )
        made.append(job)
    await connection.close()
    return made


async def _change_all(stack: Stack, jobs: list[UUID], board: _Board, load: _Load) -> None:
    """Change every job at its rate, and tell the API as a process does that has changed one."""
    connection = await asyncpg.connect(library.database_url(stack))
    turns = max(1, int(load.seconds * load.rate))
    began = time.perf_counter()
    for turn in range(turns):
        for number, job in enumerate(jobs):
            # No exponent: what the server prints of it is what stands here.
            progress = round(0.1 + (turn * len(jobs) + number + 1) / 1_000_000, 6)
            await connection.execute(
                "update job set version = version + 1, progress = $2 where id = $1", job, progress
            )
            board.made[json.dumps(progress).encode()] = time.perf_counter()
            await connection.execute("select pg_notify('reelmill', $1)", f"job:{job.hex}")
            due = began + (turn + number / len(jobs)) / load.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await connection.close()


def _used(stack: Stack) -> tuple[int, float]:
    """Resident bytes and CPU seconds of the API."""
    if stack.api.child is None:
        raise RuntimeError("the API is not running")
    pid = stack.api.child.pid
    return processes.resident_bytes(pid), processes.cpu_seconds(pid)
