"""The life of a job as a state machine: whatever order things happen in, the invariants hold.

Hypothesis draws the order: users who start and cancel, runners that report late, twice, out of
turn or from the grave, processes that die, leases that end, an API that is killed, a leader that
changes, a database that goes away in the middle, all of these at once. After every step the
database is read and checked (`tests/support/life/watch.py`); what a call must answer is derived
from what the database held before it.

`REELMILL_LIFE_EXAMPLES` sets how many lives are tried. Hypothesis prints the failing one and its
seed; `--hypothesis-seed` repeats it.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import asyncpg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Phases
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from api import migrate
from api.config import Settings
from api.domain.states import TERMINAL
from api.errors import (
    DatabaseUnavailable,
    Gone,
    IdempotencyMismatch,
    InvalidReport,
    Refusal,
    Superseded,
    Unauthenticated,
)
from api.services import launch
from schema.job import Claim, FailureClass, Phase
from tests.support.life.doubles import BreakingDatabase, Process
from tests.support.life.watch import STEPS, Snapshot, check
from tests.support.life.world import Api, World, new_world, patiently
from tests.support.live import role_url

_JOBS = 5
_LIVE = {"STARTING", "RUNNING"}
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
operation = st.sampled_from(["tick", "cancel", "claim", "progress", "complete", "fail", "die"])


class Life(RuleBasedStateMachine):
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

    @initialize(keys=st.lists(st.sampled_from("ab"), min_size=1, max_size=2), ticks=st.booleans())
    def begin(self, keys: list[str], ticks: bool) -> None:
        for key in keys:
            self.start(0, key, None)
        if ticks:
            self.go_on()

    @rule()
    def go_on(self) -> None:
        """What usually happens: the leader works, and whoever was born claims."""
        self.wait()
        self.tick()
        claimed = {claim.task_id for claim in self.world.claims}
        for process in self.born:
            if process.alive and str(process.task_id) not in claimed:
                self.claim_as(self.world.leader, process)

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

    # Runners

    @property
    def born(self) -> list[Process]:
        return [p for p in self.world.machine.processes if p.proof is not None]

    @rule(api=which, process=number)
    def claim(self, api: int, process: int) -> None:
        if not self.born:
            return
        self.claim_as(self.api(api), self.some(self.born, process))

    def claim_as(self, api: Api, runner: Process) -> None:
        def wanted(before: Snapshot) -> Wanted:
            task, job = _task(before, str(runner.task_id))
            if task["status"] not in _LIVE:
                return Superseded
            return Gone if job["status"] == "CANCELING" else None

        self.call(lambda: self.world.claim(api, runner), wanted)

    @rule(api=which, process=number)
    def claim_with_a_foreign_proof(self, api: int, process: int) -> None:
        if len(self.born) < 2:
            return
        ours = self.some(self.born, process)
        other = self.born[self.born.index(ours) - 1]  # never itself
        mixed = Process(ours.task_id, ours.attempt_id, ours.pid, proof=other.proof)
        self.call(lambda: self.world.claim(self.api(api), mixed), lambda _: Unauthenticated)

    @rule(api=which, claim=number, reports=reports)
    def progress(self, api: int, claim: int, reports: list[tuple[int, float, Phase]]) -> None:
        """A few reports in a row; some come again, some come late."""
        if not self.world.claims:
            return
        mine = self.some(self.world.claims, claim)
        for step, fraction, phase in reports:
            self._progress(self.api(api), mine, step, fraction, phase)

    def _progress(self, api: Api, mine: Claim, step: int, fraction: float, phase: Phase) -> None:
        sequence = max(0, self.world.sequences.get(mine.token, 0) + step)
        self.world.sequences[mine.token] = sequence
        before = self.run(self.world.look())
        answer = self.call(
            lambda: self.world.progress(
                api, mine, sequence=sequence, fraction=fraction, phase=phase
            ),
            lambda now: (
                _owner(now, mine)
                or (None if _task(now, mine.task_id)[0]["status"] == "RUNNING" else Superseded)
            ),
        )
        if answer is None:
            return
        task, job = _task(before, mine.task_id)
        assert answer.storage is None, "new credentials for ones that were handed out just now"
        assert answer.cancel == (job["status"] == "CANCELING")
        if sequence <= task["sequence"]:
            after = self.run(self.world.look())
            assert after.state == before.state, "a report of the past changed something"

    @rule(api=which, claim=number, stored=st.booleans())
    def complete(self, api: int, claim: int, stored: bool) -> None:
        if not self.world.claims:
            return
        mine = self.some(self.world.claims, claim)

        def wanted(before: Snapshot) -> Wanted:
            task, job = _task(before, mine.task_id)
            if (refused := _owner(before, mine)) or task["status"] == "SUCCEEDED":
                return refused
            if task["status"] == "FAILED":
                return Superseded
            if job["status"] == "CANCELING":
                return Gone
            known = mine.spec.target.prefix + "poster.jpg" in self.world.store.keys
            return None if known else InvalidReport

        # Credentials of an ended task write nothing that the janitor would have to find again.
        task, _ = _task(self.run(self.world.look()), mine.task_id)
        if stored and task["status"] in _LIVE:
            self.world.store.keys.add(mine.spec.target.prefix + "poster.jpg")
        self.call(lambda: self.world.complete(self.api(api), mine, stored=False), wanted)

    @rule(api=which, claim=number, kind=failure)
    def fail(self, api: int, claim: int, kind: FailureClass) -> None:
        if not self.world.claims:
            return
        mine = self.some(self.world.claims, claim)
        self.call(
            lambda: self.world.fail(self.api(api), mine, kind), lambda before: _owner(before, mine)
        )

    @rule(api=which, claim=number, verb=st.sampled_from(["progress", "complete", "fail"]))
    def speak_with_a_foreign_token(self, api: int, claim: int, verb: str) -> None:
        if not self.world.claims:
            return
        mine = self.some(self.world.claims, claim)
        forged = mine.model_copy(update={"token": "x" * 43})
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            "progress": lambda: self.world.progress(
                self.api(api), forged, sequence=99, fraction=1.0, phase=Phase.PUBLISHING
            ),
            "complete": lambda: self.world.complete(self.api(api), forged, stored=False),
            "fail": lambda: self.world.fail(self.api(api), forged, FailureClass.INPUT),
        }
        self.call(calls[verb], lambda b: _older(b, mine) or Unauthenticated)

    # What breaks

    @rule(process=number, code=st.sampled_from([0, 1, 2, 3, 4, -9, -15]))
    def die(self, process: int, code: int) -> None:
        if not self.world.machine.processes:
            return
        self.some(self.world.machine.processes, process).alive = False
        self.run(self.world.reap(code))

    @rule(process=number)
    def fall_silent(self, process: int) -> None:
        if not self.world.machine.processes:
            return
        self.run(self.world.age(self.some(self.world.machine.processes, process).task_id))

    @rule()
    def wait(self) -> None:
        self.run(self.world.hurry())

    @rule(hours=st.sampled_from([-48, -1, 0, 1, 48]))
    def skew(self, hours: int) -> None:
        """The store's clock, against which ours and every runner's may be wrong."""
        self.world.store.skew = timedelta(hours=hours)

    @rule(statements=st.integers(0, 9))
    def break_the_connection(self, statements: int) -> None:
        self.database.break_at = statements

    @rule()
    def lose_the_next_answer(self) -> None:
        self.database.lose_answer = True

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
            live = _task(await self.world.look(), claim.task_id)[0]["status"] in _LIVE
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


def _task(snapshot: Snapshot, task_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    (task,) = [t for t in snapshot.tables["task"] if t["id"] == task_id]
    (job,) = [j for j in snapshot.tables["job"] if j["id"] == task["job_id"]]
    return task, job


def _older(snapshot: Snapshot, claim: Claim) -> Wanted:
    return Superseded if claim.epoch < _task(snapshot, claim.task_id)[0]["epoch"] else None


def _owner(snapshot: Snapshot, claim: Claim) -> Wanted:
    """The refusal of whoever does not own the task (any more)."""
    canceled = _task(snapshot, claim.task_id)[0]["status"] == "CANCELED"
    return _older(snapshot, claim) or (Gone if canceled else None)


@pytest.fixture(scope="module")
def prepared(new_database: Callable[[], str]) -> Iterator[None]:
    """The machine over a database of its own, on an event loop of its own."""
    owner = new_database()
    loop = asyncio.new_event_loop()
    Life.loop = loop
    quiet = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    database, Life.settings_ = loop.run_until_complete(_prepared(owner))
    Life.database = database
    tick, launch._TICK_SECONDS = launch._TICK_SECONDS, 0.0
    yield
    launch._TICK_SECONDS = tick
    structlog.configure(**quiet)
    loop.run_until_complete(database.close())
    loop.close()


async def _prepared(owner: str) -> tuple[BreakingDatabase, Settings]:
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    connection = await asyncpg.connect(owner)
    await connection.execute(STEPS)
    await connection.close()
    database = await BreakingDatabase.open(url=api, system_url=system, size=6)
    assert isinstance(database, BreakingDatabase)
    return database, Settings(
        database_url=api,
        system_database_url=system,
        secret_key=base64.b64encode(bytes(32)).decode(),
        bucket_in="in",
        bucket_out="out",
        local_concurrency=2,
    )


def _try(machine: type[Life], *, examples: int, steps: int) -> None:
    phases = [Phases.generate] if machine is Races else [Phases.generate, Phases.shrink]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("REELMILL_LIFE_EXAMPLES", examples)),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("machine", [Life, Races])
def test_the_life_of_a_job(prepared: None, machine: type[Life]) -> None:
    _try(machine, examples=60, steps=30)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("machine", [Life, Races])
def test_many_lives(prepared: None, machine: type[Life]) -> None:
    _try(machine, examples=500, steps=60)
