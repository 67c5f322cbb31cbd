"""All queries of the contract in one type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.queries import (
    assets,
    doctor,
    gallery,
    jobs,
    keys,
    outputs,
    presets,
    scans,
    shares,
    uploads,
    usage,
    viewer,
)
from api.graphql.types.common import Node

_BY_ID: Mapping[ids.Kind, Callable[[Info, strawberry.ID], Awaitable[Node | None]]] = {
    ids.Kind.ASSET: assets.by_id,
    ids.Kind.JOB: jobs.job,
    ids.Kind.OUTPUT: outputs.by_id,
    ids.Kind.SCAN: scans.scan,
    ids.Kind.SHARE: shares.by_id,
    ids.Kind.UPLOAD: uploads.upload,
}


@strawberry.type
class Query:
    """Reads of one project."""

    @strawberry.field(description="Anything by its id")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Look an id up."""
        kind, _ = ids.decode(id)
        if kind is ids.Kind.PROJECT:
            return viewer.project(info, id)
        return await _BY_ID[kind](info, id)

    asset = strawberry.field(resolver=assets.asset, description="One asset, by id or by key")
    assets = strawberry.field(
        resolver=assets.assets,
        description="Assets, newest first unless `orderBy` says otherwise",
    )
    job = strawberry.field(resolver=jobs.job, description="One job")
    jobs = strawberry.field(
        resolver=jobs.jobs,
        description="Jobs, newest first; with `orderBy: FINISHED_AT_DESC` those that have ended,"
        " the last one first",
    )
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
    doctor = strawberry.field(
        resolver=doctor.doctor,
        description="Look at database, store and sessions now; needs ADMIN",
    )
    gallery = strawberry.field(
        resolver=gallery.gallery,
        description="What was made last, with links; kept for minutes unless `refresh` is true",
    )
