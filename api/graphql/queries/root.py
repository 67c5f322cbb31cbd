"""All queries of the contract in one type."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.queries import (
    assets,
    gallery,
    jobs,
    keys,
    outputs,
    presets,
    scans,
    uploads,
    usage,
    viewer,
)
from api.graphql.types.common import Node


@strawberry.type
class Query:
    """Reads of one project."""

    @strawberry.field(description="Anything by its id")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Look an id up."""
        kind, _ = ids.decode(id)
        match kind:
            case ids.Kind.ASSET:
                return await assets.by_id(info, id)
            case ids.Kind.JOB:
                return await jobs.job(info, id)
            case ids.Kind.UPLOAD:
                return await uploads.upload(info, id)
            case ids.Kind.OUTPUT:
                return await outputs.by_id(info, id)
            case ids.Kind.SCAN:
                return await scans.scan(info, id)
            case ids.Kind.PROJECT:
                return viewer.project(info, id)

    asset = strawberry.field(resolver=assets.asset, description="One asset, by id or by key")
    assets = strawberry.field(
        resolver=assets.assets,
        description="Assets, newest first unless `orderBy` says otherwise",
    )
    job = strawberry.field(resolver=jobs.job, description="One job")
    jobs = strawberry.field(resolver=jobs.jobs, description="Jobs, newest first")
    upload = strawberry.field(resolver=uploads.upload, description="One upload")
    uploads = strawberry.field(resolver=uploads.uploads, description="Uploads, newest first")
    scan = strawberry.field(resolver=scans.scan, description="One scan")
    scans = strawberry.field(resolver=scans.scans, description="Scans, newest first")
    presets = strawberry.field(
        resolver=presets.presets, description="Recipes to choose from, by name"
    )
    viewer = strawberry.field(resolver=viewer.viewer, description="The API key that asks")
    api_keys = strawberry.field(
        resolver=keys.api_keys, description="Every API key of the project; needs ADMIN"
    )
    usage = strawberry.field(
        resolver=usage.usage, description="What the project holds, and what its jobs have cost"
    )
    gallery = strawberry.field(
        resolver=gallery.gallery,
        description="What was made last, with links; kept for minutes unless `refresh` is true",
    )
