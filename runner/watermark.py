"""Pure: where and when an image lies on the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from schema.inputs import AssetRef
from schema.watermark import Corner, Watermark


@dataclass(frozen=True, kw_only=True)
class WatermarkPlan:
    """An image on the picture; `content` is its SHA-256. `width` is a part of the picture's width.

    `at` are parts of the room beside it, from the left and the top; without them it stands at the
    left or else the right, and at the top or else the bottom (`sides`), `margin` of the picture's
    shorter side away. `start` and `end` are seconds of what is encoded.
    """

    content: str
    width: float
    at: tuple[float, float] | None
    sides: tuple[bool, bool]
    margin: float
    opacity: float
    start: float
    end: float | None

    def seen_from(self, seconds: float) -> WatermarkPlan | None:
        """The same in a clip that begins there; None where it is over by then."""
        if self.end is not None and self.end <= seconds:
            return None
        end = None if self.end is None else self.end - seconds
        return replace(self, start=max(0.0, self.start - seconds), end=end)


def planned(mark: Watermark, contents: Mapping[AssetRef, str]) -> WatermarkPlan:
    """A wish of the recipe, in parts of one; `contents` has the image's SHA-256."""
    return WatermarkPlan(
        content=contents[mark.image],
        width=mark.width / 100,
        at=(mark.point.x / 100, mark.point.y / 100) if mark.point else None,
        sides=(
            mark.corner in {Corner.TOP_LEFT, Corner.BOTTOM_LEFT},
            mark.corner in {Corner.TOP_LEFT, Corner.TOP_RIGHT},
        ),
        margin=mark.margin / 100,
        opacity=mark.opacity,
        start=mark.start,
        end=mark.end,
    )
