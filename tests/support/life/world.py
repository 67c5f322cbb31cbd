"""Two API processes over one database, and what a user and runners may do to them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.adapters.postgres import jobs
from api.adapters.postgres.pool import Database
from api.config import Settings
from api.domain import ids
from api.domain.execution import Ended
from api.domain.models import Principal
from api.errors import DatabaseUnavailable, Refusal
from api.services.backlog import StartTranscode
from api.services.endings import Endings
from api.services.hub import JOBS, Hub
from api.services.janitor import Janitor
from api.services.launch import Launcher
from api.services.runs import Runs
from api.services.sharing import Sharing
from api.services.transcodes import Transcodes
from api.services.wire import Wire
from schema.job import (
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureClass,
    FailureReport,
    Phase,
    ProgressReport,
    TaskKind,
)
from schema.output import OutputFacts, OutputKind
from schema.probe import Probe
from schema.source import SourceFacts
from tests.support.life.doubles import BreakingDatabase, Executor, Lead, Machine, Process, Store
from tests.support.life.watch import Snapshot, look

_SLOTS = 2
_PROBE = Probe(container="mov", duration=1.0, size=5, streams=())


class Api:
    """The services of one API process."""

    def __init__(self, world: World, number: int) -> None:
        database, store, settings = world.database, world.store, world.settings
        hub = Hub(database, Wire(""), JOBS)
        endings = Endings(database, hub)
        self.number = number
        self.runs = Runs(database, store, hub, endings, settings)  # type: ignore[arg-type]
        self.launcher = Launcher(
            database,
            Lead(world.machine, number),  # type: ignore[arg-type]
            endings,
            hub,
            settings,
            sharing=Sharing(database, store, hub, settings),  # type: ignore[arg-type]
        )
        self.executor = Executor(world.machine, _SLOTS)
        self.launcher._executor = self.executor  # type: ignore[assignment]
        self.transcodes = Transcodes(database, store, hub, settings, self.launcher.wake)  # type: ignore[arg-type]
        self.janitor = _janitor(database=database, storage=store, settings=settings)


class _Idle:
    """Housekeeping that has nothing to do with jobs."""

    def __getattr__(self, name: str) -> Any:
        async def nothing(*_: Any) -> None:
            return None

        return nothing


def _janitor(**parts: Any) -> Janitor:
    names = inspect.signature(Janitor).parameters
    return Janitor(**{name: parts.get(name) or _Idle() for name in names})


@dataclass
class World:
    """One project, two API processes, and the runners of its jobs."""

    database: BreakingDatabase
    settings: Settings
    who: Principal
    store: Store = field(default_factory=Store)
    machine: Machine = field(default_factory=Machine)
    claims: list[Claim] = field(default_factory=list)
    proofs: dict[str, str] = field(default_factory=dict)  # of tasks, for claims that come again
    sequences: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.apis = [Api(self, 0), Api(self, 1)]

    @property
    def leader(self) -> Api:
        return self.apis[self.machine.leader]

    async def look(self, after_step: int = 0) -> Snapshot:
        return await look(self.database, self.who.project_id, after_step)

    # The user

    async def start(self, api: Api, *, key: str, idempotency_key: str | None) -> Any:
        wanted = StartTranscode(source_key=key, preset="mp4", idempotency_key=idempotency_key)
        return await api.transcodes.start(self.who, wanted)

    # Runners. Every one of these may come late, twice, or from a runner that is long forgotten.

    async def claim(self, api: Api, process: Process) -> Claim:
        request = ClaimRequest(
            attempt_id=str(process.attempt_id), task=TaskKind.ENCODE, runner="test"
        )
        claim = await api.runs.claim(process.proof or "", request)
        self.claims.append(claim)
        return claim

    async def progress(
        self, api: Api, claim: Claim, *, sequence: int, fraction: float, phase: Phase
    ) -> Any:
        report = ProgressReport(
            epoch=claim.epoch, sequence=sequence, fraction=fraction, phase=phase
        )
        return await api.runs.progress(claim.token, claim.task_id, report)

    async def complete(self, api: Api, claim: Claim, *, stored: bool = True) -> None:
        key = claim.spec.target.prefix + "poster.jpg"
        if stored:
            self.store.keys.add(key)
        output = OutputFacts(
            kind=OutputKind.POSTER,
            key=key,
            content_type="image/jpeg",
            size=1,
            files=1,
            sha256="0" * 64,
        )
        report = CompletionReport(
            epoch=claim.epoch,
            engine="n9",
            source=SourceFacts(size=5, sha256="1" * 64, probe=_PROBE),
            outputs=(output,),
        )
        await api.runs.complete(claim.token, claim.task_id, report)

    async def fail(self, api: Api, claim: Claim, kind: FailureClass) -> None:
        report = FailureReport(
            epoch=claim.epoch, failure=kind, code="SOURCE_NOT_MEDIA", message="m", log="tail"
        )
        await api.runs.fail(claim.token, claim.task_id, report)

    # The machine

    async def reap(self, code: int = -9) -> None:
        """Tell each API of the processes that it watches and that are gone."""
        for api in self.apis:
            gone = [p for p, _ in api.executor.running.values() if not p.alive]
            for process in gone:
                _, child = api.executor.running.pop(process.task_id)
                end = Ended(process.task_id, code if child else None, "tail")
                await patiently(api.launcher.ended(end))

    def restart(self, number: int) -> None:
        """kill -9 of one API: its runners live on, unless they still wait for their proof."""
        for process, child in self.apis[number].executor.running.values():
            process.alive = process.alive and (not child or process.proof is not None)
        self.apis[number] = Api(self, number)

    async def hurry(self) -> None:
        """Let every wait for a retry be over."""
        async with Database.system(self.database) as connection:
            await connection.execute("update job set run_after = now() where run_after > now()")

    async def age(self, task_id: UUID) -> None:
        """Let a lease end."""
        async with Database.system(self.database) as connection:
            await connection.execute(
                "update task set lease_until = now() - interval '1 second' where id = $1", task_id
            )

    async def settle(self) -> None:
        """Everybody works as he should from now on: every job must come to an end."""
        for _ in range(60):
            await self.hurry()
            await self.leader.launcher._turn()
            await self.reap()
            for process in [p for p in self.machine.processes if p.alive]:
                await self._work(process)
            await self.reap(0)
            async with Database.system(self.database) as connection:
                left = await connection.fetchval(
                    "select count(*) from job where finished_at is null and project_id = $1",
                    self.who.project_id,
                )
            if left == 0:
                return
        raise AssertionError("a job does not come to an end")

    async def _work(self, process: Process) -> None:
        """What an honest runner does: claim, work, complete, exit."""
        try:
            claim = await self.claim(self.leader, process)
            await self.complete(self.leader, claim)
        except Refusal:
            pass
        process.alive = False


async def patiently(work: Awaitable[Any]) -> None:
    """As the loops of the service do: a database that is away is no end of them."""
    try:
        await work
    except DatabaseUnavailable:
        await asyncio.sleep(0)


async def new_world(database: BreakingDatabase, settings: Settings) -> World:
    """A project of its own. What an earlier world has left undone would be launched here."""
    project = ids.new()
    async with Database.system(database) as connection:
        for table in ("job_blob", "output", "blob", "task", "attempt", "job", "asset", "step"):
            await connection.execute(f"delete from {table}")
        await connection.execute(
            "insert into project (id, name, prefix) values ($1, $2, $3)",
            project,
            project.hex,
            f"{project.hex}/",
        )
    who = Principal(project, project.hex, f"{project.hex}/", "k", "k", ("READ", "WRITE"))
    return World(database, settings, who)


async def find(database: Database, job_id: UUID) -> Any:
    """One job, whatever breaks elsewhere."""
    async with Database.system(database) as connection:
        return await jobs.get(connection, job_id)
