"""`updateAsset` and `deleteAsset`."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.options import MediaOptionsInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.mutations.uploads import json_object
from api.graphql.types.asset import Asset
from api.graphql.types.common import UserError
from api.services.assets import AssetChange


@strawberry.input(description="What to change; what is absent or null stays as it is")
class UpdateAssetInput:
    """Changes."""

    id: strawberry.ID = strawberry.field(description="An asset")
    title: str | None = strawberry.field(default=None, description="1 to 300 characters")
    tags: list[str] | None = strawberry.field(
        default=None, description="All its tags from now on: up to 50 of 100 characters"
    )
    metadata: JSON | None = strawberry.field(
        default=None, description="A JSON object of up to 64 KiB, in place of the earlier one"
    )
    options: MediaOptionsInput | None = strawberry.field(
        default=None, description="For jobs by preset, in place of all its earlier ones"
    )


@strawberry.type
class UpdateAssetPayload:
    """The asset as it is now."""

    asset: Asset | None = None
    user_errors: list[UserError]


@strawberry.input(description="Which asset, and whether its source object goes too")
class DeleteAssetInput:
    """What to delete."""

    id: strawberry.ID = strawberry.field(description="An asset none of whose jobs is under way")
    delete_source: bool = strawberry.field(
        default=False,
        description="Delete the object in the in bucket too; else a scan finds it again",
    )


@strawberry.type
class DeleteAssetPayload:
    """The asset, DELETING: it vanishes when its objects are gone."""

    asset: Asset | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: UpdateAssetPayload(user_errors=errors))
async def update_asset(info: Info, input: UpdateAssetInput) -> UpdateAssetPayload:
    """Change an asset."""
    context = info.context
    metadata = input.metadata
    change = AssetChange(
        title=input.title,
        tags=input.tags,
        metadata=None if metadata is None else json_object(metadata, field="input.metadata"),
        options=None if input.options is None else plain(input.options),
    )
    asset_id = ids.expect(ids.Kind.ASSET, input.id, field="input.id")
    changed = await context.services.assets.update(context.writer, asset_id, change)
    return UpdateAssetPayload(asset=Asset.of(changed), user_errors=[])


@refusals_as(lambda errors: DeleteAssetPayload(user_errors=errors))
async def delete_asset(info: Info, input: DeleteAssetInput) -> DeleteAssetPayload:
    """Delete an asset with its jobs and outputs."""
    context = info.context
    asset_id = ids.expect(ids.Kind.ASSET, input.id, field="input.id")
    doomed = await context.services.assets.delete(
        context.writer, asset_id, delete_source=input.delete_source
    )
    return DeleteAssetPayload(asset=Asset.of(doomed), user_errors=[])
