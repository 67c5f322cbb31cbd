"""A cluster that does what it is told, and an executor over it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from api.adapters.kubernetes import executor as module
from api.adapters.kubernetes import judge
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.executor import KubernetesExecutor
from api.config import Settings
from api.domain import ids
from api.domain.execution import Ended, Errand, Handle
from api.domain.sizing import MIB, Size
from tests.api.adapters.kubernetes.double import Double, serve

SIZE = Size(cpu_milli=2000, memory=1024 * MIB, storage=2048 * MIB)


def settings(**more: Any) -> Settings:
    """Settings of an installation in a cluster."""
    values: dict[str, Any] = {
        "database_url": "postgresql://x",
        "system_database_url": "postgresql://x",
        "secret_key": base64.b64encode(bytes(32)).decode(),
        "executor": "kubernetes",
        "kubernetes_namespace": "media",
        "kubernetes_image": "registry.example.org/reelmill-runner:1.0",
        "kubernetes_callback_url": "http://reelmill-api.media.svc:8400",
    }
    return Settings(**values | more)


def errand(**more: Any) -> Errand:
    """An encode of a job of its own."""
    values = {"task_id": ids.new(), "attempt_id": ids.new(), "job_id": ids.new(), "size": SIZE}
    return Errand(**{"kind": "encode", **values, **more})


@dataclass
class Ear:
    """Who is told what becomes of runners."""

    ends: list[Ended] = field(default_factory=list)
    words: list[tuple[UUID, str]] = field(default_factory=list)
    records: dict[UUID, Handle] = field(default_factory=dict)
    claims: set[UUID] = field(default_factory=set)
    unwanted: set[UUID] = field(default_factory=set)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def ended(self, end: Ended) -> None:
        async with self.news:
            self.ends.append(end)
            self.news.notify_all()

    async def waiting(self, task_id: UUID, reason: str) -> None:
        async with self.news:
            self.words.append((task_id, reason))
            self.news.notify_all()

    async def claimed(self, task_id: UUID) -> bool:
        return task_id in self.claims

    def record(self, task_id: UUID) -> Callable[[Handle], Any]:
        async def note(handle: Handle) -> bool:
            async with self.news:
                self.records[task_id] = handle
                self.news.notify_all()
            return task_id not in self.unwanted

        return note

    async def until(self, true: Callable[[], Any], seconds: float = 15) -> None:
        """Wait for something that is told."""
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(true), timeout=seconds)

    async def end(self) -> Ended:
        """The first end."""
        await self.until(lambda: self.ends)
        return self.ends[0]

    async def reason(self, part: str) -> None:
        """Some words in which `part` stands."""
        await self.until(lambda: any(part in words for _, words in self.words))


async def begin(executor: KubernetesExecutor, ear: Ear, double: Double) -> tuple[Errand, Any]:
    """A Job that is made and written down."""
    wanted = errand()
    await executor.start(wanted, ear.record(wanted.task_id))
    job = await double.job()
    await ear.until(lambda: wanted.task_id in ear.records)
    assert str(ear.records[wanted.task_id].uid) == job["metadata"]["uid"]
    return wanted, job


@pytest.fixture
def double() -> Double:
    return Double()


@pytest.fixture
async def cluster(double: Double) -> AsyncIterator[Cluster]:
    async with serve(double) as served:
        yield served


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is done after a while is done soon."""
    monkeypatch.setattr(module, "_TEND_SECONDS", 0.05)
    monkeypatch.setattr(judge, "_NO_POD_SECONDS", 0.1)


@pytest.fixture
async def executor(cluster: Cluster, ear: Ear, hurry: None) -> AsyncIterator[KubernetesExecutor]:
    """One that leads, with short times."""
    short = settings(kubernetes_image_timeout=5, kubernetes_start_timeout=5)
    leading = KubernetesExecutor(cluster, short, ear)
    await leading.lead()
    yield leading
    await leading.stop()
