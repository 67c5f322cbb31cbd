"""What a recipe chooses from."""

from __future__ import annotations

from enum import StrEnum


class ClipMode(StrEnum):
    """COPY keeps the packets and starts at a keyframe; EXACT encodes again, frame-exact; SMART is
    frame-exact too and encodes only the edges, where the source allows it."""

    COPY = "COPY"
    EXACT = "EXACT"
    SMART = "SMART"


class VideoCodec(StrEnum):
    """H264 plays everywhere; the others need fewer bits."""

    H264 = "H264"
    HEVC = "HEVC"
    AV1 = "AV1"
    VP9 = "VP9"


class AudioCodec(StrEnum):
    """AAC plays everywhere; OPUS needs least bits; FLAC loses nothing."""

    AAC = "AAC"
    OPUS = "OPUS"
    MP3 = "MP3"
    FLAC = "FLAC"
    AC3 = "AC3"


class Channels(StrEnum):
    """What sound is mixed to. SURROUND keeps 5.1; a source with fewer channels becomes stereo."""

    MONO = "MONO"
    STEREO = "STEREO"
    SURROUND = "SURROUND"


class AudioTracks(StrEnum):
    """The sound that a player would play, or each, to choose."""

    DEFAULT = "DEFAULT"
    ALL = "ALL"


class Corner(StrEnum):
    """A corner of the upright picture."""

    TOP_LEFT = "TOP_LEFT"
    TOP_RIGHT = "TOP_RIGHT"
    BOTTOM_LEFT = "BOTTOM_LEFT"
    BOTTOM_RIGHT = "BOTTOM_RIGHT"


class Encryption(StrEnum):
    """How a ladder is encrypted. CLEAR_KEY: a player gets the key by the playback link."""

    CLEAR_KEY = "CLEAR_KEY"


class PreviewFormat(StrEnum):
    """WEBP is a picture that every browser shows; MP4 is smaller, and a video without sound."""

    WEBP = "WEBP"
    MP4 = "MP4"


class TranscriptEngine(StrEnum):
    """WHISPER listens in the runner; AMAZON is Amazon Transcribe, where an installation has it."""

    WHISPER = "WHISPER"
    AMAZON = "AMAZON"
