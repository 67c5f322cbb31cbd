"""The queries of the contract."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.domain.states import AssetStatus, JobStatus, UploadStatus
from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.types.asset import Asset, AssetConnection
from api.graphql.types.common import Node
from api.graphql.types.job import Job, JobConnection
from api.graphql.types.output import Output
from api.graphql.types.upload import Upload, UploadConnection
from api.graphql.types.viewer import Preset, Viewer
from api.services.library import Window
from schema import presets


@strawberry.input
class AssetFilter:
    """Every field that is given must match."""

    key: str | None = None
    prefix: str | None = strawberry.field(default=None, description="Keys that begin so")
    status: list[AssetStatus] | None = None


@strawberry.input
class JobFilter:
    """Every field that is given must match."""

    asset_id: strawberry.ID | None = None
    status: list[JobStatus] | None = None


@strawberry.input
class UploadFilter:
    """Every field that is given must match."""

    status: list[UploadStatus] | None = None


@strawberry.type
class Query:
    """Reads of one project."""

    @strawberry.field(description="Anything by its id")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Look an id up."""
        kind, _ = ids.decode(id)
        match kind:
            case ids.Kind.ASSET:
                return await _asset(info, id)
            case ids.Kind.JOB:
                return await _job(info, id)
            case ids.Kind.UPLOAD:
                return await _upload(info, id)
            case ids.Kind.OUTPUT:
                return await _output(info, id)
            case ids.Kind.PROJECT:
                own = Viewer.of(info.context.who).project
                return own if own.id == id else None
            case _:
                return None

    @strawberry.field(description="One asset, by id or by key")
    async def asset(
        self, info: Info, id: strawberry.ID | None = None, key: str | None = None
    ) -> Asset | None:
        """Look an asset up."""
        if (id is None) == (key is None):
            raise InvalidInput("give either id or key")
        if id is not None:
            return await _asset(info, id)
        context = info.context
        bucket = context.services.settings.bucket_in
        found = await context.services.library.asset_at(context.who, bucket, key or "")
        return Asset.of(found) if found else None

    @strawberry.field(description="Assets, newest first")
    async def assets(
        self,
        info: Info,
        first: int = 50,
        after: str | None = None,
        filter: AssetFilter | None = None,
    ) -> AssetConnection:
        """A page of assets."""
        wanted = filter or AssetFilter()
        context = info.context
        page = await context.services.library.assets(
            context.who,
            Window(first, after),
            key=wanted.key,
            prefix=wanted.prefix,
            status=[str(status) for status in wanted.status] if wanted.status else None,
        )
        return AssetConnection.of(page)

    @strawberry.field(description="One job")
    async def job(self, info: Info, id: strawberry.ID) -> Job | None:
        """Look a job up."""
        return await _job(info, id)

    @strawberry.field(description="Jobs, newest first")
    async def jobs(
        self, info: Info, first: int = 50, after: str | None = None, filter: JobFilter | None = None
    ) -> JobConnection:
        """A page of jobs."""
        wanted = filter or JobFilter()
        context = info.context
        asset = wanted.asset_id
        page = await context.services.library.jobs(
            context.who,
            Window(first, after),
            asset_id=ids.expect(ids.Kind.ASSET, asset, field="filter.assetId") if asset else None,
            status=[str(status) for status in wanted.status] if wanted.status else None,
        )
        return JobConnection.of(page)

    @strawberry.field(description="One upload")
    async def upload(self, info: Info, id: strawberry.ID) -> Upload | None:
        """Look an upload up."""
        return await _upload(info, id)

    @strawberry.field(description="Uploads, newest first")
    async def uploads(
        self,
        info: Info,
        first: int = 50,
        after: str | None = None,
        filter: UploadFilter | None = None,
    ) -> UploadConnection:
        """A page of uploads."""
        wanted = filter or UploadFilter()
        context = info.context
        page = await context.services.library.uploads(
            context.who,
            Window(first, after),
            status=[str(status) for status in wanted.status] if wanted.status else None,
        )
        return UploadConnection.of(page)

    @strawberry.field(description="Recipes to choose from, by name")
    def presets(self, info: Info) -> list[Preset]:
        """The shipped presets."""
        _ = info.context.who
        return [Preset.of(preset) for preset in presets.builtin().values()]

    @strawberry.field(description="The API key that asks")
    def viewer(self, info: Info) -> Viewer:
        """Who asks."""
        return Viewer.of(info.context.who)


async def _asset(info: Info, id: str) -> Asset | None:
    context = info.context
    found = await context.services.library.asset(context.who, ids.expect(ids.Kind.ASSET, id))
    return Asset.of(found) if found else None


async def _job(info: Info, id: str) -> Job | None:
    context = info.context
    found = await context.services.library.job(context.who, ids.expect(ids.Kind.JOB, id))
    return Job.of(found) if found else None


async def _upload(info: Info, id: str) -> Upload | None:
    context = info.context
    found = await context.services.library.upload(context.who, ids.expect(ids.Kind.UPLOAD, id))
    return Upload.of(found) if found else None


async def _output(info: Info, id: str) -> Output | None:
    context = info.context
    found = await context.services.library.output(context.who, ids.expect(ids.Kind.OUTPUT, id))
    return Output.of(found) if found else None
