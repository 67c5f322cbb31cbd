"""The values between a recipe and a command line, of outputs that are pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from schema.preview import PreviewFormat


@dataclass(frozen=True, kw_only=True)
class PosterPlan:
    """One JPEG of the frame at `at` seconds."""

    width: int
    height: int
    at: float


@dataclass(frozen=True, kw_only=True)
class SpritePlan:
    """Sheets of `columns` x `rows` pictures of `width` x `height`, one every `interval` seconds.

    `tiles` is how many pictures there are over all sheets.
    """

    width: int
    height: int
    interval: float
    columns: int
    rows: int
    tiles: int

    @property
    def sheets(self) -> int:
        """How many files they fill."""
        return math.ceil(self.tiles / (self.columns * self.rows))


@dataclass(frozen=True, kw_only=True)
class PreviewPlan:
    """A small moving picture at `rate` frames a second.

    `pieces` are counted in frames of the film at that rate: which is the first, and how many.
    """

    format: PreviewFormat
    width: int
    height: int
    rate: Fraction
    pieces: tuple[tuple[int, int], ...]

    @property
    def frames(self) -> int:
        """Of all pieces together."""
        return sum(count for _, count in self.pieces)

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return float(self.frames / self.rate)
