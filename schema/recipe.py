"""What a user may ask for: a typed, declarative list of wanted outputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schema.base import Message

Seconds = Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)]


class ClipMode(StrEnum):
    """How a clip is cut.

    COPY keeps the encoded packets: instant and lossless, but the cut starts at the keyframe at or
    before `start`. EXACT decodes and encodes again: frame-exact.
    """

    COPY = "COPY"
    EXACT = "EXACT"


class Rung(Message):
    """One rung of a ladder. `height` is the shorter side in pixels, so portrait video fits too."""

    height: int = Field(ge=144, le=4320, multiple_of=2)
    video_bitrate: int | None = Field(
        default=None, ge=50_000, le=200_000_000, description="Cap in bit/s; default by height"
    )


class Ladder(Message):
    """Adaptive streaming: one set of CMAF segments, with HLS and DASH manifests over it."""

    rungs: tuple[Rung, ...] = Field(
        default=(), max_length=10, description="Empty means AUTO: 1080, 720, 480 and 360"
    )
    hls: bool = True
    dash: bool = True
    segment_seconds: Annotated[float, Field(ge=1, le=20)] = 4.0
    audio_bitrate: int = Field(default=128_000, ge=32_000, le=512_000, description="bit/s")

    @model_validator(mode="after")
    def _has_a_manifest_and_distinct_rungs(self) -> Self:
        if not (self.hls or self.dash):
            raise ValueError("a ladder needs hls or dash; both are off")
        heights = [rung.height for rung in self.rungs]
        if len(set(heights)) != len(heights):
            raise ValueError("each rung of a ladder needs a height of its own")
        return self


class Mp4(Message):
    """One progressive MP4: H.264 and AAC, index at the front."""

    max_height: int = Field(default=1080, ge=144, le=4320, multiple_of=2)
    crf: int = Field(default=21, ge=0, le=51)
    audio_bitrate: int = Field(default=160_000, ge=32_000, le=512_000, description="bit/s")


class Poster(Message):
    """One JPEG. `at` is in seconds; without it the frame stands at a tenth of the film."""

    at: Seconds | None = None
    width: int = Field(default=1280, ge=16, le=7680, multiple_of=2)


class Sprite(Message):
    """Sheets of small pictures for a seek bar, and the WebVTT file that says which stands where.

    One picture every `interval` seconds: the one that is shown then. `tile_width` is in pixels; the
    height follows from the film. A long film has many sheets of `columns` x `rows`.
    """

    interval: Annotated[float, Field(ge=0.1, le=600, allow_inf_nan=False)] = 1.0
    columns: int = Field(default=10, ge=1, le=20)
    rows: int = Field(default=10, ge=1, le=20)
    tile_width: int = Field(default=180, ge=16, le=480, multiple_of=2)

    @model_validator(mode="after")
    def _fits_a_picture(self) -> Self:
        if self.columns * self.rows > 100:
            raise ValueError("a sheet has room for 100 pictures")
        return self


class Clip(Message):
    """A piece of the source. `end` is exclusive; without it the clip runs to the end."""

    start: Seconds = 0.0
    end: Seconds | None = None
    mode: ClipMode = ClipMode.EXACT

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("a clip must end after it starts")
        return self


class Recipe(Message):
    """The outputs that are wanted of one source. At least one must be named."""

    ladder: Ladder | None = None
    mp4: Mp4 | None = None
    poster: Poster | None = None
    sprite: Sprite | None = None
    clips: tuple[Clip, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.ladder or self.mp4 or self.poster or self.sprite or self.clips):
            raise ValueError("a recipe must ask for a ladder, mp4, poster, sprite or clips")
        return self
