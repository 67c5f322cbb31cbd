"""The copy of the cluster is right in the end, whatever happens to the watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from api.adapters.kubernetes import names, reflector, seen
from api.adapters.kubernetes.board import Queue
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.reflector import Reflector
from api.adapters.kubernetes.seen import JobSeen
from api.domain import ids
from tests.api.adapters.kubernetes.double import Double


class Copy:
    """A reflector of Jobs, and everything that it has told."""

    def __init__(self, cluster: Cluster) -> None:
        self.told: list[tuple[str | None, str | None]] = []
        self.follows = Reflector[JobSeen](
            cluster,
            cluster.path("batch/v1", "jobs"),
            names.selector("reelmill"),
            keep=seen.job,
            changed=self._changed,
        )

    def _changed(self, before: JobSeen | None, now: JobSeen | None) -> None:
        self.told.append((before and before.name, now and now.name))

    async def shows(self, *wanted: str) -> None:
        """Wait until exactly these are there."""
        async with asyncio.timeout(30):
            while {job.name for job in self.follows.items.values()} != set(wanted):
                await asyncio.sleep(0.01)


def job(name: str, instance: str = "reelmill") -> dict[str, Any]:
    labels = {
        "app.kubernetes.io/name": "reelmill",
        "app.kubernetes.io/component": "runner",
        "app.kubernetes.io/instance": instance,
        "reelmill.io/task": str(ids.new()),
    }
    return {"metadata": {"name": name, "uid": str(ids.new()), "labels": labels}, "spec": {}}


@pytest.fixture
async def copy(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Copy]:
    monkeypatch.setattr(reflector, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(reflector, "_LONGEST_PAUSE", 0.1)
    made = Copy(cluster)
    task = asyncio.create_task(made.follows.run())
    yield made
    assert not task.done(), "a watch has ended"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_lists_in_pages_and_follows_what_is_ours(copy: Copy, double: Double) -> None:
    double.page = 3
    for number in range(7):
        await double.tell("jobs", "ADDED", job(f"j{number}"))
    await double.tell("jobs", "ADDED", job("foreign", instance="other"))
    await copy.shows(*(f"j{n}" for n in range(7)))
    await double.remove("jobs", "j0")
    await double.tell("jobs", "ADDED", job("later"))
    await copy.shows("later", *(f"j{n}" for n in range(1, 7)))
    assert ("j0", None) in copy.told


async def test_after_410_it_lists_and_tells_what_it_has_missed(copy: Copy, double: Double) -> None:
    await double.tell("jobs", "ADDED", job("gone"))
    await double.tell("jobs", "ADDED", job("stays"))
    await copy.shows("gone", "stays")
    copy.told.clear()
    await double.watched()
    # Both happen while nobody watches, and then the versions are forgotten.
    double.silent = True
    await double.remove("jobs", "gone")
    await double.tell("jobs", "ADDED", job("new"))
    double.silent = False
    await double.compact()
    await copy.shows("stays", "new")
    assert sorted(copy.told, key=str) == [("gone", None), (None, "new")] or sorted(
        copy.told, key=str
    ) == [(None, "new"), ("gone", None)]


async def test_a_watch_that_is_cut_goes_on_where_it_was(
    copy: Copy, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reflector, "_SHORT_SECONDS", 0.0)
    await double.tell("jobs", "ADDED", job("a"))
    await copy.shows("a")
    lists = len([c for c in double.calls if c[1].endswith("/jobs")])
    for name in "bcd":
        await double.cut()
        await double.tell("jobs", "ADDED", job(name))
    await copy.shows(*"abcd")
    assert len([c for c in double.calls if c[1].endswith("/jobs")]) > lists
    assert [now for _, now in copy.told] == ["a", "b", "c", "d"], "something was told twice"


async def test_silence_is_a_broken_connection(
    copy: Copy, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    await double.tell("jobs", "ADDED", job("a"))
    await copy.shows("a")
    await double.watched()
    monkeypatch.setattr(reflector, "_SILENCE_SECONDS", 1.0)
    double.silent = True
    await double.cut()  # the next watch is open, and nothing ever comes through it
    await double.tell("jobs", "ADDED", job("b"))
    await copy.shows("a", "b")
    assert copy.follows.age < 10


async def test_it_outlasts_a_cluster_that_is_away(copy: Copy, double: Double) -> None:
    await double.tell("jobs", "ADDED", job("a"))
    await copy.shows("a")
    double.away = True
    await double.cut()
    await asyncio.sleep(0.5)
    await double.tell("jobs", "ADDED", job("b"))
    assert set(double.calls[-3:]) <= {("GET", "/apis/batch/v1/namespaces/media/jobs")}
    # It asks again and again, but not in a loop without a pause.
    assert len(double.calls) < 60
    double.away = False
    await copy.shows("a", "b")


async def test_an_object_that_cannot_be_read_hides_no_other(copy: Copy, double: Double) -> None:
    broken = job("broken") | {"status": {"conditions": "nonsense"}}
    await double.tell("jobs", "ADDED", broken)
    await double.tell("jobs", "ADDED", job("fine"))
    await copy.shows("fine")


async def test_a_queue_gives_a_key_to_one_at_a_time_and_the_newest_state_last() -> None:
    queue, key, other = Queue(), UUID(int=1), UUID(int=2)
    for one in (key, key, other):
        queue.put(one)
    assert len(queue) == 2
    assert await queue.take() == key
    queue.put(key)  # changed while it is looked at
    assert await queue.take() == other
    assert len(queue) == 1
    waiting = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    assert not waiting.done(), "two workers with one key"
    queue.done(key)
    assert await waiting == key
