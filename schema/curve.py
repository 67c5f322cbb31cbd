"""A value through a film, for a chart."""

from __future__ import annotations

from pydantic import Field

from schema.base import Tolerant

# As many as a chart of some hundred pixels shows.
MOST_POINTS = 240


class Curve(Tolerant):
    """Means of `step` seconds each, from the beginning; the last may be of fewer."""

    step: float = Field(gt=0)
    values: tuple[float, ...] = Field(max_length=MOST_POINTS)
