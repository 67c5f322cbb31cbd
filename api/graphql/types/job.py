"""Jobs and their attempts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

from api.domain import ids, job_orders, models, secrets
from api.domain.job_orders import JobOrder
from api.domain.states import RETRIED, AttemptStatus, JobStatus
from api.errors import NotFound
from api.graphql.context import Info
from api.graphql.types.common import Node, PageInfo
from api.graphql.types.output import Output
from api.graphql.types.scalars import Int64
from api.services.library import Page
from schema.job import Phase

if TYPE_CHECKING:
    from api.graphql.types.asset import Asset


@strawberry.type(description="Why a job failed, and what to do")
class JobError:
    """A stable code with words."""

    code: str = strawberry.field(description="Stable; see docs/reference/errors.md")
    message: str
    hint: str | None


@strawberry.type(description="One try at a job")
class Attempt:
    """One attempt."""

    number: int
    status: AttemptStatus
    reason: str | None = strawberry.field(description="Code of what ended it")
    log: str | None = strawberry.field(
        description="For engineers: how the program that failed has ended, its exact command, and "
        "the tail of what it said, or else of the runner's log; secrets are taken out"
    )
    memory: Int64 | None = strawberry.field(
        description="Bytes of memory that its runner had; null where it had the whole machine"
    )
    storage: Int64 | None = strawberry.field(description="Bytes of scratch, likewise")
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, model: models.Attempt) -> Attempt:
        """From the row-shaped value."""
        return cls(
            number=model.number,
            status=model.status,
            reason=model.reason,
            log=None if model.log is None else secrets.without(model.log),
            memory=Int64(model.memory) if model.memory is not None else None,
            storage=Int64(model.storage) if model.storage is not None else None,
            started_at=model.started_at,
            finished_at=model.finished_at,
        )


@strawberry.type(description="One transcode: an asset and a recipe")
class Job(Node):
    """One job."""

    status: JobStatus
    waiting_reason: str | None = strawberry.field(description="Why it waits, in words")
    phase: Phase | None
    progress: float = strawberry.field(description="0 to 1; never falls within an attempt")
    eta_seconds: float | None
    speed: float | None = strawberry.field(description="Media seconds a wall second")
    title: str
    preset: str | None
    recipe: JSON
    priority: int = strawberry.field(description="-100 to 100; higher runs first")
    metadata: JSON
    force: bool = strawberry.field(
        description="Whether it makes all anew, whatever was made before"
    )
    error: JobError | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    model: strawberry.Private[models.Job]

    @strawberry.field(description="What is transcoded")
    async def asset(
        self, info: Info
    ) -> Annotated[Asset, strawberry.lazy("api.graphql.types.asset")]:
        """The source."""
        from api.graphql.types.asset import Asset  # noqa: PLC0415 - the two types name each other

        found = await info.context.loaders.asset.load(self.model.asset_id)
        if found is None:
            raise NotFound("the asset of this job was deleted")
        return Asset.of(found)

    @strawberry.field(description="The job that this one was made from by retryJob")
    async def retry_of(self, info: Info) -> Job | None:
        """The earlier job; None once it is deleted."""
        if self.model.retry_of is None:
            return None
        found = await info.context.loaders.job.load(self.model.retry_of)
        return Job.of(found) if found else None

    @strawberry.field(
        description="The newest job that retryJob has made from it: it stands for this one, unless"
        " it was canceled"
    )
    async def retried_by(self, info: Info) -> Job | None:
        """The later job; None where nobody has retried it."""
        if self.model.status not in RETRIED:
            return None
        found = await info.context.loaders.job_retry.load(self.model.id)
        return Job.of(found) if found else None

    @strawberry.field(
        description="An equal job that is under way: this one will have what it makes, or run then."
        " Or its first look, behind which it goes on"
    )
    async def waits_for(self, info: Info) -> Job | None:
        """The other job; None unless it waits for one."""
        if self.model.waits_for is None or self.model.status is not JobStatus.WAITING:
            return None
        found = await info.context.loaders.job.load(self.model.waits_for)
        return Job.of(found) if found else None

    @strawberry.field(
        description="Its lowest rung, made first as a job of its own: what there is to watch until"
        " this one has succeeded"
    )
    async def first_look(self, info: Info) -> Job | None:
        """The other job; None where there was none, or once it is deleted."""
        if self.model.first_look is None:
            return None
        found = await info.context.loaders.job.load(self.model.first_look)
        return Job.of(found) if found else None

    @strawberry.field(description="Every try, oldest first")
    async def attempts(self, info: Info) -> list[Attempt]:
        """The attempts."""
        return [Attempt.of(a) for a in await info.context.loaders.job_attempts.load(self.model.id)]

    @strawberry.field(description="What it has published: nothing before it has succeeded")
    async def outputs(self, info: Info) -> list[Output]:
        """The outputs."""
        return [Output.of(o) for o in await info.context.loaders.job_outputs.load(self.model.id)]

    @strawberry.field(
        description="Whether earlier jobs have made all its outputs, so that it made none"
    )
    async def reused(self, info: Info) -> bool:
        """Nothing was made: false before it has succeeded."""
        outputs = await info.context.loaders.job_outputs.load(self.model.id)
        return bool(outputs) and all(output.reused for output in outputs)

    @classmethod
    def of(cls, model: models.Job) -> Job:
        """From the row-shaped value."""
        error = model.error
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.JOB, model.id)),
            status=model.status,
            waiting_reason=model.waiting_reason,
            phase=Phase(model.phase) if model.phase else None,
            progress=model.progress,
            eta_seconds=model.eta_seconds,
            speed=model.speed,
            title=model.title,
            preset=model.preset,
            recipe=JSON(model.recipe),
            priority=model.priority,
            metadata=JSON(model.metadata),
            force=model.force,
            error=JobError(**error) if error else None,
            created_at=model.created_at,
            started_at=model.started_at,
            finished_at=model.finished_at,
            model=model,
        )


@strawberry.type
class JobEdge:
    """A job in a list."""

    cursor: str
    node: Job


@strawberry.type(description="A page of jobs")
class JobConnection:
    """A page."""

    edges: list[JobEdge]
    nodes: list[Job]
    page_info: PageInfo

    @classmethod
    def of(
        cls, page: Page[models.Job], order: JobOrder = JobOrder.CREATED_AT_DESC
    ) -> JobConnection:
        """From a page of the library."""
        nodes = [Job.of(model) for model in page.nodes]
        cursors = [job_orders.cursor(order, node.model) for node in nodes]
        edges = [JobEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)]
        info = PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous)
        return cls(edges=edges, nodes=nodes, page_info=info)
