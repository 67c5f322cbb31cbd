"""What many types share: nodes, pages, user errors."""

from __future__ import annotations

import strawberry

from api.errors import Refusal

IDEMPOTENCY_KEY = (
    "Any text of yours, up to 200 characters: asked again with it, the answer is the same thing and"
    " not a second one. Kept for a day at least"
)


@strawberry.interface(description="A thing with an id of its own")
class Node:
    """Anything that `node(id)` finds."""

    id: strawberry.ID


@strawberry.type(description="Why a request was refused, and what to do")
class UserError:
    """An expected refusal."""

    code: str = strawberry.field(description="Stable; see docs/reference/errors.md")
    message: str
    field: list[str] | None = strawberry.field(
        description="Path of the input field that was refused"
    )

    @classmethod
    def of(cls, refusal: Refusal) -> UserError:
        """From a refusal of the services."""
        path = refusal.field.split(".") if refusal.field else None
        return cls(code=refusal.code, message=refusal.message, field=path)


@strawberry.type(description="Where a page stands in its list")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, cursors: list[str], *, has_next: bool, has_previous: bool) -> PageInfo:
        """From the cursors of a page's rows."""
        return cls(
            has_next_page=has_next,
            has_previous_page=has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )
