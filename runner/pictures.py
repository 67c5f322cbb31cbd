"""The values between a recipe and a command line, of outputs that are pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
