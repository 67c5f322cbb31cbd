"""The gallery: what was made last, with links."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.graphql.types.job import Job
from api.graphql.types.scalars import Int64
from api.services import gallery
from schema.output import OutputKind


@strawberry.type(description="One artefact")
class GalleryFile:
    """One file, or the manifest of a stream."""

    kind: OutputKind
    key: str = strawberry.field(description="Key in the out bucket")
    size: Int64 = strawberry.field(description="Bytes of all objects that belong to it")
    url: str = strawberry.field(description="A presigned link straight to the store")


@strawberry.type(description="What one job has made")
class GalleryItem:
    """One job."""

    job: Job
    title: str
    finished_at: datetime
    poster_url: str | None
    playback_url: str | None = strawberry.field(
        description="What a player opens: HLS where there is one"
    )
    files: list[GalleryFile]

    @classmethod
    def of(cls, item: gallery.Item) -> GalleryItem:
        """From the service's value."""
        job = item.job
        return cls(
            job=Job.of(job),
            title=job.title,
            finished_at=job.finished_at or job.created_at,
            poster_url=item.poster_url,
            playback_url=item.playback_url,
            files=[
                GalleryFile(
                    kind=OutputKind(a.output.kind),
                    key=a.output.key,
                    size=Int64(a.output.size),
                    url=a.url,
                )
                for a in item.artefacts
            ],
        )


@strawberry.type(description="The jobs that succeeded last, with links to all that they made")
class Gallery:
    """A gallery as it was at one moment."""

    generated_at: datetime
    expires_at: datetime = strawberry.field(description="Its links are good until then")
    items: list[GalleryItem]

    @classmethod
    def of(cls, shown: gallery.Shown) -> Gallery:
        """From the service's value."""
        return cls(
            generated_at=shown.generated_at,
            expires_at=shown.expires_at,
            items=[GalleryItem.of(item) for item in shown.items],
        )
