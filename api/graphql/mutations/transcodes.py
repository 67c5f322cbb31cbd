"""`startTranscode`."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.options import MediaOptionsInput
from api.graphql.mutations.recipe import RecipeInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.mutations.uploads import json_object
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.job import Job
from api.services.backlog import StartTranscode


@strawberry.input(
    description="The source by assetId or sourceKey; what to make by preset or recipe"
)
class StartTranscodeInput:
    """The source by assetId or sourceKey; what to make by preset or recipe."""

    asset_id: strawberry.ID | None = strawberry.field(
        default=None, description="The source, or else sourceKey"
    )
    source_key: str | None = strawberry.field(default=None, description="Key in the in bucket")
    preset: str | None = strawberry.field(
        default=None, description="Name of a preset, or else a recipe"
    )
    options: MediaOptionsInput | None = strawberry.field(
        default=None,
        description="With a preset: in place of what the asset and the project say",
    )
    recipe: RecipeInput | None = strawberry.field(
        default=None, description="What to make, or else a preset"
    )
    output_key: str | None = strawberry.field(
        default=None,
        description="Folder in the out bucket, of up to 512 bytes; the job's own folder lies in it",
    )
    title: str | None = strawberry.field(
        default=None, description="For people; default: the asset's"
    )
    priority: int = strawberry.field(default=0, description="-100 to 100; higher runs first")
    metadata: JSON | None = strawberry.field(
        default=None, description="A JSON object of up to 64 KiB"
    )
    force: bool = strawberry.field(
        default=False,
        description="Make all anew, even what an earlier job has made of the same source",
    )
    first_look: bool = strawberry.field(
        default=False,
        description="Make the lowest rung of the ladder first, as a job of its own that can be"
        " watched while this one makes the rest",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type
class StartTranscodePayload:
    """The queued job."""

    job: Job | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: StartTranscodePayload(user_errors=errors))
async def start_transcode(info: Info, input: StartTranscodeInput) -> StartTranscodePayload:
    """Queue a job."""
    context = info.context
    asset = input.asset_id
    wanted = StartTranscode(
        asset_id=ids.expect(ids.Kind.ASSET, asset, field="input.assetId") if asset else None,
        source_key=input.source_key,
        preset=input.preset,
        options=None if input.options is None else plain(input.options),
        recipe=None if input.recipe is None else plain(input.recipe),
        output_key=input.output_key,
        title=input.title,
        priority=input.priority,
        metadata=json_object(input.metadata, field="input.metadata"),
        force=input.force,
        first_look=input.first_look,
        idempotency_key=input.idempotency_key,
    )
    return StartTranscodePayload(
        job=Job.of(await context.services.transcodes.start(context.writer, wanted)), user_errors=[]
    )
