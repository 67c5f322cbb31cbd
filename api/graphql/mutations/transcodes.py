"""`startTranscode`."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.mutations.uploads import json_object
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.job import Job
from api.services.transcodes import StartTranscode
from schema.recipe import ClipMode


@strawberry.input(description="One rung; height is the shorter side in pixels")
class RungInput:
    """One rung; height is the shorter side in pixels."""

    height: int = strawberry.field(description="Shorter side in pixels")
    video_bitrate: int | None = strawberry.field(default=None, description="Cap in bit/s")


@strawberry.input(description="Adaptive streaming. What is not given takes the documented default")
class LadderInput:
    """Adaptive streaming. What is not given takes the documented default."""

    rungs: list[RungInput] | None = strawberry.field(
        default=None, description="Default AUTO: 1080, 720, 480, 360, never above the source"
    )
    hls: bool | None = strawberry.field(default=None, description="Default: yes")
    dash: bool | None = strawberry.field(default=None, description="Default: yes")
    segment_seconds: float | None = strawberry.field(default=None, description="Default 4")
    audio_bitrate: int | None = strawberry.field(default=None, description="bit/s")


@strawberry.input(description="One progressive MP4")
class Mp4Input:
    """One progressive MP4."""

    max_height: int | None = strawberry.field(
        default=None, description="Shorter side in pixels, default 1080; never above the source"
    )
    crf: int | None = strawberry.field(
        default=None, description="Quality: lower is better and larger; default 21"
    )
    audio_bitrate: int | None = strawberry.field(default=None, description="bit/s")


@strawberry.input(description="One JPEG")
class PosterInput:
    """One JPEG."""

    at: float | None = strawberry.field(default=None, description="Seconds")
    width: int | None = strawberry.field(default=None, description="Pixels, default 1280")


@strawberry.input(description="Small pictures for a seek bar: JPEG sheets and a WebVTT file")
class SpriteInput:
    """Small pictures for a seek bar: JPEG sheets and a WebVTT file."""

    interval: float | None = strawberry.field(
        default=None, description="Seconds between two pictures, default 1"
    )
    columns: int | None = strawberry.field(default=None, description="On a sheet, default 10")
    rows: int | None = strawberry.field(default=None, description="On a sheet, default 10")
    tile_width: int | None = strawberry.field(
        default=None, description="Pixels of one picture, default 180; its height follows"
    )


@strawberry.input(description="A piece of the source, in seconds; end is exclusive")
class ClipInput:
    """A piece of the source, in seconds; end is exclusive."""

    start: float | None = strawberry.field(default=None, description="Seconds from the beginning")
    end: float | None = strawberry.field(
        default=None, description="Seconds from the beginning, exclusive"
    )
    mode: ClipMode | None = strawberry.field(
        default=None, description="Default EXACT; COPY cuts at keyframes and encodes nothing"
    )


@strawberry.input(description="The outputs that are wanted; at least one")
class RecipeInput:
    """The outputs that are wanted; at least one."""

    ladder: LadderInput | None = strawberry.field(
        default=None, description="Adaptive streaming, HLS and DASH"
    )
    mp4: Mp4Input | None = strawberry.field(default=None, description="One file to download")
    poster: PosterInput | None = strawberry.field(default=None, description="One picture")
    sprite: SpriteInput | None = strawberry.field(
        default=None, description="Small pictures for a seek bar"
    )
    clips: list[ClipInput] | None = strawberry.field(
        default=None, description="Pieces of the source"
    )


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
