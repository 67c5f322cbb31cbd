"""What a user may ask for: a typed, declarative list of wanted outputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

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


class VideoCodec(StrEnum):
    """How a picture is encoded. H264 plays everywhere; HEVC, AV1 and VP9 need fewer bits."""

    H264 = "H264"
    HEVC = "HEVC"
    AV1 = "AV1"
    VP9 = "VP9"


class Tier(StrEnum):
    """How much time encoders may take: DRAFT is fastest, PREMIUM needs the fewest bits."""

    DRAFT = "DRAFT"
    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"


# 51 is the last for H.264 and HEVC, 63 for AV1 and VP9.
_MOST_CRF = {VideoCodec.H264: 51, VideoCodec.HEVC: 51}
Crf = Annotated[int, Field(ge=0, le=63)]
Bitrate = Annotated[int, Field(ge=50_000, le=200_000_000)]


def _check_picture(codec: VideoCodec, crf: int | None, bit_depth: int) -> None:
    if crf is not None and crf > _MOST_CRF.get(codec, 63):
        raise ValueError(f"crf of {codec} is at most {_MOST_CRF[codec]}")
    if codec is VideoCodec.H264 and bit_depth == 10:
        raise ValueError("hardly a player knows H.264 with 10 bits: choose HEVC, AV1 or VP9")


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
    codec: VideoCodec = VideoCodec.H264
    crf: Crf | None = None
    bit_depth: Literal[8, 10] = 8
    hls: bool = True
    dash: bool = True
    segment_seconds: Annotated[float, Field(ge=1, le=20)] = 4.0
    audio_bitrate: int = Field(default=128_000, ge=32_000, le=512_000, description="bit/s")

    @model_validator(mode="after")
    def _has_a_manifest_and_distinct_rungs(self) -> Self:
        if not (self.hls or self.dash):
            raise ValueError("a ladder needs hls or dash; both are off")
        _check_picture(self.codec, self.crf, self.bit_depth)
        heights = [rung.height for rung in self.rungs]
        if len(set(heights)) != len(heights):
            raise ValueError("each rung of a ladder needs a height of its own")
        return self


class Mp4(Message):
    """One progressive MP4, index at the front.

    By quality (`crf`, the default), with peaks up to `max_bitrate` if that is given; or by an
    average `bitrate` instead.
    """

    codec: VideoCodec = VideoCodec.H264
    max_height: int = Field(default=1080, ge=144, le=4320, multiple_of=2)
    crf: Crf | None = None
    max_bitrate: Bitrate | None = None
    bitrate: Bitrate | None = None
    bit_depth: Literal[8, 10] = 8
    audio_bitrate: int = Field(default=160_000, ge=32_000, le=512_000, description="bit/s")

    @model_validator(mode="after")
    def _is_by_quality_or_by_bitrate(self) -> Self:
        if self.bitrate is not None and (self.crf is not None or self.max_bitrate is not None):
            raise ValueError("an average bitrate stands alone: neither crf nor max_bitrate with it")
        _check_picture(self.codec, self.crf, self.bit_depth)
        return self


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

    tier: Tier = Tier.STANDARD
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
