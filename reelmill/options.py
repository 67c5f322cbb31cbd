"""How what a preset asks for is made, as projects, uploads, assets and jobs say it."""

from __future__ import annotations

from typing import Any

from reelmill.kinds import Tier
from reelmill.model import Model
from reelmill.recipes import Watermark, as_input


class MediaOptions(Model):
    """What is None is inherited: from the asset, then the project, then the preset.

    `normalize_audio` brings encoded sound to the preset's loudness, or to -23 LUFS. An empty tuple
    of `subtitle_languages` takes every text track. `no_watermark` lays none on the picture.
    """

    tier: Tier | None = None
    normalize_audio: bool | None = None
    subtitle_languages: tuple[str, ...] | None = None
    watermark: Watermark | None = None
    no_watermark: bool | None = None

    def as_input(self) -> dict[str, Any]:
        """As the API wants it: camelCase, without what is not said."""
        said: dict[str, Any] = as_input(self.model_dump(mode="json"))
        return said


class AssetOptions(Model):
    """An asset's own options, and those that its jobs by preset have; `inherited` names those that
    come from the project: TIER, NORMALIZE_AUDIO, SUBTITLE_LANGUAGES, WATERMARK."""

    own: MediaOptions
    effective: MediaOptions
    inherited: tuple[str, ...] = ()
