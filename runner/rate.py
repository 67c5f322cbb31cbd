"""Pure: how the frames of a picture are thinned out to a rate."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from runner.outputs import Picture

# A cap of 30 lets 30.2 pass: half of it would be a bad bargain.
SLACK = 1.01
# Every second or third frame moves evenly. Where that would be this much below the cap, it is met
# exactly instead, though some frames then stand a little longer than others.
EVEN = 0.75


def capped(picture: Picture, most: float | None) -> float | None:
    """The rate to thin out to; None where the picture has no more frames than that.

    Of a picture with irregular frames it is the most that a moment may have.
    """
    if most is None:
        return None
    if picture.variable:
        return most
    if picture.frame_rate <= most * SLACK:
        return None
    even = picture.frame_rate / math.ceil(picture.frame_rate / (most * SLACK))
    return even if even >= EVEN * most else most


def thinned(node: Any, picture: Picture, rate: float) -> Any:
    """The filter. Frames that stay keep their times and none is invented, but where a rate is met
    exactly that does not divide the source's."""
    ratio = picture.frame_rate / rate
    if not picture.variable and abs(ratio - round(ratio)) > 0.01:
        exact = Fraction(rate).limit_denominator(1001)
        return node.filter("fps", fps=f"{exact.numerator}/{exact.denominator}")
    # Half a frame less than a step of the new rate: times are rounded.
    least = 0.95 / rate if picture.variable else 1 / rate - 0.5 / picture.frame_rate
    return node.filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{least:.6f})")
