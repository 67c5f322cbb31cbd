"""Keys of encrypted ladders. They are derived, so that none is stored anywhere. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.domain import tokens
from schema.encryption import ContentKey

if TYPE_CHECKING:
    from uuid import UUID


def of(secret: bytes, project_id: UUID, prefix: str) -> ContentKey:
    """The key of a ladder that is published below a prefix, which no other one ever is.

    Whoever shares these bytes within the project has the same key. With another secret the id is
    another one too: so it is seen that a key cannot be served any more.
    """
    place = project_id.bytes + prefix.encode()
    key_id, key = (tokens.mac(secret, f"content {what}", place) for what in ("key id", "key"))
    return ContentKey(id=key_id.hex(), key=key.hex())
