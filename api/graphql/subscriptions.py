"""The subscriptions of the contract."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from api.domain import ids
from api.domain.events import EventType
from api.errors import NotFound
from api.graphql.context import Info
from api.graphql.types.event import Event
from api.graphql.types.job import Job
from api.graphql.types.scan import Scan


@strawberry.type
class Subscription:
    """What changes, as it changes."""

    @strawberry.subscription(
        description="A snapshot first, then every change; ends after a terminal state"
    )
    async def job_updated(self, info: Info, id: strawberry.ID) -> AsyncGenerator[Job, None]:
        """Watch one job."""
        context = info.context
        job = await context.services.library.job(context.reader, ids.expect(ids.Kind.JOB, id))
        if job is None:
            raise NotFound("there is no such job in this project")
        async for newest in context.services.hub.watch(job):
            yield Job.of(newest)

    @strawberry.subscription(
        description="A snapshot first, then every change; ends when the scan does"
    )
    async def scan_updated(self, info: Info, id: strawberry.ID) -> AsyncGenerator[Scan, None]:
        """Watch one scan."""
        context = info.context
        scan = await context.services.library.scan(context.reader, ids.expect(ids.Kind.SCAN, id))
        if scan is None:
            raise NotFound("there is no such scan in this project")
        async for newest in context.services.scan_hub.watch(scan):
            yield Scan.of(newest)

    @strawberry.subscription(
        description="Whatever happens in the project from now on, or behind a cursor without a gap"
    )
    async def events(
        self, info: Info, after: str | None = None, types: list[EventType] | None = None
    ) -> AsyncGenerator[Event, None]:
        """Follow the log."""
        context = info.context
        wanted = None if types is None else frozenset(types)
        async for event in context.services.feed.follow(context.reader, after, wanted):
            yield Event.of(event)
