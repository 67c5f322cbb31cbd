"""Pure: what is cut off a picture at its sides, and the bars that bring it to a shape.

Parts of the upright picture, not pixels: where pixels are not square the frame has fewer of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runner.errors import Code, RunnerError
from schema.picture import Crop, Pad

LEAST = 16  # pixels of each side that must be left


@dataclass(frozen=True)
class Framing:
    """`keep` is x, y, width and height of what stays, as parts of the picture; `grow` by how much
    bars make that wider and higher."""

    keep: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    grow: tuple[float, float] = (1.0, 1.0)

    def apply(self, node: Any) -> Any:
        """The filters."""
        x, y, width, height = self.keep
        if (width, height) != (1.0, 1.0):
            sides = {"w": f"iw*{width:.6f}", "h": f"ih*{height:.6f}"}
            node = node.filter("crop", **sides, x=f"iw*{x:.6f}", y=f"ih*{y:.6f}")
        if self.grow != (1.0, 1.0):
            wide, high = self.grow
            sides = {"w": f"iw*{wide:.6f}", "h": f"ih*{high:.6f}"}
            node = node.filter("pad", **sides, x="(ow-iw)/2", y="(oh-ih)/2", color="black")
        return node


def frame(
    width: int, height: int, crop: Crop | None, pad: Pad | None
) -> tuple[Framing | None, int, int]:
    """How a picture of that size is framed, and the size that it has then.

    Raises RunnerError CROP_TOO_LARGE where too little would be left.
    """
    if crop is None and pad is None:
        return None, width, height
    keep, wide, high = (0.0, 0.0, 1.0, 1.0), width, height
    if crop:
        wide, high = width - crop.left - crop.right, height - crop.top - crop.bottom
        if wide < LEAST or high < LEAST:
            message = f"the crop leaves {wide}x{high} of {width}x{height} pixels"
            raise RunnerError(Code.CROP_TOO_LARGE, message)
        keep = (crop.left / width, crop.top / height, wide / width, high / height)
    grow = (1.0, 1.0)
    if pad:
        shape = pad.width / pad.height
        made = max(wide, round(high * shape)), max(high, round(wide / shape))
        grow = (made[0] / wide, made[1] / high)
        wide, high = made
    return Framing(keep, grow), wide, high
