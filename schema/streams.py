"""Outputs that are watched or heard as a whole: a ladder, an MP4, files of sound."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schema.base import Message
from schema.codecs import (
    AudioBitrate,
    AudioCodec,
    AudioTracks,
    Bitrate,
    Channels,
    Crf,
    VideoCodec,
    check_picture,
    check_sound,
)
from schema.encryption import Encryption
from schema.picture import FrameRate


class Rung(Message):
    """One rung of a ladder. `height` is the shorter side in pixels, so portrait video fits too.

    By quality, with peaks up to `video_bitrate`; or by an average `bitrate` instead.
    """

    height: int = Field(ge=144, le=4320, multiple_of=2)
    video_bitrate: Bitrate | None = Field(
        default=None, description="Cap in bit/s; default by height"
    )
    bitrate: Bitrate | None = Field(default=None, description="Average in bit/s")

    @model_validator(mode="after")
    def _is_by_quality_or_by_bitrate(self) -> Self:
        if self.bitrate is not None and self.video_bitrate is not None:
            raise ValueError("an average bitrate stands alone: no video_bitrate with it")
        return self


class Encoding(Message):
    """How picture and sound are encoded that stand in one output."""

    codec: VideoCodec = VideoCodec.H264
    crf: Crf | None = None
    bit_depth: Literal[8, 10] = 8
    max_frame_rate: FrameRate | None = None
    audio_codec: AudioCodec = AudioCodec.AAC
    audio_channels: Channels = Channels.STEREO
    audio_bitrate: AudioBitrate | None = None
    audio_tracks: AudioTracks = AudioTracks.DEFAULT

    @model_validator(mode="after")
    def _is_something_that_the_codecs_can_do(self) -> Self:
        check_picture(self.codec, self.crf, self.bit_depth)
        check_sound(self.audio_codec, self.audio_channels, self.audio_bitrate)
        return self


class Ladder(Encoding):
    """Adaptive streaming: one set of CMAF segments, with HLS and DASH manifests over it."""

    rungs: tuple[Rung, ...] = Field(
        default=(), max_length=10, description="Empty means AUTO: 1080, 720, 480 and 360"
    )
    hls: bool = True
    dash: bool = True
    segment_seconds: Annotated[float, Field(ge=1, le=20)] = 4.0
    subtitles: bool = True
    encryption: Encryption | None = None

    @model_validator(mode="after")
    def _has_a_manifest_and_distinct_rungs(self) -> Self:
        if not (self.hls or self.dash):
            raise ValueError("a ladder needs hls or dash; both are off")
        if self.audio_codec is AudioCodec.MP3:
            raise ValueError("players take no MP3 from a ladder: choose AAC, OPUS, FLAC or AC3")
        if self.crf is not None and any(rung.bitrate for rung in self.rungs):
            raise ValueError("an average bitrate stands alone: no crf with it")
        heights = [rung.height for rung in self.rungs]
        if len(set(heights)) != len(heights):
            raise ValueError("each rung of a ladder needs a height of its own")
        return self


class Mp4(Encoding):
    """One progressive MP4, index at the front.

    By quality (`crf`, the default), with peaks up to `max_bitrate` if that is given; or by an
    average `bitrate` instead.
    """

    max_height: int = Field(default=1080, ge=144, le=4320, multiple_of=2)
    max_bitrate: Bitrate | None = None
    bitrate: Bitrate | None = None

    @model_validator(mode="after")
    def _is_by_quality_or_by_bitrate(self) -> Self:
        if self.bitrate is not None and (self.crf is not None or self.max_bitrate is not None):
            raise ValueError("an average bitrate stands alone: neither crf nor max_bitrate with it")
        return self


class Audio(Message):
    """The sound alone, as one file: AAC in M4A, Opus in Ogg, MP3, FLAC or AC-3."""

    codec: AudioCodec = AudioCodec.AAC
    channels: Channels = Channels.STEREO
    bitrate: AudioBitrate | None = None

    @model_validator(mode="after")
    def _is_something_that_the_codec_can_do(self) -> Self:
        check_sound(self.codec, self.channels, self.bitrate)
        return self
