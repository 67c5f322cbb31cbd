"""API keys as they are listed."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.domain import models
from api.domain.scopes import Scope


@strawberry.type(description="An API key without its secret, which is shown once, when it is made")
class ApiKey:
    """One key."""

    id: strawberry.ID = strawberry.field(description="The middle word of rm_<id>_<secret>")
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, model: models.ApiKey) -> ApiKey:
        """From the row-shaped value."""
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            scopes=list(model.scopes),
            created_at=model.created_at,
            expires_at=model.expires_at,
            revoked_at=model.revoked_at,
        )
