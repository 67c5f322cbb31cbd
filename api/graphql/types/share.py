"""Share links: for people without a key."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import strawberry

from api.domain import ids, models
from api.graphql.types.common import Node


@strawberry.enum
class ShareState(StrEnum):
    """Whether a link still opens."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@strawberry.type(
    description="A link to a film that opens without a key; its address is shown once, when it is "
    "made"
)
class ShareLink(Node):
    """One link."""

    asset_id: strawberry.ID
    output_id: strawberry.ID | None = strawberry.field(
        description="Null: whatever of the asset plays best"
    )
    title: str | None = strawberry.field(description="What its page calls the film")
    state: ShareState
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, model: models.Share) -> ShareLink:
        """From the row-shaped value."""
        output = model.output_id
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.SHARE, model.id)),
            asset_id=strawberry.ID(ids.encode(ids.Kind.ASSET, model.asset_id)),
            output_id=strawberry.ID(ids.encode(ids.Kind.OUTPUT, output)) if output else None,
            title=model.title,
            state=_state(model),
            created_at=model.created_at,
            expires_at=model.expires_at,
            revoked_at=model.revoked_at,
        )


def _state(model: models.Share) -> ShareState:
    if model.revoked_at is not None:
        return ShareState.REVOKED
    return ShareState.EXPIRED if model.expires_at <= datetime.now(UTC) else ShareState.ACTIVE
