"""How picture and sound are encoded, and what each codec can do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field


class VideoCodec(StrEnum):
    """How a picture is encoded. H264 plays everywhere; HEVC, AV1 and VP9 need fewer bits."""

    H264 = "H264"
    HEVC = "HEVC"
    AV1 = "AV1"
    VP9 = "VP9"


class AudioCodec(StrEnum):
    """How sound is encoded. AAC plays everywhere; OPUS needs least bits; FLAC loses nothing."""

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
    """Which sounds of a source are taken: the one that a player would play, or each, to choose."""

    DEFAULT = "DEFAULT"
    ALL = "ALL"


class Tier(StrEnum):
    """How much time encoders may take: DRAFT is fastest, PREMIUM needs the fewest bits."""

    DRAFT = "DRAFT"
    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"


# 51 is the last for H.264 and HEVC, 63 for AV1 and VP9.
_MOST_CRF = {VideoCodec.H264: 51, VideoCodec.HEVC: 51}
Crf = Annotated[int, Field(ge=0, le=63)]
Bitrate = Annotated[int, Field(ge=50_000, le=200_000_000)]
AudioBitrate = Annotated[int, Field(ge=16_000, le=640_000)]
# bit/s that a codec can do: FLAC takes what it needs.
_AUDIO_BITRATES = {
    AudioCodec.AAC: (16_000, 512_000),
    AudioCodec.OPUS: (16_000, 510_000),
    AudioCodec.MP3: (32_000, 320_000),
    AudioCodec.AC3: (32_000, 640_000),
}


def check_picture(codec: VideoCodec, crf: int | None, bit_depth: int) -> None:
    """Raises ValueError where the codec cannot do it, or players cannot."""
    if crf is not None and crf > _MOST_CRF.get(codec, 63):
        raise ValueError(f"crf of {codec} is at most {_MOST_CRF[codec]}")
    if codec is VideoCodec.H264 and bit_depth == 10:
        raise ValueError("hardly a player knows H.264 with 10 bits: choose HEVC, AV1 or VP9")


def check_sound(codec: AudioCodec, channels: Channels, bitrate: int | None) -> None:
    """Raises ValueError where the codec cannot do it."""
    if codec is AudioCodec.MP3 and channels is Channels.SURROUND:
        raise ValueError("MP3 has two channels at most: choose AAC, OPUS, FLAC or AC3 for SURROUND")
    if bitrate is None:
        return
    if codec not in _AUDIO_BITRATES:
        raise ValueError(f"{codec} loses nothing, so it has no bitrate to choose")
    least, most = _AUDIO_BITRATES[codec]
    if not least <= bitrate <= most:
        raise ValueError(f"the bitrate of {codec} is {least:,} to {most:,} bit/s")
