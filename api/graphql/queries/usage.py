"""`usage`: what a project holds and has cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.types.usage import Usage


async def usage(
    info: Info,
    from_: Annotated[datetime | None, strawberry.argument(name="from")] = None,
    to: datetime | None = None,
) -> Usage:
    """Usage up to `to`, which is now unless it is said."""
    context = info.context
    until = to or datetime.now(UTC)
    for name, moment in (("from", from_), ("to", until)):
        if moment is not None and moment.tzinfo is None:
            raise InvalidInput("a time needs its zone, such as 2030-01-01T00:00:00Z", field=name)
    if from_ is not None and from_ > until:
        raise InvalidInput("from is later than to", field="from")
    return Usage.of(await context.services.library.usage(context.reader, from_, until))
