"""Uploads."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.domain import ids, models, parts
from api.domain.states import UploadMethod, UploadStatus
from api.graphql.context import Info
from api.graphql.types.asset import Asset
from api.graphql.types.common import Node, PageInfo
from api.graphql.types.job import Job
from api.graphql.types.options import MediaOptions
from api.graphql.types.scalars import Int64
from api.services import upload_links
from api.services.library import Page
from schema import options


@strawberry.type(description="A part that the store holds")
class UploadedPart:
    """One part."""

    number: int
    etag: str
    size: Int64


@strawberry.type(description="A header that the request must carry")
class HttpHeader:
    """Name and value."""

    name: str
    value: str


@strawberry.type(description="Where to PUT one part")
class SignedPart:
    """A presigned link."""

    number: int
    url: str
    headers: list[HttpHeader]
    expires_at: datetime

    @classmethod
    def of(cls, model: upload_links.SignedPart) -> SignedPart:
        """From the service's value."""
        return cls(
            number=model.number,
            url=model.request.url,
            headers=[HttpHeader(name=name, value=value) for name, value in model.request.headers],
            expires_at=model.expires_at,
        )


@strawberry.type(description="A file on its way into the store")
class Upload(Node):
    """One upload."""

    status: UploadStatus
    method: UploadMethod = strawberry.field(
        description="MULTIPART: in parts. PUT: a small file; its one part link takes all of it."
        " CREDENTIALS: by an S3 client with credentials of its own"
    )
    bucket: str
    key: str
    filename: str
    title: str | None = strawberry.field(description="Of the asset that it becomes, if given")
    size: Int64 | None = strawberry.field(description="Bytes, when known")
    part_size: Int64 = strawberry.field(description="Bytes of every part but the last")
    part_count: int | None
    created_at: datetime
    expires_at: datetime
    options: MediaOptions = strawberry.field(description="Of the asset that it becomes")
    model: strawberry.Private[models.Upload]

    @strawberry.field(description="What the store holds now, while STARTED")
    async def parts(self, info: Info) -> list[UploadedPart]:
        """Asked of the store."""
        held = await info.context.services.uploads.held_parts(self.model)
        return [UploadedPart(number=p.number, etag=p.etag, size=Int64(p.size)) for p in held]

    @strawberry.field(description="The whole file, once COMPLETED")
    async def asset(self, info: Info) -> Asset | None:
        """Its asset."""
        if self.model.asset_id is None:
            return None
        found = await info.context.loaders.asset.load(self.model.asset_id)
        return Asset.of(found) if found else None

    @strawberry.field(description="The job that its preset has started")
    async def job(self, info: Info) -> Job | None:
        """Its job."""
        if self.model.job_id is None:
            return None
        found = await info.context.loaders.job.load(self.model.job_id)
        return Job.of(found) if found else None

    @classmethod
    def of(cls, model: models.Upload) -> Upload:
        """From the row-shaped value."""
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.UPLOAD, model.id)),
            status=model.status,
            method=model.method,
            bucket=model.bucket,
            key=model.key,
            filename=model.filename,
            title=model.title,
            size=None if model.size is None else Int64(model.size),
            part_size=Int64(model.part_size),
            part_count=_part_count(model),
            created_at=model.created_at,
            expires_at=model.expires_at,
            options=MediaOptions.of(options.MediaOptions.model_validate(model.options)),
            model=model,
        )


def _part_count(model: models.Upload) -> int | None:
    if model.method is UploadMethod.CREDENTIALS:  # the client's own affair
        return None
    return parts.part_count(model.size, model.part_size)


@strawberry.type
class UploadEdge:
    """An upload in a list."""

    cursor: str
    node: Upload


@strawberry.type(description="A page of uploads, newest first")
class UploadConnection:
    """A page."""

    edges: list[UploadEdge]
    nodes: list[Upload]
    page_info: PageInfo

    @classmethod
    def of(cls, page: Page[models.Upload]) -> UploadConnection:
        """From a page of the library."""
        nodes = [Upload.of(model) for model in page.nodes]
        cursors = [node.model.id.hex for node in nodes]
        edges = [UploadEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)]
        info = PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous)
        return cls(edges=edges, nodes=nodes, page_info=info)
