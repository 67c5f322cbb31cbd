"""`createApiKey` and `revokeApiKey`."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.domain.scopes import Scope
from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.common import UserError
from api.graphql.types.key import ApiKey


@strawberry.input(description="What the new key may do, and for how long")
class CreateApiKeyInput:
    """A key to be."""

    name: str = strawberry.field(description="For people: where the key is used")
    scopes: list[Scope] = strawberry.field(
        description="One or more; READ for queries, WRITE for mutations, ADMIN for keys"
    )
    expires_at: datetime | None = strawberry.field(default=None, description="Default: never")


@strawberry.type
class CreateApiKeyPayload:
    """The new key."""

    api_key: ApiKey | None = None
    secret: str | None = strawberry.field(
        default=None, description="The whole key, rm_<id>_<secret>; it is never shown again"
    )
    user_errors: list[UserError]


@strawberry.input(description="Which key to end")
class RevokeApiKeyInput:
    """Which key."""

    id: strawberry.ID = strawberry.field(description="The middle word of rm_<id>_<secret>")


@strawberry.type
class RevokeApiKeyPayload:
    """The key that has ended."""

    api_key: ApiKey | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: CreateApiKeyPayload(user_errors=errors))
async def create_api_key(info: Info, input: CreateApiKeyInput) -> CreateApiKeyPayload:
    """Make a key."""
    context = info.context
    made, secret = await context.services.keys.create(
        context.admin, name=input.name, scopes=input.scopes, expires_at=input.expires_at
    )
    return CreateApiKeyPayload(api_key=ApiKey.of(made), secret=secret, user_errors=[])


@refusals_as(lambda errors: RevokeApiKeyPayload(user_errors=errors))
async def revoke_api_key(info: Info, input: RevokeApiKeyInput) -> RevokeApiKeyPayload:
    """End a key at once."""
    context = info.context
    revoked = await context.services.keys.revoke(context.admin, input.id)
    return RevokeApiKeyPayload(api_key=ApiKey.of(revoked), user_errors=[])
