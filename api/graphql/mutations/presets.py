"""`savePreset` and `deletePreset`."""

from __future__ import annotations

import strawberry

from api.graphql.context import Info
from api.graphql.mutations.recipe import RecipeInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.types.common import UserError
from api.graphql.types.preset import Preset


@strawberry.input(description="A recipe and the name to keep it under")
class SavePresetInput:
    """A preset to be."""

    name: str = strawberry.field(description="1 to 63 of a-z, 0-9 and -, beginning with a letter")
    title: str | None = strawberry.field(default=None, description="For people; default: the name")
    description: str | None = strawberry.field(default=None, description="For people")
    recipe: RecipeInput = strawberry.field(description="What jobs of this preset make")


@strawberry.type
class SavePresetPayload:
    """The preset in its newest version."""

    preset: Preset | None = None
    user_errors: list[UserError]


@strawberry.input(description="Which preset to forget")
class DeletePresetInput:
    """Which preset."""

    name: str = strawberry.field(description="A saved preset; built-in ones stay")


@strawberry.type
class DeletePresetPayload:
    """The name that is free again."""

    name: str | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: SavePresetPayload(user_errors=errors))
async def save_preset(info: Info, input: SavePresetInput) -> SavePresetPayload:
    """Save a preset, or its next version."""
    context = info.context
    saved = await context.services.presets.save(
        context.writer,
        name=input.name,
        title=input.title,
        description=input.description,
        recipe=plain(input.recipe),
    )
    return SavePresetPayload(preset=Preset.of(saved), user_errors=[])


@refusals_as(lambda errors: DeletePresetPayload(user_errors=errors))
async def delete_preset(info: Info, input: DeletePresetInput) -> DeletePresetPayload:
    """Forget a preset."""
    context = info.context
    await context.services.presets.delete(context.writer, input.name)
    return DeletePresetPayload(name=input.name, user_errors=[])
