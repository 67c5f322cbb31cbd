"""`cancelJob`, `retryJob`, `setJobPriority`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.job import Job


@strawberry.input(description="Which job to stop")
class CancelJobInput:
    """Which job."""

    id: strawberry.ID = strawberry.field(description="A job in any state")


@strawberry.type
class CancelJobPayload:
    """The job as it is now; SUCCEEDED where completion was faster."""

    job: Job | None = None
    user_errors: list[UserError]


@strawberry.input(description="Which job to make again")
class RetryJobInput:
    """Which job."""

    id: strawberry.ID = strawberry.field(description="A job that is FAILED or CANCELED")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type
class RetryJobPayload:
    """The new job; `retryOf` names the old one."""

    job: Job | None = None
    user_errors: list[UserError]


@strawberry.input(description="Which job, and its new priority")
class SetJobPriorityInput:
    """Where in the backlog."""

    id: strawberry.ID = strawberry.field(description="A job that is not final")
    priority: int = strawberry.field(description="-100 to 100; higher runs first")


@strawberry.type
class SetJobPriorityPayload:
    """The job as it is now."""

    job: Job | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: CancelJobPayload(user_errors=errors))
async def cancel_job(info: Info, input: CancelJobInput) -> CancelJobPayload:
    """Cancel a job in any state."""
    context = info.context
    job_id = ids.expect(ids.Kind.JOB, input.id, field="input.id")
    job = await context.services.transcodes.cancel(context.writer, job_id)
    return CancelJobPayload(job=Job.of(job), user_errors=[])


@refusals_as(lambda errors: RetryJobPayload(user_errors=errors))
async def retry_job(info: Info, input: RetryJobInput) -> RetryJobPayload:
    """Make a failed job again."""
    context = info.context
    job_id = ids.expect(ids.Kind.JOB, input.id, field="input.id")
    job = await context.services.transcodes.retry(context.writer, job_id, input.idempotency_key)
    return RetryJobPayload(job=Job.of(job), user_errors=[])


@refusals_as(lambda errors: SetJobPriorityPayload(user_errors=errors))
async def set_job_priority(info: Info, input: SetJobPriorityInput) -> SetJobPriorityPayload:
    """Move a job in the backlog."""
    context = info.context
    job_id = ids.expect(ids.Kind.JOB, input.id, field="input.id")
    job = await context.services.transcodes.set_priority(context.writer, job_id, input.priority)
    return SetJobPriorityPayload(job=Job.of(job), user_errors=[])
