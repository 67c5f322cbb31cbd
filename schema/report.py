"""What was found out about an output before it was published."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from schema.base import Message
from schema.curve import MOST_POINTS, Curve


class Check(StrEnum):
    """What an output has stood; one that fails is never published.

    DECODED: from the first byte to the last, without a complaint of the decoder (of a film that is
    split, piece by piece). STREAMS: they are those that were planned. DURATION: as long as what was
    encoded. MANIFESTS: playlists and manifest parse, agree, keep the rules that players rely
    on, and all files are there. KEYFRAMES: each segment begins with one, at the same time in all
    rungs.
    """

    DECODED = "DECODED"
    STREAMS = "STREAMS"
    DURATION = "DURATION"
    MANIFESTS = "MANIFESTS"
    KEYFRAMES = "KEYFRAMES"


class Stretch(Message):
    """A part of a film, in seconds of the output."""

    start: float = Field(ge=0)
    end: float = Field(ge=0)


class Vmaf(Message):
    """How near the picture is to its source, by VMAF: 0 to 100.

    `mean` over the film; `lowest` over a second of it, which begins at `lowest_at` seconds. `curve`
    goes through the film in steps of `step` seconds, for a chart: the mean of each.
    """

    mean: float
    lowest: float
    lowest_at: float
    step: float = Field(default=1, ge=1)
    curve: tuple[float, ...] = Field(default=(), max_length=MOST_POINTS)


class OutputReport(Message):
    """The proof of one output. Times in seconds; what was not measured is absent.

    `drift` is by how much sound and picture end further apart than in the source. `black` and
    `frozen` are the first hundred stretches; `black_seconds` and `frozen_seconds` are all of them
    together. Of a ladder, they are those of its smallest rung, and `vmaf` that of its largest.
    `bitrate` is that of the picture through the film in bit/s; of a ladder, of its largest rung.
    """

    checks: tuple[Check, ...] = ()
    drift: float | None = None
    black_seconds: float | None = None
    frozen_seconds: float | None = None
    black: tuple[Stretch, ...] = Field(default=(), max_length=100)
    frozen: tuple[Stretch, ...] = Field(default=(), max_length=100)
    vmaf: Vmaf | None = None
    bitrate: Curve | None = None
