"""What a published output is, and what is known of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from schema.base import Message
from schema.encryption import Hex16
from schema.loudness import LoudnessFacts
from schema.report import OutputReport
from schema.source import Sha256Hex


class OutputKind(StrEnum):
    """What a published output is to the user."""

    MP4 = "MP4"
    HLS = "HLS"
    DASH = "DASH"
    AUDIO = "AUDIO"
    POSTER = "POSTER"
    SPRITE = "SPRITE"
    PREVIEW = "PREVIEW"
    VTT = "VTT"
    CLIP = "CLIP"
    PEAKS = "PEAKS"
    WAVEFORM = "WAVEFORM"
    SUBTITLE = "SUBTITLE"
    METADATA = "METADATA"


class OutputFacts(Message):
    """One published output. `key` is what a user opens: a manifest, a file.

    `size` is the sum over all `files` objects that belong to it, in bytes; `sha256` is that of the
    object at `key`; `duration` in seconds; `bitrate` in bit/s. HLS and DASH share their segments.
    """

    kind: OutputKind
    key: str
    content_type: str
    size: int = Field(ge=0)
    files: int = Field(ge=1)
    sha256: Sha256Hex
    title: str | None = Field(default=None, description="Of a clip")
    start: float | None = Field(
        default=None, ge=0, description="Seconds in the source at which a clip begins"
    )
    duration: float | None = Field(default=None, ge=0)
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = Field(default=None, description="Of the sound, in Hz")
    bitrate: int | None = None
    languages: tuple[str, ...] = Field(
        default=(),
        description="Of its sounds or its text, ISO 639-2, the default one first; `und`: not known",
    )
    label: str | None = Field(
        default=None, max_length=100, description="Of subtitles: what a viewer chooses by"
    )
    loudness: LoudnessFacts | None = None
    key_id: Hex16 | None = Field(
        default=None, description="Of the key that a ladder is encrypted with"
    )
    renditions: tuple[int, ...] = Field(default=(), description="Heights of a ladder's rungs")
    report: OutputReport | None = None
