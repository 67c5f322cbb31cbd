"""`upload` and `uploads`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.domain.states import UploadStatus
from api.graphql.context import Info
from api.graphql.types.upload import Upload, UploadConnection
from api.services.library import Window


@strawberry.input(description="Every field that is given must match")
class UploadFilter:
    """Every field that is given must match."""

    status: list[UploadStatus] | None = strawberry.field(default=None, description="Any of these")


async def upload(info: Info, id: strawberry.ID) -> Upload | None:
    """One upload by its id."""
    context = info.context
    found = await context.services.library.upload(context.reader, ids.expect(ids.Kind.UPLOAD, id))
    return Upload.of(found) if found else None


async def uploads(
    info: Info, first: int = 50, after: str | None = None, filter: UploadFilter | None = None
) -> UploadConnection:
    """A page of uploads."""
    wanted = filter or UploadFilter()
    context = info.context
    page = await context.services.library.uploads(
        context.reader,
        Window(first, after),
        status=[str(status) for status in wanted.status] if wanted.status else None,
    )
    return UploadConnection.of(page)
