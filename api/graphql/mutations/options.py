"""Media options as clients write them."""

from __future__ import annotations

import strawberry

from api.graphql.mutations.recipe import WatermarkInput
from schema.codecs import Tier


@strawberry.input(description="How what a preset asks for is made; what is absent is inherited")
class MediaOptionsInput:
    """How what a preset asks for is made; what is absent is inherited."""

    tier: Tier | None = strawberry.field(
        default=None, description="How much time encoders may take"
    )
    normalize_audio: bool | None = strawberry.field(
        default=None,
        description="Whether encoded sound is brought to the preset's loudness, or to -23 LUFS",
    )
    subtitle_languages: list[str] | None = strawberry.field(
        default=None,
        description="Which text tracks are taken: ISO 639, such as en or eng; empty: every one",
    )
    watermark: WatermarkInput | None = strawberry.field(
        default=None, description="An image that lies on the picture"
    )
    no_watermark: bool | None = strawberry.field(
        default=None, description="Lay none on the picture, whatever would be inherited"
    )
