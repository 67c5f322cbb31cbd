"""`presets`: recipes that have a name."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.preset import Preset


async def presets(info: Info) -> list[Preset]:
    """Shipped and saved presets."""
    context = info.context
    return [Preset.of(preset) for preset in await context.services.presets.listed(context.reader)]
