"""Assets: the objects of the library."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

from api.domain import ids, models, orders
from api.domain.orders import AssetOrder
from api.domain.states import AssetKind, AssetStatus
from api.graphql.context import Info
from api.graphql.types.common import Node, PageInfo
from api.graphql.types.options import AssetOptions
from api.graphql.types.output import Output
from api.graphql.types.scalars import Int64
from api.graphql.types.share import ShareLink
from api.services.library import Page, Window
from schema.options import MediaOptions
from schema.output import OutputKind
from schema.probe import Probe

if TYPE_CHECKING:
    from api.graphql.types.job import JobConnection, JobError


@strawberry.type(description="One source object in the store")
class Asset(Node):
    """One asset. Technical facts are known once a runner has read it."""

    key: str
    bucket: str
    etag: str | None
    size: Int64 = strawberry.field(description="Bytes")
    sha256: str | None
    md5: str | None
    title: str
    kind: AssetKind
    tags: list[str]
    status: AssetStatus
    duration: float | None = strawberry.field(description="Seconds")
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    probe: JSON | None = strawberry.field(description="Container and streams in full")
    error: Annotated[JobError, strawberry.lazy("api.graphql.types.job")] | None = strawberry.field(
        description="Why it is UNREADABLE, or MISSING, or REGISTERED although it was looked at"
    )
    metadata: JSON
    created_at: datetime
    updated_at: datetime
    model: strawberry.Private[models.Asset]
    made: strawberry.Private[list[models.Output] | None]

    @strawberry.field(description="How its jobs by preset are made")
    async def options(self, info: Info) -> AssetOptions:
        """Its media options, and those of the project."""
        project = await info.context.loaders.project_options.load(self.model.project_id)
        return AssetOptions.of(MediaOptions.model_validate(self.model.options), project)

    @strawberry.field(description="Its jobs, newest first")
    async def jobs(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Annotated[JobConnection, strawberry.lazy("api.graphql.types.job")]:
        """A page of its jobs."""
        from api.graphql.types.job import JobConnection  # noqa: PLC0415 - the two types name each other

        window = Window(first, after)
        # Here, where a refusal belongs to this field, and not where all are read together.
        window.check()
        page = await info.context.loaders.asset_jobs.load((self.model.id, window))
        return JobConnection.of(page)

    @strawberry.field(description="What all its jobs have published", graphql_type=list[Output])
    def outputs(self, info: Info) -> list[Output] | Awaitable[list[Output]]:
        """Its outputs. A page reads them with its assets, for a wait for each would cost more."""
        if self.made is not None:
            return [Output.of(output) for output in self.made]
        return self._outputs(info)

    @strawberry.field(description="Of what its jobs have published, the newest of a kind")
    async def newest(self, info: Info, kind: OutputKind) -> Output | None:
        """One output; a page of assets asks for all of theirs at once."""
        found = await info.context.loaders.newest_output.load((self.model.id, str(kind)))
        return Output.of(found) if found else None

    @strawberry.field(description="Links to it that open without a key, the newest hundred")
    async def share_links(self, info: Info) -> list[ShareLink]:
        """Its share links, ended ones too."""
        found = await info.context.loaders.asset_shares.load(self.model.id)
        return [ShareLink.of(share) for share in found]

    async def _outputs(self, info: Info) -> list[Output]:
        found = await info.context.loaders.asset_outputs.load(self.model.id)
        return [Output.of(output) for output in found]

    @classmethod
    def of(cls, model: models.Asset, made: list[models.Output] | None = None) -> Asset:
        """From the row-shaped value; `made` are its outputs where they are known."""
        probe = Probe.model_validate(model.probe) if model.probe else None
        video, audio = (probe.video, probe.audio) if probe else (None, None)
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.ASSET, model.id)),
            key=model.key,
            bucket=model.bucket,
            etag=model.etag,
            size=Int64(model.size),
            sha256=model.sha256,
            md5=model.md5,
            title=model.title,
            kind=model.kind,
            tags=model.tags,
            status=model.status,
            duration=probe.duration if probe else None,
            width=video.width if video else None,
            height=video.height if video else None,
            video_codec=video.codec if video else None,
            audio_codec=audio.codec if audio else None,
            probe=None if model.probe is None else JSON(model.probe),
            error=_error(model.error) if model.error else None,
            metadata=JSON(model.metadata),
            created_at=model.created_at,
            updated_at=model.updated_at,
            model=model,
            made=made,
        )


def _error(found: models.Json) -> JobError:
    from api.graphql.types.job import JobError  # noqa: PLC0415 - as above

    return JobError(**found)


@strawberry.type
class AssetEdge:
    """An asset in a list."""

    cursor: str
    node: Asset


@strawberry.type(description="A page of assets")
class AssetConnection:
    """A page."""

    edges: list[AssetEdge]
    nodes: list[Asset]
    page_info: PageInfo

    @classmethod
    def of(
        cls,
        page: Page[models.Asset],
        order: AssetOrder,
        outputs: list[list[models.Output]] | None = None,
    ) -> AssetConnection:
        """From a page of the library, and the outputs of its assets where they are known."""
        if outputs is None:
            nodes = [Asset.of(model) for model in page.nodes]
        else:
            nodes = [Asset.of(m, its) for m, its in zip(page.nodes, outputs, strict=True)]
        cursors = [orders.cursor(order, node.model) for node in nodes]
        edges = [AssetEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)]
        info = PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous)
        return cls(edges=edges, nodes=nodes, page_info=info)
