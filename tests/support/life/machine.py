"""The state machine of a job's life: its users, its leader, and what must hold after every step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)

from api.config import Settings
from api.domain.states import TERMINAL
from api.errors import (
    DatabaseUnavailable,
    IdempotencyMismatch,
    Refusal,
)
from schema.job import FailureClass, Phase
from tests.support.life.doubles import BreakingDatabase
from tests.support.life.watch import Snapshot, check
from tests.support.life.world import Api, World, new_world, patiently

_JOBS = 5
LIVE = {"STARTING", "RUNNING"}
Wanted = type[Refusal] | None

number = st.integers(0, 11)  # picks one of whatever there is
which = st.integers(0, 1)  # one of the two API processes
reports = st.lists(  # step of the sequence number, fraction, phase
    st.tuples(
        st.sampled_from([1, 1, 1, 3, 0, -1]),
        st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
        st.sampled_from(Phase),
    ),
    min_size=1,
    max_size=4,
)
failure = st.sampled_from(list(FailureClass))


class Machine(RuleBasedStateMachine):
    """One example: a project of its own, two API processes, a handful of jobs."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    database: ClassVar[BreakingDatabase]
    settings_: ClassVar[Settings]

    def __init__(self) -> None:
        super().__init__()
        self.world: World = self.run(new_world(self.database, self.settings_))
        self.jobs: list[Any] = []
        self.requests: dict[str, tuple[str, Any]] = {}
        self.step = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def api(self, number: int) -> Api:
        return self.world.apis[number]

    def call(
        self, work: Callable[[], Awaitable[Any]], wanted: Callable[[Snapshot], Wanted] | None = None
    ) -> Any:
        """Call as a client does: again when the database was away. A refusal changes nothing."""
        return self.run(self._call(work, wanted))

    async def _call(
        self, work: Callable[[], Awaitable[Any]], wanted: Callable[[Snapshot], Wanted] | None
    ) -> Any:
        for _ in range(3):
            before = await self.world.look()
            expected = wanted(before) if wanted else None
            answer, refused = None, None
            try:
                answer = await work()
            except DatabaseUnavailable:
                self.database.break_at, self.database.lose_answer = None, False
                continue
            except Refusal as refusal:
                refused = refusal
            assert type(refused) is (expected or type(None)), f"{refused!r}, expected {expected}"
            assert refused is None or (await self.world.look()).state == before.state
            return answer
        raise AssertionError("the database does not come back")

    def some(self, things: list[Any], number: int) -> Any:
        """Mostly one of the newest, which are alive; sometimes one of the dead."""
        recent = things[-3:] if number < 9 else things
        return recent[number % len(recent)]

    # The user

    @rule(api=which, key=st.sampled_from("ab"), request=st.sampled_from([None, "x", "y"]))
    def start(self, api: int, key: str, request: str | None) -> None:
        if len(self.jobs) >= _JOBS:
            return
        source = f"{self.world.who.prefix}{key}.mp4"
        earlier = self.requests.get(request or "")
        mismatch = earlier is not None and earlier[0] != key
        job = self.call(
            lambda: self.world.start(self.api(api), key=source, idempotency_key=request),
            lambda _: IdempotencyMismatch if mismatch else None,
        )
        if job is None:
            return
        if request is not None:
            assert earlier is None or earlier[1] == job.id, "one key made two jobs"
            self.requests[request] = (key, job.id)
        if job.id not in self.jobs:
            self.jobs.append(job.id)

    @rule(api=which, job=number)
    def cancel(self, api: int, job: int) -> None:
        if not self.jobs:
            return
        job_id = self.some(self.jobs, job)
        seen: list[str] = []

        def note(before: Snapshot) -> None:
            seen[:] = [j["status"] for j in before.tables["job"] if j["id"] == str(job_id)]

        done = self.call(
            lambda: self.api(api).transcodes.cancel(self.world.who, job_id),
            note,
        )
        assert done.status in {"CANCELING", "CANCELED"} or done.status == seen[0] in TERMINAL

    # The leader

    @rule()
    def tick(self) -> None:
        self.run(self.world.leader.launcher._turn())
        self.run(self.world.reap())

    @rule(api=which)
    def lead(self, api: int) -> None:
        self.world.machine.leader = api

    @rule(api=which)
    def restart(self, api: int) -> None:
        self.world.restart(api)

    @rule(api=which)
    def clean(self, api: int) -> None:
        self.run(patiently(self.api(api).janitor.round()))

    # What must hold

    @invariant()
    def holds(self) -> None:
        now = self.run(self.world.look(self.step))
        self.step = max([self.step, *(step["number"] for step in now.steps)])
        check(now)
        assert {str(job) for job in self.jobs} <= {job["id"] for job in now.tables["job"]}

    def teardown(self) -> None:
        """From here on nothing breaks any more: every job ends, and nothing unpublished stays."""
        self.database.break_at, self.database.lose_answer = None, False
        self.run(self.world.settle())
        self.holds()
        now = self.run(self.world.look())
        for _ in range(2):
            self.run(self.world.leader.janitor.round())
        assert self.world.store.keys == {o["key"] for o in now.tables["output"]}
        super().teardown()
