"""Both reflectors together, indexed by task, and a queue of tasks that something happened to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from api.adapters.kubernetes import names, seen
from api.adapters.kubernetes.reflector import Reflector
from api.adapters.kubernetes.seen import JobSeen, PodSeen

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster

T = TypeVar("T")


class Queue:
    """Keys in the order of their first change; a key that waits already is not put twice.

    Whoever takes a key looks at the newest state: what happened in between is nobody's concern.
    """

    def __init__(self) -> None:
        self._waiting: dict[UUID, None] = {}
        self._busy: set[UUID] = set()
        self._again: set[UUID] = set()
        self._news = asyncio.Event()

    def put(self, key: UUID) -> None:
        """Something happened to this key."""
        if key in self._busy:  # two workers with one key would race
            self._again.add(key)
        else:
            self._waiting[key] = None
            self._news.set()

    async def take(self) -> UUID:
        """The next key; nobody else gets it until `done`."""
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        key = next(iter(self._waiting))
        del self._waiting[key]
        self._busy.add(key)
        return key

    def done(self, key: UUID) -> None:
        """The work on a key is over, for now."""
        self._busy.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.put(key)

    def __len__(self) -> int:
        return len(self._waiting) + len(self._again)


class Board:
    """What the cluster has of ours."""

    def __init__(self, cluster: Cluster, instance: str) -> None:
        self.queue = Queue()
        self._jobs_of: dict[UUID, dict[UUID, JobSeen]] = {}
        self._pods_of: dict[UUID, dict[UUID, PodSeen]] = {}
        selector = names.selector(instance)
        self.jobs = Reflector[JobSeen](
            cluster,
            cluster.path("batch/v1", "jobs"),
            selector,
            keep=seen.job,
            changed=self._job,
        )
        self.pods = Reflector[PodSeen](
            cluster,
            cluster.path("v1", "pods"),
            selector,
            keep=seen.pod,
            changed=self._pod,
        )

    @property
    def age(self) -> float:
        """Seconds since the quieter of both watches has heard anything."""
        return max(self.jobs.age, self.pods.age)

    @property
    def all_jobs(self) -> Mapping[UUID, JobSeen]:
        """Every Job of this installation, by uid."""
        return self.jobs.items

    def jobs_of(self, task_id: UUID) -> list[JobSeen]:
        """The Jobs of a task: one, unless somebody has made another by hand."""
        return list(self._jobs_of.get(task_id, {}).values())

    def pods_of(self, task_id: UUID) -> list[PodSeen]:
        """The pods of a task, oldest first as far as we have seen them come."""
        return list(self._pods_of.get(task_id, {}).values())

    async def run(self) -> None:
        """Follow the cluster until canceled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.jobs.run())
            group.create_task(self.pods.run())

    @property
    def is_ready(self) -> bool:
        """Whether both have been listed."""
        return self.jobs.ready.is_set() and self.pods.ready.is_set()

    async def ready(self) -> None:
        """Return once both have been listed."""
        await self.jobs.ready.wait()
        await self.pods.ready.wait()

    def _job(self, before: JobSeen | None, now: JobSeen | None) -> None:
        one = now or before
        if one is not None and one.task is not None:
            _file(self._jobs_of, one.task, one.uid, now)
            self.queue.put(one.task)

    def _pod(self, before: PodSeen | None, now: PodSeen | None) -> None:
        one = now or before
        if one is not None and one.task is not None:
            _file(self._pods_of, one.task, one.uid, now)
            self.queue.put(one.task)


def _file(index: dict[UUID, dict[UUID, T]], task: UUID, uid: UUID, now: T | None) -> None:
    """Keep an index by task, without empty places."""
    found = index.setdefault(task, {})
    if now is not None:
        found[uid] = now
        return
    found.pop(uid, None)
    if not found:
        del index[task]
