"""Subtitles that are part of the picture."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from schema.base import Message
from schema.inputs import AssetRef


class Burn(Message):
    """Subtitles that are drawn into the picture of ladder, MP4 and exact clips, for all to see.

    Those of the source in a `language`, its text track of that number (`track`), or those of a
    `file`: SubRip, WebVTT, ASS or SSA. Without any of these the source's default text track.
    """

    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None = Field(
        default=None, description="ISO 639, such as `en`, of a text track of the source"
    )
    track: int | None = Field(
        default=None, ge=1, le=50, description="Of the source's text tracks, from 1"
    )
    file: AssetRef | None = Field(default=None, description="Subtitles beside the source")
    size: Annotated[float, Field(ge=2, le=15, allow_inf_nan=False)] = Field(
        default=6.0, description="Height of a line in percent of the picture's shorter side"
    )

    @model_validator(mode="after")
    def _is_named_once(self) -> Self:
        if sum(one is not None for one in (self.language, self.track, self.file)) > 1:
            raise ValueError("burn takes a language, a track or a file, and only one of them")
        return self
