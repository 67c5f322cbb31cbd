"""A release with a film in it, on which transcodes come to harm; and what holds of each of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from reelmill import Client, ConnectionFailedError, Event, Job
from tests.cluster.release import PACED, Release
from tests.support.media import synthesize

# A runner that has half a processor (release.py) takes ten seconds or more for it on any machine:
# harm can come to it before it is done, and several side by side leave the others some time.
RECIPE = {"mp4": {"maxHeight": 720}, "poster": {}}
SECONDS = 12
_ENDS = {"SUCCEEDED": "JOB_SUCCEEDED", "FAILED": "JOB_FAILED", "CANCELED": "JOB_CANCELED"}
_LEFT_SECONDS = 120.0


@dataclass
class Stage:
    """`over` ends every story: it waits for the job's end and asserts what always holds."""

    release: Release
    client: Client
    asset_id: str
    cursors: dict[str, str] = field(default_factory=dict)

    async def start(self, **wanted: Any) -> str:
        """Starts a transcode of the film and returns its id."""
        cursor = (await self.client.viewer()).project.event_cursor
        if "recipe" not in wanted:
            wanted.setdefault("preset", PACED)
        # All of them use one film: what an earlier one has made would be used again.
        wanted.setdefault("force", True)
        job = await self.client.start_transcode(asset_id=self.asset_id, **wanted)
        self.cursors[job.id] = cursor
        return job.id

    async def until(
        self, job_id: str, holds: Callable[[Job], bool], what: str, seconds: float = 180
    ) -> Job:
        """The job as soon as it is so. Fails when it ends before it ever was. There may be no API
        process for a while: that is among the faults."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        return await self._seen(job_id, holds, what)
                    except ConnectionFailedError:
                        await asyncio.sleep(1)
        except TimeoutError:
            job = await self.client.job(job_id)
            raise TimeoutError(f"after {seconds:g} s still waiting until {what}: {job}") from None

    async def _seen(self, job_id: str, holds: Callable[[Job], bool], what: str) -> Job:
        async with aclosing(self.client.watch_job(job_id)) as states:
            async for job in states:
                if holds(job):
                    return job
        raise AssertionError(f"it was never so that {what}: {await self.client.job(job_id)}")

    async def encoding(self, job_id: str) -> Job:
        """The job once its encoder works."""
        return await self.until(job_id, is_encoding, "it is being encoded")

    async def pod(self, job_id: str) -> Any:
        """Its newest pod, once that runs."""
        return await self.wait(lambda: _running(self.release.pods(job_id)), "its pod runs")

    async def wait(self, holds: Callable[[], Any], what: str, seconds: float = 120) -> Any:
        """As `Cluster.until`, while other stories go on."""
        return await asyncio.to_thread(self.release.cluster.until, holds, what, seconds)

    async def wait_for_cluster(self) -> None:
        """Until its API server answers again."""
        await asyncio.to_thread(self.release.cluster.until_answers)

    async def over(self, job_id: str, seconds: float = 300) -> Job:
        """The job when it has ended and everything about it has been looked at."""
        await self.until(job_id, lambda job: job.done, "it is over", seconds)
        await self.wait(
            lambda: not self.release.jobs(job_id) and not self.release.pods(job_id),
            f"neither Job nor pod of {job_id} is left",
            _LEFT_SECONDS,
        )
        job = await self.client.job(job_id)
        await self._one_end(job)
        await self._one_epoch(job)
        return job

    async def _one_end(self, job: Job) -> None:
        """One terminal event, the right one, and nothing after it."""
        told = [event.type for event in await self._events(job.id)]
        ends = [kind for kind in told if kind in _ENDS.values()]
        assert ends == [_ENDS[str(job.status)]], told
        assert told[-1] == ends[0], told

    async def _events(self, job_id: str) -> list[Event]:
        """All that was told of a job until now."""
        last = (await self.client.viewer()).project.event_cursor
        found = []
        async with (
            asyncio.timeout(60),
            aclosing(self.client.events(after=self.cursors[job_id])) as events,
        ):
            async for event in events:
                if event.entity_id == job_id:
                    found.append(event)
                if event.cursor == last:
                    return found
        raise AssertionError("the events have no end")

    async def _one_epoch(self, job: Job) -> None:
        """What is published is of one epoch of the last attempt, and it is there; else nothing."""
        if not job.succeeded:
            assert not job.outputs, job
            return
        epochs = {epoch_of(output.key, job) for output in job.outputs}
        assert len(epochs) == 1, epochs
        kinds = [output.kind for output in job.outputs]
        assert len(kinds) == len(set(kinds)), f"published twice: {kinds}"
        assert job.attempts[-1].status == "SUCCEEDED", job.attempts
        async with httpx.AsyncClient(timeout=30) as player:
            for output in job.outputs:
                answer = await player.get(str(output.url), headers={"Range": "bytes=0-99"})
                assert answer.status_code in {200, 206}, (output.key, answer.status_code)


def is_encoding(job: Job) -> bool:
    """Whether its encoder works."""
    return job.status == "RUNNING" and job.phase == "ENCODING" and job.progress > 0


def epoch_of(key: str, job: Job) -> int:
    """The epoch that an output's key tells: `.../<attempt>/encode/0/<epoch>/...`"""
    found = re.search(r"/(\d+)/encode/0/(\d+)/", key)
    assert found, key
    assert int(found[1]) == job.attempts[-1].number, (key, job.attempts)
    return int(found[2])


def _running(pods: list[Any]) -> Any:
    living = [pod for pod in pods if pod.metadata.deletion_timestamp is None]
    running = [pod for pod in living if pod.status.phase == "Running"]
    return max(running, key=lambda pod: pod.metadata.creation_timestamp, default=None)


@asynccontextmanager
async def staged(
    release: Release, folder: Path, presets: Sequence[str] = (PACED,)
) -> AsyncIterator[Stage]:
    """Puts a film into a release, and these presets, of the same recipe."""
    film = synthesize(folder / "film.mp4", seconds=SECONDS, size="1280x720")
    async with release.client() as client:
        for name in presets:
            await client.save_preset(name, RECIPE)
        upload = await client.upload(film)
        assert upload.asset is not None, upload
        yield Stage(release, client, upload.asset.id)


Story = Callable[[Stage], Awaitable[Any]]


class Told:
    """How stories went that were played side by side; a test asks for its own."""

    def __init__(self, stories: Sequence[Story], ends: Sequence[Any]) -> None:
        self._ends = dict(zip(stories, ends, strict=True))

    @classmethod
    async def of(cls, stage: Stage, *stories: Story, most: int = 3) -> Told:
        """Plays them all, `most` at a time: with more encoders than that, a node of two processors
        has no time left for what encodes nothing. One that fails does so in the test that asks."""
        gate = asyncio.Semaphore(most)

        async def played(story: Story) -> Any:
            async with gate:
                return await story(stage)

        ends = await asyncio.gather(*map(played, stories), return_exceptions=True)
        return cls(stories, ends)

    def __call__(self, story: Story) -> Any:
        end = self._ends[story]
        if isinstance(end, BaseException):
            raise end
        return end
