"""`doctor`: whether all is well with what this service stands on."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.doctor import Diagnosis


async def doctor(info: Info) -> Diagnosis:
    """Look now."""
    context = info.context
    return Diagnosis.of(await context.services.doctor.look(context.admin))
