"""`gallery`: what was made last."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.gallery import Gallery


async def gallery(info: Info, first: int = 50, refresh: bool = False) -> Gallery:
    """The newest artefacts, from memory where they are not older than some minutes."""
    context = info.context
    shown = await context.services.gallery.show(context.reader, first, refresh=refresh)
    return Gallery.of(shown)
