"""What a store says of objects. Sizes in bytes; etags stand without quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object as a listing or HEAD shows it. The etag stands without quotes."""

    key: str
    size: int
    etag: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload that the store holds."""

    number: int
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys for the store. `token` and `expires_at` are None for the store's own, lasting keys."""

    access_key_id: str
    secret_access_key: str
    token: str | None
    expires_at: datetime | None
