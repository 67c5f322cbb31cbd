"""Usage of one project."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.domain import usage
from api.graphql.types.scalars import Int64


@strawberry.type(
    description="What a project holds now, and what the jobs that ended in a stretch of time cost"
)
class Usage:
    """Usage."""

    from_: datetime | None = strawberry.field(name="from", description="Inclusive; null: ever")
    to: datetime = strawberry.field(description="Exclusive")
    assets: Int64
    source_bytes: Int64 = strawberry.field(description="Of all assets")
    outputs: Int64
    output_bytes: Int64 = strawberry.field(description="Of all outputs")
    jobs: Int64 = strawberry.field(description="Jobs that ended; deleted ones by whole days, UTC")
    succeeded: Int64
    failed: Int64
    canceled: Int64
    media_seconds: float = strawberry.field(description="Source seconds of jobs that SUCCEEDED")
    compute_seconds: float = strawberry.field(description="Runner seconds of all attempts")

    @classmethod
    def of(cls, model: usage.Usage) -> Usage:
        """From the value of the domain."""
        return cls(
            from_=model.since,
            to=model.until,
            assets=Int64(model.assets),
            source_bytes=Int64(model.source_bytes),
            outputs=Int64(model.outputs),
            output_bytes=Int64(model.output_bytes),
            jobs=Int64(model.jobs),
            succeeded=Int64(model.succeeded),
            failed=Int64(model.failed),
            canceled=Int64(model.canceled),
            media_seconds=model.media_seconds,
            compute_seconds=model.compute_seconds,
        )
