"""`createShareLink` and `revokeShareLink`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.common import UserError
from api.graphql.types.share import ShareLink
from api.services.shares import Wanted


@strawberry.input(description="What is shared, and for how long: seven days where nothing is said")
class CreateShareLinkInput:
    """A link to be."""

    asset_id: strawberry.ID | None = strawberry.field(
        default=None, description="The newest that plays best: HLS, else MP4, DASH or sound"
    )
    output_id: strawberry.ID | None = strawberry.field(
        default=None, description="This output instead: HLS, MP4, DASH, a clip or sound"
    )
    title: str | None = strawberry.field(
        default=None, description="What the page calls it, 1 to 300 characters; else its title"
    )
    expires_in: int | None = strawberry.field(
        default=None, description="Seconds from now, 60 to 31,622,400 (366 days)"
    )
    expires_at: datetime | None = strawberry.field(default=None, description="Or until then")


@strawberry.type
class CreateShareLinkPayload:
    """The new link."""

    share_link: ShareLink | None = None
    url: str | None = strawberry.field(
        default=None, description="The address of its page; it is never shown again"
    )
    user_errors: list[UserError]


@strawberry.input(description="Which link to end")
class RevokeShareLinkInput:
    """Which link."""

    id: strawberry.ID = strawberry.field(description="A share link")


@strawberry.type
class RevokeShareLinkPayload:
    """The link that has ended."""

    share_link: ShareLink | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: CreateShareLinkPayload(user_errors=errors))
async def create_share_link(info: Info, input: CreateShareLinkInput) -> CreateShareLinkPayload:
    """Make a link."""
    context = info.context
    wanted = Wanted(
        asset_id=_id(ids.Kind.ASSET, input.asset_id, "input.assetId"),
        output_id=_id(ids.Kind.OUTPUT, input.output_id, "input.outputId"),
        title=input.title,
        seconds=input.expires_in,
        expires_at=input.expires_at,
    )
    made, url = await context.services.shares.create(context.writer, wanted)
    return CreateShareLinkPayload(share_link=ShareLink.of(made), url=url, user_errors=[])


def _id(kind: ids.Kind, text: str | None, field: str) -> UUID | None:
    return None if text is None else ids.expect(kind, text, field=field)


@refusals_as(lambda errors: RevokeShareLinkPayload(user_errors=errors))
async def revoke_share_link(info: Info, input: RevokeShareLinkInput) -> RevokeShareLinkPayload:
    """End a link at once."""
    context = info.context
    share_id = ids.expect(ids.Kind.SHARE, input.id, field="input.id")
    revoked = await context.services.shares.revoke(context.writer, share_id)
    return RevokeShareLinkPayload(share_link=ShareLink.of(revoked), user_errors=[])
