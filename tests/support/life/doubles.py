"""What the services stand on, scripted: store, leadership, processes, a database that breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.adapters.postgres.pool import Connection, Database
from api.domain.execution import Errand, Handle, Record
from api.domain.objects import Credentials, ObjectInfo
from api.errors import DatabaseUnavailable


class Store:
    """Objects as a set of keys. Its clock may be wrong by `skew`."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.skew = timedelta()

    async def head(self, bucket: str, key: str) -> ObjectInfo | None:
        return ObjectInfo(key, 5, "etag") if key in self.keys or bucket == "in" else None

    async def scoped_credentials(
        self, *, name: str, policy: dict[str, Any], seconds: int
    ) -> Credentials:
        until = datetime.now(UTC) + self.skew + timedelta(seconds=seconds)
        return Credentials("id", "secret", "session", until)

    async def delete_below(self, bucket: str, prefix: str, *, keep: Sequence[str] = ()) -> int:
        doomed = {k for k in self.keys if k.startswith(prefix) and not k.startswith(tuple(keep))}
        self.keys -= doomed
        return len(doomed)

    async def abort_below(self, bucket: str, prefix: str) -> None:
        """There are no multipart uploads here."""


class Lead:
    """Leadership among the API processes of one machine, by the number of the process."""

    def __init__(self, machine: Machine, number: int) -> None:
        self._machine = machine
        self._number = number

    async def hold(self) -> bool:
        return self._machine.leader == self._number

    def release(self) -> None:
        """Whoever asks next may lead."""


@dataclass
class Process:
    """A runner's process: it outlives the API that has started it."""

    task_id: UUID
    attempt_id: UUID
    pid: int
    proof: str | None = None  # None until the pipe has brought it
    alive: bool = True


@dataclass
class Machine:
    """What all API processes share: the process table, and who leads."""

    leader: int = 0
    processes: list[Process] = field(default_factory=list)

    def find(self, pid: int) -> Process | None:
        return next((p for p in self.processes if p.pid == pid), None)


class Executor:
    """Starts processes that do nothing by themselves; the machine's rules are their work."""

    def __init__(self, machine: Machine, slots: int) -> None:
        self._machine = machine
        self._slots = slots
        self.running: dict[UUID, tuple[Process, bool]] = {}  # process, and whether it is our child

    birth_seconds = 30.0
    sized = True
    repeatable = False

    async def lead(self) -> None:
        """Processes are found one by one."""

    def follow(self) -> None:
        """Whoever has started a process goes on watching it."""

    @property
    def free(self) -> int:
        return max(0, self._slots - len(self.running))

    @property
    def free_pieces(self) -> int:
        return self.free

    async def start_together(
        self, errands: Sequence[Errand], record: Callable[[UUID], Record]
    ) -> None:
        for errand in errands:
            await self.start(errand, record(errand.task_id))

    def has(self, task_id: UUID) -> bool:
        return task_id in self.running

    async def start(self, errand: Errand, record: Record) -> None:
        task_id = errand.task_id
        process = Process(task_id, errand.attempt_id, pid=1000 + len(self._machine.processes))
        self._machine.processes.append(process)
        self.running[task_id] = (process, True)
        try:
            wanted = await record(Handle(process.pid, process.pid))
        except BaseException:
            process.alive = False
            raise
        if wanted:
            process.proof = errand.proof
        else:
            process.alive = False

    async def adopt(self, errand: Errand, handle: Handle, record: Record) -> bool:
        process = self._machine.find(handle.pid or 0)
        if process is None or not process.alive:
            return False
        self.running[errand.task_id] = (process, False)
        return True

    def kill(self, task_id: UUID) -> None:
        if task_id in self.running:
            self.running[task_id][0].alive = False

    async def last_words(self, task_id: UUID) -> str:
        return "tail"

    async def bury(self, task_id: UUID) -> None:
        """There are no files here."""

    async def sweep(self, live: object) -> None:
        """There are no files here."""

    async def stop(self) -> None:
        for process, _ in self.running.values():
            process.alive = False


class BreakingDatabase(Database):
    """Loses its connection on demand: `break_at` counts statements of the next transactions.

    0 breaks before the first statement; a number that is never reached breaks nothing.
    `lose_answer` lets a commit happen and then says that the server is away.
    """

    break_at: int | None = None
    lose_answer: bool = False

    @asynccontextmanager
    async def tenant(self, project_id: UUID) -> AsyncIterator[Connection]:
        async with super().tenant(project_id) as connection:
            yield await self._prepared(connection)
        self._answered()

    @asynccontextmanager
    async def system(self) -> AsyncIterator[Connection]:
        async with super().system() as connection:
            yield await self._prepared(connection)
        self._answered()

    async def _prepared(self, connection: Connection) -> Any:
        return connection if self.break_at is None else _Fragile(self, connection)

    def _answered(self) -> None:
        if self.lose_answer:
            self.lose_answer = False
            raise DatabaseUnavailable("the answer to a commit was lost")


class _Fragile:
    """A connection whose backend ends before statement number `break_at`."""

    def __init__(self, database: BreakingDatabase, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._connection, name)
        if name not in {"execute", "fetch", "fetchrow", "fetchval"}:
            return real

        async def counted(*arguments: Any, **named: Any) -> Any:
            left = self._database.break_at
            if left == 0:
                self._database.break_at = None
                await self._connection.execute("select pg_terminate_backend(pg_backend_pid())")
            elif left is not None:
                self._database.break_at = left - 1
            return await real(*arguments, **named)

        return counted
