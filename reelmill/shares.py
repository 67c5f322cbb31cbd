"""Share links: for people without a key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from reelmill.kinds import ShareState
from reelmill.model import Model


class ShareLink(Model):
    """A link to a film that opens without a key; `output_id` where it is to one output alone."""

    id: str
    asset_id: str
    output_id: str | None = None
    title: str | None = None
    # The member where there is one, else the text of a newer server.
    state: Annotated[ShareState | str, Field(union_mode="left_to_right")]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class NewShareLink(Model):
    """A link just made. `url` is its page; whoever has it sees the film."""

    share_link: ShareLink
    url: str = Field(repr=False)
