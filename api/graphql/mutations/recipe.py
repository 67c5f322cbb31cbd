"""A recipe as clients write it. What is not said takes the documented default."""

from __future__ import annotations

import strawberry

from api.graphql.mutations.recipe_streams import AudioInput, LadderInput, Mp4Input
from api.graphql.mutations.recipe_texts import AssetRefInput, BurnInput, SubtitlesInput
from schema.codecs import Tier
from schema.preview import PreviewFormat
from schema.recipe import ClipMode, TranscriptEngine
from schema.watermark import Corner


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


@strawberry.input(description="A few seconds of the film without sound, as a small moving picture")
class PreviewInput:
    """A few seconds of the film without sound, as a small moving picture."""

    format: PreviewFormat | None = strawberry.field(default=None, description="Default WEBP")
    width: int | None = strawberry.field(default=None, description="Pixels, default 320")
    frame_rate: float | None = strawberry.field(
        default=None, description="Frames a second, default 15"
    )
    duration: float | None = strawberry.field(default=None, description="Seconds, default 5")
    pieces: int | None = strawberry.field(
        default=None, description="Spread evenly over the film, default 5"
    )
    start: float | None = strawberry.field(
        default=None, description="Seconds at which it begins, in place of pieces"
    )


@strawberry.input(description="What is said: subtitles, and JSON with the time of every word")
class TranscriptInput:
    """What is said: subtitles, and JSON with the time of every word."""

    language: str | None = strawberry.field(
        default=None, description="ISO 639-1, such as en; default: found out"
    )
    engine: TranscriptEngine | None = strawberry.field(
        default=None, description="Who listens; default WHISPER"
    )


@strawberry.input(description="A piece of the source, in seconds; end is exclusive")
class ClipInput:
    """A piece of the source, in seconds; end is exclusive."""

    start: float | None = strawberry.field(default=None, description="Seconds from the beginning")
    end: float | None = strawberry.field(
        default=None, description="Seconds from the beginning, exclusive"
    )
    mode: ClipMode | None = strawberry.field(
        default=None,
        description="Default EXACT; COPY cuts at keyframes and encodes nothing; SMART is exact "
        "and encodes only the edges",
    )
    title: str | None = strawberry.field(default=None, description="What players show")


@strawberry.input(description="The outline of the sound, as numbers and as a picture")
class WaveformInput:
    """The outline of the sound, as numbers and as a picture."""

    points: int | None = strawberry.field(default=None, description="A second, default 10")
    width: int | None = strawberry.field(default=None, description="Pixels, default 1800")
    height: int | None = strawberry.field(default=None, description="Pixels, default 280")
    color: str | None = strawberry.field(default=None, description="Default #2563eb")


@strawberry.input(description="Loudness of encoded sound, after EBU R128")
class LoudnessInput:
    """Loudness of encoded sound, after EBU R128."""

    target: float | None = strawberry.field(default=None, description="LUFS, default -23")
    true_peak: float | None = strawberry.field(
        default=None, description="Highest peak in dBTP, default -1"
    )


@strawberry.input(description="What outputs must come up to; what falls short is not published")
class VerifyInput:
    """What outputs must come up to; what falls short is not published."""

    vmaf: bool | None = strawberry.field(
        default=None, description="Measure VMAF, also without a minimum; default: no"
    )
    min_vmaf: float | None = strawberry.field(
        default=None, description="Least VMAF, as the mean over the film"
    )
    max_black_seconds: float | None = strawberry.field(
        default=None, description="Most seconds of black"
    )
    max_frozen_seconds: float | None = strawberry.field(
        default=None, description="Most seconds in which nothing moves"
    )
    max_drift_seconds: float | None = strawberry.field(
        default=None,
        description="Most seconds that sound and picture end further apart than in the source",
    )


@strawberry.input(description="Pixels that are cut off the upright picture, in all outputs")
class CropInput:
    """Pixels that are cut off the upright picture, in all outputs."""

    left: int | None = strawberry.field(default=None, description="Default 0")
    top: int | None = strawberry.field(default=None, description="Default 0")
    right: int | None = strawberry.field(default=None, description="Default 0")
    bottom: int | None = strawberry.field(default=None, description="Default 0")


