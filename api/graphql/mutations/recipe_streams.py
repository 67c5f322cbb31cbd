"""What a recipe says of outputs that are watched or heard as a whole."""

from __future__ import annotations

import strawberry

from schema.codecs import AudioCodec, AudioTracks, Channels, VideoCodec
from schema.encryption import Encryption


@strawberry.input(description="One rung; height is the shorter side in pixels")
class RungInput:
    """One rung; height is the shorter side in pixels."""

    height: int = strawberry.field(description="Shorter side in pixels")
    video_bitrate: int | None = strawberry.field(default=None, description="Cap in bit/s")
    bitrate: int | None = strawberry.field(
        default=None, description="Average in bit/s, instead of a quality and a cap"
    )


@strawberry.input
class EncodingInput:
    """How picture and sound are encoded that stand in one output."""

    codec: VideoCodec | None = strawberry.field(default=None, description="Default H264")
    crf: int | None = strawberry.field(
        default=None, description="Quality: lower is better and larger; default by the codec"
    )
    bit_depth: int | None = strawberry.field(
        default=None, description="8, the default, or 10; not for H264"
    )
    max_frame_rate: float | None = strawberry.field(
        default=None, description="Most frames a second; none is invented"
    )
    audio_codec: AudioCodec | None = strawberry.field(default=None, description="Default AAC")
    audio_channels: Channels | None = strawberry.field(default=None, description="Default STEREO")
    audio_bitrate: int | None = strawberry.field(
        default=None, description="bit/s; default by codec and channels"
    )
    audio_tracks: AudioTracks | None = strawberry.field(
        default=None, description="Default DEFAULT; ALL keeps every sound of the source"
    )


@strawberry.input(description="Adaptive streaming. What is not given takes the documented default")
class LadderInput(EncodingInput):
    """Adaptive streaming. What is not given takes the documented default."""

    rungs: list[RungInput] | None = strawberry.field(
        default=None, description="Default AUTO: 1080, 720, 480, 360, never above the source"
    )
    hls: bool | None = strawberry.field(default=None, description="Default: yes")
    dash: bool | None = strawberry.field(default=None, description="Default: yes")
    segment_seconds: float | None = strawberry.field(default=None, description="Default 4")
    subtitles: bool | None = strawberry.field(
        default=None,
        description="Whether the recipe's subtitles and transcript are groups of it; default: yes",
    )
    encryption: Encryption | None = strawberry.field(
        default=None, description="CLEAR_KEY: playable with its key alone; default: none"
    )


@strawberry.input(description="One progressive MP4")
class Mp4Input(EncodingInput):
    """One progressive MP4."""

    max_height: int | None = strawberry.field(
        default=None, description="Shorter side in pixels, default 1080; never above the source"
    )
    max_bitrate: int | None = strawberry.field(
        default=None, description="With crf: peaks in bit/s; default: none"
    )
    bitrate: int | None = strawberry.field(
        default=None, description="Instead of crf: the average in bit/s"
    )


@strawberry.input(description="The sound alone, as one file")
class AudioInput:
    """The sound alone, as one file."""

    codec: AudioCodec | None = strawberry.field(default=None, description="Default AAC")
    channels: Channels | None = strawberry.field(default=None, description="Default STEREO")
    bitrate: int | None = strawberry.field(
        default=None, description="bit/s; default by codec and channels; not for FLAC"
    )
