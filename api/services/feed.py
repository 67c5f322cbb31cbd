"""The event log of each project as a stream that can be resumed from any cursor.

One reader a process and project: subscribers that keep up are served from memory, those that are
behind read the log themselves, page by page. Nobody has a queue of their own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Collection
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from api.adapters.postgres import events
from api.errors import EventsExpired, InvalidCursor
from api.services.wire import heed

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.domain.events import EventType
    from api.domain.models import Event, Principal
    from api.services.wire import Wire

_KEPT: Final = 1000
_PAGE: Final = 200


class _Log:
    """The newest events of one project; `head` is the number of the last."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.recent: deque[Event] = deque(maxlen=_KEPT)
        self.grown = asyncio.Event()
        self.readers = 0

    def add(self, found: list[Event]) -> None:
        self.recent.extend(found)
        self.head = found[-1].seq
        # Whoever waits is woken; whoever comes next waits for the next event.
        self.grown.set()
        self.grown = asyncio.Event()

    def after(self, seq: int) -> list[Event] | None:
        """What memory holds behind a number; None when it does not reach back so far."""
        if seq >= self.head:
            return []
        if not self.recent or self.recent[0].seq > seq + 1:
            return None
        first = seq + 1 - self.recent[0].seq
        return list(islice(self.recent, first, first + _PAGE))


class Feed:
    """Follows the logs that somebody in this process reads. `run` must be running meanwhile."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._logs: dict[UUID, _Log] = {}
        self._wake = asyncio.Event()
        wire.on("events", self._mark)

    def _mark(self, project_id: UUID) -> None:
        if project_id in self._logs:
            self._wake.set()

    @property
    def watched(self) -> int:
        """How many projects' logs have readers in this process."""
        return len(self._logs)

    async def cursor(self, who: Principal) -> str:
        """Where `follow` goes on from now."""
        async with self._database.tenant(who.project_id) as connection:
            return str((await events.bounds(connection, who.project_id)).newest)

    async def follow(
        self, who: Principal, after: str | None, types: Collection[EventType] | None
    ) -> AsyncGenerator[Event, None]:
        """Every event behind a cursor, or from now on, in order and without a gap.

        Raises InvalidCursor, or EventsExpired when the log does not reach back so far.
        """
        seq = await self._begin(who, after)
        entry = self._logs.setdefault(who.project_id, _Log(seq))
        entry.readers += 1
        self._wake.set()
        try:
            while True:
                grown = entry.grown
                found = entry.after(seq)
                if found is None:
                    found = await self._read(who, seq)
                if not found:
                    await grown.wait()
                for event in found:
                    seq = event.seq
                    if types is None or event.type in types:
                        yield event
        finally:
            entry.readers -= 1
            if entry.readers == 0:
                self._logs.pop(who.project_id, None)

    async def _begin(self, who: Principal, after: str | None) -> int:
        async with self._database.tenant(who.project_id) as connection:
            bounds = await events.bounds(connection, who.project_id)
        if after is None:
            return bounds.newest
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise InvalidCursor("the cursor was not made by this service; start without it")
        seq = int(after)
        if seq > bounds.newest:
            raise InvalidCursor("the cursor is ahead of the log; is it another installation's?")
        kept = bounds.newest + 1 if bounds.oldest is None else bounds.oldest
        if seq + 1 < kept:
            raise EventsExpired("events behind this cursor are no longer kept; read the state anew")
        return seq

    async def _read(self, who: Principal, seq: int) -> list[Event]:
        async with self._database.tenant(who.project_id) as connection:
            found = await events.after(connection, who.project_id, seq, _PAGE)
        if found and found[0].seq != seq + 1:
            raise EventsExpired("events behind this cursor are no longer kept; read the state anew")
        return found

    async def run(self) -> None:
        """Read what is new until canceled. A database that is away is waited for."""
        await heed(self._wake, self._refresh, "readers of the event log")

    async def _refresh(self) -> None:
        for project_id, entry in list(self._logs.items()):
            async with self._database.system() as connection:
                found = await events.after(connection, project_id, entry.head, _KEPT)
            if found:
                entry.add(found)
            if len(found) == _KEPT:
                self._wake.set()
