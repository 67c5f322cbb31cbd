"""`scanMediaFolder`: find what any S3 tool has put into the bucket."""

from __future__ import annotations

import strawberry

from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.scalars import Int64
from api.graphql.types.scan import Scan


@strawberry.input(description="Where to look")
class ScanMediaFolderInput:
    """Where to look."""

    prefix: str = strawberry.field(
        default="", description="Folder in the in bucket, below the project's own prefix"
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type
class ScanMediaFolderPayload:
    """What was seen. After ten seconds: so far."""

    found: Int64 = strawberry.field(description="Objects that are media")
    registered: Int64 = strawberry.field(description="Those that were not known before")
    skipped: Int64 = strawberry.field(description="Objects that are no media")
    files: list[str] = strawberry.field(description="The first 1,000 keys registered")
    scan: Scan | None = strawberry.field(
        description="It goes on in the background while RUNNING; scanUpdated tells how far it is"
    )
    user_errors: list[UserError]


def _refused(errors: list[UserError]) -> ScanMediaFolderPayload:
    zero = Int64(0)
    return ScanMediaFolderPayload(
        found=zero, registered=zero, skipped=zero, files=[], scan=None, user_errors=errors
    )


@refusals_as(_refused)
async def scan_media_folder(
    info: Info, input: ScanMediaFolderInput | None = None
) -> ScanMediaFolderPayload:
    """Scan a folder, or all of the project's part of the bucket."""
    context = info.context
    wanted = input or ScanMediaFolderInput()
    scan, files = await context.services.scans.scan(
        context.writer, wanted.prefix, wanted.idempotency_key
    )
    return ScanMediaFolderPayload(
        found=Int64(scan.found),
        registered=Int64(scan.registered),
        skipped=Int64(scan.skipped),
        files=files,
        scan=Scan.of(scan),
        user_errors=[],
    )
