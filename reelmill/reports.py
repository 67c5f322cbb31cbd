"""What was found out of an output before it was published."""

from __future__ import annotations

from reelmill.model import Model


class Curve(Model):
    """A value through a film: means of `step` seconds each, from the beginning."""

    step: float
    values: tuple[float, ...]


class Levels(Model):
    """What a meter has shown: LUFS, the range in LU, the highest peak in dBTP; None in silence."""

    integrated: float | None = None
    range: float | None = None
    peak: float | None = None


class OutputLoudness(Model):
    """How loud an output is: what was asked for, what the source was, what came out.

    `gain` in dB; `limited` where peaks had to be held down; `curve` in LUFS, as a meter
    shows it momentarily.
    """

    target: float
    true_peak: float
    source: Levels
    gain: float
    limited: bool
    made: Levels
    curve: Curve | None = None


class Stretch(Model):
    """A part of a film, in seconds."""

    start: float
    end: float


class Vmaf(Model):
    """How near a picture is to its source, 0 to 100: over the film, and over its worst second."""

    mean: float
    lowest: float
    lowest_at: float
    step: float = 1.0
    curve: tuple[float, ...] = ()


class OutputReport(Model):
    """What was found out before an output was published. Times in seconds; None: not measured.

    `bitrate` of the picture in bit/s; of a ladder, that of its largest rung.
    """

    checks: tuple[str, ...] = ()
    drift: float | None = None
    black_seconds: float | None = None
    frozen_seconds: float | None = None
    black: tuple[Stretch, ...] = ()
    frozen: tuple[Stretch, ...] = ()
    vmaf: Vmaf | None = None
    bitrate: Curve | None = None
