"""`presets`: recipes that have a name."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.viewer import Preset
from schema import presets as shipped


def presets(info: Info) -> list[Preset]:
    """The shipped presets."""
    _ = info.context.reader
    return [Preset.of(preset) for preset in shipped.builtin().values()]
