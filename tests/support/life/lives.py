"""What may happen to a job: its runners, and what breaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
)

from api.errors import (
    Gone,
    InvalidReport,
    Superseded,
    Unauthenticated,
)
from schema.job import Claim, FailureClass, Phase
from tests.support.life.doubles import Process
from tests.support.life.machine import LIVE, Machine, Wanted, failure, number, reports, which
from tests.support.life.watch import Snapshot, older, owner, task_of
from tests.support.life.world import Api


class Life(Machine):
    """One example: a project of its own, two API processes, a handful of jobs."""

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
            task, job = task_of(before, str(runner.task_id))
            if task["status"] not in LIVE:
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
                owner(now, mine)
                or (None if task_of(now, mine.task_id)[0]["status"] == "RUNNING" else Superseded)
            ),
        )
        if answer is None:
            return
        task, job = task_of(before, mine.task_id)
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
            task, job = task_of(before, mine.task_id)
            if (refused := owner(before, mine)) or task["status"] == "SUCCEEDED":
                return refused
            if task["status"] == "FAILED":
                return Superseded
            if job["status"] == "CANCELING":
                return Gone
            known = mine.spec.target.prefix + "poster.jpg" in self.world.store.keys
            return None if known else InvalidReport

        # Credentials of an ended task write nothing that the janitor would have to find again.
        task, _ = task_of(self.run(self.world.look()), mine.task_id)
        if stored and task["status"] in LIVE:
            self.world.store.keys.add(mine.spec.target.prefix + "poster.jpg")
        self.call(lambda: self.world.complete(self.api(api), mine, stored=False), wanted)

    @rule(api=which, claim=number, kind=failure)
    def fail(self, api: int, claim: int, kind: FailureClass) -> None:
        if not self.world.claims:
            return
        mine = self.some(self.world.claims, claim)
        self.call(
            lambda: self.world.fail(self.api(api), mine, kind), lambda before: owner(before, mine)
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
        self.call(calls[verb], lambda b: older(b, mine) or Unauthenticated)

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
