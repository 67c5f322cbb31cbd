"""Scans: looks through a folder of the in bucket."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.domain import ids, models
from api.domain.states import ScanStatus
from api.graphql.types.common import Node, PageInfo
from api.graphql.types.job import JobError
from api.graphql.types.scalars import Int64
from api.services.library import Page


@strawberry.type(description="One look through a folder of the in bucket")
class Scan(Node):
    """One scan. Its counts grow while it is RUNNING."""

    status: ScanStatus
    prefix: str = strawberry.field(description="The folder, below the project's own prefix")
    found: Int64 = strawberry.field(description="Objects that are media")
    registered: Int64 = strawberry.field(description="Those that were not known before")
    changed: Int64 = strawberry.field(description="Known ones with other bytes, or come back")
    missing: Int64 = strawberry.field(description="Known ones that have vanished, at its end")
    skipped: Int64 = strawberry.field(description="Objects that are no media")
    error: JobError | None = strawberry.field(description="Why it has FAILED")
    created_at: datetime
    finished_at: datetime | None
    model: strawberry.Private[models.Scan]

    @classmethod
    def of(cls, model: models.Scan) -> Scan:
        """From the row-shaped value."""
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.SCAN, model.id)),
            status=model.status,
            prefix=model.prefix,
            found=Int64(model.found),
            registered=Int64(model.registered),
            changed=Int64(model.changed),
            missing=Int64(model.missing),
            skipped=Int64(model.skipped),
            error=JobError(**model.error) if model.error else None,
            created_at=model.created_at,
            finished_at=model.finished_at,
            model=model,
        )


@strawberry.type
class ScanEdge:
    """A scan in a list."""

    cursor: str
    node: Scan


@strawberry.type(description="A page of scans, newest first")
class ScanConnection:
    """A page."""

    edges: list[ScanEdge]
    nodes: list[Scan]
    page_info: PageInfo

    @classmethod
    def of(cls, page: Page[models.Scan]) -> ScanConnection:
        """From a page of the library."""
        nodes = [Scan.of(model) for model in page.nodes]
        cursors = [node.model.id.hex for node in nodes]
        edges = [ScanEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)]
        info = PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous)
        return cls(edges=edges, nodes=nodes, page_info=info)
