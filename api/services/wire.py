"""Carries "this has changed" between the processes of one installation.

A message is a hint and never the news itself: whoever hears it reads the database. Everybody polls
once a second besides, so a lost message costs a second and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from api.adapters.postgres.notify import Item, Listener
from api.errors import DatabaseUnavailable

_COALESCE_SECONDS = 0.05
_RECONNECT_SECONDS = 1.0
_POLL_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def heed(wake: asyncio.Event, step: Callable[[], Awaitable[None]], reader: str) -> None:
    """Take a step whenever `wake` is set, and once a second besides, until canceled.

    A database that is away is waited for; `reader` says in the log who waits.
    """
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await wake.wait()
        wake.clear()
        try:
            await step()
        except DatabaseUnavailable:
            log.warning("the database is waited for", reader=reader)
            await asyncio.sleep(_POLL_SECONDS)


class Wire:
    """One a process. `run` must be running for anything to arrive or leave."""

    def __init__(self, url: str) -> None:
        self._listener = Listener(url, self._heard)
        self._ears: dict[str, list[Callable[[UUID], None]]] = defaultdict(list)
        self._untold: set[Item] = set()
        self._tell = asyncio.Event()

    def on(self, kind: str, ear: Callable[[UUID], None]) -> None:
        """Call `ear` with the id whenever something of this kind has changed, here or elsewhere."""
        self._ears[kind].append(ear)

    def tell(self, kind: str, entity: UUID) -> None:
        """Say, after the commit, that something has changed."""
        self._heard((kind, entity))
        self._untold.add((kind, entity))
        self._tell.set()

    def _heard(self, item: Item) -> None:
        kind, entity = item
        for ear in self._ears[kind]:
            ear(entity)

    async def run(self) -> None:
        """Listen and tell until canceled. A database that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._notify())

    async def _listen(self) -> None:
        while True:
            try:
                await self._listener.connect()
            except DatabaseUnavailable:
                log.warning("changes of other processes are only polled for: no database")
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _notify(self) -> None:
        while True:
            await self._tell.wait()
            # Many changes at once make one message: NOTIFY takes a lock over the whole server.
            await asyncio.sleep(_COALESCE_SECONDS)
            self._tell.clear()
            told, self._untold = self._untold, set()
            try:
                await self._listener.tell(told)
            except DatabaseUnavailable:
                # The other processes' polls find it within a second.
                log.warning("could not notify other processes")

    async def close(self) -> None:
        """End the listening connection."""
        await self._listener.close()
