"""The leader's side of probing: it starts runners for assets that nobody has read, when nothing
more urgent wants their place, and notices when they die."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from api.adapters.postgres import events, probes
from api.domain import ids, tokens
from api.domain.execution import Errand, Handle
from api.domain.sizing import PROBE_SIZE
from schema.job import FailureClass, TaskKind

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.config import Settings
    from api.domain.execution import Ended, Executor, Record, Verdict
    from api.domain.models import Asset, ProbeBatch

# After a batch that has failed as a whole: the store is away, or the runner cannot work.
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 300.0
# How a runner ends that has failed and says so by its exit code only: no asset is to blame.
_ORDERLY: Final = frozenset({0, 2, 3, 4, 143})
# What a file may do to its runner; all else the cluster has done.
_SUSPICIOUS: Final = frozenset({FailureClass.OOM, FailureClass.DISK, FailureClass.TIMEOUT})

log = structlog.get_logger(__name__)


class Probing:
    """At most one batch at once. Used by the launcher, which leads."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._batch: UUID | None = None
        self._project: UUID | None = None  # whose assets came last
        self._unblamed: set[UUID] = set()  # batches that were ended by us
        self._stopping = False
        self._pause = 0.0
        self._not_before = 0.0

    def places(self, executor: Executor) -> int:
        """How many places a job could get by `give_way`: a batch gives its own once, however long
        its pod takes to go."""
        batch = self._batch
        return int(batch is not None and batch not in self._unblamed and executor.has(batch))

    def give_way(self, executor: Executor) -> None:
        """End the batch at once: a job wants its place. What it had is read another time."""
        if self._batch is not None:
            self._unblamed.add(self._batch)
            executor.kill(self._batch)
            log.info("probing gives way to a job", batch_id=str(self._batch))

    def stop(self) -> None:
        """From now on runners end because we do."""
        self._stopping = True

    async def launch(self, executor: Executor) -> None:
        """Start a batch if there is a free place and something to read."""
        idle = self._settings.probe and not self._stopping and self._batch is None
        if not idle or executor.free == 0 or time.monotonic() < self._not_before:
            return
        batch_id, proof = ids.new(), tokens.random_secret()
        async with self._database.system() as connection:
            await probes.release_orphans(connection)
            project = await probes.next_project(connection, self._project)
            if project is None:
                return
            await probes.insert(
                connection,
                batch_id,
                project,
                proof_hash=tokens.digest(proof),
                lease_seconds=executor.birth_seconds,
            )
        self._project, self._batch = project, batch_id
        await self._start(executor, batch_id, proof)

    async def _start(self, executor: Executor, batch_id: UUID, proof: str) -> None:
        try:
            await executor.start(_errand(batch_id, proof), self._record(batch_id))
        except OSError:
            log.exception("no runner could be started for probing")
            self._unblamed.add(batch_id)
            await self._over(batch_id, None)
            await executor.bury(batch_id)

    def _record(self, batch_id: UUID) -> Record:
        async def record(handle: Handle) -> bool:
            async with self._database.system() as connection:
                return await probes.record_process(connection, batch_id, handle)

        return record

    async def adopt(self, executor: Executor) -> set[UUID]:
        """Take up the batch that an earlier process has started. Returns those that there were."""
        async with self._database.system() as connection:
            await probes.extend_leases(connection, self._settings.lease_seconds)
            live = await probes.live(connection)
        self._batch = None
        for batch in live:
            if executor.has(batch.id):
                self._batch = batch.id
            elif await executor.adopt(_errand(batch.id), _handle(batch), self._record(batch.id)):
                self._batch = batch.id
                log.info("runner adopted", batch_id=str(batch.id), pid=batch.pid)
            else:
                await self._over(batch.id, None)
                await executor.bury(batch.id)
        return {batch.id for batch in live}

    async def forgive(self, connection: Connection) -> None:
        """Nobody listened: give the runner a new lease."""
        await probes.extend_leases(connection, self._settings.lease_seconds)

    async def enforce(self, executor: Executor) -> None:
        """End a runner that has been silent for too long."""
        async with self._database.system() as connection:
            silent = await probes.silent(connection)
        for batch in silent:
            if executor.has(batch.id):
                executor.kill(batch.id)
            else:
                await self._over(batch.id, None)
                await executor.bury(batch.id)

    async def ended(self, end: Ended) -> None:
        """A process is gone; it may have been one of ours. Raises DatabaseUnavailable."""
        if end.task_id == self._batch or await self._is_batch(end.task_id):
            await self._over(end.task_id, end.exit_code, end.verdict)

    async def _is_batch(self, batch_id: UUID) -> bool:
        async with self._database.statement() as connection:
            return await probes.find(connection, batch_id) is not None

    async def _over(
        self, batch_id: UUID, exit_code: int | None, verdict: Verdict | None = None
    ) -> None:
        """Take back what the runner had. It was killed, perhaps by what it has read."""
        innocent = (
            self._stopping
            or batch_id in self._unblamed
            or (exit_code in _ORDERLY if verdict is None else verdict.failure not in _SUSPICIOUS)
        )
        async with self._database.system() as connection:
            given_up = await probes.end(
                connection, batch_id, blame=None if innocent else _blame(exit_code)
            )
            if given_up:
                await _tell(connection, given_up)
        if self._batch == batch_id:
            self._batch = None
        wanted = batch_id in self._unblamed or exit_code == 0
        self._unblamed.discard(batch_id)
        self._pause = 0.0 if wanted else min(max(2 * self._pause, _FIRST_PAUSE), _LONGEST_PAUSE)
        self._not_before = time.monotonic() + self._pause
        log.info("probing ended", batch_id=str(batch_id), exit_code=exit_code, pause=self._pause)


def _errand(batch_id: UUID, proof: str = "") -> Errand:
    return Errand(
        task_id=batch_id,
        attempt_id=batch_id,
        kind=TaskKind.PROBE,
        proof=proof,
        size=PROBE_SIZE,
    )


def _handle(batch: ProbeBatch) -> Handle:
    return Handle(batch.pid, batch.pid_started, batch.run_uid)


def _blame(exit_code: int | None) -> dict[str, str]:
    how = "was lost" if exit_code is None else f"ended with exit code {exit_code}"
    return {
        "code": "PROBE_LOST",
        "message": f"the runner {how} twice while it read this file",
        "hint": "The file may be built to do that. A job of it can still be started.",
    }


async def _tell(connection: Connection, given_up: list[Asset]) -> None:
    names = [ids.encode(ids.Kind.ASSET, asset.id) for asset in given_up]
    await events.append(
        connection,
        given_up[0].project_id,
        "ASSET_PROBED",
        given_up[0].id,
        {"ready": 0, "unreadable": len(names), "missing": 0, "changed": 0, "registered": 0}
        | {"assets": names},
    )
