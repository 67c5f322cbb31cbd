"""API processes with the Kubernetes executor, and rows of jobs for them.

The store is named and never asked: nothing that is measured here touches a file.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from api.domain import ids
from bench import library
from bench.kube import NAMESPACE, Kube
from bench.place import environ
from bench.processes import READY_SECONDS
from local.api_process import ROOT, settings
from local.ports import LOOPBACK, free_ports
from local.stack import Stack

CLUSTER = {
    "REELMILL_EXECUTOR": "kubernetes",
    "REELMILL_KUBERNETES_NAMESPACE": NAMESPACE,
    "REELMILL_KUBERNETES_IMAGE": "registry.example.org/reelmill-runner:1.0",
    "REELMILL_KUBERNETES_CALLBACK_URL": "http://reelmill-api.media.svc:8400",
    "REELMILL_KUBERNETES_MAX_LIVE_JOBS": "20000",
    "REELMILL_S3_ENDPOINT": "http://store.invalid:9000",
    "REELMILL_PROBE": "false",
}


@dataclass(frozen=True, slots=True)
class Api:
    """One process."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def api(stack: Stack, kube: Kube, log: Path, **overrides: str) -> Iterator[Api]:
    """An API that leads, or stands by behind another one."""
    (port,) = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    env = settings(stack.home, stack.ports, stack.credentials, stack.postgres, environ({}))
    env |= CLUSTER | {"REELMILL_KUBERNETES_KUBECONFIG": str(kube.kubeconfig)}
    env |= {"REELMILL_PORT": str(port), "REELMILL_PUBLIC_URL": url, **overrides}
    with log.open("ab") as output:
        words = [sys.executable, "-m", "api"]
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        _wait(process, url, log)
        yield Api(url, process)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Until it listens: /readyz would ask the store."""
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as http:
        while True:
            try:
                http.get(f"{url}/healthz").raise_for_status()
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    last = log.read_text("utf-8", "replace")[-3000:]
                    raise RuntimeError(f"the API is not ready:\n{last}") from None
                time.sleep(0.05)
            else:
                return


class Rows:
    """The jobs of a bench in the database."""

    def __init__(self, connection: asyncpg.Connection[Any], project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def queue(self, count: int) -> list[UUID]:
        """Put jobs into the backlog, each with its asset. Nothing of them lies in the store."""
        assets, jobs = [ids.new() for _ in range(count)], [ids.new() for _ in range(count)]
        probe = library.a_probe()
        async with self._connection.transaction():
            await self._connection.execute(
                "insert into asset (id, project_id, bucket, key, size, title, status, kind, probe)"
                " select id, $2, 'in', id || '.mp4', 48000000, 'film', 'READY', 'VIDEO', $3"
                " from unnest($1::uuid[]) as given(id)",
                *(assets, self._project, probe),
            )
            await self._connection.execute(
                "insert into job (id, project_id, asset_id, preset, recipe, title, output_prefix,"
                " cleaned) select id, $3, asset, 'web', $4, 'film', id || '/', true"
                " from unnest($1::uuid[], $2::uuid[]) as given(id, asset)",
                *(jobs, assets, self._project, '{"ladder": {}, "poster": {}}'),
            )
        return jobs

    async def until(self, jobs: list[UUID], where: str, seconds: float = 300.0) -> float:
        """Wait until all jobs are `where`; returns by the database's clock when that was seen."""
        now = "extract(epoch from clock_timestamp())::float8 as now"
        query = f"select count(*) as found, {now} from job where id = any($1) and {where}"  # noqa: S608 - ours
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            row = await self._connection.fetchrow(query, jobs)
            if row is not None and row["found"] == len(jobs):
                return float(row["now"])
            await asyncio.sleep(0.03)
        states = await self._connection.fetch(
            "select status, waiting_reason, count(*) from job where id = any($1) group by 1, 2",
            jobs,
        )
        raise RuntimeError(f"jobs are not {where}: {states}")

    async def begun(self, jobs: list[UUID]) -> float:
        """When the first of them was claimed."""
        first: float = await self._connection.fetchval(
            "select extract(epoch from min(started_at))::float8 from job where id = any($1)", jobs
        )
        return first

    async def runs(self, jobs: list[UUID]) -> dict[UUID, UUID | None]:
        """The uid of the Kubernetes Job of each task of these jobs, by task."""
        rows = await self._connection.fetch(
            "select id, run_uid from task where job_id = any($1)", jobs
        )
        return {row["id"]: row["run_uid"] for row in rows}

    async def cancel(self, jobs: list[UUID]) -> None:
        """End them as users do, and wait for it."""
        await self._connection.execute(
            "update job set status = 'CANCELING', version = version + 1"
            " where id = any($1) and status <> 'CANCELED'",
            jobs,
        )
        await self.until(jobs, "status = 'CANCELED'")


@asynccontextmanager
async def rows(stack: Stack) -> AsyncIterator[Rows]:
    """As the system's role."""
    connection = await asyncpg.connect(library.database_url(stack))
    try:
        yield Rows(connection, await connection.fetchval("select id from project"))
    finally:
        await connection.close()


def peak_bytes(pid: int) -> int:
    """The most memory that a process has held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} is gone")
