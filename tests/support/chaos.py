"""Some minutes of blind kills over several jobs, in an order that a seed fixes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass

import httpx

from tests.support.scenarios import LONG
from tests.support.site import Site
from tests.support.waiting import until as until_true

_MOST_JOBS = 4  # under way at once
_LADDER = {"ladder": {"rungs": [{"height": 360}], "dash": False}}


@dataclass
class Chaos:
    """Users who start and cancel, and a hand that kills; the seed fixes what both intend."""

    site: Site
    random: random.Random
    done: list[str]

    async def reign(self, seconds: float) -> None:
        """Do harm for so long; in the end every part runs again."""
        until = time.monotonic() + seconds
        users = asyncio.create_task(self._use(until))
        try:
            while time.monotonic() < until:
                await asyncio.sleep(self.random.uniform(0.3, 2.5))
                await self._harm()
            self._keep_api()
            await users
        finally:
            users.cancel()
            await asyncio.gather(users, return_exceptions=True)

    async def _use(self, until: float) -> None:
        user = self.site.user
        while time.monotonic() < until:
            wanted = self.random.choice([{}, {"sourceKey": LONG, "recipe": _LADDER}])
            job_id = await user.transcode(**wanted)
            if self.random.random() < 0.2:
                await user.cancel(job_id)

            async def room() -> bool:
                # Under so many kills nobody promises that any job ends before the last of them.
                return time.monotonic() > until or len(await self._under_way()) < _MOST_JOBS

            await until_true(room, "there is room for another job", seconds=600)

    async def _under_way(self) -> list[str]:
        query = "query($f: Int!) { jobs(first: $f) { nodes { id status } } }"
        jobs = (await self.site.user.ask(query, f=50))["nodes"]
        return [j["id"] for j in jobs if j["status"] not in {"SUCCEEDED", "FAILED", "CANCELED"}]

    async def _harm(self) -> None:
        kinds = ["api", "runner", "runner", "postgres", "store", "pause"]
        kind = self.random.choices(kinds, weights=[3, 3, 3, 2, 1, 1])[0]
        self.done.append(kind)
        # What blocks here is short, and users wait on purpose.
        match kind:
            case "api":
                self._kill_api()
                await asyncio.sleep(self.random.uniform(0, 2))
            case "runner":
                self._kill_runner()
            case "postgres":
                self.site.kill_postgres()
                await asyncio.sleep(self.random.uniform(0, 2))
                self.site.start_postgres()
            case "store":
                self.site.kill_store()
                await asyncio.sleep(self.random.uniform(0, 2))
                self.site.start_store()
            case _:
                await self._pause_api()
        self._keep_api()

    def _kill_api(self) -> None:
        assert self.site.live.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.site.live.process.send_signal(signal.SIGKILL)
        self.site.live.process.wait(10)

    def _kill_runner(self) -> None:
        runners = sorted(self.site.live.runners())
        if runners:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.random.choice(runners), signal.SIGKILL)

    async def _pause_api(self) -> None:
        assert self.site.live.process is not None
        self.site.live.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(self.random.uniform(1, 12))
        self.site.live.process.send_signal(signal.SIGCONT)

    def _keep_api(self) -> None:
        """What a supervisor does. An API that finds no database at its start ends, too."""
        assert self.site.live.process is not None
        if self.site.live.process.poll() is not None:
            self.site.live.spawn("tests.support.crashing")


async def recovered(site: Site) -> bool:
    """Whether the API answers; one that gave up at its start is started again."""
    assert site.live.process is not None
    if site.live.process.poll() is not None:
        site.live.spawn("tests.support.crashing")
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"{site.live.url}/readyz")).status_code == 200
    except httpx.TransportError:
        return False
