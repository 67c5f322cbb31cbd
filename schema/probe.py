"""What a probe of a media file found. Written by the runner, stored by the API."""

from __future__ import annotations

from enum import StrEnum

from schema.base import Tolerant


class StreamKind(StrEnum):
    """Kinds of elementary stream that we tell apart."""

    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    SUBTITLE = "SUBTITLE"
    DATA = "DATA"


class Stream(Tolerant):
    """One elementary stream. Durations in seconds, rates in bit/s, sizes in pixels.

    `width` and `height` are as coded; `rotation` (0, 90, 180, 270, clockwise degrees to show the
    picture upright) and `sample_aspect` (width/height of one pixel) say how it is shown.
    """

    index: int
    kind: StreamKind
    codec: str
    profile: str | None = None
    start_time: float = 0.0
    duration: float | None = None
    bitrate: int | None = None
    language: str | None = None
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False
    attached_picture: bool = False
    width: int | None = None
    height: int | None = None
    rotation: int = 0
    sample_aspect: float = 1.0
    frame_rate: float | None = None
    variable_frame_rate: bool = False
    pixel_format: str | None = None
    bit_depth: int | None = None
    color_range: str | None = None
    color_primaries: str | None = None
    color_transfer: str | None = None
    color_space: str | None = None
    field_order: str | None = None
    sample_rate: int | None = None
    channels: int | None = None


class Probe(Tolerant):
    """One media file. `container` is the demuxer's name, `duration` in seconds, `size` in bytes."""

    container: str
    duration: float | None
    size: int
    bitrate: int | None = None
    start_time: float = 0.0
    streams: tuple[Stream, ...]

    @property
    def video(self) -> Stream | None:
        """The picture stream that a player would show: cover art is none."""
        shown = [s for s in self.streams if s.kind is StreamKind.VIDEO and not s.attached_picture]
        return next((s for s in shown if s.default), shown[0] if shown else None)

    @property
    def audio(self) -> Stream | None:
        """The sound stream that a player would play first."""
        heard = [s for s in self.streams if s.kind is StreamKind.AUDIO]
        return next((s for s in heard if s.default), heard[0] if heard else None)
