"""Outputs by id."""

from __future__ import annotations

from api.domain import ids
from api.graphql.context import Info
from api.graphql.types.output import Output


async def by_id(info: Info, id: str) -> Output | None:
    """One output by its id."""
    context = info.context
    found = await context.services.library.output(context.reader, ids.expect(ids.Kind.OUTPUT, id))
    return Output.of(found) if found else None
