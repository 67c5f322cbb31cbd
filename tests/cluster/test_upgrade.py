"""`helm upgrade` while people work: no request fails and no job is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill import Client, Event
from tests.cluster.release import CHART, Release
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster

QUESTION = "{ viewer { project { name } } jobs(first: 5) { nodes { id status progress } } }"
START = """mutation($i: StartTranscodeInput!) {
  startTranscode(input: $i) { job { id } userErrors { code } } }"""
UPGRADES = {
    "another pod": "api.podAnnotations.upgraded=yes",
    "another setting": "config.REELMILL_PING_SECONDS=11",
}
ENDS = {"JOB_SUCCEEDED", "JOB_FAILED", "JOB_CANCELED"}


@dataclass
class Tally:
    """What became of every request; nothing is tried again."""

    answered: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


@dataclass
class Caller:
    """A program that asks without pause, over connections that it keeps or makes anew."""

    release: Release
    headers: dict[str, str]
    tally: Tally

    @property
    def url(self) -> str:
        return f"{self.release.values['publicUrl']}/graphql"

    async def ask(self, who: str, client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
        try:
            answer = await client.post(self.url, headers=self.headers, json=body)
            found: dict[str, Any] = answer.raise_for_status().json()
            if "errors" in found:
                request = answer.headers["x-request-id"]
                log = await asyncio.to_thread(_logged, self.release, request)
                self.tally.failed.append(f"{who}: {found['errors']}\n{log}")
            self.tally.answered[who] += 1
        except httpx.HTTPError as error:
            self.tally.failed.append(f"{who}: {error!r}")
            return {}
        return found

    async def keep_asking(self, who: str, pause: float) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            while True:
                await self.ask(who, client, query=QUESTION)
                await asyncio.sleep(pause)

    async def keep_calling(self) -> None:
        while True:
            async with httpx.AsyncClient(timeout=30) as client:
                await self.ask("new connections", client, query=QUESTION)
            await asyncio.sleep(0.1)

    async def start(self, key: str) -> str:
        async with httpx.AsyncClient(timeout=30) as client:
            given = {"i": {"sourceKey": key, "preset": "web"}}
            found = await self.ask("transcodes", client, query=START, variables=given)
        return str(found["data"]["startTranscode"]["job"]["id"])


@asynccontextmanager
async def _load(caller: Caller) -> AsyncIterator[None]:
    """Connections that are always in use, one that is mostly idle, and new ones."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(caller.keep_asking(f"kept {n}", 0.05)) for n in range(3)]
        tasks.append(group.create_task(caller.keep_asking("kept, idle", 1.5)))
        tasks.append(group.create_task(caller.keep_calling()))
        yield
        for task in tasks:
            task.cancel()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The first of each pair is still being encoded when the upgrade ends."""
    folder = tmp_path_factory.mktemp("films")
    made = []
    for seconds, size in ((40, "1280x720"), (3, "320x180"), (41, "1280x720"), (4, "320x180")):
        made.append(synthesize(folder / f"{seconds}.mp4", seconds=seconds, size=size))
    return made


async def test_an_upgrade_loses_no_request_and_no_job(release: Release, films: list[Path]) -> None:
    tally = Tally()
    async with release.client() as client:
        keys = [await _uploaded(client, film) for film in films]
        caller = Caller(release, {"Authorization": f"Bearer {client.connection.key}"}, tally)
        seen: list[Event] = []
        async with asyncio.TaskGroup() as group:
            log = group.create_task(_follow(client, seen))
            jobs = []
            async with _load(caller):
                for (what, setting), pair in zip(
                    UPGRADES.items(), (keys[:2], keys[2:]), strict=True
                ):
                    jobs += await _upgrade(release, caller, client, setting, pair)
                    assert not tally.failed, (what, tally)
                await _until(lambda: set(jobs) <= {e.entity_id for e in seen if e.type in ENDS})
            log.cancel()
        ends = Counter(e.entity_id for e in seen if e.type in ENDS)
        found = [await client.job(job) for job in jobs]
    assert not tally.failed, tally
    assert len(tally.answered) == 6, tally
    assert all(job.succeeded and len(job.attempts) == 1 for job in found), found
    assert ends == dict.fromkeys(jobs, 1), "one end for each"
    numbers = [int(event.cursor) for event in seen]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "no event was missed"


def _logged(release: Release, request: str) -> str:
    """What an API process wrote about a request, while the process is there."""
    found = []
    for pod in release.parts("api"):
        log = release.cluster.core.read_namespaced_pod_log(pod.metadata.name, release.namespace)
        found += [line for line in log.splitlines() if request in line]
    return "\n".join(found)


async def _upgrade(
    release: Release, caller: Caller, client: Client, setting: str, keys: list[str]
) -> list[str]:
    """Upgrades while one film is being encoded, and another is handed in meanwhile."""
    jobs = [await caller.start(keys[0])]
    async for job in client.watch_job(jobs[0]):
        if job.status == "RUNNING" and job.progress > 0:
            break
    before = {pod.metadata.uid for pod in release.parts("api")}
    words = (release.name, str(CHART), "--reuse-values", "--set", setting)
    patience = ("--wait", "--timeout", "10m")
    upgrading = asyncio.create_task(
        asyncio.to_thread(release.helm, "upgrade", *words, *patience, seconds=1200)
    )
    await _until(lambda: {pod.metadata.uid for pod in release.parts("api")} - before)
    jobs.append(await caller.start(keys[1]))
    await upgrading
    # helm is content before the old pods have gone.
    await _until(lambda: not before & {pod.metadata.uid for pod in release.parts("api")})
    return jobs


async def _uploaded(client: Client, film: Path) -> str:
    upload = await client.upload(film)
    assert upload.asset is not None
    return upload.asset.key


async def _follow(client: Client, seen: list[Event]) -> None:
    """The log by the documented way: a socket that ends is opened again behind the last event."""
    async for event in client.events():
        seen.append(event)


async def _until(holds: Callable[[], Any], seconds: float = 300) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.2)
