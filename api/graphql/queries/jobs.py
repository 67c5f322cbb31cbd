"""`job` and `jobs`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.domain.filters import JobQuery
from api.domain.job_orders import JobOrder
from api.domain.states import JobStatus
from api.graphql.context import Info
from api.graphql.types.job import Job, JobConnection
from api.services.library import Window


@strawberry.input(description="Every field that is given must match")
class JobFilter:
    """Every field that is given must match."""

    asset_id: strawberry.ID | None = strawberry.field(default=None, description="Jobs of one asset")
    status: list[JobStatus] | None = strawberry.field(default=None, description="Any of these")
    retried: bool | None = strawberry.field(
        default=None,
        description="Whether another job stands for it, as `Job.retriedBy` says: `false` leaves out"
        " failures that somebody has seen to",
    )


async def job(info: Info, id: strawberry.ID) -> Job | None:
    """One job by its id."""
    context = info.context
    found = await context.services.library.job(context.reader, ids.expect(ids.Kind.JOB, id))
    return Job.of(found) if found else None


async def jobs(
    info: Info,
    first: int = 50,
    after: str | None = None,
    filter: JobFilter | None = None,
    order_by: JobOrder = JobOrder.CREATED_AT_DESC,
) -> JobConnection:
    """A page of jobs."""
    given = filter or JobFilter()
    asset = given.asset_id
    wanted = JobQuery(
        asset_id=ids.expect(ids.Kind.ASSET, asset, field="filter.assetId") if asset else None,
        status=[str(status) for status in given.status] if given.status else None,
        retried=given.retried,
    )
    context = info.context
    order = JobOrder(order_by)  # the framework hands over its name
    page = await context.services.library.jobs(
        context.reader, Window(first, after), wanted, order=order
    )
    return JobConnection.of(page, order)
