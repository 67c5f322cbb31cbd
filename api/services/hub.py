"""Tells subscribers of rows that have changed, in this process and in all others.

Each subscriber has a slot for the newest value: a slow reader gets the newest state and never a
queue. Changes arrive by the wire; once a second every watched row's version is compared, so a lost
message costs a second and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID

from api.adapters.postgres import jobs, scans
from api.domain.models import Job, Scan
from api.domain.states import TERMINAL, ScanStatus
from api.errors import NotFound
from api.services.wire import heed

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.services.wire import Wire


class Versioned(Protocol):
    """A row whose `version` rises with every change that a subscriber may see."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def version(self) -> int:
        """1 and more."""

    @property
    def status(self) -> Any:
        """Where it is in its life."""


T = TypeVar("T", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """Where rows of one kind are read, and in which states they change no more."""

    kind: str
    versions: Callable[[Connection, Iterable[UUID]], Awaitable[dict[UUID, int]]]
    get_many: Callable[[Connection, Iterable[UUID]], Awaitable[list[T]]]
    final: frozenset[Any]


JOBS: Source[Job] = Source("job", jobs.versions, jobs.get_many, TERMINAL)
SCANS: Source[Scan] = Source(
    "scan", scans.versions, scans.get_many, frozenset(ScanStatus) - {ScanStatus.RUNNING}
)


class _Slot(Generic[T]):
    def __init__(self) -> None:
        self.latest: T | None = None
        self.gone = False
        self.filled = asyncio.Event()

    def end(self) -> None:
        self.gone = True
        self.filled.set()

    def offer(self, value: T) -> None:
        self.latest = value
        self.filled.set()


class Hub(Generic[T]):
    """The fan-out of one process for one kind. `run` must be running while anybody watches."""

    def __init__(self, database: Database, wire: Wire, source: Source[T]) -> None:
        self._database = database
        self._wire = wire
        self._source = source
        self._slots: dict[UUID, set[_Slot[T]]] = {}
        self._versions: dict[UUID, int] = {}
        self._wake = asyncio.Event()
        wire.on(source.kind, self._mark)

    def changed(self, entity: UUID) -> None:
        """Say, after the commit, that a row has changed."""
        self._wire.tell(self._source.kind, entity)

    def _mark(self, entity: UUID) -> None:
        if entity in self._slots:
            self._wake.set()

    @property
    def watched(self) -> int:
        """How many rows have subscribers in this process."""
        return len(self._slots)

    async def watch(self, value: T) -> AsyncGenerator[T, None]:
        """The row as it is, then each newer state; ends after a final one.

        Raises NotFound when the row is deleted meanwhile: a job that has ended may go with its
        asset before the end was read here.
        """
        slot: _Slot[T] = _Slot()
        self._slots.setdefault(value.id, set()).add(slot)
        version = 0
        try:
            # What changed between the caller's reading and our registering is read again.
            self._versions.pop(value.id, None)
            self._mark(value.id)
            slot.offer(value)
            while True:
                await slot.filled.wait()
                slot.filled.clear()
                newest = slot.latest
                if newest is None or newest.version <= version:
                    if slot.gone:
                        raise NotFound("it was deleted meanwhile")
                    continue
                version = newest.version
                yield newest
                if newest.status in self._source.final:
                    return
                if slot.gone:
                    slot.filled.set()
        finally:
            self._forget(value.id, slot)

    def _forget(self, entity: UUID, slot: _Slot[T]) -> None:
        watchers = self._slots.get(entity, set())
        watchers.discard(slot)
        if not watchers:
            self._slots.pop(entity, None)
            self._versions.pop(entity, None)

    async def run(self) -> None:
        """Deliver until canceled. A database that is away is waited for."""
        await heed(self._wake, self._refresh, f"subscribers of a {self._source.kind}")

    async def _refresh(self) -> None:
        watched = set(self._slots)
        if not watched:
            return
        async with self._database.system() as connection:
            versions = await self._source.versions(connection, watched)
            stale = [i for i, v in versions.items() if v > self._versions.get(i, 0)]
            found = await self._source.get_many(connection, stale) if stale else []
        for entity in watched - versions.keys():
            for slot in self._slots.get(entity, ()):
                slot.end()
        for value in found:
            self._versions[value.id] = value.version
            for slot in self._slots.get(value.id, ()):
                slot.offer(value)
