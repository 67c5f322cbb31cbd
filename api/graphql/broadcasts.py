"""One execution for many readers: the same subscription, by the same rights, runs once.

A thousand pages that watch one job cost one execution, one encoding and a thousand sends. Each
reader has a slot for the newest result, so a slow one misses what lies between, and delays nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Collection
from typing import TYPE_CHECKING, Final

from strawberry.types.graphql import OperationType

from api.graphql import answers, streams
from api.graphql.context import Context
from api.graphql.requests import Operation
from api.graphql.streams import Result

if TYPE_CHECKING:
    from api.graphql.schema import Schema

# Subscriptions each of whose results is the newest state of one thing: none of them is needed once
# there is a newer one. `events` is none of them.
NEWEST_STATE: Final = frozenset({"jobUpdated", "scanUpdated"})
# A newcomer gets the group's last result for its snapshot, unless that is older: links in it age.
_FRESH_SECONDS: Final = 30.0
_Key = tuple[object, ...]


class Broadcasts:
    """The running subscriptions of a process."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._groups: dict[_Key, _Group] = {}

    async def results(
        self,
        operation: Operation,
        context: Context,
        allowed: Collection[OperationType] = frozenset(OperationType),
    ) -> AsyncGenerator[Result, None]:
        """As `streams.results`, for any operation; shares where sharing changes nothing."""
        roots = self._schema.documents.subscribed(operation.query, operation.name)
        if not roots or not roots <= NEWEST_STATE:
            source = streams.results(self._schema, operation, context, allowed)
        else:
            source = self._group(operation, context).read()
        try:
            async for result in source:
                yield result
        finally:
            await source.aclose()

    def _group(self, operation: Operation, context: Context) -> _Group:
        who = context.who
        key = (
            *(who.project_id, tuple(sorted(who.scopes))),
            *(operation.query, operation.name, answers.encoded(operation.variables)),
        )
        group = self._groups.get(key)
        if group is None or not group.is_open:
            own = Context(services=context.services, principal=who)
            group = _Group(streams.results(self._schema, operation, own))
            self._groups[key] = group
            group.task.add_done_callback(lambda _task: self._forget(key, group))
        return group

    def _forget(self, key: _Key, group: _Group) -> None:
        if self._groups.get(key) is group:
            del self._groups[key]


class _Slot:
    def __init__(self) -> None:
        self.latest: Result | None = None
        self.filled = asyncio.Event()


class _Group:
    """One execution and its readers; it ends with the last of them."""

    def __init__(self, source: AsyncGenerator[Result, None]) -> None:
        self._source = source
        self._slots: set[_Slot] = set()
        self._latest: Result | None = None
        self._at = 0.0
        self._failure: BaseException | None = None
        self._over = False
        self._left = False
        self.task = asyncio.create_task(self._run())

    @property
    def is_open(self) -> bool:
        """Whether a newcomer may join: what it would see first is recent, and no mishap."""
        if self._over or self._left or (self._latest is not None and self._latest.failed):
            return False
        return self._latest is None or time.monotonic() - self._at < _FRESH_SECONDS

    async def read(self) -> AsyncGenerator[Result, None]:
        """The newest result, then each newer one. Raises what the execution raised."""
        slot = _Slot()
        slot.latest = self._latest
        self._slots.add(slot)
        if slot.latest is not None or self._over:
            slot.filled.set()
        try:
            while True:
                await slot.filled.wait()
                slot.filled.clear()
                result, slot.latest = slot.latest, None
                if result is not None:
                    yield result
                if self._over and slot.latest is None:
                    break
            if self._failure is not None:
                raise self._failure
        finally:
            self._slots.discard(slot)
            if not self._slots:
                # It ends some turns of the loop later; who came meanwhile would be sent away, as a
                # page is that subscribes, completes and subscribes again in one breath.
                self._left = True
                self.task.cancel()

    async def _run(self) -> None:
        try:
            async for result in self._source:
                self._latest, self._at = result, time.monotonic()
                for slot in self._slots:
                    slot.latest = result
                    slot.filled.set()
        except Exception as error:  # noqa: BLE001 - each reader raises it, where it is logged
            self._failure = error
        finally:
            self._over = True
            for slot in self._slots:
                slot.filled.set()
            await self._source.aclose()
