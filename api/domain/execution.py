"""How runners are started and ended: one small port, with an implementation by child processes and
one by Kubernetes Jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from api.domain.sizing import Size
from schema.job import FailureClass

# Why a job waits whose runner was just started.
STARTING = "the runner is starting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a runner is started for. Without a job it is a batch of the library's probing.

    `run` counts the runners of a task: the pieces of a split film are tried again one by one.
    `proof` is what it claims with where nobody else vouches for it; `size` is what it may use,
    where that can be said at all.
    """

    task_id: UUID
    attempt_id: UUID
    kind: str
    index: int = 0
    job_id: UUID | None = None
    attempt: int = 1
    run: int = 1
    preset: str | None = None
    proof: str = field(default="", repr=False)
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Handle:
    """What finds a runner again: process id and start time, or the uid of a Kubernetes Job."""

    pid: int | None = None
    started: int | None = None
    uid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a runner has died of, where that is known from outside."""

    failure: FailureClass
    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A runner that is no more. `exit_code` is None where nobody has seen it."""

    task_id: UUID
    exit_code: int | None
    log: str
    verdict: Verdict | None = None


class Claimant(Protocol):
    """A task or a batch, as far as a claim of it is judged."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def proof_hash(self) -> bytes:
        """Of what its runner was given through a pipe."""

    @property
    def run_uid(self) -> UUID | None:
        """The Kubernetes Job that was made for it."""


class Vouching(Protocol):
    """Says whether whoever claims is the runner that was started."""

    async def vouches(self, proof: str, claimant: Claimant) -> bool:
        """Whether this proof belongs to this task. Raises Unavailable where nobody can say."""


# Stores whose runner it is; False when the task does not wait for one.
Record = Callable[[Handle], Awaitable[bool]]


class Listener(Protocol):
    """Who is told what becomes of runners. What is told is written down when the call ends."""

    async def ended(self, end: Ended) -> None:
        """A runner is gone, or will never start."""

    async def waiting(self, task_id: UUID, reason: str) -> None:
        """A runner has not started yet, for a reason in words."""

    async def claimed(self, task_id: UUID) -> bool:
        """Whether a runner has claimed its task, or need not any more."""


class Executor(Protocol):
    """Starts, finds again and ends runners. Only the leader's is used."""

    @property
    def birth_seconds(self) -> float:
        """How long a runner may take from its start to its claim before it counts as lost."""

    @property
    def sized(self) -> bool:
        """Whether a runner is given what its `size` says, so that it must be computed."""

    @property
    def repeatable(self) -> bool:
        """Whether a start may be repeated by whoever leads next: it finds the runner of the first,
        and never makes a second one."""

    @property
    def free(self) -> int:
        """How many more runners may start now."""

    @property
    def free_pieces(self) -> int:
        """How many more runners may start for pieces of films whose attempt has begun."""

    def has(self, task_id: UUID) -> bool:
        """Whether a runner of this task is started or watched here."""

    async def lead(self) -> None:
        """This process leads from now on: look at what there is. Called before `adopt`."""

    def follow(self) -> None:
        """Another process leads from now on: look at nothing and report nothing."""

    async def start(self, errand: Errand, record: Record) -> None:
        """Start a runner; it may only work after `record` has returned True.

        Raises OSError when it cannot be started at all, and what `record` raises.
        """

    async def start_together(
        self, errands: Sequence[Errand], record: Callable[[UUID], Record]
    ) -> None:
        """Start the runners of chunks of one attempt; `record` gives that of each task.

        What cannot be started is reported as ended. Raises what a `record` raises.
        """

    async def adopt(self, errand: Errand, handle: Handle, record: Record) -> bool:
        """Take up a runner that an earlier process has started; False when it is gone."""

    def kill(self, task_id: UUID) -> None:
        """End a runner and all that it has started. Its end is reported as usual."""

    async def last_words(self, task_id: UUID) -> str:
        """The end of a runner's log, for whoever has to say why it is gone."""

    async def bury(self, task_id: UUID) -> None:
        """Remove what is left of a runner that is dead and accounted for."""

    async def sweep(self, live: Collection[UUID]) -> None:
        """Remove what runners of tasks that are not `live` have left."""

    async def stop(self) -> None:
        """This process ends."""
