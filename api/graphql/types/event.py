"""Events: rows of a project's gap-free log."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from api.domain import ids, models
from api.domain.events import EventType
from api.graphql.context import Info
from api.graphql.types.asset import Asset
from api.graphql.types.common import Node
from api.graphql.types.job import Job
from api.graphql.types.scan import Scan
from api.graphql.types.share import ShareLink
from api.graphql.types.upload import Upload

# Types about something that has no id of this form name the project.
_KINDS = {
    "ASSET": ids.Kind.ASSET,
    "JOB": ids.Kind.JOB,
    "SCAN": ids.Kind.SCAN,
    "SHARE": ids.Kind.SHARE,
    "UPLOAD": ids.Kind.UPLOAD,
}


@strawberry.type(description="Something that has happened in the project")
class Event:
    """One event."""

    cursor: str = strawberry.field(description="events(after:) goes on behind it")
    type: EventType
    created_at: datetime
    entity_id: strawberry.ID = strawberry.field(description="What it is about")
    payload: JSON
    model: strawberry.Private[models.Event]

    @strawberry.field(description="What it is about, as it is now; null when it is gone")
    async def node(self, info: Info) -> Node | None:
        """Look it up."""
        loaders, entity = info.context.loaders, self.model.entity_id
        match _kind(self.type):
            case ids.Kind.ASSET:
                asset = await loaders.asset.load(entity)
                return Asset.of(asset) if asset else None
            case ids.Kind.JOB:
                job = await loaders.job.load(entity)
                return Job.of(job) if job else None
            case ids.Kind.SCAN:
                scan = await loaders.scan.load(entity)
                return Scan.of(scan) if scan else None
            case ids.Kind.SHARE:
                share = await loaders.share.load(entity)
                return ShareLink.of(share) if share else None
            case ids.Kind.UPLOAD:
                upload = await loaders.upload.load(entity)
                return Upload.of(upload) if upload else None
            case _:
                return None

    @classmethod
    def of(cls, model: models.Event) -> Event:
        """From the row-shaped value."""
        return cls(
            cursor=str(model.seq),
            type=model.type,
            created_at=model.created_at,
            entity_id=strawberry.ID(ids.encode(_kind(model.type), model.entity_id)),
            payload=JSON(model.payload),
            model=model,
        )


def _kind(kind: EventType) -> ids.Kind:
    return _KINDS.get(kind.partition("_")[0], ids.Kind.PROJECT)
