"""The open sockets and event streams of this process: how many there may be, and when they end.

A key that is revoked or expires, and a session that ends, take their connections along: at once
where this process revoked the key, and within a second or so otherwise, by one question a second
for all connections together.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import structlog

from api.adapters.postgres import keys
from api.adapters.postgres.pool import Database
from api.domain.models import Principal
from api.errors import DatabaseUnavailable, Overloaded, TooManyConnections

_POLL_SECONDS: Final = 1.0
log = structlog.get_logger(__name__)


class Ending(Enum):
    """Why the service ends a connection itself."""

    FORBIDDEN = "the key was revoked or has expired, or the session has ended"
    GOING_AWAY = "the service stops; connect again"


@dataclass(slots=True, eq=False)
class Connection:
    """One open socket or stream. `until` is the Unix time at which its session ends."""

    end: Callable[[Ending], None]
    key_id: str | None = None
    until: float | None = None


class Connections:
    """Knows every connection of the process. `run` must be running while there are any."""

    def __init__(self, database: Database, *, most: int, most_per_key: int) -> None:
        self._database = database
        self._most = most
        self._most_per_key = most_per_key
        self._open: set[Connection] = set()
        self._of_key: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, end: Callable[[Ending], None]) -> Connection:
        """Take a place for a connection whose holder is not known yet. Raises Overloaded."""
        if len(self._open) >= self._most:
            raise Overloaded(f"this process holds {self._most:,} connections already")
        connection = Connection(end)
        self._open.add(connection)
        return connection

    def identify(
        self, connection: Connection, principal: Principal, until: float | None = None
    ) -> None:
        """Say, once, whose connection it is. Raises TooManyConnections."""
        if self._of_key[principal.key_id] >= self._most_per_key:
            raise TooManyConnections(
                f"this API key has {self._most_per_key:,} connections to this process already"
            )
        self._of_key[principal.key_id] += 1
        connection.key_id = principal.key_id
        connection.until = until

    def close(self, connection: Connection) -> None:
        """Give the place back. Twice is no error."""
        if connection not in self._open:
            return
        self._open.discard(connection)
        if connection.key_id is not None:
            self._of_key[connection.key_id] -= 1
            if not self._of_key[connection.key_id]:
                del self._of_key[connection.key_id]

    def revoked(self, key_ids: Iterable[str]) -> None:
        """End every connection of these keys."""
        gone = frozenset(key_ids)
        self._end([one for one in self._open if one.key_id in gone], Ending.FORBIDDEN)

    def end_all(self) -> None:
        """The process stops: clients are told to come again."""
        self._end(list(self._open), Ending.GOING_AWAY)

    def _end(self, connections: list[Connection], why: Ending) -> None:
        for connection in connections:
            connection.end(why)
        if connections:
            log.info("connections ended", count=len(connections), why=why.name)

    async def run(self) -> None:
        """Watch until canceled. A database that is away ends nobody's connection."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            now = time.time()
            over = [one for one in self._open if one.until is not None and one.until <= now]
            self._end(over, Ending.FORBIDDEN)
            try:
                await self._ask()
            except DatabaseUnavailable:
                log.warning("revoked keys are looked up later: the database is away")

    async def _ask(self) -> None:
        held = set(self._of_key)
        if not held:
            return
        async with self._database.system() as connection:
            valid = await keys.valid(connection, held)
        if gone := held - valid:
            self.revoked(gone)
