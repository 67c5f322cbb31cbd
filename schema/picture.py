"""What is done to the picture before anything is made of it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from schema.base import Message

FrameRate = Annotated[float, Field(ge=1, le=240, allow_inf_nan=False)]
Margin = Annotated[int, Field(ge=0, le=8192)]


class Crop(Message):
    """Pixels that are cut off at each side of the upright picture, in all outputs."""

    left: Margin = 0
    top: Margin = 0
    right: Margin = 0
    bottom: Margin = 0


class Pad(Message):
    """The shape of the picture, such as 16 to 9: black bars bring it there, behind the crop."""

    width: int = Field(ge=1, le=1000)
    height: int = Field(ge=1, le=1000)

    @model_validator(mode="after")
    def _is_no_line(self) -> Self:
        if not 0.1 <= self.width / self.height <= 10:
            raise ValueError("a picture is at most ten times as wide as high, or as high as wide")
        return self
