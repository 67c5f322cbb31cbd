"""A Kubernetes API of the bench's own, without anybody who acts on what is made there.

etcd and kube-apiserver as `python -m tests.cluster` starts them; no controller, scheduler or
kubelet: Jobs get no pods but those that a bench makes, and nothing runs beside what is measured.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from kubernetes.aio import client
from kubernetes.aio.config import load_kube_config

from bench.rows import Row
from tests.cluster import lifecycle
from tests.cluster.paths import State

NAMESPACE = "media"
JOBS = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
PARALLEL = 16
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kube:
    """Where it is."""

    kubeconfig: Path


def missing(names: Sequence[tuple[str, str]]) -> list[Row] | None:
    """What is said instead of figures where there cannot be such an API; None where it can."""
    if os.geteuid() == 0:
        return None
    why = "needs root: etcd and kube-apiserver run in namespaces of their own"
    return [Row(name, "", why, None, wanted, None) for name, wanted in names]


@contextmanager
def api_only() -> Iterator[Kube]:
    """Up in about ten seconds, gone afterwards without a trace. Raises CommandError."""
    state = State(f"bench-{os.getpid()}")
    lifecycle.up(state, _say, api_only=True)
    try:
        asyncio.run(_prepare(Kube(state.kubeconfig)))
        yield Kube(state.kubeconfig)
    finally:
        lifecycle.down(state, _say)


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


async def _prepare(kube: Kube) -> None:
    """The namespace, and the account without which no pod is taken."""
    async with talk(kube) as plain:
        await plain.call("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        account = {"metadata": {"name": "reelmill-runner"}}
        await plain.call("POST", f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts", account)


class Plain:
    """HTTP with JSON and nothing else: what a client of this API costs at least."""

    def __init__(self, http: aiohttp.ClientSession, host: str) -> None:
        self.http = http
        self.host = host

    async def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """One call that must succeed."""
        found: Json = orjson.loads(await self.send(method, path, orjson.dumps(body or {})))
        return found

    async def send(self, method: str, path: str, body: bytes) -> bytes:
        """The same with bytes. A patch is a merge patch."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        async with self.http.request(
            method, self.host + path, data=body, headers={"content-type": kind}
        ) as answer:
            data = await answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {data[:500]!r}")
            return data

    async def all_jobs(self) -> list[Json]:
        """Every Job of the namespace."""
        found: list[Json] = (await self.call("GET", JOBS))["items"]
        return found

    async def clear(self, path: str) -> None:
        """Delete everything of a kind."""
        options = {"propagationPolicy": "Background", "gracePeriodSeconds": 0}
        await self.call("DELETE", path, options)


@asynccontextmanager
async def talk(kube: Kube) -> AsyncIterator[Plain]:
    """One client with as many connections as it needs; certificates are the administrator's."""
    found = client.Configuration()
    await load_kube_config(config_file=str(kube.kubeconfig), client_configuration=found)
    trust = ssl.create_default_context(cafile=found.ssl_ca_cert)
    trust.load_cert_chain(found.cert_file, found.key_file)
    connector = aiohttp.TCPConnector(ssl=trust, limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Plain(http, str(found.host))


async def side_by_side(works: Sequence[Callable[[], Awaitable[Any]]]) -> None:
    """Sixteen at a time."""
    waiting = iter(works)

    async def worker() -> None:
        for work in waiting:
            await work()

    async with asyncio.TaskGroup() as group:
        for _ in range(PARALLEL):
            group.create_task(worker())
