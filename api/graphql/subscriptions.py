"""The subscriptions of the contract."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import strawberry

from api.domain import ids
from api.errors import NotFound
from api.graphql.context import Info
from api.graphql.types.job import Job


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
