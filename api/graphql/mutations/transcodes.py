"""`startTranscode`."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.mutations.uploads import json_object
from api.graphql.types.common import UserError
from api.graphql.types.job import Job
from api.services.transcodes import StartTranscode
from schema.recipe import ClipMode


@strawberry.input
class RungInput:
    """One rung; height is the shorter side in pixels."""

    height: int
    video_bitrate: int | None = strawberry.field(default=None, description="Cap in bit/s")


@strawberry.input
class LadderInput:
    """Adaptive streaming. What is not given takes the documented default."""

    rungs: list[RungInput] | None = strawberry.field(
        default=None, description="Default AUTO: 1080, 720, 480, 360, never above the source"
    )
    hls: bool | None = None
    dash: bool | None = None
    segment_seconds: float | None = None
    audio_bitrate: int | None = strawberry.field(default=None, description="bit/s")


@strawberry.input
class Mp4Input:
    """One progressive MP4."""

    max_height: int | None = None
    crf: int | None = None
    audio_bitrate: int | None = strawberry.field(default=None, description="bit/s")


@strawberry.input
class PosterInput:
    """One JPEG."""

    at: float | None = strawberry.field(default=None, description="Seconds")
    width: int | None = None


@strawberry.input
class ClipInput:
    """A piece of the source, in seconds; end is exclusive."""

    start: float | None = None
    end: float | None = None
    mode: ClipMode | None = None


@strawberry.input
class RecipeInput:
    """The outputs that are wanted; at least one."""

    ladder: LadderInput | None = None
    mp4: Mp4Input | None = None
    poster: PosterInput | None = None
    clips: list[ClipInput] | None = None


@strawberry.input
class StartTranscodeInput:
    """The source by assetId or sourceKey; what to make by preset or recipe."""

    asset_id: strawberry.ID | None = None
    source_key: str | None = strawberry.field(default=None, description="Key in the in bucket")
    preset: str | None = None
    recipe: RecipeInput | None = None
    output_key: str | None = strawberry.field(
        default=None, description="Folder in the out bucket; the job's own folder lies in it"
    )
    title: str | None = None
    priority: int = strawberry.field(default=0, description="-100 to 100; higher runs first")
    metadata: JSON | None = strawberry.field(default=None, description="A JSON object")
    idempotency_key: str | None = None


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
        recipe=None if input.recipe is None else plain(input.recipe),
        output_key=input.output_key,
        title=input.title,
        priority=input.priority,
        metadata=json_object(input.metadata, field="input.metadata"),
        idempotency_key=input.idempotency_key,
    )
    return StartTranscodePayload(
        job=Job.of(await context.services.transcodes.start(context.writer, wanted)), user_errors=[]
    )
