"""A picture that lies on the film."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schema.base import Message
from schema.inputs import AssetRef

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Moment = Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)]


class Corner(StrEnum):
    """A corner of the upright picture."""

    TOP_LEFT = "TOP_LEFT"
    TOP_RIGHT = "TOP_RIGHT"
    BOTTOM_LEFT = "BOTTOM_LEFT"
    BOTTOM_RIGHT = "BOTTOM_RIGHT"


class Point(Message):
    """A place in percent of the room beside the image: 0 is at the left or the top, 50 in the
    middle, 100 at the right or the bottom. So an image never leaves the picture."""

    x: Percent
    y: Percent


class Watermark(Message):
    """An image (PNG, JPEG or WebP) on the picture of ladder, MP4 and exact clips.

    In a `corner`, `margin` percent of the picture's shorter side away from its edges; or, where one
    is given, at a `point`. It is `width` percent as wide as the picture and keeps its shape. From
    `start` to `end` seconds of the film, without them always.
    """

    image: AssetRef
    corner: Corner = Corner.BOTTOM_RIGHT
    point: Point | None = None
    margin: Annotated[float, Field(ge=0, le=40, allow_inf_nan=False)] = 3.0
    width: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 12.0
    opacity: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0
    start: Moment = 0.0
    end: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("a watermark must end after it starts")
        return self
