"""What a project, an asset or a job says of presets that jobs are started with."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from schema.base import Message
from schema.codecs import Tier
from schema.recipe import ClipMode, Language, Loudness, Recipe
from schema.watermark import Watermark


class MediaOptions(Message):
    """How what a preset asks for is made. What is None is not said: the next layer decides.

    `normalize_audio` brings encoded sound to the loudness that the preset names, or to -23 LUFS;
    false leaves it as it is. `subtitle_languages` choose among the text tracks of the source, ISO
    639 codes; empty means every one. `no_watermark` takes away what a later layer would lay on.
    """

    tier: Tier | None = Field(default=None, description="How much time encoders may take")
    normalize_audio: bool | None = Field(
        default=None, description="Whether encoded sound is brought to one loudness"
    )
    subtitle_languages: tuple[Language, ...] | None = Field(
        default=None,
        max_length=20,
        description="Which text tracks a preset with subtitles takes, such as `en`; empty: all",
    )
    watermark: Watermark | None = Field(
        default=None, description="An image that lies on the picture"
    )
    no_watermark: bool = Field(default=False, description="Whether an inherited one is left out")

    @model_validator(mode="after")
    def _has_a_watermark_or_none(self) -> Self:
        if self.watermark and self.no_watermark:
            raise ValueError("name a watermark or say that there is none")
        return self

    def over(self, other: MediaOptions) -> MediaOptions:
        """These, and where they say nothing, the other's."""
        said = {name: getattr(self, name) for name in self.said()}
        marks = {"watermark", "no_watermark"}
        kept = {
            name: getattr(other, name)
            for name in other.said()
            if not (name in marks and marks & said.keys())
        }
        return MediaOptions(**{**kept, **said})

    def said(self) -> frozenset[str]:
        """The fields that say something."""
        fields = type(self).model_fields
        return frozenset(name for name in fields if getattr(self, name) != fields[name].default)

    def applied(self, recipe: Recipe) -> Recipe:
        """The recipe of a preset, made so. No output is added: what does not fit one is left out.

        Raises ValueError where the recipe and these contradict each other.
        """
        changes: dict[str, Any] = {"tier": self.tier or recipe.tier}
        encoded = any(clip.mode is not ClipMode.COPY for clip in recipe.clips)
        seen = recipe.ladder or recipe.mp4 or encoded
        if self.normalize_audio is not None and (seen or recipe.audio):
            loudness = recipe.loudness or Loudness()
            changes["loudness"] = loudness if self.normalize_audio else None
        if self.subtitle_languages is not None and recipe.subtitles is not None:
            update = {"languages": self.subtitle_languages}
            changes["subtitles"] = recipe.subtitles.model_copy(update=update)
        if (self.watermark or self.no_watermark) and seen:
            changes["watermark"] = self.watermark
        return Recipe.model_validate({**dict(recipe), **changes})

    def stored(self) -> dict[str, Any]:
        """As it is kept: nothing but what is said."""
        return self.model_dump(mode="json", include=set(self.said()))
