"""`apiKeys`: who may ask."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.key import ApiKey


async def api_keys(info: Info) -> list[ApiKey]:
    """Every key of the project."""
    context = info.context
    return [ApiKey.of(key) for key in await context.services.keys.listed(context.admin)]
