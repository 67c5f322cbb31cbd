"""A thousand subscribers on one process: how late events come, while others read nothing.

    python bench/subscribers.py [--subscribers 1000] [--stalled 100] [--jobs 1] [--seconds 10]

Every job changes `--rate` times a second. A change's time is taken right after its commit; each
client notes when the frame with that change has arrived. Printed are p50 and p99 over all
deliveries, the API's memory at the start, before and after, and its CPU time. Stalled readers open
the same subscription and never read again. A reader may miss a change that a newer one has
overtaken, but not the last one. Exit code 1 when p99 is 250 ms or more, when memory has grown by
over 50 MB meanwhile, or when a reader has not seen the last change.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import re
import struct
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
import boto3

from tests.protocol.wire import StillJob, still_job
from tests.support import shared
from tests.support.live import LiveApi, role_url
from tests.support.stack_fixtures import S3Settings

_PROGRESS = re.compile(rb'"progress":([0-9.e-]+)')
_QUERY = 'subscription { jobUpdated(id: "%s") { id status phase progress etaSeconds speed } }'
_P99_MS = 250.0
_GROWTH = 50 * 1024 * 1024


def main() -> int:
    """Run once and print; 1 when it is too slow or grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("subscribers", 1000), ("stalled", 100), ("jobs", 1), ("seconds", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=2.0, help="changes a second, each job")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            live = _api(Path(folder))
            try:
                report = asyncio.run(_measure(live, options))
            finally:
                live.stop()
    finally:
        shared.stop_all()
    print(json.dumps(report, indent=2))
    good = report["p99_ms"] < _P99_MS and report["memory_growth_mb"] * 2**20 < _GROWTH
    return 0 if good and report["left_behind"] == 0 else 1


def _api(folder: Path) -> LiveApi:
    """A fresh database and two buckets under the servers that the tests use."""
    server: str = shared.service("postgres")["owner_url"]
    store = shared.service("s3")
    name = f"b_{uuid.uuid4().hex}"
    asyncio.run(_create(f"{server}/postgres", name))
    client = boto3.client(
        "s3",
        endpoint_url=store["endpoint"],
        region_name="us-east-1",
        aws_access_key_id=store["access_key"],
        aws_secret_access_key=store["secret_key"],
    )
    for bucket in (f"{name[:20]}-in".replace("_", "-"), f"{name[:20]}-out".replace("_", "-")):
        client.create_bucket(Bucket=bucket)
    stem = name[:20].replace("_", "-")
    settings = S3Settings(
        store["endpoint"],
        store["access_key"],
        store["secret_key"],
        "us-east-1",
        store["role_arn"],
        f"{stem}-in",
        f"{stem}-out",
    )
    return LiveApi(f"{server}/{name}", settings, folder).migrate().start()


async def _create(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


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


async def _measure(live: LiveApi, options: Any) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    board = _Board()
    jobs = [await still_job(live) for _ in range(options.jobs)]
    start = _used(live)

    async def enter(number: int, told: _Board | None) -> _Client:
        job = jobs[number % len(jobs)].id
        _, client = await loop.create_connection(
            lambda: _Client(job, live.key, told), "127.0.0.1", live.port
        )
        async with asyncio.timeout(60):
            await client.snapshot
        return client

    readers = []
    for first in range(0, options.subscribers, 50):
        numbers = range(first, min(first + 50, options.subscribers))
        readers += await asyncio.gather(*(enter(n, board) for n in numbers))
    stalled = [await enter(number, None) for number in range(options.stalled)]
    for client in stalled:
        client.transport.pause_reading()
    before = _used(live)
    await _change_all(live, jobs, board, options)
    last = set(list(board.made)[-len(jobs) :])
    await asyncio.sleep(2)  # the last ones are on their way
    after = _used(live)
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


async def _change_all(live: LiveApi, jobs: list[StillJob], board: _Board, options: Any) -> None:
    """Change every job at its rate."""
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    turns = int(options.seconds * options.rate)
    began = time.perf_counter()
    for turn in range(turns):
        for number, job in enumerate(jobs):
            # No exponent: what the server prints of it is what stands here.
            progress = round(0.1 + (turn * len(jobs) + number + 1) / 1_000_000, 6)
            await connection.execute(
                "update job set version = version + 1, progress = $2 where id = $1",
                *(job.uuid, progress),
            )
            board.made[json.dumps(progress).encode()] = time.perf_counter()
            await job.tell(connection)
            due = began + (turn + number / len(jobs)) / options.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await connection.close()


def _used(live: LiveApi) -> tuple[int, float]:
    """Resident bytes and CPU seconds of the API."""
    folder = Path(f"/proc/{live.process.pid if live.process else 0}")
    pages = int((folder / "statm").read_text().split()[1])
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return pages * os.sysconf("SC_PAGE_SIZE"), ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
