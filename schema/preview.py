"""A moving picture that stands for a film, such as one that plays where a pointer rests on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schema.base import Message

# Pieces of a film, where none are named.
PIECES = 5


class PreviewFormat(StrEnum):
    """How a preview is stored. WEBP is a picture that every browser shows and that plays for ever;
    MP4 is smaller, and a video without sound."""

    WEBP = "WEBP"
    MP4 = "MP4"


class Preview(Message):
    """A few seconds of the film without sound, as a small moving picture.

    They are `pieces` of equal length, spread evenly over the film; with a `start` they are what
    stands there, in one piece. A film that is shorter is shown whole.
    """

    format: PreviewFormat = Field(default=PreviewFormat.WEBP, description="How it is stored")
    width: int = Field(
        default=320,
        ge=16,
        le=640,
        multiple_of=2,
        description="Pixels at most; never above the source; its height follows from the film",
    )
    frame_rate: Annotated[float, Field(ge=1, le=30, allow_inf_nan=False)] = Field(
        default=15.0, description="Frames a second at most; never above those of the source"
    )
    duration: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = Field(
        default=5.0, description="Seconds"
    )
    pieces: int | None = Field(
        default=None, ge=1, le=10, description="How many, spread over the film. Absent: 5"
    )
    start: Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)] | None = Field(
        default=None, description="Seconds at which it begins, in place of pieces"
    )

    @model_validator(mode="after")
    def _is_spread_or_has_a_start(self) -> Self:
        if self.start is not None and self.pieces is not None:
            raise ValueError("a preview has either a start or pieces that are spread over the film")
        return self
