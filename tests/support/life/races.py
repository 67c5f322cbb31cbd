"""The life of a job with several things at once."""

from __future__ import annotations

import asyncio

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)

from api.errors import (
    Refusal,
)
from schema.job import Claim, FailureClass, Phase
from tests.support.life.doubles import BreakingDatabase
from tests.support.life.lives import Life
from tests.support.life.machine import LIVE, failure, number
from tests.support.life.watch import task_of
from tests.support.life.world import Api

operation = st.sampled_from(["tick", "cancel", "claim", "progress", "complete", "fail", "die"])


class Races(Life):
    """The same with several things at once. Their order is the machine's, so it does not repeat."""

    @rule(names=st.lists(operation, min_size=2, max_size=5), pick=number, kind=failure)
    def race(self, names: list[str], pick: int, kind: FailureClass) -> None:
        if not self.jobs:
            return
        self.run(self._race(names, pick, kind))
        self.run(self.world.reap())

    async def _race(self, names: list[str], pick: int, kind: FailureClass) -> None:
        works = [self._work(name, pick, turn % 2, kind) for turn, name in enumerate(names)]
        over = asyncio.Event()
        reading = asyncio.create_task(self._read_events(over))
        ends = await asyncio.gather(*works, return_exceptions=True)
        over.set()
        seen = await reading
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, Refusal):
                raise end
        numbers = [e["seq"] for e in (await self.world.look()).tables["event"]]
        assert seen == numbers, f"a reader saw {seen} of {numbers}"

    async def _work(self, name: str, pick: int, turn: int, kind: FailureClass) -> None:
        world, api = self.world, self.api(turn)
        if name == "tick":
            # Both may believe to lead for a moment: the old leader does not know yet.
            api.launcher._leading = True
            await api.launcher._enforce()
            await api.launcher._launch()
        elif name == "cancel":
            await api.transcodes.cancel(world.who, self.some(self.jobs, pick))
        elif name == "claim" and self.born:
            await world.claim(api, self.some(self.born, pick))
        elif name == "die" and world.machine.processes:
            process = self.some(world.machine.processes, pick)
            process.alive = False
            await api.launcher._endings.lost(process.task_id, -9, "")
        elif world.claims:
            await self._report(name, api, self.some(world.claims, pick), kind)

    async def _report(self, name: str, api: Api, claim: Claim, kind: FailureClass) -> None:
        if name == "progress":
            await self.world.progress(api, claim, sequence=7, fraction=0.7, phase=Phase.PUBLISHING)
        elif name == "complete":
            live = task_of(await self.world.look(), claim.task_id)[0]["status"] in LIVE
            await self.world.complete(api, claim, stored=live)
        elif name == "fail":
            await self.world.fail(api, claim, kind)

    async def _read_events(self, over: asyncio.Event) -> list[int]:
        """A reader that remembers how far it is, as `events(after)` does, misses nothing."""
        seen: list[int] = []
        while True:
            last = over.is_set()
            async with super(BreakingDatabase, self.database).system() as connection:
                rows = await connection.fetch(
                    "select seq from event where project_id = $1 and seq > $2 order by seq",
                    self.world.who.project_id,
                    seen[-1] if seen else 0,
                )
            seen += [row["seq"] for row in rows]
            if last:
                return seen
            await asyncio.sleep(0)