@strawberry.input(description="The shape of the picture: black bars bring it there")
class PadInput:
    """The shape of the picture: black bars bring it there."""

    width: int = strawberry.field(description="Such as 16")
    height: int = strawberry.field(description="Such as 9")


@strawberry.input(description="Films that become one with the source, before and behind it")
class JoinInput:
    """Films that become one with the source, before and behind it."""

    before: list[AssetRefInput] | None = strawberry.field(
        default=None, description="In their order"
    )
    after: list[AssetRefInput] | None = strawberry.field(default=None, description="In their order")


@strawberry.input(description="A place in percent of the room beside the image; 50 is the middle")
class PointInput:
    """A place in percent of the room beside the image; 50 is the middle."""

    x: float = strawberry.field(description="0 is at the left, 100 at the right")
    y: float = strawberry.field(description="0 is at the top, 100 at the bottom")


@strawberry.input(description="An image on the picture of ladder, MP4 and exact clips")
class WatermarkInput:
    """An image on the picture of ladder, MP4 and exact clips."""

    image: AssetRefInput = strawberry.field(description="A PNG, JPEG or WebP")
    corner: Corner | None = strawberry.field(default=None, description="Default BOTTOM_RIGHT")
    point: PointInput | None = strawberry.field(
        default=None, description="A place instead of the corner"
    )
    margin: float | None = strawberry.field(
        default=None,
        description="From the corner's edges, in percent of the shorter side, default 3",
    )
    width: float | None = strawberry.field(
        default=None, description="Percent of the picture's width, default 12; its height follows"
    )
    opacity: float | None = strawberry.field(
        default=None, description="Default 1; towards 0 it vanishes"
    )
    start: float | None = strawberry.field(
        default=None, description="Seconds of the film, default 0"
    )
    end: float | None = strawberry.field(
        default=None, description="Seconds of the film; default: to its end"
    )


@strawberry.input(description="The outputs that are wanted; at least one")
class RecipeInput:
    """The outputs that are wanted; at least one."""

    tier: Tier | None = strawberry.field(
        default=None, description="How much time encoders may take; default STANDARD"
    )
    join: JoinInput | None = strawberry.field(
        default=None, description="Films that become one with the source"
    )
    loudness: LoudnessInput | None = strawberry.field(
        default=None, description="What encoded sound is brought to; default: left as it is"
    )
    ladder: LadderInput | None = strawberry.field(
        default=None, description="Adaptive streaming, HLS and DASH"
    )
    mp4: Mp4Input | None = strawberry.field(default=None, description="One file to download")
    audio: list[AudioInput] | None = strawberry.field(
        default=None, description="Files of the sound alone"
    )
    poster: PosterInput | None = strawberry.field(default=None, description="One picture")
    sprite: SpriteInput | None = strawberry.field(
        default=None, description="Small pictures for a seek bar"
    )
    preview: PreviewInput | None = strawberry.field(
        default=None, description="A few seconds as a small moving picture"
    )
    waveform: WaveformInput | None = strawberry.field(
        default=None, description="The outline of the sound, as JSON and PNG"
    )
    subtitles: SubtitlesInput | None = strawberry.field(
        default=None, description="Text tracks of the source"
    )
    transcript: TranscriptInput | None = strawberry.field(
        default=None, description="Subtitles of what is said"
    )
    clips: list[ClipInput] | None = strawberry.field(
        default=None, description="Pieces of the source"
    )
    metadata: bool | None = strawberry.field(
        default=None, description="List the clips in a JSON file; default: no"
    )
    crop: CropInput | None = strawberry.field(
        default=None, description="What is cut off the picture"
    )
    pad: PadInput | None = strawberry.field(
        default=None, description="A shape that black bars bring the picture to, behind the crop"
    )
    watermark: WatermarkInput | None = strawberry.field(
        default=None, description="An image that lies on the picture"
    )
    burn: BurnInput | None = strawberry.field(
        default=None, description="Subtitles that are drawn into the picture"
    )
    verify: VerifyInput | None = strawberry.field(
        default=None, description="What outputs must come up to"
    )
