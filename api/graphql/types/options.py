"""Media options: what jobs by preset inherit."""

from __future__ import annotations

from enum import StrEnum

import strawberry
from strawberry.scalars import JSON

from schema import options
from schema.codecs import Tier


@strawberry.enum
class MediaOption(StrEnum):
    """One of the media options."""

    TIER = "TIER"
    NORMALIZE_AUDIO = "NORMALIZE_AUDIO"
    SUBTITLE_LANGUAGES = "SUBTITLE_LANGUAGES"
    WATERMARK = "WATERMARK"


@strawberry.type(description="How what a preset asks for is made; null is not said")
class MediaOptions:
    """Of a project, an upload or an asset."""

    tier: Tier | None
    normalize_audio: bool | None
    subtitle_languages: list[str] | None = strawberry.field(
        description="ISO 639; empty: every text track"
    )
    watermark: JSON | None = strawberry.field(description="As in the recipe of a job")
    no_watermark: bool = strawberry.field(description="Whether an inherited watermark is left out")

    @classmethod
    def of(cls, model: options.MediaOptions) -> MediaOptions:
        """From the value."""
        mark, languages = model.watermark, model.subtitle_languages
        return cls(
            tier=model.tier,
            normalize_audio=model.normalize_audio,
            subtitle_languages=None if languages is None else list(languages),
            watermark=None if mark is None else JSON(mark.model_dump(mode="json")),
            no_watermark=model.no_watermark,
        )


@strawberry.type(description="Its own media options, and those that its jobs by preset have")
class AssetOptions:
    """Of an asset."""

    own: MediaOptions
    effective: MediaOptions = strawberry.field(
        description="Its own, and where they say nothing the project's; null: the preset decides"
    )
    inherited: list[MediaOption] = strawberry.field(description="Which come from the project")

    @classmethod
    def of(cls, own: options.MediaOptions, project: options.MediaOptions) -> AssetOptions:
        """From both layers."""
        effective = own.over(project)
        inherited = [_option(name) for name in effective.said() - own.said()]
        return cls(
            own=MediaOptions.of(own),
            effective=MediaOptions.of(effective),
            inherited=sorted(set(inherited)),
        )


def _option(field: str) -> MediaOption:
    return MediaOption(field.removeprefix("no_").upper())
